"""What later returns take from published issues is what the issues state, and is read from each once."""

from datetime import timedelta

import pytest
from sqlalchemy import event

from published_months import tamper
from small_returns import compile_small, publish_all
from stored_reports import on_time
from townreturn.domain.errors import Broken
from townreturn.domain.period import Period
from townreturn.domain.town_return import TOTAL, AmountStatus
from townreturn.month.drafts import draft_original
from townreturn.office import Office
from townreturn.store.engine import reading
from townreturn.store.published_contents import published_contents
from townreturn.store.returns import find_issue

ISSUES = (("2018-01", 0), ("2018-02", 0))


@pytest.fixture
def two_issues(office: Office) -> Office:
    plan = office.plans.plans[0]
    first, second = (("2018-01", "tobacco", "cases_filed"), ("2018-02", "tobacco", "cases_filed"))
    returns = (
        compile_small(plan, "2018-01", {first: "0"}),
        compile_small(plan, "2018-02", {first: "0", second: "5.25"}),
    )
    publish_all(office, [(on_time(plan, "2018-02") + timedelta(days=day), one) for day, one in enumerate(returns)])
    return office


def test_figures_texts_and_standings_are_those_of_the_whole_return(two_issues: Office) -> None:
    with reading(two_issues.engine) as tx:
        contents = published_contents(tx, "qingxi", ISSUES)
        wholes = [find_issue(tx, "qingxi", *one) for one in ISSUES]
    assert [one.period for one in contents] == ["2018-01", "2018-02"]
    for content, whole in zip(contents, wholes, strict=True):
        assert whole is not None
        stated = [one for one in whole.town_return.cells if one.category != TOTAL and one.current.value is not None]
        assert [
            (one.period, one.category, one.indicator, one.value, one.is_zero_return, one.parts)
            for one in content.figures
        ] == [
            (content.period, one.category, one.indicator, one.current.value, one.current.status is AmountStatus.ZERO,
             (one.current.reported, one.current.expected))
            for one in stated
        ]  # fmt: skip
        assert content.figures
        assert (content.entries, content.standings) == (whole.town_return.entries, whole.town_return.standings)


def test_a_return_reads_what_was_published_before_once(two_issues: Office) -> None:
    asked: list[str] = []
    event.listen(two_issues.engine, "before_cursor_execute", lambda _c, _u, statement, *_: asked.append(statement))
    march = Period("2018-03")
    now = on_time(two_issues.plans.plans[0], "2018-03")
    with reading(two_issues.engine) as tx:
        draft = draft_original(tx, two_issues.plans, march, now)
    assert draft.basis.issues == ISSUES
    published = [one for one in asked if "compilations.content" in one and "issue >" not in one]
    assert len(published) == 1


def test_a_text_that_is_none_is_told(two_issues: Office) -> None:
    tamper(two_issues, "compilations", "UPDATE compilations SET content = '{\"cells\": 1}'")
    with reading(two_issues.engine) as tx, pytest.raises(Broken, match="cells"):
        published_contents(tx, "qingxi", ISSUES)
