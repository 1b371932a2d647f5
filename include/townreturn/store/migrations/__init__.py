"""Bringing a database up to the current schema, by Alembic, on both engines."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, Engine

from townreturn.store.engine import reading, writing

_FOLDER = Path(__file__).parent
_VERSIONS = _FOLDER / "versions"
HEAD = "0011"
_ONE_AT_A_TIME = Lock()
"""Alembic keeps the context of a migration in the module: threads would get each other's connection."""


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision; nothing to do costs one query.

    Several processes and threads may call this at once: all but one wait and find nothing to do.
    """
    with reading(engine) as tx:
        if current_revision(tx) == HEAD:
            return
    with migrating(engine) as tx:
        upgrade(tx)


@contextmanager
def migrating(engine: Engine) -> Iterator[Connection]:
    """The one writing transaction, in which ``upgrade`` may be called: all of it is kept or none.

    It takes as long as it takes, and so does waiting for that of another process.
    """
    with _ONE_AT_A_TIME, writing(engine, is_limited=False) as tx:
        yield tx


def upgrade(tx: Connection, revision: str = HEAD) -> None:
    """Upgrade to a revision within the caller's transaction; a database that is there already stays as it is."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = tx
    command.upgrade(config, revision)


def is_known(revision: str) -> bool:
    """Whether this program has that revision, and so can go on from it."""
    return len(revision) == len(HEAD) and revision.isdecimal() and any(_VERSIONS.glob(f"{revision}_*.py"))


def current_revision(tx: Connection) -> str | None:
    """The revision that a database stands at; None for one without any of our tables."""
    from sqlalchemy import inspect, text

    if not inspect(tx).has_table("alembic_version"):
        return None
    revision: str | None = tx.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision
