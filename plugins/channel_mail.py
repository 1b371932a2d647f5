"""The channel ``mail``: letters with an address, by the Airflow connection ``townreturn_smtp``."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterable
from email.utils import parseaddr
from typing import cast

from townreturn.domain.errors import Broken, ConfigurationFault
from townreturn.domain.message import Letter, Undelivered
from townreturn.messaging import sender_of, with_sender
from townreturn.plans.duties import is_mail_address
from townreturn.wording import say

CONNECTION = "townreturn_smtp"
_MOST_SECONDS, _MOST_RETRIES = 60, 9
"""Of one step, and of signing in: an attempt must be over long before it is taken for cut off."""
_ACCEPTED = (250, 251)
_CLOSING, _TOO_LARGE = 421, 552
_Answer = tuple[int, bytes]


def open_channel() -> "MailChannel | None":
    """The channel; None where the connection is not set up. Raises ConfigurationFault for too much patience."""
    from airflow.providers.smtp.hooks.smtp import SmtpHook
    from airflow.sdk.exceptions import AirflowNotFoundException

    hook = SmtpHook(CONNECTION)
    try:
        hook.smtp_connection = hook.get_connection(CONNECTION)
    except AirflowNotFoundException:
        return None
    if not 0 < hook.timeout <= _MOST_SECONDS or not 0 <= hook.smtp_retry_limit <= _MOST_RETRIES:
        limits = {"seconds": _MOST_SECONDS, "retries": _MOST_RETRIES}
        raise ConfigurationFault("MAIL_PATIENCE_WRONG", connection=CONNECTION, **limits)
    sender = parseaddr(hook.from_email or "")[1]
    return MailChannel(sender if sender.isascii() and is_mail_address(sender) else "")


class MailChannel:
    """Hands over the very bytes of a letter, many on one connection.

    A letter without a sender's address of its own goes from ``from_email``, which is also who gets
    what comes back. A server that cannot be reached is not asked again in the same run.
    """

    name = "mail"
    is_repeatable = False

    def __init__(self, from_email: str) -> None:
        self._from_email = from_email
        self._client: smtplib.SMTP | None = None
        self._fault = ""

    def carries(self, letter: Letter) -> bool:
        return bool(letter.to)

    def deliver(self, letter: Letter) -> None:
        sender = self._from_email or sender_of(letter.content)
        if not sender:
            raise Undelivered(say("MAIL_NO_SENDER", connection=CONNECTION), is_final=False)
        content = with_sender(letter.content, sender)
        client = self._connected()
        try:
            refused = _announce(client, sender, letter.to, len(content))
            _hand_over(client, content)
        except Exception:
            self._drop()
            raise
        if refused:
            raise _refusal(refused, missed=tuple(refused))

    def close(self) -> None:
        """Take leave of the server."""
        if self._client is not None:
            with contextlib.suppress(smtplib.SMTPException, OSError):
                self._client.quit()
            self._drop()

    def _connected(self) -> smtplib.SMTP:
        if self._client is not None and _answers(self._client):
            return self._client
        self._drop()
        if not self._fault:
            try:
                self._client = _connect()
            except Exception as fault:  # noqa: BLE001 - whatever it is, no letter has been handed over yet
                self._fault = _describe(fault)
        if self._client is None:
            raise Undelivered(self._fault, is_final=False)
        return self._client

    def _drop(self) -> None:
        if self._client is not None:
            self._client.close()
        self._client = None


def _connect() -> smtplib.SMTP:
    """Signed in. By a hook of its own: one that failed half-way would give its half-made connection again."""
    from airflow.providers.smtp.hooks.smtp import SmtpHook

    client = cast("smtplib.SMTP", SmtpHook(CONNECTION).get_conn()._smtp_client)
    client.ehlo_or_helo_if_needed()
    return client


def _answers(client: smtplib.SMTP) -> bool:
    """Whether the connection still stands: servers end it after a while, or after so many letters."""
    try:
        return client.noop()[0] in _ACCEPTED
    except (smtplib.SMTPException, OSError):
        return False


def _announce(client: smtplib.SMTP, sender: str, to: Iterable[str], size: int) -> dict[str, _Answer]:
    """All before the letter itself, when everything that fails is certain; gives who is refused when not all are."""
    try:
        code, answer = client.mail(sender, [f"size={size}"] if client.has_extn("size") else [])
        if code not in _ACCEPTED:
            raise Undelivered(_shown(sender, (code, answer)), is_final=code == _TOO_LARGE)
        answers = {address: client.rcpt(address) for address in to}
    except ValueError as fault:  # an address that is no ASCII
        raise Undelivered(_name(fault), is_final=True) from fault
    except (smtplib.SMTPException, OSError) as fault:
        raise Undelivered(_describe(fault), is_final=False) from fault
    refused = {address: answer for address, answer in answers.items() if answer[0] not in _ACCEPTED}
    if len(refused) == len(answers) or any(code == _CLOSING for code, _ in refused.values()):
        raise _refusal(refused)
    return refused


def _hand_over(client: smtplib.SMTP, content: bytes) -> None:
    """The letter itself: without an answer nobody knows whether the server has it. Raises Broken then."""
    try:
        code, answer = client.data(content)
    except smtplib.SMTPDataError as fault:
        code, answer = fault.smtp_code, _as_bytes(fault.smtp_error)
    except (smtplib.SMTPException, OSError) as fault:
        raise Broken("MAIL_BROKEN_OFF", detail=_name(fault)) from fault
    if code not in _ACCEPTED:
        raise Undelivered(_answer_text((code, answer)), is_final=code >= 500)


def _refusal(refused: dict[str, _Answer], missed: tuple[str, ...] = ()) -> Undelivered:
    reason = "；".join(_shown(address, answer) for address, answer in refused.items())
    return Undelivered(reason, is_final=all(code >= 500 for code, _ in refused.values()), missed=missed)


def _shown(address: str, answer: _Answer) -> str:
    return say("MAIL_REFUSED", address=address, answer=_answer_text(answer))


def _answer_text(answer: _Answer) -> str:
    return f"{answer[0]} {answer[1].decode('utf-8', 'replace')}"


def _as_bytes(text: bytes | str) -> bytes:
    return text if isinstance(text, bytes) else text.encode()


def _describe(fault: Exception) -> str:
    """With what helps where the connection asks for encryption that the port does not speak."""
    is_encryption = isinstance(fault, smtplib.SMTPNotSupportedError | ssl.SSLError)
    return say("MAIL_ENCRYPTION" if is_encryption else "MAIL_UNREACHABLE", connection=CONNECTION, detail=_name(fault))


def _name(fault: Exception) -> str:
    return f"{type(fault).__name__}: {fault}"
