"""The channel ``mail`` against real SMTP servers, by real Airflow connections."""

import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from email import message_from_bytes, policy
from time import monotonic

import pytest
from aiosmtpd.smtp import SMTP, Envelope

from channel_mail import MailChannel, open_channel
from mail_servers import Postbox, free_port, mail_server, only_with, set_up
from posted_letters import Clock, opening, post_all
from townreturn.domain.dispatch import DispatchOutcome
from townreturn.domain.errors import Broken, ConfigurationFault
from townreturn.domain.message import Letter, Undelivered
from townreturn.messaging import MailFrame, write_letter
from townreturn.month.sending import send_posted
from townreturn.office import Office

WRITTEN = datetime.fromisoformat("2018-03-26T09:00:00+08:00")


def letter(*to: str, number: int = 1, mailbox: str = "") -> Letter:
    frame = MailFrame("qingxi", "清溪镇打假统计", mailbox, "镇住建局", WRITTEN)
    return write_letter(opening(number, to=to or ("zhujian@example.cn",)), frame)


@pytest.fixture
def postbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[Postbox]:
    with mail_server() as postbox:
        set_up(monkeypatch, postbox.port)
        yield postbox


@pytest.fixture
def channel(postbox: Postbox) -> Iterator[MailChannel]:
    yield from opened()


def opened() -> Iterator[MailChannel]:
    channel = open_channel()
    assert channel is not None
    yield channel
    channel.close()


def refusal(channel: MailChannel, one: Letter) -> Undelivered:
    with pytest.raises(Undelivered) as fault:
        channel.deliver(one)
    return fault.value


def test_without_a_connection_there_is_no_channel(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_TOWNRETURN_SMTP", raising=False)
    assert open_channel() is None


def test_the_very_bytes_go_out_with_the_senders_address(postbox: Postbox, channel: MailChannel) -> None:
    one = letter("a@example.cn", "b@example.cn")
    channel.deliver(one)
    [envelope] = postbox.envelopes
    assert (envelope.mail_from, envelope.rcpt_tos) == ("daojia@example.cn", ["a@example.cn", "b@example.cn"])
    assert envelope.original_content is not None
    assert envelope.original_content.split(b"\r\nTo: ")[1] == one.content.split(b"\r\nTo: ")[1]
    mail = message_from_bytes(envelope.original_content, policy=policy.SMTP)
    assert mail["From"] == "清溪镇打假统计 <daojia@example.cn>"
    assert [part.get_filename() for part in mail.iter_attachments()] == ["打假月报.xlsx"]


def test_a_letter_from_the_plans_own_mailbox_is_not_touched(postbox: Postbox, channel: MailChannel) -> None:
    """What comes back goes to the connection's address, by which the server lets us in."""
    one = letter(mailbox="tongji@example.cn")
    channel.deliver(one)
    [envelope] = postbox.envelopes
    assert (envelope.mail_from, envelope.original_content) == ("daojia@example.cn", one.content)


@pytest.mark.parametrize("from_email", ["", "没有地址", "镇经科信局 <a b>"])
def test_without_any_senders_address_it_waits_until_somebody_writes_one(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch, from_email: str
) -> None:
    set_up(monkeypatch, postbox.port, extra={"from_email": from_email})
    for channel in opened():
        fault = refusal(channel, letter())
        assert "from_email" in str(fault)
        assert not fault.is_final
        channel.deliver(letter(mailbox="tongji@example.cn"))
    assert [one.mail_from for one in postbox.envelopes] == ["tongji@example.cn"]


def test_many_letters_go_on_one_connection(postbox: Postbox, channel: MailChannel) -> None:
    for number in range(20):
        channel.deliver(letter(number=number))
    assert len(postbox.envelopes) == 20
    assert len(postbox.connections) == 1


def test_a_connection_that_the_server_has_ended_is_made_anew(postbox: Postbox, channel: MailChannel) -> None:
    servers: list[SMTP] = []

    def remember(server: SMTP, _: Envelope) -> str:
        servers.append(server)
        return "250 OK"

    postbox.on_content = remember
    channel.deliver(letter(number=1))
    servers[0].loop.call_soon_threadsafe(servers[0].transport.close)
    channel.deliver(letter(number=2))
    assert len(postbox.envelopes) == 2


def test_a_recipient_that_is_refused_for_good(postbox: Postbox, channel: MailChannel) -> None:
    postbox.on_recipient = lambda _: "550 5.1.1 no such user"
    fault = refusal(channel, letter("a@example.cn"))
    assert fault.is_final
    assert str(fault) == "a@example.cn：550 5.1.1 no such user"
    assert fault.missed == ()
    postbox.on_recipient = lambda _: "250 OK"
    channel.deliver(letter(number=2))
    assert len(postbox.envelopes) == 1


def test_a_recipient_that_is_refused_for_now(postbox: Postbox, channel: MailChannel) -> None:
    postbox.on_recipient = lambda _: "451 4.7.1 greylisted"
    assert not refusal(channel, letter()).is_final


def test_the_others_get_it_when_one_is_refused(postbox: Postbox, channel: MailChannel) -> None:
    postbox.on_recipient = lambda one: "550 no such user" if one == "b@example.cn" else "250 OK"
    fault = refusal(channel, letter("a@example.cn", "b@example.cn", "c@example.cn"))
    assert (fault.is_final, fault.missed) == (True, ("b@example.cn",))
    assert [one.rcpt_tos for one in postbox.envelopes] == [["a@example.cn", "c@example.cn"]]


@pytest.mark.parametrize(
    ("answer", "is_final"),
    [("552 too large", True), ("550 sender rejected", False), ("451 busy", False), ("421 closing", False)],
)
def test_a_sender_that_is_refused_is_mended_in_the_connection_a_size_is_not(
    postbox: Postbox, channel: MailChannel, answer: str, is_final: bool
) -> None:
    postbox.on_sender = lambda _: answer
    assert refusal(channel, letter()).is_final is is_final
    assert postbox.envelopes == []


@pytest.mark.parametrize(("answer", "is_final"), [("554 looks like spam", True), ("451 disk full", False)])
def test_a_content_that_is_refused(postbox: Postbox, channel: MailChannel, answer: str, is_final: bool) -> None:
    postbox.on_content = lambda _server, _envelope: answer
    fault = refusal(channel, letter())
    assert (fault.is_final, str(fault)) == (is_final, answer)
    postbox.on_content = lambda _server, _envelope: "250 OK"
    channel.deliver(letter())


def test_a_letter_larger_than_the_server_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The size goes out with the sender, so that it is refused before the letter is sent."""
    with mail_server(data_size_limit=1000) as postbox:
        set_up(monkeypatch, postbox.port)
        for channel in opened():
            assert refusal(channel, letter()).is_final


def test_nobody_knows_when_the_connection_breaks_after_the_letter(postbox: Postbox, channel: MailChannel) -> None:
    postbox.on_content = lambda _server, _envelope: None
    with pytest.raises(Broken) as fault:
        channel.deliver(letter())
    assert str(fault.value).startswith("交信时与邮件服务器的连接断开（")
    postbox.on_content = lambda _server, _envelope: "250 OK"
    channel.deliver(letter())


def test_when_it_breaks_before_the_letter_it_certainly_is_not_out(postbox: Postbox, channel: MailChannel) -> None:
    servers: list[SMTP] = []

    def break_off(_: str) -> str:
        servers[0].transport.abort()
        return "250 OK"

    def remember(server: SMTP, _: Envelope) -> str:
        servers.append(server)
        return "250 OK"

    postbox.on_content = remember
    channel.deliver(letter(number=1))
    postbox.on_recipient = break_off
    assert not refusal(channel, letter(number=2)).is_final
    assert len(postbox.envelopes) == 1


def test_a_server_that_is_down_is_asked_once_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    set_up(monkeypatch, port)
    for channel in opened():
        fault = refusal(channel, letter(number=1))
        assert str(fault).startswith("邮件服务器不通（ConnectionRefusedError")
        assert not fault.is_final
        with mail_server(Postbox(port)):  # up again, but this run has its answer
            refusal(channel, letter(number=2))


def test_a_server_that_never_answers_is_waited_for_as_long_as_the_connection_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        set_up(monkeypatch, listener.getsockname()[1], extra={"timeout": 1, "retry_limit": 0})
        for channel in opened():
            begun = monotonic()
            assert str(refusal(channel, letter())).startswith("邮件服务器不通")
            refusal(channel, letter(number=2))
            assert monotonic() - begun < 2


@pytest.mark.parametrize("extra", [{"timeout": 0}, {"timeout": 61}, {"retry_limit": -1}, {"retry_limit": 10}])
def test_patience_that_would_outlast_an_attempt_is_refused(
    monkeypatch: pytest.MonkeyPatch, extra: dict[str, int]
) -> None:
    set_up(monkeypatch, 25, extra=extra)
    with pytest.raises(ConfigurationFault, match="timeout 应在 1 和 60 秒之间"):
        open_channel()


@pytest.mark.parametrize(
    "extra", [{"disable_tls": False}, {"disable_ssl": False}], ids=["STARTTLS", "TLS from the start"]
)
def test_encryption_that_the_port_does_not_speak_is_explained(
    postbox: Postbox, monkeypatch: pytest.MonkeyPatch, extra: dict[str, bool]
) -> None:
    """And the letter never goes out without it, not the next one either."""
    set_up(monkeypatch, postbox.port, extra=extra)
    for channel in opened():
        for number in (1, 2):
            fault = refusal(channel, letter(number=number))
            assert "465 端口写 disable_tls，25 和 587 端口写 disable_ssl" in str(fault)
    assert postbox.envelopes == []


def test_a_password_is_given_and_a_wrong_one_waits_to_be_mended(monkeypatch: pytest.MonkeyPatch) -> None:
    with mail_server(**only_with("daojia", "mima")) as postbox:
        for password, is_right in (("mima", True), ("else", False)):
            set_up(monkeypatch, postbox.port, login="daojia", password=password)
            for channel in opened():
                if is_right:
                    channel.deliver(letter())
                    continue
                fault = refusal(channel, letter())
                assert "535" in str(fault)
                assert not fault.is_final
        assert len(postbox.envelopes) == 1


def test_an_address_that_smtp_cannot_say_is_refused_for_good(postbox: Postbox, channel: MailChannel) -> None:
    assert refusal(channel, replace(letter(), to=("张三@example.cn",))).is_final
    channel.deliver(letter())


def test_what_was_posted_is_sent_and_every_case_recorded(
    small_office: Office, postbox: Postbox, channel: MailChannel
) -> None:
    """One letter each: taken, broken off, refused, greylisted, partly; then a run later."""
    addresses = ["ok", "broken", "refused", "later", "partly"]
    messages = [opening(number, to=(f"{one}@example.cn",)) for number, one in enumerate(addresses, 1)]
    messages[4] = replace(messages[4], to=("partly@example.cn", "refused@example.cn"))
    post_all(small_office, messages)
    answers = {"refused@example.cn": "550 no such user", "later@example.cn": "451 greylisted"}
    postbox.on_recipient = lambda one: answers.get(one, "250 OK")
    postbox.on_content = lambda _, envelope: None if "broken@example.cn" in envelope.rcpt_tos else "250 OK"
    clock = Clock()
    first = send_posted(small_office, [channel], clock)
    assert [str(one.result.outcome) for one in first.dispatched] == [
        "sent",
        "uncertain",
        "refused",
        "failed",
        "refused",
    ]
    answers.clear()
    clock.move(minutes=5)
    again = send_posted(small_office, [channel], clock)
    assert [one.result.outcome for one in again.dispatched] == [DispatchOutcome.SENT]
    assert [one.rcpt_tos[0].split("@")[0] for one in postbox.envelopes] == ["ok", "broken", "partly", "later"]
