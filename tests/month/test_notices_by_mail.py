"""Notices by mail: of wrong uploads excluded and of figures sent back, in the transaction that decides it."""

from datetime import UTC, datetime, timedelta

import pytest

from posted_mails import name_reporter, posted
from stored_reports import empty_the_inbox, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.errors import Refused
from townreturn.domain.message import MessageKind
from townreturn.domain.period import Period
from townreturn.domain.slot import Slot
from townreturn.month import decisions
from townreturn.office import Office
from townreturn.store.chains import read_chains
from townreturn.store.decisions import last_decision
from townreturn.store.engine import reading

JANUARY = Period("2018-01")
NOW = datetime(2018, 2, 5, 3, tzinfo=UTC)


def exclude(office: Office, *, lift: bool = False, at: datetime = NOW) -> None:
    with reading(office.engine) as tx:
        (file_hash,) = read_chains(tx, "qingxi", ["2018-01"])["2018-01", Slot("tobacco")].links
    month.exclude_file(office, JANUARY, file_hash, account="clerk", reason="传错\n文件", lift=lift, now=at)


def test_an_exclusion_and_its_lifting_are_told_to_the_unit(office: Office) -> None:
    store_report(office, "tobacco", "2018-01", {"cases_filed": 3})
    name_reporter(office, "yancao", "li@yc.example")
    exclude(office)
    exclude(office, lift=True, at=NOW + timedelta(minutes=1))
    exclude(office, at=NOW + timedelta(minutes=2))
    told = posted(office, "2018-01")
    assert [str(one.mail["Subject"]) for one in told] == [
        "【文件剔除】2018年1月打假统计月报（市烟草专卖局第五分局）",
        "【撤销剔除】2018年1月打假统计月报（市烟草专卖局第五分局）",
        "【文件剔除】2018年1月打假统计月报（市烟草专卖局第五分局）",
    ]
    assert {(one.stored.kind, one.stored.unit, one.stored.to) for one in told} == {
        (MessageKind.RECEIPT, "yancao", ("li@yc.example",))
    }
    files = {path.read_text(encoding="utf-8-sig") for path in (office.receipts / "2018-01").glob("*.txt")}
    assert {one.text for one in told} == files
    assert "3.烟草制品：目前按未报处理，请重新报送。\n原因：传错 文件\n" in told[0].text


def test_what_is_not_excluded_is_not_told(small_office: Office) -> None:
    store_report(small_office, "tobacco", "2018-01", {"cases_filed": 3})
    with pytest.raises(Refused):
        exclude(small_office, lift=True)
    assert posted(small_office) == []


@pytest.fixture
def compiled(office: Office) -> int:
    """January open and all in; what was compiled of it."""
    now = overdue(office.plans.plans[0], "2018-01")
    month.open_period(office, JANUARY, now, "run-1", backfilled=True)
    store_all(office, "2018-01", figures={"cases_filed": 1})
    empty_the_inbox(office, now)
    return month.compile_return(office, JANUARY, now)


def reject(office: Office, compiled: int, at: datetime = NOW) -> None:
    month.record_decision(
        office, compiled, account="approver", approved=False, comment="与台账\r\nBcc: x@y.cn 不符", run_id="run-1",
        sent_back=("tobacco", "appliances", "children"), now=at,
    )  # fmt: skip


def test_each_unit_sent_back_gets_one_message_with_all_its_categories(office: Office, compiled: int) -> None:
    """Of a backfilled period as well: somebody has decided, and the unit has to act."""
    reject(office, compiled)
    told = {one.stored.unit: one for one in posted(office, "2018-01")}
    assert set(told) == {"yancao", "jingkexin"}
    assert str(told["jingkexin"].mail["Subject"]) == "【审批退回】2018年1月打假统计月报（镇经科信局）"
    assert told["jingkexin"].text == (
        "清溪镇打假统计月报  报送回执\n报送单位：镇经科信局\n"
        "贵单位报送的2018-01“5.儿童用品”数据，审批时被退回。\n"
        "贵单位报送的2018-01“6.家用电器（含小家电）”数据，审批时被退回。\n"
        "退回原因：与台账  Bcc: x@y.cn 不符\n"
        "请核对后改正，把整份工作簿重新报送。原样重报同一个文件不会重新审核。\n"
    )
    assert told["jingkexin"].mail["Bcc"] is None
    assert len(list((office.receipts / "2018-01").glob("*.txt"))) == 3


def test_the_same_rejection_again_is_not_told_again(office: Office, compiled: int) -> None:
    for minutes in (0, 5):
        reject(office, compiled, NOW + timedelta(minutes=minutes))
    assert len(posted(office)) == 2


def test_decision_and_message_are_kept_together_or_not_at_all(
    office: Office, compiled: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError("power")

    monkeypatch.setattr(decisions, "post_notices", fail)
    with pytest.raises(OSError, match="power"):
        reject(office, compiled)
    with reading(office.engine) as tx:
        assert last_decision(tx, "qingxi", "2018-01") is None
    monkeypatch.undo()
    reject(office, compiled)
    assert len(posted(office)) == 2
