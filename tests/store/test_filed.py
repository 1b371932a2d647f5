"""A file as it is stored and counted, on each engine: a wrong workbook, its copy, the right one, and no workbook."""

from datetime import datetime
from pathlib import Path

from asked_board import file_in_inbox
from townreturn import month
from townreturn.domain.findings import CellRef, Severity, Verdict
from townreturn.domain.slot import Slot
from townreturn.domain.submission import FigureState
from townreturn.office import Office
from townreturn.store.arrivals import list_files, list_unfiled
from townreturn.store.engine import reading
from townreturn.store.filed import (
    figures_of_report,
    files_of_reports,
    findings_of_files,
    reports_of_file,
    standing_files,
    texts_of_report,
)
from townreturn.store.finding_counts import FileCount, count_files, count_findings
from townreturn.store.inspection import list_reports

GOLDEN = Path(__file__).parents[1] / "golden" / "inbox"
NOW = datetime.fromisoformat("2018-03-01T08:00:00+08:00")


def take_in(office: Office) -> None:
    wrong, right = ((GOLDEN / f"2018-02-zhujian{end}.xlsx").read_bytes() for end in ("-wrong", ""))
    for name, content, hour in (("a.xlsx", wrong, 1), ("b.xlsx", wrong, 2), ("c.xlsx", right, 3), ("d.xlsx", b"d", 4)):
        file_in_inbox(office, name, content, NOW.replace(hour=hour))
    month.take_in(office, NOW)


def test_a_file_with_its_findings_its_reports_and_what_they_say(office: Office) -> None:
    take_in(office)
    with reading(office.engine) as tx:
        by_name = {one.file_name: one for one in list_files(tx, "qingxi", "2018-02")}
        wrong, copy, right = (by_name[name] for name in ("a.xlsx", "b.xlsx", "c.xlsx"))
        assert (wrong.duplicate_of, copy.duplicate_of, wrong.filled_by) == (None, wrong.id, "张三")
        [report] = reports_of_file(tx, wrong.id)
        assert (report.slot.key, report.verdict, report.zero_return) == ("building", Verdict.RETURNED, False)
        assert reports_of_file(tx, copy.id) == []
        found = findings_of_files(tx, [wrong.id, copy.id])
        assert [one.code for one in found[wrong.id] if one.severity is Severity.MANDATORY] == [
            "PENDING_DOES_NOT_BALANCE"
        ]
        assert copy.id not in found
        first, last = list_reports(tx, "qingxi", "2018-02")
        assert files_of_reports(tx, [first.id, last.id]) == {first.id: wrong.id, last.id: right.id}
        assert standing_files(tx, "qingxi", "2018-02") == {Slot("building"): right.id}
        pending = figures_of_report(tx, first.id)["cases_pending"]
        assert (pending.value, pending.state, pending.raw) == (9, FigureState.REPORTED, "9")
        assert pending.at == CellRef("统计表", "D19")
        assert "春节前后工地停工，本期检查没有查扣建材" in {
            one.values.get("reason") for one in texts_of_report(tx, first.id)
        }


def test_a_copy_counts_once_and_what_names_no_period_in_none(office: Office) -> None:
    take_in(office)
    with reading(office.engine) as tx:
        assert count_files(tx, "qingxi", "2018-01", "2018-12") == [FileCount("2018-02", "zhujian", 2, 1)]
        counts = {one.code: one for one in count_findings(tx, "qingxi", "2018-02", "2018-02")}
        balance = counts["PENDING_DOES_NOT_BALANCE"]
        assert (balance.count, balance.explained_count, balance.severity) == (1, 0, Severity.MANDATORY)
        assert count_findings(tx, "qingxi", "2018-03", "2018-12") == []
        assert [one.file_name for one in list_unfiled(tx, "qingxi", 10)] == ["d.xlsx"]
        assert list_unfiled(tx, "qingxi", 0) == []
