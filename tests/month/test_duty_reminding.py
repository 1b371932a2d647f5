"""Work plans announced and chased: exactly the expected messages at the expected instants, with a moving clock."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from inbox_files import drop
from issued_plan import with_issued_plan
from letters_read import letters, text_of
from stored_reports import empty_the_inbox
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.message import MessageKind
from townreturn.domain.obligation import Adjustment, AdjustmentKind, ObligationKind, ObligationState
from townreturn.month import take_in
from townreturn.month.documents import decide_document, hand_in_document
from townreturn.month.duty_reminding import find_due_work_plans, remind_work_plans
from townreturn.month.plan_duties import choose_plan, duties_of, scope_of
from townreturn.month.reporters import list_reporters, name_reporter
from townreturn.office import Office
from townreturn.plans import load_plan_book
from townreturn.store.adjustments import AdjustedPeriod, record_adjustment
from townreturn.store.engine import reading, writing
from townreturn.store.messages import list_messages
from townreturn.store.periods import recent_alerts

WORK, AREA = ObligationKind.WORK_PLAN, ObligationKind.AREA_PLAN
LEADS = ("shiyaojian", "zhujian", "yancao", "nonglinshui", "jingkexin", "gongshang")
OTHERS = ("gongan", "jiaotong", "shangwu", "youzheng", "wenhua")
SUMMARY = "operators"


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Office:
    """Issued on Monday 5 March 2018: due with Monday 12 March."""
    return with_issued_plan(office, tmp_path)


@pytest.fixture
def small_desk(small_office: Office, tmp_path: Path) -> Office:
    return with_issued_plan(small_office, tmp_path)


def remind(office: Office, now: datetime) -> list[str]:
    """Whom a run after an intake writes to, operators as such; run a second time, it writes to nobody."""
    empty_the_inbox(office, now)
    due = find_due_work_plans(office, now)
    written = remind_work_plans(office, now)
    assert (due.count, due.is_inbox_read) == (len(written), True)
    assert remind_work_plans(office, now) == ()
    return [one.unit or SUMMARY for one in written]


def deliver(office: Office, unit: str, received_at: datetime, kind: ObligationKind = WORK, text: str = "") -> int:
    path = Path(office.inbox.path).parent / f"{unit}.pdf"
    path.write_bytes(f"{unit} {kind} {text}".encode())
    return hand_in_document(office, None, kind, unit, path, received_at, received_at).document.id


def name(office: Office, unit: str, now: datetime) -> None:
    name_reporter(office, unit, name="赵六", mail=f"zhao@{unit}.example", account="clerk", named_at=now, now=now)


def adjust(office: Office, unit: str, adjustment: Adjustment, kind: ObligationKind = WORK) -> None:
    with writing(office.engine, scope_of("qingxi")) as tx:
        record_adjustment(tx, AdjustedPeriod("qingxi", "qingxi-2018", ""), (kind, unit, ""), adjustment)


def alerts(office: Office) -> list[str]:
    with reading(office.engine) as tx:
        return [one.text for one in recent_alerts(tx, "qingxi")]


def test_a_plan_from_its_issue_to_the_last_stage(desk: Office) -> None:
    """Each run at its instant, and to whom it writes; what happens in between is told beside it."""
    assert remind(desk, at("2018-03-04T23:59:59")) == []
    # Every member owes something: the leads a work plan, all but 镇住建局 the name of a reporter.
    assert remind(desk, at("2018-03-05T09:00:00")) == [*LEADS, *OTHERS]
    assert remind(desk, at("2018-03-07T09:00:00")) == []
    for unit in ("shiyaojian", "yancao", *OTHERS):
        name(desk, unit, at("2018-03-07T10:00:00"))
    deliver(desk, "shiyaojian", at("2018-03-07T11:00:00"))
    zhujian = deliver(desk, "zhujian", at("2018-03-08T08:00:00"))
    # 8 March: two working days before the 12th. 食药监 and 住建 have delivered, the others need name no one any more.
    assert remind(desk, at("2018-03-08T08:59:59")) == []
    assert remind(desk, at("2018-03-08T09:00:00")) == ["yancao", "nonglinshui", "jingkexin", "gongshang", SUMMARY]
    decide_document(desk, zhujian, account="clerk", accepted=False, reason="没有盖章", now=at("2018-03-09T10:00:00"))
    # 9 March: 住建 owes again, and has not heard this stage.
    assert remind(desk, at("2018-03-09T11:00:00")) == ["zhujian"]
    for unit in ("nonglinshui", "jingkexin"):
        deliver(desk, unit, at("2018-03-09T12:00:00"))
        name(desk, unit, at("2018-03-09T12:00:00"))
    adjust(desk, "yancao", Adjustment(AdjustmentKind.EXEMPTED, at("2018-03-09T13:00:00"), "clerk", "市级单位另行报送"))
    # 12 March, the last day: the bureau still owes the area plan, 烟草 nothing.
    assert remind(desk, at("2018-03-12T09:00:00")) == ["zhujian", "gongshang", "jingkexin", SUMMARY]
    deliver(desk, "jingkexin", at("2018-03-12T23:00:00"), AREA)
    # Due since midnight; the overdue stage begins at nine.
    assert remind(desk, at("2018-03-13T00:00:00")) == []
    assert remind(desk, at("2018-03-13T09:00:00")) == ["zhujian", "gongshang", SUMMARY]
    for day in range(14, 31):
        assert remind(desk, at(f"2018-03-{day}T09:00:00")) == []
    standings = {
        (one.kind, one.unit): one.state for one in duties_of(desk, desk.plans.plans[0], at("2018-03-30T09:00"))
    }
    assert [standings[WORK, unit] for unit in LEADS] == [
        ObligationState.RECEIVED, ObligationState.RETURNED, ObligationState.EXEMPTED,
        ObligationState.RECEIVED, ObligationState.RECEIVED, ObligationState.MISSING,
    ]  # fmt: skip


def test_over_national_day(small_office: Office, tmp_path: Path) -> None:
    """Issued on Thursday 27 September 2018: Friday, the worked weekend, then 8 and 9 October."""
    desk = with_issued_plan(small_office, tmp_path, "2018-09-27")
    assert len(remind(desk, at("2018-09-27T09:00:00"))) == 11
    for day in ("2018-09-28", "2018-09-29"):
        assert remind(desk, at(f"{day}T09:00:00")) == []
    # Two working days before 9 October is the worked Sunday, 30 September.
    everybody = [*LEADS, *OTHERS, SUMMARY]
    assert remind(desk, at("2018-09-30T08:59:59")) == []
    assert remind(desk, at("2018-09-30T09:00:00")) == everybody
    for day in range(1, 9):
        assert remind(desk, at(f"2018-10-{day:02d}T09:00:00")) == []
    assert remind(desk, at("2018-10-09T09:00:00")) == everybody
    assert remind(desk, at("2018-10-10T09:00:00")) == everybody
    assert remind(desk, at("2018-10-11T09:00:00")) == []


def test_what_the_messages_say_and_to_whom(small_desk: Office) -> None:
    remind(small_desk, at("2018-03-05T09:00:00"))
    announced = {mail["To"]: text_of(mail) for mail in letters(small_desk)}
    assert announced["li@zhujian.example"].splitlines()[:4] == [
        "镇住建局：",
        "《清溪镇2018年打假工作方案》已于2018年3月5日印发。按照方案，贵单位须报送：",
        "1. 打假工作方案，期限3月12日（星期一）",
        "",
    ]
    for unit in (*(one for one in LEADS if one not in ("zhujian", "gongshang")), *OTHERS):
        name(small_desk, unit, at("2018-03-06T09:00:00"))
        if unit in LEADS:
            deliver(small_desk, unit, at("2018-03-06T09:00:00"))
    deliver(small_desk, "jingkexin", at("2018-03-06T09:00:00"), AREA)
    number = deliver(small_desk, "zhujian", at("2018-03-06T09:00:00"))
    decide_document(
        small_desk, number, account="clerk", accepted=False, reason="没有盖章", now=at("2018-03-13T08:00:00")
    )
    empty_the_inbox(small_desk, at("2018-03-13T09:00:00"))
    written = remind_work_plans(small_desk, at("2018-03-13T09:00:00"))
    assert [(one.unit, one.kind, one.period) for one in written] == [
        ("zhujian", MessageKind.WORK_PLAN, ""), ("gongshang", MessageKind.WORK_PLAN, ""), ("", MessageKind.SUMMARY, ""),
    ]  # fmt: skip
    zhujian, gongshang, summary = letters(small_desk)[-3:]
    assert zhujian["To"] == "li@zhujian.example, head@zhujian.example"
    assert zhujian["Subject"] == "逾期催报：请立即报送《清溪镇2018年打假工作方案》的有关材料"
    assert text_of(zhujian).splitlines()[2] == (
        "1. 打假工作方案，期限3月12日（星期一）（已逾期）；已报的文件退回修改，原因：没有盖章"
    )
    assert gongshang["To"] == "head@gongshang.example", "nobody is known but the head"
    assert text_of(gongshang).splitlines()[2:4] == [
        "1. 打假工作方案，期限3月12日（星期一）（已逾期）",
        "2. 信息报送员名单，期限3月12日（星期一）（已逾期）",
    ]
    assert summary["To"] == "desk@qingxi.example"
    assert text_of(summary).splitlines() == [
        "以下单位还没有报齐《清溪镇2018年打假工作方案》的有关材料（期限3月12日（星期一）），已发出催报：",
        "镇住建局：打假工作方案（已退回）",
        "镇工商分局：打假工作方案、信息报送员名单",
    ]


def test_operators_are_told_whom_no_mail_reaches(small_desk: Office) -> None:
    remind(small_desk, at("2018-03-05T09:00:00"))
    remind(small_desk, at("2018-03-12T09:00:00"))
    lines = text_of(letters(small_desk)[-1]).splitlines()
    assert "镇住建局：打假工作方案" in lines
    assert "镇公安分局：信息报送员名单（没有邮箱，请电话通知）" in lines


def test_a_reporter_named_meanwhile_gets_the_next_message(small_desk: Office) -> None:
    remind(small_desk, at("2018-03-05T09:00:00"))
    name(small_desk, "yancao", at("2018-03-06T09:00:00"))
    remind(small_desk, at("2018-03-08T09:00:00"))
    assert "zhao@yancao.example" in [mail["To"] for mail in letters(small_desk)]


def test_an_extension_is_chased_by_its_own_days_and_names_everything_owed(small_desk: Office) -> None:
    remind(small_desk, at("2018-03-05T09:00:00"))
    until = at("2018-03-20T00:00:00")
    adjust(small_desk, "yancao", Adjustment(AdjustmentKind.EXTENDED, at("2018-03-06T09:00:00"), "clerk", "换岗", until))
    assert "yancao" in remind(small_desk, at("2018-03-12T09:00:00")), "its reporter is still due that day"
    [_, mail] = [one for one in letters(small_desk) if text_of(one).startswith("市烟草专卖局第五分局：")]
    assert text_of(mail).splitlines()[2:4] == [
        "1. 打假工作方案，期限3月19日（星期一）", "2. 信息报送员名单，期限3月12日（星期一）",
    ]  # fmt: skip
    name(small_desk, "yancao", at("2018-03-12T10:00:00"))
    assert "yancao" not in remind(small_desk, at("2018-03-13T09:00:00"))
    # Monday 19 March is its last day, Thursday 15 two working days before, Tuesday 20 the first late one.
    runs = {day: remind(small_desk, at(f"2018-03-{day}T09:00:00")) for day in (14, 15, 16, 19, 20, 21)}
    assert runs == {
        14: [], 15: ["yancao", SUMMARY], 16: [], 19: ["yancao", SUMMARY], 20: ["yancao", SUMMARY], 21: [],
    }  # fmt: skip


def test_a_stage_that_was_slept_through_is_not_made_up_for(small_desk: Office) -> None:
    remind(small_desk, at("2018-03-05T09:00:00"))
    assert remind(small_desk, at("2018-03-12T18:00:00"))[-1] == SUMMARY
    with reading(small_desk.engine) as tx:
        stages = {one.key.split("/")[2] for one in list_messages(tx, "qingxi") if one.kind is MessageKind.SUMMARY}
    assert stages == {"last_day"}


def test_whoever_is_just_told_is_not_reminded_at_once(small_desk: Office) -> None:
    """First run on the last day: the announcement is the reminder; overdue is told all the same."""
    assert remind(small_desk, at("2018-03-12T09:30:00")) == [*LEADS, *OTHERS]
    assert remind(small_desk, at("2018-03-12T20:00:00")) == []
    assert remind(small_desk, at("2018-03-13T09:00:00")) == [*LEADS, *OTHERS, SUMMARY]


def test_what_lies_in_the_inbox_is_not_asked_for(small_desk: Office) -> None:
    """Delivered a minute before the stage, not taken in yet: reminding waits for the intake."""
    remind(small_desk, at("2018-03-05T09:00:00"))
    stage = at("2018-03-08T09:00:00")
    drop(small_desk, "工作方案/镇住建局打假工作方案.docx", stage - timedelta(minutes=1))
    assert remind_work_plans(small_desk, stage) == ()
    due = find_due_work_plans(small_desk, stage)
    assert (due.count, due.is_inbox_read) == (12, False)
    take_in(small_desk, stage + timedelta(seconds=5))
    written = [one.unit for one in remind_work_plans(small_desk, stage + timedelta(minutes=1))]
    assert len(written) == 11
    assert "zhujian" not in written


def test_a_plan_loaded_when_all_was_due_floods_nobody(small_desk: Office) -> None:
    now = at("2018-03-13T00:00:00")
    assert remind(small_desk, now) == []
    assert remind(small_desk, now + timedelta(days=40)) == []
    [alert] = alerts(small_desk)
    assert alert.startswith("《清溪镇2018年打假工作方案》载入时已过报送工作方案的期限 2018-03-12 23:59")


def test_a_plan_without_a_day_of_issue_is_left_alone(small_office: Office) -> None:
    assert remind(small_office, at("2018-03-05T09:00:00")) == []
    assert alerts(small_office) == []
    assert duties_of(small_office, small_office.plans.plans[0], at("2018-03-05T09:00:00")) == ()


def test_a_year_without_a_calendar_is_said(small_office: Office, tmp_path: Path) -> None:
    desk = with_issued_plan(small_office, tmp_path, "2026-12-28")
    assert len(remind(desk, at("2026-12-28T09:00:00"))) == 11
    assert alerts(desk) == [
        "工作日历没有2027年，《清溪镇2018年打假工作方案》报送工作方案的期限暂按周一至周五计算，"
        "为 2027-01-04 23:59；请补充工作日历"
    ]


def test_a_run_killed_before_its_end_writes_everything_once(
    small_desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed with all messages written and before the transaction ends: the next run writes them, once."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    empty_the_inbox(small_desk, at("2018-03-05T09:00:00"))
    with monkeypatch.context() as patched:
        patched.setattr("townreturn.month.duty_reminding._came_too_late", killed)
        with pytest.raises(KeyboardInterrupt):
            remind_work_plans(small_desk, at("2018-03-05T09:00:00"))
    assert letters(small_desk) == []
    assert len(remind(small_desk, at("2018-03-05T09:10:00"))) == 11


def test_runs_at_once_write_and_record_everything_once(desk: Office) -> None:
    now = at("2018-03-05T09:00:00")
    empty_the_inbox(desk, now)
    path = drop(desk, "方案.pdf", now)
    with ThreadPoolExecutor(3) as pool:
        runs = [pool.submit(remind_work_plans, desk, now) for _ in range(3)]
        handed = [pool.submit(hand_in_document, desk, None, WORK, "yancao", path, now, now) for _ in range(3)]
    assert sorted(one.result().is_new for one in handed) == [False, False, True]
    announced = {one.unit for run in runs for one in run.result()}
    # 烟草 still owes its reporter when its plan has come first.
    assert announced == {*LEADS, *OTHERS}
    assert sum(len(run.result()) for run in runs) == 11
    assert len(letters(desk)) == 12, "and one receipt"


def test_reporters_are_listed_and_kept_once(small_desk: Office) -> None:
    now = at("2018-03-06T09:00:00")
    name(small_desk, "yancao", now)
    assert not name_reporter(
        small_desk, "yancao", name="赵六", mail="zhao@yancao.example", account="clerk", named_at=now, now=now
    )
    known = {one.unit.code: (one.name, one.mail, one.named_at) for one in list_reporters(small_desk, now)}
    assert known["yancao"] == ("赵六", "zhao@yancao.example", now)
    assert known["zhujian"] == ("李四", "li@zhujian.example", None)
    assert known["gongan"] == ("", "", None)


@pytest.mark.parametrize(
    ("unit", "person", "mail", "account", "told"),
    [
        ("nobody", "赵六", "a@b.example", "clerk", "没有代码为“nobody”的单位"),
        ("yancao", " \n", "a@b.example", "clerk", "写明信息报送员的姓名"),
        ("yancao", "赵六", "a@b.example\nBcc: c@d.example", "clerk", "不是邮箱地址"),
        ("yancao", "赵六", "赵六@烟草", "clerk", "不是邮箱地址"),
        ("yancao", "赵六", "a@b.example", " ", "经办人账号"),
    ],
)
def test_a_reporter_is_refused(small_desk: Office, unit: str, person: str, mail: str, account: str, told: str) -> None:
    now = at("2018-03-06T09:00:00")
    with pytest.raises(Misuse, match=told):
        name_reporter(small_desk, unit, name=person, mail=mail, account=account, named_at=now, now=now)


def test_which_plan_is_meant(small_desk: Office, small_office: Office) -> None:
    now = at("2018-03-06T09:00:00")
    assert choose_plan(small_desk.plans, "", now).code == "qingxi-2018"
    assert choose_plan(load_plan_book(["qingxi-2018"]), "qingxi-2018", now).code == "qingxi-2018"
    with pytest.raises(Misuse, match="没有代码为“qingxi-2017”的方案，现有：qingxi-2018"):
        choose_plan(small_desk.plans, "qingxi-2017", now)
    with pytest.raises(Refused, match="没有写明印发日期"):
        choose_plan(small_office.plans, "", now)
