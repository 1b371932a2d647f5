"""A return tells how what is owed under the plan stood when it was compiled; that alone changes no figure."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from inbox_files import drop
from issued_plan import with_issued_plan
from townreturn import month
from townreturn.domain.obligation import ObligationKind
from townreturn.domain.period import Period
from townreturn.month.rebuilding import rebuild
from townreturn.month.verifying import verify
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.returns import find_compilation

JANUARY = Period("2018-01")
ISSUED = datetime.fromisoformat("2018-03-05T00:00:00+08:00")
NOW = datetime.fromisoformat("2018-03-09T10:00:00+08:00")


def test_status_as_of_the_compilation(office: Office, bring_in: Callable[..., datetime], tmp_path: Path) -> None:
    desk = with_issued_plan(office, tmp_path)
    bring_in(desk, JANUARY.key)
    before = month.compile_return(desk, JANUARY, ISSUED - timedelta(microseconds=1))
    drop(desk, "工作方案/镇住建局打假工作方案.docx", NOW - timedelta(hours=1))
    month.take_in(desk, NOW)
    compiled = month.compile_return(desk, JANUARY, NOW)
    with reading(desk.engine) as tx:
        assert find_compilation(tx, before).town_return.duties == ()
        duties = find_compilation(tx, compiled).town_return.duties
    assert len(duties) == 18
    assert [one.unit for one in duties if one.kind is ObligationKind.WORK_PLAN and one.is_delivered] == ["zhujian"]
    # What comes between approval and publication is told next time: no figure hangs on it.
    month.record_decision(
        desk, compiled, account="approver", approved=True, comment="", sent_back=(), run_id="", now=NOW
    )  # fmt: skip
    drop(desk, "工作方案/镇工商分局打假工作方案.docx", NOW)
    month.take_in(desk, NOW + timedelta(minutes=5))
    folder = Path(month.publish(desk, compiled, NOW + timedelta(minutes=10)))
    assert rebuild(desk, JANUARY).is_exact
    [twin] = folder.glob("打假形势分析会材料*.json")
    told = " ".join(one["text"] for one in json.loads(twin.read_text("utf-8"))["paragraphs"])
    assert "应报打假工作方案6份，已报1份，未报5份（镇食药监分局、" in told
    assert "尚有10个成员单位没有指定信息报送员：" in told
    assert [one.text for one in verify(desk) if not one.is_whole] == []
