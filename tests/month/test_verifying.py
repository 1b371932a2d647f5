"""Verifying: whatever is altered is found and named in one sentence, and nothing else is."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from published_months import publish_months, tamper
from stored_reports import originals
from townreturn.domain.kept_file import BESIDE_THE_PLAN, FileKind, KeptFile
from townreturn.domain.period import Period
from townreturn.domain.town_return import TownReturn
from townreturn.month import rebuilding
from townreturn.month.verifying import verify
from townreturn.month.verifying.case import Case
from townreturn.month.verifying.deliveries import check_deliveries
from townreturn.office import Office
from townreturn.publishing import render_issue
from townreturn.publishing.manifest import Issue
from townreturn.software import software_version
from townreturn.store.engine import reading, writing
from townreturn.store.published_files import find_files

JANUARY, FEBRUARY = "2018-01", "2018-02"
LAST = "SELECT max(number) FROM events WHERE period = '2018-02'"
LAST_LETTER = "SELECT max(id) FROM messages WHERE period = '2018-02'"
FOOD = "SELECT accepted_report_id FROM latest WHERE period = '2018-02' AND category = 'food_drug'"


def differences(office: Office) -> dict[str, str]:
    return {one.period: one.text for one in verify(office) if not one.is_whole}


def named(office: Office, pattern: str, period: str = FEBRUARY) -> None:
    """Exactly one difference, in this period, told so."""
    found = differences(office)
    assert list(found) == [period], found
    assert re.search(pattern, found[period]), found[period]
    assert found[period].count("\n") == 0


def test_nothing_differs_on_either_engine(office: Office) -> None:
    publish_months(office)
    texts = {one.period: one.text for one in verify(office)}
    assert differences(office) == {}
    assert re.fullmatch(
        r"2018-01：一致。已核 原始文件 6 个、通知 17 封、留痕 \d+ 条、报送 7 份、批准 1 次、已发布 1 号、"
        r"发布存档 \d+ 个、分送 11 封",
        texts[JANUARY],
    )
    tamper(office, "facts", f"UPDATE facts SET scaled = 7 WHERE indicator = 'cases_filed' AND report_id = ({FOOD})")
    named(office, "立案：库中 7，原始文件“2018-02-shiyaojian.xlsx”的 统计表 [A-Z]+[0-9]+ 为 4，")
    tamper(office, "facts", f"UPDATE facts SET scaled = 4 WHERE indicator = 'cases_filed' AND report_id = ({FOOD})")
    tamper(office, "events", f"DELETE FROM events WHERE period = '2018-02' AND number = ({LAST})")
    named(office, r"库中有一条分送（message \d+，.*没有留痕")


def test_periods_that_are_asked_for(months: Office) -> None:
    assert [one.period for one in verify(months, [Period(JANUARY)])] == [JANUARY]
    [nothing] = verify(months, [Period("2018-07")])
    assert (nothing.is_whole, nothing.text) == (True, "2018-07：没有任何记录")


def test_one_byte_of_an_original(months: Office) -> None:
    [path] = [path for path in originals(months) if path.read_bytes()[:2] == b"PK"][:1]
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    found = differences(months)
    assert len(found) == 1
    [text] = found.values()
    assert re.search("来件“2018-0[12]-.*xlsx”的原件已被改动", text)


def test_a_lost_original(months: Office) -> None:
    originals(months)[0].unlink()
    [text] = differences(months).values()
    assert "的原件不在存档中" in text


@pytest.mark.parametrize(
    ("table", "statement", "pattern"),
    [
        ("facts", f"UPDATE facts SET scaled = 7 WHERE indicator = 'cases_filed' AND report_id = ({FOOD})",
         "镇食药监分局《1.食品药品保健品》的 立案：库中 7，原始文件“2018-02-shiyaojian.xlsx”的 统计表 [A-Z]+\\d+ 为 4"),
        ("facts", f"DELETE FROM facts WHERE indicator = 'goods_value' AND report_id = ({FOOD})",
         "涉案货值.*库中 没有这一项，原始文件"),
        ("facts", f"UPDATE facts SET cell = 'Z9' WHERE indicator = 'cases_filed' AND report_id = ({FOOD})",
         "在库中的数据与审核时留痕的散列不符"),
        ("entries", "UPDATE entries SET fields = '{\"title\": \"假的\"}' WHERE report_id = (SELECT min(report_id) FROM "
         "entries JOIN reports ON reports.id = report_id WHERE period = '2018-02') AND position = 0",
         "的文字：库中 {\"title\": \"假的\"}，原始文件"),
        ("reports", f"UPDATE reports SET verdict = 'returned' WHERE id = ({FOOD})",
         r"留痕第 \d+ 条（审核）记的 verdict 是“accepted”，库中现为“returned”"),
        ("findings", "UPDATE findings SET explanation = '另一个说法' WHERE id = (SELECT min(findings.id) FROM findings "
         "JOIN arrivals ON arrivals.id = arrival_id WHERE explanation <> '' AND period = '2018-02')",
         r"留痕第 \d+ 条（说明）记的 text 是"),
        ("arrivals", "UPDATE arrivals SET received_at = '2018-02-01T00:00:00.000000Z' WHERE file_name = "
         "'2018-02-yancao.xlsx'", r"留痕第 \d+ 条（收文）记的 received_at 是“2018-02-27T07:30:00"),
        ("reports", f"UPDATE reports SET received_at = '2018-02-01T00:00:00.000000Z' WHERE id = ({FOOD})",
         "的收到时间与收文登记不同"),
        ("published_files", "UPDATE published_files SET size = 1 WHERE name = 'manifest.json' AND period = '2018-02'",
         "存档中“manifest.json”的原件已被改动"),
        ("events", "UPDATE events SET details = replace(details, 'issue', 'edition') WHERE kind = 'published' AND "
         "period = '2018-02'", r"留痕（qingxi-2018）第 \d+ 条的内容与其散列不符"),
        ("events", "UPDATE events SET kind = 'forgotten' WHERE kind = 'published' AND period = '2018-02'",
         r"留痕（qingxi-2018）第 \d+ 条的内容与其散列不符"),
        ("events", "UPDATE events SET at = 'long ago' WHERE kind = 'published' AND period = '2018-02'",
         r"留痕（qingxi-2018）第 \d+ 条的内容与其散列不符"),
        ("events", "UPDATE events SET details = '[]' WHERE kind = 'published' AND period = '2018-02'",
         r"留痕（qingxi-2018）第 \d+ 条的内容与其散列不符"),
        ("events", "DELETE FROM events WHERE number = 3 AND period = '2018-02'",
         r"留痕（qingxi-2018）应有第 3 条，却是第 4 条"),
        ("events", f"DELETE FROM events WHERE period = '2018-02' AND number = ({LAST})",
         r"库中有一条分送（message \d+，.*没有留痕"),
        ("publications", "UPDATE publications SET software_version = '0.0.9' WHERE period = '2018-02'",
         r"留痕第 \d+ 条（发布）记的 software_version 是“.*”，库中现为“0.0.9”"),
        ("publications", "UPDATE publications SET folder = '/elsewhere' WHERE period = '2018-02'",
         r"留痕第 \d+ 条（送达）记的 folder 是“.*”，库中现为“/elsewhere”"),
        ("published_files", "UPDATE published_files SET file_hash = substr(file_hash, 2) || substr(file_hash, 1, 1) "
         "WHERE name = 'manifest.json' AND period = '2018-02'", r"留痕第 \d+ 条（发布）记的 files 是"),
        ("compilations", "UPDATE compilations SET content = 'no JSON' WHERE period = '2018-02'",
         r"编号 \d+ 的汇总内容被改动：散列应为 \w{12}…"),
        ("compilations", "UPDATE compilations SET content = replace(content, '镇', '县') WHERE period = '2018-01'",
         "编号"),
        ("compilation_inputs", "DELETE FROM compilation_inputs WHERE compilation_id = "
         "(SELECT compilation_id FROM publications WHERE period = '2018-02') AND report_id = "
         f"({FOOD})", r"留痕第 \d+ 条（汇总）记的 basis_hash 是"),
        ("deliveries", "UPDATE deliveries SET file_hash = substr(file_hash, 2) || substr(file_hash, 1, 1) "
         f"WHERE message_id = ({LAST_LETTER})", r"留痕第 \d+ 条（分送）记的 files 是"),
        ("deliveries", f"DELETE FROM deliveries WHERE message_id = ({LAST_LETTER})",
         r"留痕第 \d+ 条（分送）记的 issue 是“0”，库中现为“None”"),
        ("messages", f"UPDATE messages SET recipients = '[\"other@example.cn\"]' WHERE id = ({LAST_LETTER})",
         r"留痕第 \d+ 条（分送）记的 to 是“\[\]”，库中现为“\['other@example.cn'\]”"),
        ("latest", "UPDATE latest SET accepted_report_id = NULL WHERE period = '2018-02' AND category = 'food_drug'",
         "“food_drug”现行的报送（latest 表）应为"),
    ],
)  # fmt: skip
def test_altered_rows_are_named(months: Office, table: str, statement: str, pattern: str) -> None:
    tamper(months, table, statement)
    named(months, pattern, JANUARY if "'2018-01'" in statement else FEBRUARY)


@pytest.mark.parametrize(
    ("statement", "key"),
    [
        ("UPDATE decisions SET account = 'somebody' WHERE id = {id}", "account"),
        ("UPDATE decisions SET comment = '不同意' WHERE id = {id}", "comment"),
    ],
)
def test_an_altered_decision(months: Office, statement: str, key: str) -> None:
    newest = "(SELECT decision_id FROM publications WHERE period = '2018-02')"
    tamper(months, "decisions", statement.format(id=newest))
    named(months, rf"留痕第 \d+ 条（批准）记的 {key} 是")


def test_a_trail_that_was_wholly_rewritten(months: Office) -> None:
    """Sealed anew from a changed first event on, so that every link holds: the manifest knows better."""
    from townreturn.domain.audit import GENESIS, seal
    from townreturn.store.trail import append_events, read_chain

    with reading(months.engine) as tx:
        chain = read_chain(tx, "qingxi-2018", FEBRUARY)
    changed = [one.event for one in chain]
    changed[0], changed[1] = changed[1], changed[0]
    assert len([*seal("qingxi-2018", FEBRUARY, 0, GENESIS, changed)]) == len(chain)
    tamper(months, "events", f"DELETE FROM events WHERE period = '{FEBRUARY}'")
    with writing(months.engine) as tx:
        append_events(tx, "qingxi", "qingxi-2018", FEBRUARY, changed)
    named(months, r"第 0 号发布时留痕到第 \d+ 条.*留痕被重写")


def test_a_file_in_the_outbox(months: Office) -> None:
    folder = Path(months.outbox.path) / FEBRUARY / "issue-0"
    (folder / "清溪镇打假统计月报_2018年2月.csv").write_bytes(b"0")
    named(months, "发布文件与发布时不同：.*2018年2月.csv，请从存档取出原件换回")
    (folder / "清溪镇打假统计月报_2018年2月.csv").unlink()
    named(months, "发布文件不见了：.*2018年2月.csv")


def test_a_missing_folder_is_said_and_the_archive_counts(months: Office) -> None:
    folder = Path(months.outbox.path) / FEBRUARY / "issue-0"
    folder.rename(folder.with_name("moved away"))
    assert differences(months) == {}
    assert "第 0 号的发布目录已不在，以存档为准" in next(one.text for one in verify(months) if one.period == FEBRUARY)


def test_archived_bytes_of_an_issue(months: Office) -> None:
    with reading(months.engine) as tx:
        files = find_files(tx, "qingxi", FEBRUARY, 0)
    [briefing] = [one for one in files if one.name.endswith(".docx")]
    months.archive.path(briefing.file_hash).write_bytes(b"")
    named(months, "存档中“打假形势分析会材料_2018年2月.docx”的原件已被改动")
    assert {one.kind for one in files} == set(FileKind) - set(BESIDE_THE_PLAN), "this plan names none"


def test_a_row_written_past_the_program(months: Office) -> None:
    tamper(
        months, "arrivals",
        "INSERT INTO arrivals (town, file_hash, file_name, received_at, taken_in_at, disposition, period, filled_by) "
        "SELECT town, file_hash, 'smuggled.xlsx', received_at, taken_in_at, disposition, period, filled_by "
        "FROM arrivals WHERE file_name = '2018-02-yancao.xlsx'",
    )  # fmt: skip
    named(months, "库中有一条收文（file_hash .*没有留痕")


def write_otherwise(issue: Issue) -> tuple[KeptFile, ...]:
    """The same issue by a library that packs the briefing otherwise: the manifest follows, as it names every hash."""
    return tuple(
        replace(one, content=one.content + b" ") if one.name.endswith((".docx", "manifest.json")) else one
        for one in render_issue(issue)
    )


def test_other_bytes_of_the_same_content_accuse_nobody(months: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rebuilding, "render_issue", write_otherwise)
    found = differences(months)
    assert found[FEBRUARY] == (
        "2018-02：不一致！第 0 号重建的数据内容与发布时相同，只是文件“打假形势分析会材料_2018年2月.docx”的字节不同："
        "记录核对无误，多半是写文件的程序库或运行环境与发布时不同。发布原件在存档中完好"
        "（报送看板的历史页可以下载），请把这一情况告诉软件维护人员"
    )


def test_other_content_by_another_version_may_be_that_versions_doing(
    months: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def count_otherwise(*given: object, **more: object) -> TownReturn:
        town_return = compile_from(*given, **more)  # type: ignore[arg-type]
        return replace(town_return, cells=town_return.cells[:-1])

    compile_from = rebuilding.compile_from
    monkeypatch.setattr(rebuilding, "compile_from", count_otherwise)
    assert "第 0 号重建的数据内容与发布时不同：汇总所依据的记录有改动" in differences(months)[FEBRUARY]
    monkeypatch.setattr(rebuilding, "software_version", lambda: "9.0.0")
    told = differences(months)[FEBRUARY]
    assert f"由软件版本 {software_version()} 发布，现在的版本重建的数据内容与发布时不同" in told
    assert "请先用当时的版本再核验一次" in told


OLDER = {
    "arrivals": "CAST(id AS TEXT)",
    "reports": "CAST(id AS TEXT)",
    "compilations": "CAST(id AS TEXT)",
    "decisions": "CAST(id AS TEXT)",
    "publications": "town || ' ' || period || ' ' || CAST(issue AS TEXT)",
}
"""How migration 0003 names the rows that it finds."""


def lose_trail(office: Office) -> None:
    for table in ("events", "published_files"):
        tamper(office, table, f"DELETE FROM {table}")


def lose_deliveries(office: Office, period: str = "%") -> None:
    sent = f"(SELECT id FROM messages WHERE kind IN ('delivery', 'bulletin') AND period LIKE '{period}')"
    tamper(office, "deliveries", f"DELETE FROM deliveries WHERE message_id IN {sent}")
    tamper(office, "messages", f"DELETE FROM messages WHERE id IN {sent}")


def make_older(office: Office) -> None:
    """As a database that was in use before there was a trail, and before anything was sent."""
    lose_trail(office)
    lose_deliveries(office)
    for table, row_key in OLDER.items():
        tamper(office, table, f"INSERT INTO before_the_trail SELECT '{table}', {row_key} FROM {table}")


def test_issues_from_before_the_trail(months: Office) -> None:
    """A database that was in use before: nothing to compare with is no difference, and is said."""
    make_older(months)
    texts = [one.text for one in verify(months) if one.period]
    assert differences(months) == {}
    assert all("第 0 号发布于留痕启用之前，没有存下发布文件，未重建" in one for one in texts)
    assert all(re.search(r"留痕启用之前的记录 \d+ 项无从比对", one) for one in texts)


def test_a_lost_trail_is_no_older_database(months: Office) -> None:
    lose_trail(months)
    found = differences(months)
    assert list(found) == [JANUARY, FEBRUARY]
    assert all("没有留痕" in one for one in found.values())


@pytest.mark.parametrize("make", [make_older, lose_trail])
def test_a_figure_that_no_event_vouches_for_is_read_again(months: Office, make: Callable[[Office], None]) -> None:
    make(months)
    tamper(months, "facts", f"UPDATE facts SET scaled = 7 WHERE indicator = 'cases_filed' AND report_id = ({FOOD})")
    assert re.search(
        "立案：库中 7，原始文件“2018-02-shiyaojian.xlsx”的 统计表 [A-Z]+[0-9]+ 为 4，", differences(months)[FEBRUARY]
    )


def test_a_figure_of_before_the_trail_that_was_read_from_elsewhere(months: Office) -> None:
    """Where an earlier version found it, and how it wrote it down, is no difference; nothing vouches for that."""
    make_older(months)
    tamper(months, "facts", f"UPDATE facts SET cell = 'Z9', raw = '4.0' WHERE report_id = ({FOOD})")
    assert differences(months) == {}


@pytest.mark.parametrize("key", ["99", "-1"])
@pytest.mark.parametrize("make", [make_older, None])
def test_a_backdated_approval(months: Office, make: Callable[[Office], None] | None, key: str) -> None:
    """What it says of its own time does not count, and neither does its number."""
    if make:
        make(months)
    tamper(
        months, "decisions",
        "INSERT INTO decisions (id, compilation_id, content_hash, issue, approved, account, name, role, comment, "
        f"decided_at, run_id) SELECT {key}, compilation_id, content_hash, issue, approved, 'forger', name, role, "
        "comment, '2001-01-01T00:00:00.000000Z', run_id FROM decisions WHERE id = "
        "(SELECT decision_id FROM publications WHERE period = '2018-02')",
    )  # fmt: skip
    named(months, rf"库中有一条批准（decision {key}，.*没有留痕")


def test_nothing_can_be_called_older_afterwards(months: Office) -> None:
    with pytest.raises(DBAPIError, match="before_the_trail is append-only"), writing(months.engine) as tx:
        tx.execute(text("INSERT INTO before_the_trail VALUES ('decisions', '99')"))


def outbox(office: Office, period: str = FEBRUARY) -> Path:
    return Path(office.outbox.path) / period


def told_of_deliveries(office: Office) -> str:
    """By that check alone: others tell first of what was altered."""
    with reading(office.engine) as tx:
        return "\n".join(check_deliveries(Case(tx, office, FEBRUARY)))


def test_a_letter_with_files_that_were_never_published(months: Office) -> None:
    assert told_of_deliveries(months) == ""
    tamper(months, "published_files", "DELETE FROM published_files WHERE name LIKE '%.docx' AND period = '2018-02'")
    told = r"编号 \d+ 的通知把第 0 号的“.*docx”分送给镇食药监分局，已发布的文件中没有这一个"
    assert re.search(told, told_of_deliveries(months))


def test_a_letter_with_other_files_than_are_recorded(months: Office) -> None:
    rename = (
        f"UPDATE deliveries SET file_name = 'x.docx' WHERE message_id = ({LAST_LETTER}) AND file_name LIKE '%.docx'"
    )
    tamper(months, "deliveries", rename)
    assert "实际所附的文件与分送记录不同（“x.docx”）" in told_of_deliveries(months)


def test_a_letter_of_whose_files_nothing_is_recorded(months: Office) -> None:
    tamper(months, "deliveries", f"DELETE FROM deliveries WHERE message_id = ({LAST_LETTER})")
    assert re.search("实际所附的文件与分送记录不同（“打假形势分析会材料_2018年2月.docx”）", told_of_deliveries(months))


@pytest.mark.parametrize("name", ["issue-1", "issue-01", "issue-0 copy"])
def test_a_forged_issue_in_the_outbox(months: Office, name: str) -> None:
    shutil.copytree(outbox(months) / "issue-0", outbox(months) / name)
    named(months, f"发布目录中的 .*/2018-02/{name} 没有发布记录")


def test_an_issue_of_a_period_that_nothing_is_stored_of(months: Office) -> None:
    shutil.copytree(outbox(months) / "issue-0", outbox(months, "2019-05") / "issue-0")
    named(months, "发布目录中的 .*/2019-05/issue-0 没有发布记录", "2019-05")


def test_an_issue_that_was_unpublished(months: Office) -> None:
    """With the end of the trail, which nothing refers to any more."""
    take_out_publication(months)
    named(months, "发布目录中的 .*/2018-02/issue-0 没有发布记录")


def test_a_file_too_many_in_an_issue(months: Office) -> None:
    (outbox(months) / "issue-0" / "补充说明.docx").write_bytes(b"x")
    named(months, "发布目录中多出了文件：.*/issue-0/补充说明.docx")


def test_what_is_being_written_in_the_outbox(months: Office) -> None:
    shutil.copytree(outbox(months) / "issue-0", Path(months.outbox.path) / ".staging-1")
    shutil.copytree(outbox(months) / "issue-0", outbox(months) / ".issue-1")
    (outbox(months) / "issue-0" / ".DS_Store").write_bytes(b"x")
    (outbox(months) / "说明.txt").write_bytes(b"x")
    (Path(months.outbox.path) / "issue-1").mkdir()
    assert differences(months) == {}
    assert [one.period for one in verify(months)] == [JANUARY, FEBRUARY]


def take_out_publication(office: Office) -> None:
    lose_deliveries(office, FEBRUARY)
    of_publication = "kind IN ('published', 'delivered', 'posted')"
    for table, which in (("publications", ""), ("published_files", ""), ("events", f"AND {of_publication}")):
        tamper(office, table, f"DELETE FROM {table} WHERE period = '2018-02' {which}")


def unpublish(office: Office) -> None:
    """As a publication leaves it that was killed before its record; or somebody who took the record out."""
    take_out_publication(office)
    shutil.rmtree(outbox(office))


def erase(office: Office) -> None:
    """The issue with everything that led to it: whatever is left agrees."""
    unpublish(office)
    of_february = "(SELECT id FROM compilations WHERE period = '2018-02')"
    for table in ("decisions", "compilation_inputs", "compilation_basis", "passed_gates"):
        tamper(office, table, f"DELETE FROM {table} WHERE compilation_id IN {of_february}")
    tamper(office, "compilations", "DELETE FROM compilations WHERE period = '2018-02'")
    tamper(office, "events", "DELETE FROM events WHERE period = '2018-02' AND kind IN ('compiled', 'approved')")


@pytest.mark.parametrize("take_out", [unpublish, erase])
def test_an_issue_that_was_erased_with_all_its_rows_is_known_by_its_manifest(
    months: Office, take_out: Callable[[Office], None]
) -> None:
    take_out(months)
    named(
        months,
        r"存档中有第 0 号的清单（.*/archive/\w\w/\w{64}），却没有这一号的发布记录：或是发布中断（重新运行发布即可）",
    )
    assert [one.period for one in verify(months, [Period(FEBRUARY)]) if not one.is_whole] == [FEBRUARY]


def test_a_period_of_which_nothing_else_is_left(months: Office) -> None:
    archive_manifest(months, period="2017-12")
    named(months, "^2017-12：不一致！存档中有第 0 号的清单", "2017-12")


def archive_manifest(office: Office, **changes: object) -> None:
    """February's manifest with something else in it, as no row names it."""
    told = json.loads((outbox(office) / "issue-0" / "manifest.json").read_bytes())
    content = json.dumps({**told, **changes}, ensure_ascii=False).encode()
    path = office.archive.path(hashlib.sha256(content).hexdigest())
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)


@pytest.mark.parametrize("changes", [{"issued_on": "2018-02-28"}, {"town_code": "elsewhere", "issue": 1}, {"town": []}])
def test_what_a_killed_publication_left_is_no_difference_once_it_was_made_good(
    months: Office, changes: dict[str, object]
) -> None:
    """It was tried again on another day, so that the manifest is another; nor is another town's."""
    archive_manifest(months, **changes)
    assert differences(months) == {}


def test_an_issue_that_was_replaced(months: Office) -> None:
    archive_manifest(months, content_hash="c" * 64)
    named(
        months,
        "存档中还有一份第 0 号的清单（.*），所列内容（cccccccccccc…）不在库中：汇总、审批和发布的记录被删去或替换",
    )
    archive_manifest(months, issue=1, period="2019-13")
    assert list(differences(months)) == [FEBRUARY], "a manifest of no period is none of ours"


def test_originals_that_no_row_names(months: Office) -> None:
    """As an intake leaves them that was killed after it had archived a file."""
    path = months.archive.path("ab" * 32)
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"x")
    (months.archive.root / "ab" / ".aside.part").write_bytes(b"x")
    *_, last = verify(months)
    assert last.is_whole
    assert last.text.startswith("存档中有 1 个文件没有收文记录")
    assert [one.period for one in verify(months, [Period(JANUARY)])] == [JANUARY]
