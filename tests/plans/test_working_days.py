"""Working days of the years that the package knows, and of those that a file beside the plan adds."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.working_days import WorkingDays
from townreturn.plans import load_plan
from townreturn.plans.working_days import load_working_days, packaged_working_days
from townreturn.strict_yaml import StrictDocument
from written_plans import CUTOFF, moving, plan_of, valid, write_plan

# The shape of a real one; the days of 2027 are made up, for nobody has announced them yet.
FILE = """years:
  - year: 2027
    off: [2027-01-01, 2027-02-05, 2027-02-08, 2027-10-01]
    worked: [2027-02-07, 2027-02-20]
"""


@pytest.fixture(scope="module")
def days() -> WorkingDays:
    return packaged_working_days()


def extended(folder: Path, text: str = FILE) -> WorkingDays:
    path = folder / "days.yaml"
    path.write_text(text, encoding="utf-8")
    return load_working_days(StrictDocument(path))[0]


def test_every_day_of_2004_to_2026_is_what_chinesecalendar_says(days: WorkingDays) -> None:
    from chinese_calendar import is_workday

    first, last = date(2004, 1, 1), date(2026, 12, 31)
    every = [first + timedelta(days=count) for count in range((last - first).days + 1)]
    assert len(every) == 8401  # 23 years of 365 days, and the leap days of 2004, 08, 12, 16, 20 and 24
    assert [day for day in every if days.is_working(day) != is_workday(day)] == []
    assert days.years == frozenset(range(2004, 2027))


def test_spring_festival_of_2018_and_the_days_made_up_for_it(days: WorkingDays) -> None:
    """国办发明电〔2017〕12号: 15–21 February off, Sunday the 11th and Saturday the 24th worked."""
    off = [day for day in range(1, 29) if not days.is_working(date(2018, 2, day))]
    assert off == [3, 4, 10, 15, 16, 17, 18, 19, 20, 21, 25]
    assert date(2018, 2, 11).isoweekday() == 7
    assert date(2018, 2, 24).isoweekday() == 6


def test_national_day_of_2018_and_the_days_made_up_for_it(days: WorkingDays) -> None:
    """1–7 October off; Saturday 29 and Sunday 30 September worked."""
    assert date(2018, 9, 30).isoweekday() == 7
    assert [day for day in range(22, 31) if not days.is_working(date(2018, 9, day))] == [22, 23, 24]  # 中秋
    assert [day for day in range(1, 16) if not days.is_working(date(2018, 10, day))] == [1, 2, 3, 4, 5, 6, 7, 13, 14]


@pytest.mark.parametrize(
    ("day", "count", "shifted"),
    [
        (date(2018, 9, 28), 1, date(2018, 9, 29)),  # Friday; Saturday is worked
        (date(2018, 9, 28), 3, date(2018, 10, 8)),  # 29, 30, then the holiday, then Monday
        (date(2018, 10, 8), -2, date(2018, 9, 29)),
        (date(2018, 2, 14), 2, date(2018, 2, 23)),  # Thursday 22, Friday 23
        (date(2018, 2, 14), 3, date(2018, 2, 24)),  # the worked Saturday
        (date(2018, 10, 3), 0, date(2018, 10, 3)),
    ],
)
def test_counting_working_days_over_holidays(days: WorkingDays, day: date, count: int, shifted: date) -> None:
    assert days.shift(day, count) == shifted


def test_a_year_that_nobody_knows_names_the_file_to_write(days: WorkingDays) -> None:
    with pytest.raises(ConfigurationFault) as fault:
        days.is_working(date(2027, 1, 4))
    assert str(fault.value) == (
        "不知道 2027 年哪些天是工作日。请按国务院办公厅的放假通知写一个工作日文件，"
        "并在方案的 calendar.working_days 中写上它的名字（写法见 docs/操作手册.md）"
    )


def test_where_weekdays_may_be_assumed_unknown_years_have_monday_to_friday(days: WorkingDays) -> None:
    assumed = days.or_weekdays()
    assert assumed.is_working(date(2027, 10, 1))  # a Friday, National Day: that is what assuming costs
    assert not assumed.is_working(date(2027, 10, 2))
    assert not assumed.is_working(date(2018, 10, 1)), "known years stay known"
    assert assumed.shift(date(2026, 12, 31), 1) == date(2027, 1, 1)


def test_a_file_adds_a_year(tmp_path: Path) -> None:
    days = extended(tmp_path)
    assert 2027 in days.years
    assert not days.is_working(date(2027, 10, 1))
    assert days.is_working(date(2027, 2, 7)), "a Sunday that is worked"
    assert days.is_working(date(2027, 10, 8)), "any other Friday"
    assert not days.is_working(date(2027, 10, 9)), "any other Saturday"
    assert not days.is_working(date(2018, 10, 1)), "the package's years stay"
    with pytest.raises(ConfigurationFault, match="2028"):
        days.is_working(date(2028, 1, 3))


def test_a_file_replaces_a_year_as_a_whole(tmp_path: Path) -> None:
    """The Council may change a year that is announced already, as in 2020; nothing of the package's year is left."""
    days = extended(tmp_path, "years:\n  - {year: 2018, off: [2018-05-02]}\n")
    assert not days.is_working(date(2018, 5, 2))
    assert days.is_working(date(2018, 10, 1))
    assert not days.is_working(date(2018, 9, 30))
    assert not days.is_working(date(2019, 10, 1))


@pytest.mark.parametrize(
    ("old", "new", "line", "key", "sentence"),
    [
        ("2027-10-01]", "2027-10-32]", 3, "years.0.off.3", "“2027-10-32”不是 2027 年的日期，应写成 2027-10-01 这样"),
        ("2027-10-01]", "2026-10-01]", 3, "years.0.off.3", "“2026-10-01”不是 2027 年的日期"),
        ("2027-10-01]", "20271001]", 3, "years.0.off.3", "string"),
        ("2027-10-01]", "'20271001']", 3, "years.0.off.3", "“20271001”不是 2027 年的日期"),
        ("2027-10-01]", "2027-W40-5]", 3, "years.0.off.3", "“2027-W40-5”不是 2027 年的日期"),
        ("2027-02-20]", "2027-02-22]", 4, "years.0.worked.1", "2027-02-22 不是周末，不必列为调休上班日"),
        ("2027-02-08,", "2027-02-05,", 3, "years.0.off.2", "“2027-02-05”重复"),
        ("2027-02-08,", "2027-02-07,", 4, "years.0.worked.0", "“2027-02-07”重复"),
        ("    worked:", "    make_up:", 4, "years.0.make_up", "不认识的键"),
        ("    off: [2027-01-01, 2027-02-05, 2027-02-08, 2027-10-01]\n", "", 2, "years.0.off", "缺少键"),
        ("year: 2027", "year: 二〇二七", 2, "years.0.year", "的值不对"),
        ("2027-02-20]\n", "2027-02-20]\n  - {year: 2027, off: []}\n", 5, "years.1.year", "“2027”重复"),
        ("years:", "year:", 1, "years", "缺少键"),
    ],
)  # fmt: skip
def test_a_wrong_file_names_file_line_and_key(
    tmp_path: Path, old: str, new: str, line: int, key: str, sentence: str
) -> None:
    assert FILE.count(old) == 1
    with pytest.raises(ConfigurationFault) as fault:
        extended(tmp_path, FILE.replace(old, new))
    told = str(fault.value)
    assert told.startswith(f"{tmp_path / 'days.yaml'} 第{line}行：")
    assert key in told
    assert sentence in told


def naming(name: str) -> tuple[str, str]:
    return CUTOFF, f"{CUTOFF}  working_days: {name}\n"


def test_a_plan_names_the_file_that_lies_beside_it(tmp_path: Path) -> None:
    (tmp_path / "days.yaml").write_text(FILE, encoding="utf-8")
    plan = plan_of(tmp_path, naming("days.yaml"))
    assert 2027 in plan.calendar.working_days.years
    assert plan.working_days_file is not None
    assert (plan.working_days_file.name, plan.working_days_file.content) == ("days.yaml", FILE.encode())
    assert load_plan("qingxi-2018").working_days_file is None


@pytest.mark.parametrize("name", ["../days.yaml", "/etc/days.yaml", "sub/days.yaml", "..", '""', "'..\\days.yaml'"])
def test_a_file_with_a_folder_in_its_name_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "days.yaml").write_text(FILE, encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"calendar\.working_days .*只写文件名.*与方案放在同一个文件夹"):
        plan_of(tmp_path, naming(name))


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    for name in ("none.yaml", "folder"):
        with pytest.raises(ConfigurationFault) as fault:
            plan_of(tmp_path, naming(name))
        assert str(fault.value) == f"{tmp_path / name}：没有这个文件"


@pytest.mark.parametrize("rule", ["earlier", "later"])
def test_a_plan_whose_due_rule_moves_needs_its_years_at_load(tmp_path: Path, rule: str) -> None:
    with pytest.raises(ConfigurationFault) as fault:
        plan_of(tmp_path, valid("2026-06", "2027-06"), moving(rule))
    assert "calendar.due.on_non_working_day" in str(fault.value)
    assert "不知道 2027 年哪些天是工作日。请按国务院办公厅的放假通知写一个工作日文件" in str(fault.value)
    (tmp_path / "days.yaml").write_text(FILE, encoding="utf-8")
    assert plan_of(tmp_path, valid("2026-06", "2027-06"), moving(rule), naming("days.yaml"))


def test_with_keep_nothing_depends_on_the_calendar(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, valid("2018-01", "2999-12"), moving("keep"))
    assert plan.calendar.due.on_non_working_day == "keep"


def test_a_year_that_a_december_due_instant_needs_is_the_next_one(tmp_path: Path) -> None:
    """31 December 2023 is a Sunday and 1 January a holiday: later reaches into 2024."""
    wide = "years:\n  - {year: 2026, off: [2026-12-31]}\n"
    (tmp_path / "days.yaml").write_text(wide, encoding="utf-8")
    assert plan_of(tmp_path, valid("2026-12", "2026-12"), moving("later"))  # Thursday 31 December is worked
    with pytest.raises(ConfigurationFault, match="不知道 2027 年"):
        plan_of(tmp_path, valid("2026-12", "2026-12"), moving("later"), naming("days.yaml"))


@pytest.mark.parametrize(
    ("cutoff", "due", "period"),
    [
        # Reporting opens on 1 April, a Sunday, the last day in time, which moves to Friday 30 March.
        ("month_end", "month_offset: 1, day: 2", "2018-03"),
        # Reporting opens on 26 May; the last day in time is Sunday the 27th and moves to Friday the 25th:
        # due as the period ends. In January Saturday the 27th moves to Friday the 26th, which leaves a day.
        ("25", "month_offset: 0, day: 28", "2018-05"),
    ],
)
def test_a_due_instant_must_not_move_to_the_end_of_the_period(
    tmp_path: Path, cutoff: str, due: str, period: str
) -> None:
    own = ("  cutoff: 25", f"  cutoff: {cutoff}")
    with pytest.raises(ConfigurationFault) as fault:
        plan_of(tmp_path, own, moving("earlier", due))
    assert f"{period} 的报送截止移到了报告期结束以前，没有留下报送的时间" in str(fault.value)
    assert plan_of(tmp_path, own, moving("later", due))


def test_a_plan_file_is_read_only_once_for_its_working_days(tmp_path: Path) -> None:
    """What is kept are the bytes that were loaded, not the file as it is later."""
    (tmp_path / "days.yaml").write_text(FILE, encoding="utf-8")
    path = write_plan(tmp_path, naming("days.yaml"))
    plan = load_plan(str(path))
    (tmp_path / "days.yaml").write_text("years: []\n", encoding="utf-8")
    assert plan.working_days_file is not None
    assert plan.working_days_file.content == FILE.encode()
