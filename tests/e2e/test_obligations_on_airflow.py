"""A month begins in a running Airflow, with a real SMTP and a real IMAP server.

Every unit is sent its workbook; one is filled in and mailed back, and its receipt comes by mail; a
stranger's mail is set aside. The operator extends an obligation by the form, and is told of a
return that is not out in time. The tests share one Airflow and run in their order.
"""

import json
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from io import BytesIO

import pytest

from filled_workbook import FilledWorkbook
from imap_server import ImapServer, why_absent
from mail_servers import Postbox, connection, mail_server
from plan_of_now import BUREAU, plan_of_now
from site_on_airflow import Site, run_site, wait_for
from townreturn import month
from townreturn.domain.message import MessageKind
from townreturn.domain.obligation import AdjustmentKind
from townreturn.domain.period import Period, periods_between
from townreturn.store.adjustments import list_adjustments
from townreturn.store.engine import reading
from townreturn.store.messages import list_messages
from townreturn.store.periods import recent_alerts

pytestmark = pytest.mark.e2e
UNITS = ("shiyaojian", "zhujian", "yancao", "nonglinshui", "jingkexin", "gongshang")
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
with_imap = pytest.mark.skipif(bool(why_absent()), reason=why_absent() or "there is one")


@pytest.fixture(scope="module")
def sent() -> Iterator[Postbox]:
    """What the bureau's SMTP server has taken."""
    with mail_server() as postbox:
        yield postbox


@pytest.fixture(scope="module")
def mailbox() -> Iterator[ImapServer | None]:
    """The bureau's mailbox; None where no IMAP server can be started."""
    if why_absent():
        yield None
        return
    with ImapServer(user=BUREAU) as server:
        yield server


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sent: Postbox, mailbox: ImapServer | None) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("obligations")
    connections = {"AIRFLOW_CONN_TOWNRETURN_SMTP": json.dumps(connection(sent.port))}
    if mailbox is not None:
        connections["AIRFLOW_CONN_TOWNRETURN_IMAP"] = mailbox.connection()
    yield from run_site(folder / "home", TOWNRETURN_PLAN=str(plan_of_now(folder)), **connections)


def newest_closed(site: Site) -> Period:
    return site.office.plans.calendar.last_closed(datetime.now(UTC))


def mails_to(postbox: Postbox, address: str) -> list[EmailMessage]:
    """What was sent to an address, the oldest first."""
    return [
        message_from_bytes(one.original_content or b"", policy=policy.default)  # type: ignore[misc]
        for one in postbox.envelopes
        if address in one.rcpt_tos
    ]


def mail_back(site: Site, mail: EmailMessage, unit: str) -> EmailMessage:
    """The workbook of a mail, filled in and sent back as a reporter's program would."""
    [attachment] = mail.iter_attachments()
    plan = site.office.plans.plans[0]
    book = FilledWorkbook(plan, plan.unit_by_code[unit], newest_closed(site), attachment.get_content())
    filled = BytesIO()
    book.book.save(filled)
    answer = EmailMessage()
    answer["From"], answer["To"], answer["Subject"] = f"{unit}@qingxi.example", BUREAU, f"回复：{mail['Subject']}"
    answer["Message-ID"] = f"<answer-of-{unit}@qingxi.example>"
    answer.set_content("报表填好了，见附件。")
    kind, _, form = WORKBOOK.partition("/")
    answer.add_attachment(filled.getvalue(), maintype=kind, subtype=form, filename="打假月报（填好）.xlsx")
    return answer


def look_into_the_mailbox(site: Site) -> None:
    with site.client() as client:
        client.announce("submission_inbox")


def test_every_lead_unit_is_mailed_its_workbook_once(site: Site, sent: Postbox) -> None:
    period = newest_closed(site)
    wait_for("six mails", lambda: len(sent.envelopes) >= len(UNITS) or None)
    for unit in UNITS:
        [mail] = mails_to(sent, f"{unit}@qingxi.example")
        assert mail["Subject"].startswith(f"【报表下发】{period.year}年{period.month}月打假统计月报（")
        [attachment] = mail.iter_attachments()
        assert attachment.get_content_type() == WORKBOOK


@with_imap
def test_a_workbook_mailed_back_is_answered_by_mail(site: Site, sent: Postbox, mailbox: ImapServer) -> None:
    [opening] = mails_to(sent, "zhujian@qingxi.example")
    answer = mail_back(site, opening, "zhujian")
    uid = mailbox.append(answer.as_bytes(), datetime.now(UTC))
    look_into_the_mailbox(site)
    [_, receipt] = wait_for(
        "the receipt", lambda: found if len(found := mails_to(sent, "zhujian@qingxi.example")) > 1 else None
    )
    assert receipt["Subject"].startswith("【通过】")
    assert receipt["In-Reply-To"] == answer["Message-ID"]
    assert mailbox.flags_of(uid) == {"TownreturnTaken", "\\Seen"}
    now = datetime.now(UTC)
    standings = month.status_of(site.office, newest_closed(site), now).standings
    assert {one.category for one in standings if one.is_in} == {"building"}


@with_imap
def test_a_strangers_mail_is_set_aside_and_never_answered(site: Site, sent: Postbox, mailbox: ImapServer) -> None:
    [opening] = mails_to(sent, "yancao@qingxi.example")
    forged = mail_back(site, opening, "yancao")
    forged.replace_header("From", "stranger@elsewhere.example")
    before = len(sent.envelopes)
    uid = mailbox.append(forged.as_bytes(), datetime.now(UTC))
    look_into_the_mailbox(site)

    def told() -> str | None:
        with reading(site.office.engine) as tx:
            return next((one.text for one in recent_alerts(tx, "qingxi") if "stranger@" in one.text), None)

    assert "quarantine" in wait_for("the alert", told)
    assert mailbox.flags_of(uid) == {"TownreturnTaken"}, "it stays unread, and stays"
    assert len(sent.envelopes) == before


def test_an_operator_extends_an_obligation_by_the_form(site: Site, sent: Postbox) -> None:
    period = newest_closed(site)
    regular = site.office.plans.calendar.due_at(period)
    until = (regular + timedelta(days=2)).date()
    form = {"category": "tobacco", "decision": "extended", "until": str(until), "reason": "系统停电"}
    with site.client() as client:
        run_id = client.trigger(period.key, dag_id="adjust_obligation", **form)
    assert site.wait_until_over(run_id, "adjust_obligation") == "success"
    with reading(site.office.engine) as tx:
        [(obligation, adjustment)] = list_adjustments(tx, "qingxi", period.key)
    assert (obligation[1:], adjustment.kind) == (("yancao", "tobacco"), AdjustmentKind.EXTENDED)
    assert (adjustment.account, adjustment.reason) == ("operator", "系统停电")
    assert adjustment.due_at == regular + timedelta(days=3), "to the end of that day"
    told = wait_for("the unit's mail", lambda: mails_to(sent, "yancao@qingxi.example")[1:] or None)
    assert [one["Subject"][:4] for one in told] == ["【延期】"]


def test_a_form_that_makes_no_sense_ends_the_run_and_leaves_nothing(site: Site) -> None:
    period = newest_closed(site).previous
    with site.client() as client:
        run_id = client.trigger(
            period.key, dag_id="adjust_obligation", category="tobacco", decision="restored", reason="改回"
        )
    assert site.wait_until_over(run_id, "adjust_obligation") == "failed"
    with reading(site.office.engine) as tx:
        assert list(list_adjustments(tx, "qingxi", period.key)) == []


def test_operators_are_alerted_when_a_return_is_not_out_in_time(site: Site) -> None:
    """Airflow has the deadline of the run by our calendar; the test moves it into the past."""
    period = newest_closed(site)
    site.run_of(period.key)
    database = sqlite3.connect(site.installation.folder / "airflow.db", timeout=60)
    with database:
        [(watched,)] = database.execute("SELECT deadline_time FROM deadline").fetchall()
        calendar = site.office.plans.calendar
        assert datetime.fromisoformat(watched).replace(tzinfo=UTC) > calendar.due_at(period)
        database.execute("UPDATE deadline SET deadline_time = '2018-01-01 00:00:00.000000'")
    database.close()

    def told() -> str | None:
        with reading(site.office.engine) as tx:
            return next((one.text for one in recent_alerts(tx, "qingxi") if "还没有发布" in one.text), None)

    assert wait_for("the alert", told).startswith(f"{period} 的月报到 ")
    with reading(site.office.engine) as tx:
        [message] = [one for one in list_messages(tx, "qingxi") if one.kind is MessageKind.ALERT]
    assert (message.to, message.period) == (("clerk@qingxi.example",), period.key)


def test_a_backfill_has_no_deadline(site: Site) -> None:
    first = Period(site.office.plans.plans[0].validity.first)
    assert periods_between(first, newest_closed(site))[0] == first
    site.backfill(first.key)
    run_id = site.run_of(first.key).run_id
    database = sqlite3.connect(site.installation.folder / "airflow.db", timeout=60)
    query = "SELECT count(*) FROM deadline JOIN dag_run ON dag_run.id = deadline.dagrun_id WHERE run_id = ?"
    assert database.execute(query, [run_id]).fetchone() == (0,)
    database.close()
