"""Bringing a database up to the current schema, by Alembic, on both engines."""

from pathlib import Path

from sqlalchemy import Engine

from townreturn.store.engine import reading, writing

_FOLDER = Path(__file__).parent
HEAD = "0001"


def migrate(engine: Engine) -> None:
    """Upgrade to the newest revision; nothing to do costs one query.

    Several processes may call this at once: all but one wait and then find nothing to do.
    """
    if _current(engine) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _current(engine: Engine) -> str | None:
    from sqlalchemy import inspect, text

    with reading(engine) as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
