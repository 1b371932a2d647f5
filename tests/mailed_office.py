"""An office whose units have registered mail addresses: ``<unit code>@unit.example``, and one head of two."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select

from mails import PaperMailbox
from townreturn.domain.plan import Plan
from townreturn.domain.plan_book import PlanBook
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.schema import alerts, arrivals, mail_attachments, mails, reports

CHIEF = "chief@unit.example"
_HEADED = ("shiyaojian", "zhujian")


def with_addresses(office: Office) -> Office:
    return replace(office, plans=PlanBook(tuple(map(_addressed, office.plans.plans))))


def _addressed(plan: Plan) -> Plan:
    units = tuple(
        replace(one, mail=f"{one.code}@unit.example", head_mail=CHIEF if one.code in _HEADED else "")
        for one in plan.units
    )
    return replace(plan, units=units)


def rows(office: Office, table: Any, *columns: str) -> list[tuple[object, ...]]:
    """In the order in which they were written."""
    with reading(office.engine) as tx:
        return [*map(tuple, tx.execute(select(*(table.c[name] for name in columns)).order_by(*table.primary_key)))]


def alert_texts(office: Office) -> list[str]:
    return [str(text) for (text,) in rows(office, alerts, "text")]


def outcomes(office: Office) -> list[tuple[object, ...]]:
    return rows(office, mails, "uid", "outcome", "unit")


def state_of(office: Office, mailbox: PaperMailbox) -> dict[str, object]:
    """Everything that collecting and taking in leave behind, wherever the home of the office lies."""
    home = office.home
    kept = {
        path.relative_to(home).as_posix(): (path.read_bytes().replace(bytes(home), b"HOME"), _changed_at(path))
        for folder in (office.quarantine, office.receipts)
        for path in sorted(folder.rglob("*")) if path.is_file()
    }  # fmt: skip
    return {
        "mails": rows(office, mails, "uid", "sender", "unit", "received_at", "file_hash", "outcome"),
        "files": rows(office, mail_attachments, "mail_id", "position", "file_name", "file_hash", "purpose"),
        "arrivals": rows(office, arrivals, "file_name", "file_hash", "received_at", "disposition"),
        "reports": rows(office, reports, "category", "entry_number", "verdict", "received_at"),
        "alerts": alert_texts(office),
        "flags": {uid: sorted(one.flags) for uid, one in mailbox.lying.items()},
        "kept": kept,
    }


def _changed_at(path: Path) -> datetime | float:
    """Of an attachment kept aside; receipts may be written again."""
    return path.stat().st_mtime if path.suffix == ".bin" and path.name != "original.bin" else 0.0
