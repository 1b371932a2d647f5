"""A wrong upload is excluded with a reason and readmitted; nothing is deleted, and its unit is told."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from filled_workbook import FilledWorkbook
from stored_reports import accepted_figures, store_report
from townreturn import month
from townreturn.domain.audit import EventKind
from townreturn.domain.chain import links_known
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.domain.slot import Slot
from townreturn.office import Office
from townreturn.store.chains import derive_latest, read_chains
from townreturn.store.engine import reading
from townreturn.store.reports import accepted_ids, latest_reports
from townreturn.store.schema import facts, latest, reports
from townreturn.store.trail import read_chain

Send = Callable[..., Path]
JANUARY = Period("2018-01")
NOW = datetime(2018, 2, 5, 3, tzinfo=UTC)


def hashes(office: Office, category: str) -> list[str]:
    """Of every content of an obligation, the first received first."""
    with reading(office.engine) as tx:
        links = read_chains(tx, "qingxi", ["2018-01"])["2018-01", Slot(category)].links.values()
    return [one.file_hash for one in sorted(links, key=lambda one: one.position)]


def filed(office: Office, category: str) -> list[int]:
    """The cases filed that a category stands by; none when nothing is accepted."""
    with reading(office.engine) as tx:
        found = accepted_figures(tx, "qingxi", ["2018-01"])
    return [int(one.value) for one in found if (one.category, one.indicator) == (category, "cases_filed")]


def exclude(office: Office, file: str, *categories: str, lift: bool = False, reason: str = "传错文件") -> None:
    month.exclude_file(
        office, JANUARY, file, account="clerk", reason=reason, categories=categories, lift=lift, now=NOW
    )  # fmt: skip


def notices(office: Office, kind: str) -> list[str]:
    found = sorted((office.receipts / "2018-01").glob(f"*_{kind}.txt"))
    return [path.read_text(encoding="utf-8-sig") for path in found]


@pytest.fixture
def twice(office: Office) -> Office:
    """Two revisions of one obligation, with 3 and with 30 cases filed."""
    store_report(office, "tobacco", "2018-01", {"cases_filed": 3})
    store_report(office, "tobacco", "2018-01", {"cases_filed": 30}, number=1)
    return office


def test_the_revision_before_stands_again_and_lifting_brings_the_excluded_one_back(twice: Office) -> None:
    first, second = hashes(twice, "tobacco")
    exclude(twice, second[:6])
    assert filed(twice, "tobacco") == [3]
    exclude(twice, second[:8], lift=True)
    assert filed(twice, "tobacco") == [30]
    exclude(twice, first)
    with reading(twice.engine) as tx:
        assert latest_reports(tx, "qingxi", "2018-01")[Slot("tobacco")].revision == 1
        assert tx.scalar(select(func.count()).select_from(reports)) == 2
        assert tx.scalar(select(func.count()).select_from(facts)) > 50, "nothing is deleted"


def test_without_any_other_revision_nothing_was_reported(twice: Office) -> None:
    for one in hashes(twice, "tobacco"):
        exclude(twice, one)
    assert filed(twice, "tobacco") == []
    with reading(twice.engine) as tx:
        assert latest_reports(tx, "qingxi", "2018-01") == {}
        assert tx.execute(select(latest)).all() == []
        assert derive_latest(tx, "qingxi", ["2018-01"]) == {}
        assert latest_reports(tx, "qingxi", "2018-01", NOW - timedelta(seconds=1))[Slot("tobacco")].revision == 2
    assert "3.烟草制品：目前按未报处理，请重新报送。" in notices(twice, "excluded")[1] + notices(twice, "excluded")[0]


def excluded(office: Office, as_of: datetime | None = None) -> set[str]:
    """The contents of 烟草 that are excluded, now or as known then."""
    with reading(office.engine) as tx:
        links = read_chains(tx, "qingxi", ["2018-01"])["2018-01", Slot("tobacco")].links.values()
    return {one.file_hash for one in links_known(links, as_of) if one.exclusion is not None}


def test_what_is_excluded_is_known_now_and_as_of(twice: Office) -> None:
    second = hashes(twice, "tobacco")[1]
    with reading(twice.engine) as tx:
        accepted = accepted_ids(tx, "qingxi", ["2018-01"])
    exclude(twice, second)
    assert excluded(twice) == {second}
    assert excluded(twice, NOW - timedelta(microseconds=1)) == set()
    with reading(twice.engine) as tx:
        assert accepted_ids(tx, "qingxi", ["2018-01"], NOW - timedelta(microseconds=1)) == accepted
        assert accepted_ids(tx, "qingxi", ["2018-01"]) != accepted
    exclude(twice, second, lift=True)
    assert excluded(twice) == set()


def test_the_audit_trail_tells_who_and_why(twice: Office) -> None:
    second = hashes(twice, "tobacco")[1]
    exclude(twice, second, reason=" 报了二月的\n数 ")
    exclude(twice, second, lift=True)
    with reading(twice.engine) as tx:
        *_, out, back = read_chain(tx, "qingxi-2018", "2018-01")
    assert (out.event.kind, back.event.kind) == (EventKind.EXCLUDED, EventKind.READMITTED)
    assert out.event.details == {
        "account": "clerk", "category": "tobacco", "entry_numbers": [2], "file_hash": second,
        "reason": "报了二月的 数", "unit": "yancao",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("file", "changes", "sentence"),
    [
        ("12345", {}, "“12345”不是文件标识"),
        ("zzzzzz", {}, "“zzzzzz”不是文件标识"),
        ("000000", {}, "没有标识以“000000”开头"),
        ("", {"account": " "}, "请写明经办人账号"),
        ("", {"account": "x" * 251}, "250 字以内"),
        ("", {"reason": "\n"}, "请写明原因"),
        ("", {"categories": ("drinks",)}, "没有类别“drinks”"),
    ],
)
def test_misuse_is_told(twice: Office, file: str, changes: dict[str, object], sentence: str) -> None:
    usual = {"account": "clerk", "reason": "传错", "categories": (), "now": NOW}
    with pytest.raises(Misuse, match=sentence):
        month.exclude_file(twice, JANUARY, file or hashes(twice, "tobacco")[0], **(usual | changes))  # type: ignore[arg-type]
    assert notices(twice, "excluded") == []


def test_nothing_to_exclude_or_to_lift_is_refused(twice: Office) -> None:
    first, second = hashes(twice, "tobacco")
    with pytest.raises(Refused, match="没有被剔除的数据，不用恢复"):
        exclude(twice, first, lift=True)
    with pytest.raises(Refused, match="没有可剔除的数据"):
        exclude(twice, first, "building")
    exclude(twice, second)
    with pytest.raises(Refused, match="没有可剔除的数据"):
        exclude(twice, second)


def test_digits_that_two_files_share_name_both(small_office: Office) -> None:
    """Two hashes that begin alike are not to be had honestly: the rows say so themselves."""
    from stored_reports import open_register
    from townreturn.domain.submission import Arrival, Judgement, Submission
    from townreturn.store.engine import writing
    from townreturn.store.entered import write_entered

    plan = small_office.plans.plans[0]
    with writing(small_office.engine) as tx:
        from stored_reports import make_report

        for digit in "ab":
            register = open_register(tx, "qingxi", "2018-01", [])
            arrival = Arrival(f"{digit}.xlsx", "abcdef" + digit * 58, NOW - timedelta(days=1))
            report = make_report(plan, "tobacco", {})
            submission = Submission(arrival, "yancao", JANUARY, plan.form.edition, (report,), ())
            register.enter(plan, submission, [Judgement(report, (), Verdict.ACCEPTED)], Verdict.ACCEPTED, NOW)
            write_entered(tx, [register.entered(plan)])
    with pytest.raises(Misuse, match=r"不止一个，请多写几位：abcdefaaaaaa a\.xlsx；abcdefbbbbbb b\.xlsx"):
        exclude(small_office, "ABCDEF")
    exclude(small_office, "abcdefb")


def test_one_category_of_a_file_goes_and_the_same_bytes_stay_excluded(
    small_office: Office, send: Send, tmp_path: Path
) -> None:
    sent = send(small_office, "jingkexin", "2018-01")
    copy = shutil.copy2(sent, tmp_path / "copy.xlsx")
    month.take_in(small_office, NOW)
    [file_hash] = hashes(small_office, "children")
    exclude(small_office, file_hash[:8], "children", reason="儿童用品报成了上期的数")
    [notice] = notices(small_office, "excluded")
    assert "报送的 2018-01 文件“jingkexin-2018-01.xlsx”已被剔除" in notice
    assert "5.儿童用品：目前按未报处理" in notice
    assert "6.家用电器" not in notice
    assert "原因：儿童用品报成了上期的数" in notice
    shutil.copy2(copy, Path(small_office.inbox.path) / "again.xlsx")
    [taken] = month.take_in(small_office, NOW + timedelta(hours=1)).taken
    assert (taken.disposition, taken.is_duplicate) == (Verdict.RETURNED, True)
    with reading(small_office.engine) as tx:
        standing = latest_reports(tx, "qingxi", "2018-01")
    assert standing.keys() == {Slot("appliances")}
    receipts = [path.read_text(encoding="utf-8-sig") for path in (small_office.receipts / "2018-01").glob("*.txt")]
    [receipt] = [text for text in receipts if "again.xlsx" in text]
    assert "本类数据已被剔除（原因：儿童用品报成了上期的数），原样重报不会采用" in receipt


@pytest.mark.parametrize("name", ["children", "5", "儿童用品", "５.儿童用品"])
def test_a_category_is_named_by_code_number_or_name(small_office: Office, send: Send, name: str) -> None:
    send(small_office, "jingkexin", "2018-01")
    month.take_in(small_office, NOW)
    exclude(small_office, hashes(small_office, "children")[0], name)
    with reading(small_office.engine) as tx:
        assert latest_reports(tx, "qingxi", "2018-01").keys() == {Slot("appliances")}


def test_other_bytes_after_an_exclusion_are_a_new_revision(small_office: Office, send: Send) -> None:
    send(small_office, "yancao", "2018-01")
    month.take_in(small_office, NOW)
    exclude(small_office, hashes(small_office, "tobacco")[0])

    def corrected(book: FilledWorkbook) -> None:
        book.put("premises_inspected", 21)

    send(small_office, "yancao", "2018-01", corrected, name="corrected.xlsx")
    [taken] = month.take_in(small_office, NOW + timedelta(hours=1)).taken
    assert taken.disposition is Verdict.ACCEPTED
    with reading(small_office.engine) as tx:
        assert latest_reports(tx, "qingxi", "2018-01")[Slot("tobacco")].revision == 1
