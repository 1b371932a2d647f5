"""What has passed the second gate, and by which rules."""

from sqlalchemy import Connection, insert, select

from townreturn.store.schema import passed_gates


def has_passed(tx: Connection, compilation_id: int, rules_hash: str) -> bool:
    """Whether a compilation is known to hold by the rules with that SHA-256."""
    row = {"compilation_id": compilation_id, "rules_hash": rules_hash}
    return tx.execute(select(passed_gates).filter_by(**row)).first() is not None


def record_passed(tx: Connection, compilation_id: int, rules_hash: str) -> None:
    """Note that it holds; noted already, it stays as it is."""
    if not has_passed(tx, compilation_id, rules_hash):
        tx.execute(insert(passed_gates).values(compilation_id=compilation_id, rules_hash=rules_hash))
