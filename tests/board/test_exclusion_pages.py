"""剔除 and 恢复 by the board: with a reason and a tick, recorded under the account that asks."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from asked_board import IN_HAND, MARCH, Ask, asking, begin_march
from townreturn import month
from townreturn.domain.audit import EventKind
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.arrivals import list_files
from townreturn.store.engine import reading
from townreturn.store.trail import read_chain

GOOD = {"categories": "tobacco", "reason": "误传了别的月份", "confirmed": "true"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """March in hand: 烟草 accepted."""
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": str(tmp_path / "home")}))
    begin_march(office)
    yield office
    office.engine.dispose()


@pytest.fixture
def ask(office: Office) -> Ask:
    return asking(office)


@pytest.fixture
def address(office: Office) -> str:
    """Of the accepted file."""
    with reading(office.engine) as tx:
        files = list_files(tx, office.plans.town_code, MARCH.key)
    return f"/submissions/{next(one.id for one in files if one.disposition == 'accepted')}"


def state_of_tobacco(office: Office) -> str:
    status = month.status_of(office, MARCH, IN_HAND)
    return next(one.state for one in status.standings if one.category == "tobacco")


def test_excluded_and_readmitted_with_reason_and_account(office: Office, ask: Ask, address: str) -> None:
    assert state_of_tobacco(office) == "accepted"
    answer = ask(f"{address}/exclusion", "operator", "POST", GOOD)
    assert answer.status_code == 200
    assert "已办理" in answer.text
    assert state_of_tobacco(office) == "open"
    assert ask(f"{address}/readmission", "operator", "POST", GOOD | {"reason": "核对无误"}).status_code == 200
    assert state_of_tobacco(office) == "accepted"
    with reading(office.engine) as tx:
        told = [one.event for one in read_chain(tx, office.plans.in_force(MARCH).code, MARCH.key)]
    decided = [one for one in told if one.kind in (EventKind.EXCLUDED, EventKind.READMITTED)]
    assert [(one.kind.value, one.details["account"], one.details["reason"]) for one in decided] == [
        ("excluded", "operator", "误传了别的月份"), ("readmitted", "operator", "核对无误"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("missing", "sentence"),
    [("confirmed", "请先核对"), ("reason", "请写明原因"), ("categories", "至少勾选一个类别")],
)
def test_what_is_left_out_is_asked_for_and_the_rest_stays(
    office: Office, ask: Ask, address: str, missing: str, sentence: str
) -> None:
    given = {key: value for key, value in GOOD.items() if key != missing}
    answer = ask(f"{address}/exclusion", "operator", "POST", given)
    assert answer.status_code == 400
    assert sentence in answer.text
    assert ("误传了别的月份" in answer.text) is (missing != "reason")
    assert state_of_tobacco(office) == "accepted"


def test_what_cannot_be_done_is_told_above_the_form(office: Office, ask: Ask, address: str) -> None:
    answer = ask(f"{address}/readmission", "operator", "POST", GOOD)
    assert answer.status_code == 409
    assert "没有被剔除的数据" in answer.text
    assert state_of_tobacco(office) == "accepted"


def test_a_typed_reason_is_no_markup(ask: Ask, address: str) -> None:
    answer = ask(f"{address}/exclusion", "operator", "POST", {"reason": "</textarea><script>alert(1)</script>"})
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)" in answer.text


def test_another_site_can_have_nothing_excluded(office: Office, ask: Ask, address: str) -> None:
    answer = ask(f"{address}/exclusion", "operator", "POST", GOOD, sec_fetch_site="cross-site")
    assert answer.status_code == 403
    assert state_of_tobacco(office) == "accepted"


def test_only_an_operator_is_shown_the_way(ask: Ask, address: str) -> None:
    assert "/exclusion" in ask(address, "operator").text
    assert "/exclusion" not in ask(address, "viewer").text


def test_only_what_can_be_done_is_offered(ask: Ask, address: str) -> None:
    def offered() -> list[str]:
        html = ask(address, "operator").text
        return [one for one in ("/exclusion", "/readmission") if one in html]

    assert offered() == ["/exclusion"]
    ask(f"{address}/exclusion", "operator", "POST", GOOD)
    assert offered() == ["/readmission"]


def test_the_only_category_is_ticked_until_somebody_unticks_it(ask: Ask, address: str) -> None:
    ticked = 'value="tobacco" checked'
    assert ticked in ask(f"{address}/exclusion", "operator").text
    without = {key: value for key, value in GOOD.items() if key != "categories"}
    assert ticked not in ask(f"{address}/exclusion", "operator", "POST", without).text
