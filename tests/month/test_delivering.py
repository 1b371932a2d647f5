"""A published issue goes to whoever receives it and to the units, once, and nothing else ever does.

Every category of January 2018 has 立案 4; 烟草制品 was returned once and accepted at the second attempt.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from delivered_issues import (
    CITY,
    JANUARY,
    MEETING,
    UNIT,
    addressed,
    after_due,
    approve,
    bulletins,
    compile_correction,
    compile_january,
    deliveries,
    publish,
)
from posted_letters import Clock, ScriptedChannel
from published_months import tamper
from stored_reports import store_all
from townreturn import month
from townreturn.domain.dispatch import DispatchOutcome
from townreturn.domain.errors import Broken, Misuse, Refused
from townreturn.domain.message import MessageKind, Undelivered
from townreturn.month import delivering, issuing
from townreturn.month.resending import order_again
from townreturn.office import Office
from townreturn.store.deliveries import list_deliveries
from townreturn.store.dispatches import ways_of
from townreturn.store.engine import reading
from townreturn.store.published_files import find_files
from townreturn.store.returns import newest_issues

RETURN, BRIEFING = "清溪镇打假统计月报_2018年1月", "打假形势分析会材料_2018年1月"


@pytest.fixture
def town(office: Office, tmp_path: Path) -> Office:
    """Both recipients and one unit have an address; on each engine."""
    return addressed(office, tmp_path, CITY, MEETING, UNIT)


@pytest.fixture
def small_town(small_office: Office, tmp_path: Path) -> Office:
    return addressed(small_office, tmp_path, CITY, MEETING, UNIT)


def outcomes_of(office: Office, kind: MessageKind) -> list[str]:
    """The last outcome of every letter of a kind; 「-」 while it was never tried."""
    with reading(office.engine) as tx:
        found = [one.message for one in list_deliveries(tx, "qingxi") if one.message.kind is kind]
        ways = ways_of(tx, [one.id for one in found])
    return [str(way.last.outcome) for one in found for way in ways.get(one.id, {}).values()] or ["-"]


def test_each_recipient_gets_in_one_letter_all_that_it_receives_as_it_was_published(town: Office) -> None:
    folder = Path(publish(town, compile_january(town), after_due(town)))
    found = deliveries(town)
    assert {name: [one.stored.to for one in letters] for name, letters in found.items()} == {
        "市打假办": [("city@example.cn",)],
        "打假形势分析会": [("meeting@example.cn",)],
    }
    [city], [meeting] = found["市打假办"], found["打假形势分析会"]
    published = {one.name: one.read_bytes() for one in folder.iterdir()}
    assert sorted(city.attachments) == sorted(
        name for name in published if not name.endswith(".json") or name == "manifest.json"
    )
    assert list(meeting.attachments) == [f"{BRIEFING}.docx", f"{RETURN}_摘要.html"]
    for letter in (city, meeting):
        assert letter.attachments == {name: published[name] for name in letter.attachments}
        assert letter.stored.unit == ""
    assert city.stored.subject == "【送达】清溪镇2018年1月打假统计月报、打假形势分析会材料"
    assert meeting.stored.subject == "【送达】清溪镇2018年1月打假形势分析会材料"
    assert city.text.startswith("市打假办：\n\n现将清溪镇2018年1月打假统计月报、打假形势分析会材料送上，请查收。\n")
    assert "报告期　：2018年1月，即2017年12月26日至2018年1月25日" in city.text
    assert "本期应报7类，已报7类。" in city.text


def test_the_record_names_every_file_by_its_hash(town: Office) -> None:
    publish(town, compile_january(town), after_due(town))
    with reading(town.engine) as tx:
        recorded = list_deliveries(tx, "qingxi", "2018-01")
        published = {one.name: one.file_hash for one in find_files(tx, "qingxi", "2018-01", 0)}
    assert len(recorded) == 2 + 11
    assert {one.issue for one in recorded} == {0}
    for one in recorded:
        assert one.files
        assert {name: published[name] for name, _ in one.files} == dict(one.files)


def test_every_unit_is_told_how_all_reported(town: Office) -> None:
    publish(town, compile_january(town, without=("agricultural",)), after_due(town))
    found = bulletins(town)
    assert [one.stored.unit for one in found] == [one.code for one in town.plans.plans[0].units]
    assert {one.stored.unit: one.stored.to for one in found if one.stored.to} == {"zhujian": ("zhujian@example.cn",)}
    text = found[1].text
    assert found[1].stored.subject == "【信息通报】清溪镇2018年1月打假统计报送情况"
    assert text.startswith("镇住建局：\n\n现将清溪镇2018年1月打假统计报送情况通报如下，打假形势分析会材料见附件。\n")
    for line in (
        "应报7类，已报6类，其中按时6类，一次通过5类。未报1类：农资（镇农林水务局）。",
        "退回后重报通过1类：烟草制品（市烟草专卖局第五分局，退回1次）。",
        "  2.建材　镇住建局　已报，按时",
        "  4.农资　镇农林水务局　未报",
        "有未报的：镇农林水务局1类次。",
    ):
        assert line in text
    assert list(found[1].attachments) == [f"{BRIEFING}.docx", f"{RETURN}_摘要.html"]


def test_publishing_again_writes_nothing_twice(town: Office) -> None:
    compilation = compile_january(town)
    folder, now = publish(town, compilation, after_due(town)), after_due(town)
    assert month.publish(town, compilation, now) == folder
    assert month.deliver(town, JANUARY, None, now) == ()
    with ThreadPoolExecutor(2) as pool:
        assert [run.result() for run in [pool.submit(month.deliver, town, JANUARY, 0, now) for _ in range(2)]] == [
            (),
            (),
        ]
    assert len(bulletins(town)) == 11
    assert {name: len(letters) for name, letters in deliveries(town).items()} == {"市打假办": 1, "打假形势分析会": 1}


def test_a_crash_before_the_end_leaves_neither_publication_nor_letter(
    town: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    compilation, now = compile_january(town), after_due(town)

    def write_and_crash(*arguments: object) -> None:
        delivering.post_deliveries(*arguments)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    approve(town, compilation, now)
    with monkeypatch.context() as patch:
        patch.setattr(issuing, "post_deliveries", write_and_crash)
        with pytest.raises(KeyboardInterrupt):
            month.publish(town, compilation, now)
    with reading(town.engine) as tx:
        assert newest_issues(tx, "qingxi", ["2018-01"]) == ()
    assert deliveries(town) == {}
    month.publish(town, compilation, now)
    assert {name: len(letters) for name, letters in deliveries(town).items()} == {"市打假办": 1, "打假形势分析会": 1}


def test_an_address_that_becomes_known_later(small_office: Office, tmp_path: Path) -> None:
    publish(small_office, compile_january(small_office), after_due(small_office))
    assert deliveries(small_office) == {}
    assert len(bulletins(small_office)) == 11
    now = after_due(small_office) + timedelta(days=1)
    with_address = addressed(small_office, tmp_path, CITY)
    assert [one.addressee for one in month.deliver(with_address, JANUARY, None, now)] == ["市打假办"]
    moved = addressed(small_office, tmp_path, (CITY[0], CITY[1].replace("city@", "office@")))
    assert month.deliver(moved, JANUARY, None, now) == (), "it has been written to"
    assert len(bulletins(small_office)) == 11


def test_a_correction_says_what_changed_and_what_it_replaces(town: Office) -> None:
    now = after_due(town)
    publish(town, compile_january(town), now)
    publish(town, compile_correction(town, now), now)
    first, second = deliveries(town)["市打假办"]
    assert second.stored.subject == "【第1次更正】清溪镇2018年1月打假统计月报、打假形势分析会材料"
    assert "这是第1次更正。请以本次的附件为准，以前发布的（原发）不要再用。" in second.text
    assert re.search(r"共更正 \d+ 项数字，涉及建材、合计：\n  · 建材立案由4宗更正为5宗（增加1宗），原因：", second.text)
    assert f"{RETURN}_第1次更正.xlsx" in second.attachments
    assert f"{RETURN}_第1次更正_数据更正.csv" in second.attachments
    assert "更正" not in first.text
    assert [one.stored.subject for one in bulletins(town)[11:]] == [
        "【信息通报】清溪镇2018年1月打假统计报送情况（第1次更正）"
    ] * 11
    publish(town, compile_correction(town, now + timedelta(days=1), filed=6), now)
    assert "以前发布的（第1次更正）不要再用" in deliveries(town)["市打假办"][2].text


def test_what_still_waits_of_an_issue_that_was_corrected_is_not_sent_any_more(town: Office) -> None:
    now = after_due(town)
    publish(town, compile_january(town), now)
    mail, clock = (
        ScriptedChannel(script=[Undelivered("down", is_final=False)] * 100, only_with_address=True),
        Clock(now),
    )
    month.send_posted(town, [mail], clock)
    mail.script.clear()
    mail.given.clear()
    clock.move(hours=1)
    publish(town, compile_correction(town, clock.now), clock.now)
    report = month.send_posted(town, [mail], clock)
    assert all("第1次更正" in one for one in mail.subjects)
    assert len(mail.given) == 3, "two recipients and the unit with an address"
    withdrawn = [one for one in report.dispatched if one.result.outcome is DispatchOutcome.WITHDRAWN]
    assert [one.message.addressee for one in withdrawn] == ["市打假办", "打假形势分析会", "镇住建局"]
    assert {one.result.detail for one in withdrawn} == {"发出以前又发布了第1次更正，只送新的"}


def test_a_letter_that_was_never_tried_is_withdrawn_too_and_cannot_be_ordered(small_town: Office) -> None:
    now = after_due(small_town)
    publish(small_town, compile_january(small_town), now)
    publish(small_town, compile_correction(small_town, now), now)
    mail, clock = ScriptedChannel(), Clock(now)
    month.send_posted(small_town, [mail], clock)
    assert len(mail.given) == 2 + 11
    assert all("第1次更正" in one for one in mail.subjects)
    [first, _] = deliveries(small_town)["市打假办"]
    with pytest.raises(Refused, match="已经作废，不能再发（发出以前又发布了第1次更正，只送新的）"):
        order_again(small_town, str(first.stored.id), account="clerk", reason="来电要原发", now=now)


def test_what_somebody_ordered_again_goes_though_a_later_issue_is_out(small_town: Office) -> None:
    now = after_due(small_town)
    publish(small_town, compile_january(small_town), now)
    mail, clock = ScriptedChannel(), Clock(now)
    month.send_posted(small_town, [mail], clock)
    publish(small_town, compile_correction(small_town, now), now)
    [first, _] = deliveries(small_town)["市打假办"]
    order_again(small_town, str(first.stored.id), account="clerk", reason="来电要原发", now=now)
    mail.given.clear()
    month.send_posted(small_town, [mail], clock)
    assert first.stored.subject in mail.subjects


def test_a_backfilled_period_goes_to_nobody_by_itself(small_town: Office) -> None:
    now = after_due(small_town)
    store_all(small_town, "2018-01", figures={"cases_filed": 4, "cases_pending": 4})
    publish(small_town, month.compile_return(small_town, JANUARY, now), now)
    assert (deliveries(small_town), bulletins(small_town)) == ({}, [])
    publish(small_town, compile_correction(small_town, now), now)
    assert (deliveries(small_town), bulletins(small_town)) == ({}, [])
    written = month.deliver(small_town, JANUARY, None, now)
    assert [one.addressee for one in written] == ["市打假办", "打假形势分析会"], "somebody asked for it"
    publish(small_town, compile_correction(small_town, now + timedelta(days=1), filed=6), now)
    assert {name: len(letters) for name, letters in deliveries(small_town).items()} == {
        "市打假办": 2,
        "打假形势分析会": 2,
    }
    assert bulletins(small_town) == []


def test_what_is_not_published_is_not_delivered(town: Office) -> None:
    now = after_due(town)
    compilation = compile_january(town)
    with pytest.raises(Misuse, match="没有发布过这一号；已发布的号：无"):
        month.deliver(town, JANUARY, None, now)
    approve(town, compilation, now, approved=False)
    with pytest.raises(Misuse, match="没有发布过这一号"):
        month.deliver(town, JANUARY, 0, now)
    assert deliveries(town) == {}


def test_a_correction_that_is_pending_or_rejected_is_not_delivered(small_office: Office, tmp_path: Path) -> None:
    now = after_due(small_office)
    publish(small_office, compile_january(small_office), now)
    correction = compile_correction(small_office, now)
    town = addressed(small_office, tmp_path, CITY)
    with pytest.raises(Misuse, match="已发布的号：0"):
        month.deliver(town, JANUARY, 1, now)
    approve(town, correction, now, approved=False)
    with pytest.raises(Misuse, match="已发布的号：0"):
        month.deliver(town, JANUARY, 1, now)
    month.deliver(town, JANUARY, None, now)
    [letter] = deliveries(town)["市打假办"]
    assert f"{RETURN}.xlsx" in letter.attachments
    assert not any("更正" in name for name in letter.attachments)


def test_an_issue_that_was_corrected_is_not_delivered_any_more(small_office: Office, tmp_path: Path) -> None:
    now = after_due(small_office)
    publish(small_office, compile_january(small_office), now)
    publish(small_office, compile_correction(small_office, now), now)
    town = addressed(small_office, tmp_path, CITY)
    with pytest.raises(Refused, match="2018-01 第 0 号以后又发布了第 1 号，不再送旧的"):
        month.deliver(town, JANUARY, 0, now)
    assert deliveries(town) == {}


@pytest.mark.parametrize("is_lost", [True, False], ids=["lost", "altered"])
def test_a_file_that_is_not_what_was_published_is_not_delivered(
    small_office: Office, tmp_path: Path, is_lost: bool
) -> None:
    now = after_due(small_office)
    publish(small_office, compile_january(small_office), now)
    with reading(small_office.engine) as tx:
        [workbook] = [one for one in find_files(tx, "qingxi", "2018-01", 0) if one.name == f"{RETURN}.xlsx"]
    path = small_office.archive.path(workbook.file_hash)
    content = bytearray(path.read_bytes())
    content[100] ^= 1
    path.unlink()
    if not is_lost:
        path.write_bytes(content)
    with pytest.raises(Broken, match=f"存档中(没有)?“{RETURN}.xlsx”的原件"):
        month.deliver(addressed(small_office, tmp_path, CITY), JANUARY, None, now)
    assert deliveries(small_office) == {}


def test_what_nobody_approved_is_not_delivered_though_a_row_says_it_is_published(
    small_office: Office, tmp_path: Path
) -> None:
    now = after_due(small_office)
    publish(small_office, compile_january(small_office), now)
    tamper(small_office, "decisions", "UPDATE decisions SET approved = false")
    with pytest.raises(Refused, match="2018-01"):
        month.deliver(addressed(small_office, tmp_path, CITY), JANUARY, None, now)
    assert deliveries(small_office) == {}


def test_a_delivery_is_ordered_again_with_account_and_reason(town: Office) -> None:
    now = after_due(town)
    publish(town, compile_january(town), now)
    mail, clock = ScriptedChannel(only_with_address=True), Clock(now)
    month.send_posted(town, [mail], clock)
    [letter] = deliveries(town)["市打假办"]
    order_again(town, str(letter.stored.id), account="clerk", reason="对方邮箱误删", now=clock.now)
    month.send_posted(town, [mail], clock)
    assert [one.subject for one in mail.given].count(letter.stored.subject) == 2
    assert outcomes_of(town, MessageKind.DELIVERY) == ["sent", "sent"]


def test_a_name_from_the_plan_breaks_no_header(small_office: Office, tmp_path: Path) -> None:
    name = '{name: "市打假办\\r\\nBcc: all@example.cn", receives: [briefing], address: city@example.cn}'
    town = addressed(small_office, tmp_path, (CITY[0], name))
    publish(town, compile_january(town), after_due(town))
    [[letter]] = deliveries(town).values()
    assert letter.mail["Bcc"] is None
    assert letter.stored.to == ("city@example.cn",)
