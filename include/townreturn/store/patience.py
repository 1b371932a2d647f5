"""How long whoever uses PostgreSQL waits, and what people are told when that was not enough."""

from sqlalchemy import URL, Connection, ExceptionContext, text

from townreturn.domain.errors import Unavailable

_LIMITS = {
    # As long as people wait for a connection. A tray of 500 files takes seconds, an issue into a slow store a minute;
    # a task that waited in vain is tried again.
    "lock_timeout": "2min",
    # More than that: to wait for a turn is a statement too. The slowest others take seconds with ten years stored.
    "statement_timeout": "3min",
    # Steps judge a tray and write an issue inside their transaction. Whoever is silent for longer is frozen or cut
    # off, and holds up everybody who waits for the same scope.
    "idle_in_transaction_session_timeout": "10min",
}
_OPTIONS = " ".join(f"-c {name}={value}" for name, value in _LIMITS.items())
_CONNECT_SECONDS = "10"
"""A server that runs answers at once; without this, libpq asks one that is gone for minutes."""

_TOLD = {"55P03": "DATABASE_TURN_NOT_COME", "57014": "DATABASE_INTERRUPTED", "25P03": "DATABASE_GAVE_UP"}
"""SQLSTATE → what people are told."""


def limit(url: URL) -> URL:
    """The URL with our limits and our name; what it says itself of either goes before ours, as libpq reads it."""
    asked = url.query.get("options", "")
    options = (_OPTIONS, asked) if isinstance(asked, str) else (_OPTIONS, *asked)
    usual = {"connect_timeout": _CONNECT_SECONDS, "fallback_application_name": "townreturn"}
    return url.set(query={**usual, **url.query, "options": " ".join(options).rstrip()})


def lift_limits(tx: Connection) -> None:
    """For the rest of the transaction: what brings up or fills a whole database takes as long as it takes."""
    lifted = ", ".join(f"set_config('{name}', '0', true)" for name in _LIMITS)
    tx.execute(text(f"SELECT {lifted}"))


def tell_timeout(fault: ExceptionContext) -> None:
    """Listens to an engine's errors: raises Unavailable for those that say that somebody waited too long."""
    code = _TOLD.get(getattr(fault.original_exception, "sqlstate", None) or "")
    if code:
        raise Unavailable(code) from fault.sqlalchemy_exception
