"""Bringing a database up to the current schema, by Alembic, on both engines."""

from pathlib import Path
from threading import Lock

from sqlalchemy import Engine

from townreturn.store.engine import reading, writing

_FOLDER = Path(__file__).parent
HEAD = "0003"
_ONE_AT_A_TIME = Lock()
"""Alembic keeps the context of a migration in the module: threads would get each other's connection."""


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision; nothing to do costs one query.

    Several processes and threads may call this at once: all but one wait and find nothing to do.
    """
    if _current(engine) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    with _ONE_AT_A_TIME, writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _current(engine: Engine) -> str | None:
    from sqlalchemy import inspect, text

    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
