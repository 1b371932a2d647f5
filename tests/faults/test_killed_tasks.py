"""A backfill of three months whose task processes are killed: before a step, inside its transaction, and after it.

One Airflow, one story; the tests below ask what became of it.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import pytest
from conserved import require_conserved
from points import Points
from three_months import PERIODS, Approvers, drop_samples, published, tries_of

from site_on_airflow import Site, run_site

pytestmark = pytest.mark.faults
MOMENTS = ("before", "commit", "after")
ONE_A_PERIOD = ("compile_return", "record_decision", "publish")
"""Steps of which no two periods are at one at a time: each moment is another period's."""
TASKS = {"open_period": "open", "take_in": "take_in", "compile_return": "compile", "record_decision": "approve",
         "publish": "publish"}  # fmt: skip
STORY_SECONDS = 900


@dataclass(frozen=True)
class Story:
    """What was dropped, and where processes were killed."""

    site: Site
    sent: dict[str, bytes]
    points: Points


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("killed-tasks")
    points = Points(folder / "points")
    for site in run_site(folder / "home", **points.environment()):
        points.arm("take_in.before", *(f"open_period.{moment}" for moment in MOMENTS))
        sent = drop_samples(site, folder / "samples")
        site.backfill(PERIODS[0].key, PERIODS[-1].key)
        live(site, points)
        yield Story(site, sent, points)


def live(site: Site, points: Points) -> None:
    """Kill whatever comes to a point, approve whatever is asked, until all three months are out and all points met."""
    approvers, armed, end = Approvers(site), 0, time.monotonic() + STORY_SECONDS
    while len(out := published(site)) < len(PERIODS) or len(points.fired) < len(TASKS) * len(MOMENTS):
        assert time.monotonic() < end, f"out: {out}, fired: {points.fired}"
        if armed == len(out) < len(PERIODS):
            points.arm(*(f"{step}.{MOMENTS[armed]}" for step in ONE_A_PERIOD))
            armed += 1
        for point in points.kill_held():
            step, _, moment = point.partition(".")
            if step == "take_in" and moment != "after":
                points.arm(f"take_in.{MOMENTS[MOMENTS.index(moment) + 1]}")
        approvers.answer()
        time.sleep(0.2)


@pytest.mark.parametrize(("step", "moment"), product(TASKS, MOMENTS))
def test_a_task_process_is_killed(story: Story, step: str, moment: str) -> None:
    """The fault fired: a process of the step stood at the point, and died there; Airflow started the task again."""
    assert f"{step}.{moment}" in story.points.fired
    assert max(tries_of(story.site, TASKS[step])) > 1


def test_a_month_of_killed_tasks_loses_nothing(story: Story) -> None:
    for period in PERIODS:
        assert story.site.wait_until_over(story.site.run_of(period.key).run_id) == "success"
    ends = require_conserved(story.site.office, story.sent)
    assert {"accepted", "returned", "quarantined"} <= set(ends)
