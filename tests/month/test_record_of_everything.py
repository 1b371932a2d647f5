"""Everything that can happen to a period, recorded: verified whole, and every issue made again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from filled_workbook import FilledWorkbook
from issued_plan import with_issued_plan
from published_months import tamper
from townreturn import month
from townreturn.domain.audit import EventKind
from townreturn.domain.errors import Refused
from townreturn.domain.findings import Verdict
from townreturn.domain.obligation import AdjustmentKind
from townreturn.domain.period import Period
from townreturn.messaging.folder import FolderChannel
from townreturn.month.documents import decide_document
from townreturn.month.rebuilding import rebuild
from townreturn.month.reporters import name_reporter
from townreturn.month.resending import order_again
from townreturn.month.verifying import verify
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.trail import read_chain

JANUARY = Period("2018-01")
IN_MAY = datetime.fromisoformat("2018-05-10T09:30:00+08:00")
Send = Callable[..., Path]


def one_more_case(book: FilledWorkbook) -> None:
    book.put("cases_filed", 4)
    book.put("cases_closed", 2)
    book.add_entry("explanations", {"indicator": "", "finding": "与已发布的数字不同", "reason": "复核台账漏统计一宗"})


def decide(office: Office, compilation_id: int, now: datetime, *sent_back: str) -> None:
    comment = "请复核" if sent_back else ""
    month.record_decision(
        office, compilation_id, account="approver", approved=not sent_back, comment=comment, sent_back=sent_back,
        run_id="run", now=now,
    )  # fmt: skip


def adjust_and_remind(office: Office) -> None:
    """Before anything comes in, an obligation is extended, exempted, and neither any more; a unit is reminded twice."""
    now = datetime.fromisoformat("2018-01-26T08:00:00+08:00")
    until = datetime.fromisoformat("2018-02-03T00:00:00+08:00")
    for kind, due_at in (
        (AdjustmentKind.EXTENDED, until), (AdjustmentKind.EXEMPTED, None), (AdjustmentKind.RESTORED, None),
    ):  # fmt: skip
        decided = month.Decided(kind, "clerk", "台账系统停机", due_at)
        month.adjust_statistics(office, JANUARY, "tobacco", decided, now)
        now += timedelta(minutes=1)
    month.open_period(office, JANUARY, now, "", backfilled=False)
    month.remind_by_hand(office, JANUARY, month.AskedReminder("clerk", "电话没有人接", ("yancao",), "请尽快"), now)
    month.send_posted(office, [FolderChannel(office.outbox, None)], lambda: now)
    order_again(office, "1", account="clerk", reason="没有收到", now=now)


def live_through(office: Office, send: Send, bring_in: Callable[[Office, str], datetime]) -> None:
    """January: a file nobody knows, a copy, a rejection, a refused approval, an exclusion lifted, a correction."""
    inbox = Path(office.inbox.path)
    adjust_and_remind(office)
    now = bring_in(office, JANUARY.key)
    (inbox / "乱码.xlsx").write_bytes(b"no workbook")
    copy = send(office, "zhujian", JANUARY.key, name="again.xlsx")
    assert copy.exists()
    month.take_in(office, IN_MAY)
    decide(office, month.compile_return(office, JANUARY, now), now, "building")
    send(office, "zhujian", JANUARY.key, lambda book: book.put("officers_deployed", 77), received_at=now)
    month.take_in(office, now + timedelta(minutes=5))
    stale = month.compile_return(office, JANUARY, now)
    send(office, "yancao", JANUARY.key, lambda book: book.put("officers_deployed", 78), received_at=now)
    month.take_in(office, now + timedelta(minutes=10))
    with pytest.raises(Refused):
        decide(office, stale, now)
    [first, *_] = month.revisions_of(office, JANUARY)
    for lift in (False, True):
        month.exclude_file(
            office, JANUARY, first.link.file_hash[:12], account="clerk", reason="传错了", lift=lift, now=now
        )  # fmt: skip
    publish(office, month.compile_return(office, JANUARY, now), now)
    month.order_backfill(office, [JANUARY], "clerk", "停机补办", IN_MAY)
    month.order_correction(office, JANUARY, "clerk", "电商漏统计", IN_MAY)
    send(office, "gongshang", JANUARY.key, one_more_case, name="corrected.xlsx", received_at=IN_MAY)
    [taken] = month.take_in(office, IN_MAY + timedelta(minutes=5)).taken
    assert taken.disposition is Verdict.EXPLAINED
    later = IN_MAY + timedelta(hours=1)
    publish(office, month.compile_correction(office, JANUARY, later), later)


def live_through_the_plan(office: Office) -> None:
    """Two work plans, one returned and one accepted; and a reporter."""
    folder = Path(office.inbox.path) / "工作方案"
    folder.mkdir()
    for unit, content in (("镇住建局", b"%PDF-1.4"), ("镇工商分局", b"PK")):
        (folder / f"{unit}打假工作方案.docx").write_bytes(content)
    month.take_in(office, IN_MAY)
    for number, accepted in ((1, True), (2, False)):
        decide_document(office, number, account="clerk", accepted=accepted, reason="没有盖章", now=IN_MAY)
    name_reporter(
        office, "gongan", name="赵六", mail="zhao@gongan.example", account="clerk", named_at=IN_MAY, now=IN_MAY
    )  # fmt: skip


def publish(office: Office, compilation_id: int, now: datetime) -> None:
    decide(office, compilation_id, now)
    month.publish(office, compilation_id, now)


def test_all_of_it_is_whole_and_both_issues_are_made_again(
    office: Office, send: Send, bring_in: Callable[[Office, str], datetime], tmp_path: Path
) -> None:
    office = with_issued_plan(office, tmp_path)
    live_through(office, send, bring_in)
    live_through_the_plan(office)
    assert [one.text for one in verify(office) if not one.is_whole] == []
    assert [one.period for one in verify(office)] == ["", JANUARY.key]
    with reading(office.engine) as tx:
        kinds = {one.event.kind for key in ("", JANUARY.key) for one in read_chain(tx, "qingxi-2018", key)}
    assert kinds == set(EventKind)
    for issue in (0, 1):
        assert rebuild(office, JANUARY, issue).is_exact
    assert rebuild(office, JANUARY).publication.issue == 1


def test_each_of_it_is_watched(
    small_office: Office, send: Send, bring_in: Callable[[Office, str], datetime], tmp_path: Path
) -> None:
    small_office = with_issued_plan(small_office, tmp_path)
    live_through(small_office, send, bring_in)
    live_through_the_plan(small_office)
    small_office.engine.dispose()
    database = tmp_path / "townreturn.db"
    whole = database.read_bytes()
    for table, statement, told in TAMPERINGS:
        tamper(small_office, table, statement)
        [found] = [one.text for one in verify(small_office) if not one.is_whole]
        assert told in found
        small_office.engine.dispose()
        database.write_bytes(whole)


TAMPERINGS = (
    ("exclusions", "UPDATE exclusions SET reason = '没有传错' WHERE id = 1",
     "（剔除）记的 reason 是“传错了”，库中现为“没有传错”"),
    ("adjustments", "UPDATE adjustments SET reason = '没有停机' WHERE id = 1",
     "（延期）记的 reason 是“台账系统停机”，库中现为“没有停机”"),
    ("adjustments", "DELETE FROM adjustments WHERE id = 3", "（撤销延期或免报）在库中找不到对应的记录"),
    ("orders", "UPDATE orders SET account = 'nobody' WHERE id = 2",
     "（要求更正）记的 account 是“clerk”，库中现为“nobody”"),
    ("orders", "DELETE FROM orders WHERE ordered = 'backfill'", "（要求补办）在库中找不到对应的记录"),
    ("refused_approvals", "DELETE FROM refused_approvals", "（审批未受理）在库中找不到对应的记录"),
    ("sent_back", "UPDATE sent_back SET category = 'tobacco'", "（退回）记的 sent_back 是"),
    ("events", "DELETE FROM events WHERE kind = 'refused'", "有记录被删去"),
    ("hand_reminders", "UPDATE hand_reminders SET account = 'nobody'",
     "（手工催报）记的 account 是“clerk”，库中现为“nobody”"),
    ("hand_reminders", "DELETE FROM hand_reminders", "（手工催报）在库中找不到对应的记录"),
    ("dispatch_results", "UPDATE dispatch_results SET detail = '' WHERE outcome = 'ordered'",
     "（安排重发）记的 reason 是“没有收到”，库中现为“”"),
    ("documents", "UPDATE documents SET received_at = '2018-03-09T00:00:00.000000Z' WHERE id = 1",
     "（方案材料收文）记的 received_at 是“2018-05-10"),
    ("documents", "UPDATE documents SET plan = 'qingxi-2017' WHERE id = 2", "（方案材料收文）记的 plan 是"),
    ("document_decisions", "UPDATE document_decisions SET reason = '' WHERE id = 2",
     "（方案材料退回）记的 reason 是“没有盖章”，库中现为“”"),
    ("document_decisions", "DELETE FROM document_decisions WHERE id = 1", "（方案材料认可）在库中找不到对应的记录"),
    ("reporters", "UPDATE reporters SET mail = 'x@y.example'", "（报送员登记）记的 mail 是“zhao@gongan.example”"),
    ("publications", "DELETE FROM publications WHERE issue = 1", "（发布）在库中找不到对应的记录"),
)  # fmt: skip
