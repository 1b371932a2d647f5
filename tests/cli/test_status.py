"""``status`` now and as of an instant, the revisions behind it, and ``exclude``."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stored_reports import empty_the_inbox, store_all, store_report
from townreturn import month
from townreturn.cli import returns, status, submissions
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import writing
from townreturn.store.periods import Alert, record_alert
from townreturn.text_table import shown_width

Run = Callable[..., tuple[int, str, str]]
FEBRUARY, MAY, JUNE = (datetime(2018, number, 2, tzinfo=UTC) for number in (2, 5, 6))
OPENED = datetime(2018, 1, 26, tzinfo=UTC)
IN_MAY = datetime(2018, 5, 10, 6, 30, tzinfo=UTC)


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    def change(instant: datetime) -> None:
        for module in (submissions, returns, status):
            monkeypatch.setattr(module, "read_clock", lambda: instant)

    return change


@pytest.fixture
def office(home: Path) -> Office:
    """The office that the command line opens."""
    return open_office(Settings.from_environment(os.environ))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the home of the first test that needs it is kept for the others."""
    return tmp_path_factory.mktemp("kept") / "home"


@pytest.fixture
def published(home: Path, kept: Path, run: Run, set_clock: Callable[[datetime], None]) -> Iterator[Office]:
    """January published in February without 农资; in May 烟草 is corrected and 农资 comes after all."""
    if kept.exists():
        shutil.copytree(kept, home)
    office = open_office(Settings.from_environment(os.environ))
    if not kept.exists():
        publish_january(office, run, set_clock)
        office.engine.dispose()
        shutil.copytree(home, kept)
    set_clock(JUNE)
    yield office
    office.engine.dispose()


def publish_january(office: Office, run: Run, set_clock: Callable[[datetime], None]) -> None:
    month.open_period(office, Period("2018-01"), OPENED, "", backfilled=False)
    store_all(office, "2018-01", without=("agricultural",), figures={"cases_filed": 4})
    set_clock(FEBRUARY)
    empty_the_inbox(office, FEBRUARY)
    for command in (["compile", "2018-01"], ["approve", "2018-01", "--as", "approver"], ["publish", "2018-01"]):
        empty_the_inbox(office, FEBRUARY)
        code, _, err = run(*command)
        assert (code, err) == (0, "")
    for category in ("tobacco", "agricultural"):
        store_report(office, category, "2018-01", {"cases_filed": 5}, number=1, received_at=IN_MAY)
    with writing(office.engine) as tx:
        record_alert(tx, "qingxi", Alert(MAY, "2018-01", "五月的提醒"))


def row(out: str, category: str) -> list[str]:
    """The cells of a category's line in the table of standings."""
    [line] = [line for line in out.splitlines() if line.startswith("  ") and category in line]
    return re.split(r" {2,}", line.strip())


def test_april_knows_nothing_of_mays_correction(published: Office, run: Run) -> None:
    _, now, _ = run("status", "2018-01")
    assert row(now, "烟草制品")[2:] == ["已通过", "按时", "2018-05-10 14:30", "第2次"]
    assert row(now, "农资")[2:] == ["迟报通过", "迟报98天14小时", "2018-05-10 14:30", "第1次"]
    assert "已报 7/7 类，全部报齐" in now
    assert "五月的提醒" in now
    _, then, _ = run("status", "2018-01", "--as-of", "2018-04-10T12:00+08:00")
    assert "截至 2018-04-10 12:00 已收到的报送和已作出的决定：" in then
    assert row(then, "烟草制品")[2:] == ["已通过", "按时", "2018-01-28 00:00", "第1次"]
    assert row(then, "农资")[2:] == ["未报", "-", "-", "-"]
    assert "已报 6/7 类；未报：镇农林水务局（农资）" in then
    assert "已发布月报（2018-02-02 08:00）" in then
    assert "五月的提醒" not in then


def test_before_the_due_instant_what_is_out_was_open_and_nothing_published(published: Office, run: Run) -> None:
    _, then, _ = run("status", "2018-01", "--as-of", "2018-01-27 12:00")
    assert {cells[2] for cells in (row(then, name) for name in ("农资", "烟草制品"))} == {"待报"}
    assert "尚未发布" in then
    _, due, _ = run("status", "2018-01", "--as-of", "2018-02-01")
    assert row(due, "农资")[2] == "未报"
    assert row(due, "烟草制品")[2] == "已通过"


@pytest.mark.parametrize(
    ("given", "shown"),
    [("2018-05-10T14:30", "第2次"), ("2018-05-10T14:29:59", "第1次"), ("2018-05-10T06:30+00:00", "第2次"),
     ("2018-05-10T14:30:00.000001+08:00", "第2次"), ("2018-05-10T14:30+07:00", "第2次"), ("2018-05-10", "第1次")],
)  # fmt: skip
def test_a_time_without_an_offset_is_the_towns_own(published: Office, run: Run, given: str, shown: str) -> None:
    assert row(run("status", "2018-01", "--as-of", given)[1], "烟草制品")[-1] == shown


@pytest.mark.parametrize(
    "given",
    ["四月", "2018-04-31", "2018-06-02T08:00:01", "2999-01-01", "0001-01-01T00:00+14:00", "9999-12-31T23:59-12:00", ""],
)
def test_a_wrong_or_a_future_time_is_refused(published: Office, run: Run, given: str) -> None:
    code, out, err = run("status", "2018-01", "--as-of", given)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"{given}" in err


def test_what_had_come_and_was_taken_in_later_is_marked(
    run: Run, home: Path, workbook: Callable[..., Path], set_clock: Callable[[datetime], None]
) -> None:
    inbox = Path(Settings.from_environment(os.environ).inbox)
    inbox.mkdir(parents=True)
    workbook("a.xlsx", "shiyaojian").replace(inbox / "a.xlsx")
    set_clock(FEBRUARY)
    run("intake")
    _, then, _ = run("status", "2018-01", "--as-of", "2018-01-28T10:00")
    assert row(then, "食品药品")[2:] == ["已通过", "按时", "2018-01-28 09:00*", "第1次"]
    assert "* 当时已经收到，但之后才办理收文" in then
    _, later, _ = run("status", "2018-01", "--as-of", FEBRUARY.isoformat())
    assert row(later, "食品药品")[4] == "2018-01-28 09:00"
    assert "*" not in later


def test_every_revision_with_what_was_decided_about_it(published: Office, run: Run) -> None:
    store_report(published, "tobacco", "2018-01", {"cases_filed": 6}, number=2, verdict=Verdict.RETURNED,
                 received_at=IN_MAY + timedelta(hours=1))  # fmt: skip
    _, before, _ = run("status", "2018-01", "--chain")
    lines = before.splitlines()
    start = lines.index("3.烟草制品")
    first, second, third = (re.split(r" {2,}", line.strip()) for line in lines[start + 1 : start + 4])
    assert first[:4] == ["第1次", "2018-01-28 00:00", "2018-01-28 00:00", "通过"]
    assert second[:4] == ["第2次", "2018-05-10 14:30", "2018-05-10 14:30", "通过（现采用）"]
    assert third[:4] == ["第3次", "2018-05-10 15:30", "2018-05-10 15:30", "退回"]
    code, out, _ = run("exclude", "2018-01", second[4], "--as", "clerk", "--reason", "传成了二月的")
    assert code == 0
    assert re.fullmatch(
        rf"已从 2018-01 剔除文件 {second[4]} tobacco-2018-01-1\.xlsx\n  3\.烟草制品：现以第1次报送的数据为准。\n"
        "  2018-01 的月报已经发布，保持原样；其中“3.烟草制品”的数字与现以为准的一致，不必更正。\n",
        out,
    )
    _, after, _ = run("status", "2018-01", "--chain")
    assert row(after.split("\n\n")[0], "烟草制品")[-1] == "第1次"
    lines = after.splitlines()
    start = lines.index("3.烟草制品")
    assert lines[start + 2].startswith("  已剔除")
    assert lines[start + 3] == "      └ 2018-06-02 08:00 剔除（clerk）：传成了二月的"
    assert lines[start + 4].startswith("  第2次   2018-05-10 15:30")
    code, out, _ = run("exclude", "2018-01", second[4], "--as", "clerk", "--reason", "没有错", "--lift")
    assert (code, out.splitlines()[1:]) == (0, [
        "  3.烟草制品：现以第2次报送的数据为准。",
        "  2018-01 的月报已经发布，已发布的保持原样；“3.烟草制品”的变动，将在下次收文时按方案提出更正。",
    ])  # fmt: skip
    _, as_of, _ = run("status", "2018-01", "--chain", "--as-of", "2018-04-10")
    assert "剔除" not in as_of
    assert "第2次" not in as_of


def test_columns_stand_below_each_other(published: Office, run: Run) -> None:
    out = run("status", "2018-01", "--chain")[1]
    heading, *rows = [line for line in out.splitlines() if re.search("按时|迟报|时效", line)]
    column = shown_width(heading[: heading.index("收到时间")])
    assert len(rows) == 7
    for line in rows:
        assert shown_width(line[: re.search("2018-", line).start()]) == column  # type: ignore[union-attr]


def test_exclude_needs_its_reason_and_a_file_that_is_there(
    published: Office, run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run("exclude", "2018-01", "abcdef", "--as", "clerk")
    assert ended.value.code == 2
    capsys.readouterr()
    code, out, err = run("exclude", "2018-01", "00000000", "--as", "clerk", "--reason", "x")
    assert (code, out) == (2, "")
    assert err == "2018-01 没有标识以“00000000”开头、已办理报送的文件\n"


def test_excluding_what_a_published_return_rests_on_says_what_becomes_of_it(
    published: Office, run: Run, set_clock: Callable[[datetime], None]
) -> None:
    """Within the window a correction follows; after it none does. The unit is told the same."""
    _, out, _ = run("status", "2018-01", "--chain")
    lines = out.splitlines()
    first, second = (re.split(r" {2,}", one.strip())[4] for one in lines[lines.index("3.烟草制品") + 1 :][:2])
    for file, said in (
        (second, "其中“3.烟草制品”的数字与现以为准的一致，不必更正"),
        (first, "“3.烟草制品”的变动，将在下次收文时按方案提出更正"),
    ):
        code, out, _ = run("exclude", "2018-01", file, "--as", "clerk", "--reason", "传错")
        assert (code, said in out) == (0, True), out
        [notice] = (published.receipts / "2018-01").glob(f"*_{file}_excluded.txt")
        assert said in notice.read_text(encoding="utf-8-sig")
    assert run("exclude", "2018-01", first, "--as", "clerk", "--reason", "没有错", "--lift")[0] == 0
    set_clock(datetime(2020, 1, 2, tzinfo=UTC))
    code, out, _ = run("exclude", "2018-01", first, "--as", "clerk", "--reason", "传错")
    assert re.search(r"已过方案规定的 \d+ 个月更正期限，“3\.烟草制品”的变动不再提出更正", out)
