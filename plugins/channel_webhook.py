"""The channel ``webhook``: every letter's text as JSON, by the Airflow connection ``townreturn_webhook``."""

from typing import TYPE_CHECKING

from townreturn.domain.errors import Broken, ConfigurationFault
from townreturn.domain.message import Letter, Undelivered
from townreturn.messaging import text_of
from townreturn.wording import say

if TYPE_CHECKING:
    import httpx

CONNECTION = "townreturn_webhook"
_SECONDS = 30
_ABOUT_THE_LETTER = (400, 413, 415, 422)
"""Not what repeating helps; other refusals are about the server or who may call it, which people can mend."""
_NOT_NOW = 503


def open_channel() -> "WebhookChannel | None":
    """The channel; None where the connection is not set up. Raises ConfigurationFault for an address that is none."""
    import httpx
    from airflow.sdk import Connection
    from airflow.sdk.exceptions import AirflowNotFoundException

    try:
        known = Connection.get(CONNECTION)
    except AirflowNotFoundException:
        return None
    address = known.host or ""
    if not _is_address(address):
        raise ConfigurationFault("WEBHOOK_ADDRESS_WRONG", connection=CONNECTION)
    headers = {"Authorization": f"Bearer {known.password}"} if known.password else {}
    # A connection kept open may break just when a letter goes out, and nobody would know whether it did.
    one_each = httpx.Limits(max_keepalive_connections=0)
    http = httpx.Client(timeout=_SECONDS, follow_redirects=False, headers=headers, limits=one_each)
    return WebhookChannel(address, http)


def _is_address(text: str) -> bool:
    import httpx

    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        return False
    return url.scheme in ("http", "https") and bool(url.host)


class WebhookChannel:
    """Posts one JSON object a letter; ``key`` lets the receiver see that it has had one already."""

    name = "webhook"
    is_repeatable = False

    def __init__(self, address: str, http: "httpx.Client") -> None:
        self._address = address
        self._http = http

    def carries(self, letter: Letter) -> bool:  # noqa: ARG002
        return True

    def deliver(self, letter: Letter) -> None:
        import httpx

        try:
            # Of the answer only the status is read, however long it is.
            with self._http.stream("POST", self._address, json=_body(letter)) as answer:
                status, told = answer.status_code, f"{answer.status_code} {answer.reason_phrase}"
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as fault:
            raise Undelivered(say("WEBHOOK_UNREACHABLE", detail=fault), is_final=False) from fault
        if status >= 500 and status != _NOT_NOW:
            raise Broken("WEBHOOK_UNCLEAR", answer=told)
        if not 200 <= status < 300:
            raise Undelivered(say("WEBHOOK_REFUSED", answer=told), is_final=status in _ABOUT_THE_LETTER)

    def close(self) -> None:
        """End the connection."""
        self._http.close()


def _body(letter: Letter) -> dict[str, str]:
    """Everything as text; ``period`` and ``unit`` are empty where there is none."""
    return {
        "key": letter.key,
        "kind": letter.kind.value,
        "period": letter.period,
        "unit": letter.unit,
        "addressee": letter.addressee,
        "subject": letter.subject,
        "text": text_of(letter.content),
    }
