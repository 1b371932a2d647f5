"""A correction that was rejected stays so until something changes; units hear of it only to send something.

January is published with 4 cases filed in each category.
"""

from datetime import datetime, timedelta

import pytest

from stored_reports import empty_the_inbox, overdue, store_all, store_report
from townreturn import month
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.domain.slot import Slot
from townreturn.office import Office
from townreturn.store.chains import read_chains
from townreturn.store.decisions import last_decision, list_refusals
from townreturn.store.engine import reading
from townreturn.store.proposals import Outcome
from townreturn.store.returns import find_compilation

JANUARY = Period("2018-01")
FIGURES = {"cases_filed": 4, "cases_pending": 4}


class Story:
    """January's corrections, each step an hour after the one before."""

    def __init__(self, office: Office, start: datetime) -> None:
        self.office, self.now = office, start
        self.sent = 0

    def later(self) -> datetime:
        self.now += timedelta(hours=1)
        return self.now

    def file(self, category: str = "building", which: int = -1) -> str:
        """The hash of one of the category's contents, in the order of the chain."""
        with reading(self.office.engine) as tx:
            links = read_chains(tx, "qingxi", ["2018-01"])["2018-01", Slot(category)].links.values()
        return sorted(links, key=lambda one: one.position)[which].file_hash

    def exclude(self, file: str = "", *, lift: bool = False, reason: str = "误报了他镇的表") -> None:
        month.exclude_file(
            self.office, JANUARY, (file or self.file())[:8], account="clerk", reason=reason, lift=lift, now=self.later()
        )

    def report(self, category: str = "building", filed: int = 5) -> None:
        self.sent += 1
        figures = {"cases_filed": filed, "cases_pending": filed}
        store_report(self.office, category, "2018-01", figures, number=self.sent, received_at=self.later())

    def propose(self, run_id: str = "c-1") -> Outcome:
        return month.propose_correction(self.office, JANUARY, run_id, self.later()).outcome

    def compile(self, run_id: str = "c-1") -> int:
        return month.compile_correction(self.office, JANUARY, self.later(), run_id)

    def answer(self, compilation: int, *sent_back: str, run_id: str = "c-1", account: str = "approver") -> None:
        month.record_decision(
            self.office, compilation, account=account, approved=not sent_back,
            comment="不同意" if sent_back else "", sent_back=sent_back, run_id=run_id, now=self.later(),
        )  # fmt: skip

    def reject(self, *sent_back: str, run_id: str = "c-1") -> int:
        """Propose, compile, reject; the compilation."""
        assert self.propose(run_id) is Outcome.PROPOSED
        self.answer(key := self.compile(run_id), *sent_back, run_id=run_id)
        return key

    def notices(self) -> list[str]:
        """Of what was sent back; those of exclusions stand beside them."""
        found = (self.office.receipts / "2018-01").glob("*.txt")
        return [text for path in found if "审批时被退回" in (text := path.read_text("utf-8-sig"))]


@pytest.fixture
def story(office: Office) -> Story:
    return published(office)


@pytest.fixture
def small_story(small_office: Office) -> Story:
    return published(small_office)


def published(office: Office) -> Story:
    now = overdue(office.plans.plans[0], "2018-01")
    month.open_period(office, JANUARY, now, "run-1", backfilled=True)
    store_all(office, "2018-01", figures=FIGURES)
    empty_the_inbox(office, now)
    told = Story(office, now)
    told.answer(key := month.compile_return(office, JANUARY, now), run_id="run-1")
    month.publish(office, key, told.later())
    return told


def test_a_rejected_exclusion_stays_rejected_and_says_what_to_do(story: Story) -> None:
    file = story.file()
    story.exclude()
    key = story.reject("building")
    assert story.propose("") is Outcome.REJECTED
    proposal = month.propose_correction(story.office, JANUARY, "", story.later())
    told = month.describe_proposal(story.office, proposal, story.now)
    assert told == (
        "2018-01 不作更正：第1次更正已被分管副镇长驳回（不同意），此后没有变化，不再送审。"
        f"2.建材：审批人不同意剔除文件 {file[:8]}。要恢复，在报送看板打开该文件办理；"
        "仍要剔除的，恢复后写明理由重新剔除，再拟更正"
    )
    with pytest.raises(Refused, match="第1次更正已被分管副镇长驳回（不同意），此后没有变化"):
        story.compile("")
    sentence = "2018-01 的第1次更正已被分管副镇长驳回（不同意），不能再审批。怎么办，经办人见报送看板历史页的“发起更正”"
    with pytest.raises(Refused) as refusal:
        story.answer(key, account="director", run_id="")
    assert str(refusal.value) == sentence
    with pytest.raises(Refused) as refusal:
        month.ask_approval(story.office, key)
    assert str(refusal.value) == sentence


def test_the_unit_whose_report_was_excluded_is_not_asked_to_send_anything(story: Story) -> None:
    story.exclude()
    story.reject("building")
    assert story.notices() == []
    with reading(story.office.engine) as tx:
        decision = last_decision(tx, "qingxi", "2018-01")
    assert decision is not None
    assert (decision.sent_back, decision.went_back) == (("building",), ())


def test_neither_is_the_one_whose_earlier_report_would_stand_again(small_story: Story) -> None:
    """The approver objects to the exclusion, not to the report of before, which nobody sent anew."""
    story = small_story
    story.report()
    story.propose()
    story.answer(corrected := story.compile())
    month.publish(story.office, corrected, story.later())
    story.exclude(story.file())
    assert story.propose("c-2") is Outcome.PROPOSED
    story.answer(story.compile("c-2"), "building", run_id="c-2")
    assert story.notices() == []
    assert story.propose("c-3") is Outcome.REJECTED
    assert month.runs_to_resume(story.office) == ()
    assert month.corrections_due(story.office, story.now) == ()


def test_in_airflow_a_rejected_exclusion_is_not_asked_about_again(story: Story) -> None:
    story.exclude()
    assert month.corrections_due(story.office, story.now) == (JANUARY,)
    story.reject("building")
    assert month.corrections_due(story.office, story.now) == ()
    assert month.runs_to_resume(story.office) == ()
    assert story.propose("by hand") is Outcome.REJECTED
    assert month.corrections_due(story.office, story.now) == ()


def test_a_rejection_on_the_command_line_ends_it_for_airflow_too(story: Story) -> None:
    """What was only drafted there stays due; the run that takes it up finds that it was rejected."""
    story.exclude()
    story.reject("building", run_id="")
    assert month.corrections_due(story.office, story.now) == (JANUARY,)
    assert story.propose("c-1") is Outcome.REJECTED
    assert month.corrections_due(story.office, story.now) == ()


def test_lifting_the_exclusion_ends_the_matter(story: Story) -> None:
    story.exclude()
    story.reject("building")
    story.exclude(lift=True)
    assert month.corrections_due(story.office, story.now) == (JANUARY,), "the record has to say that nothing is left"
    assert story.propose("c-2") is Outcome.NOTHING
    assert month.corrections_due(story.office, story.now) == ()


@pytest.mark.parametrize("reason", ["误报了他镇的表", "经核实确为他镇的数"])
def test_an_exclusion_made_anew_is_asked_about_anew(story: Story, reason: str) -> None:
    """Also for the same reason, and also where nobody looked in between."""
    story.exclude()
    rejected = story.reject("building")
    story.exclude(lift=True)
    story.exclude(reason=reason)
    assert month.corrections_due(story.office, story.now) == (JANUARY,)
    assert story.propose("c-2") is Outcome.PROPOSED
    assert month.corrections_due(story.office, story.now) == ()
    again = story.compile("c-2")
    assert again == story.compile("c-2") != rejected
    assert month.ask_approval(story.office, again).standing.given == ()
    story.answer(again, run_id="c-2")
    with pytest.raises(Refused, match="已被分管副镇长驳回"):
        story.answer(rejected, account="director", run_id="c-2")
    month.publish(story.office, again, story.later())


def test_a_new_report_is_a_new_correction(story: Story) -> None:
    story.exclude()
    story.reject("building")
    story.report()
    assert month.corrections_due(story.office, story.now) == (JANUARY,), (
        "no run waits for a report that nobody asked for"
    )
    assert month.runs_to_resume(story.office) == ()
    assert story.propose("c-2") is Outcome.PROPOSED
    story.answer(story.compile("c-2"), run_id="c-2")


def test_of_a_report_and_an_exclusion_rejected_together_the_report_is_waited_for(story: Story) -> None:
    story.exclude()
    story.report("tobacco")
    story.reject("building", "tobacco")
    [notice] = story.notices()
    assert "“3.烟草制品”更正数据（第1次更正），审批时被退回" in notice
    assert month.runs_to_resume(story.office) == ()
    story.report("tobacco", filed=6)
    assert month.runs_to_resume(story.office) == ((JANUARY, "c-1"),)
    assert story.propose() is Outcome.PROPOSED


def test_a_correction_that_waits_for_its_unit_says_so(small_story: Story) -> None:
    small_story.report("tobacco")
    small_story.reject("tobacco")
    proposal = month.propose_correction(small_story.office, JANUARY, "", small_story.later())
    assert proposal.outcome is Outcome.NOTHING
    assert month.describe_proposal(small_story.office, proposal, small_story.now) == (
        "2018-01 不作更正：第1次更正已被分管副镇长驳回（不同意），退回的数据还没有重报（3.烟草制品），"
        "已发布的数字没有变化"
    )


def test_a_readmission_that_was_rejected_can_be_excluded_again(small_story: Story) -> None:
    story, file = small_story, small_story.file()
    story.exclude()
    assert story.propose() is Outcome.PROPOSED
    story.answer(corrected := story.compile())
    month.publish(story.office, corrected, story.later())
    story.exclude(lift=True, reason="核实后确为本镇的表")
    story.propose("c-2")
    story.answer(story.compile("c-2"), "building", run_id="c-2")
    assert story.notices() == [], "the unit has sent nothing"
    proposal = month.propose_correction(story.office, JANUARY, "", story.later())
    told = month.describe_proposal(story.office, proposal, story.now)
    assert f"2.建材：审批人不同意恢复文件 {file[:8]}。要重新剔除，在报送看板打开该文件办理" in told
    story.exclude()
    assert story.propose("c-3") is Outcome.NOTHING


def test_another_answer_to_what_was_rejected_is_kept_as_such_and_waits_with_it(
    small_office: Office,
) -> None:
    """Rejected on the command line while Airflow still asked: its run goes on when the report comes again."""
    now = overdue(small_office.plans.plans[0], "2018-01")
    month.open_period(small_office, JANUARY, now, "run-1", backfilled=True)
    store_all(small_office, "2018-01", figures=FIGURES)
    empty_the_inbox(small_office, now)
    told = Story(small_office, now)
    key = month.compile_return(small_office, JANUARY, now)
    told.answer(key, "tobacco", run_id="")
    with pytest.raises(Refused, match="2018-01 的这份汇总已被驳回，请在退回的数据重报后重新汇总"):
        told.answer(key, run_id="run-1")
    with reading(small_office.engine) as tx:
        assert [one.run_id for one in list_refusals(tx, "qingxi", "2018-01")] == ["run-1"]
    assert month.runs_to_resume(small_office) == ()
    told.report("tobacco")
    assert month.runs_to_resume(small_office) == ((JANUARY, "run-1"),)


def test_other_figures_are_no_rejected_correction(small_story: Story) -> None:
    """What moved with it counts as well: the reader of the rejected list has not seen it."""
    small_story.exclude()
    small_story.reject("building")
    small_story.report("tobacco")
    assert small_story.propose("c-2") is Outcome.PROPOSED
    with reading(small_story.office.engine) as tx:
        changes = find_compilation(tx, small_story.compile("c-2")).town_return.changes
    assert {"building", "tobacco"} <= {one.category for one in changes}
