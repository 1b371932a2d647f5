"""A month begins while the tasks that write and send its letters are killed, with a real SMTP server."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from conserved import require_whole
from points import Points

from mail_servers import Postbox, connection, mail_server
from plan_of_now import plan_of_now
from site_on_airflow import Site, run_site

pytestmark = pytest.mark.faults
UNITS = ("shiyaojian", "zhujian", "yancao", "nonglinshui", "jingkexin", "gongshang")
MOMENTS = {"hand_out_workbooks": ["commit", "after"], "send_posted": ["commit", "after"]}
STORY_SECONDS, QUIET_SECONDS = 400, 45


@dataclass(frozen=True)
class Story:
    site: Site
    points: Points
    postbox: Postbox


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("killed-sender")
    points = Points(folder / "points")
    points.arm(*(f"{step}.{moments[0]}" for step, moments in MOMENTS.items()))
    with mail_server() as postbox:
        mail = json.dumps(connection(postbox.port))
        settings = {"TOWNRETURN_PLAN": str(plan_of_now(folder)), "AIRFLOW_CONN_TOWNRETURN_SMTP": mail}
        for site in run_site(folder / "home", **settings, **points.environment()):
            live(points)
            yield Story(site, points, postbox)


def live(points: Points) -> None:
    """Each step is killed at its moments, one try after another; then it is left alone, and whatever would come twice
    has time to."""
    end = time.monotonic() + STORY_SECONDS
    while len(points.fired) < sum(map(len, MOMENTS.values())):
        assert time.monotonic() < end, points.fired
        for point in points.kill_held():
            step, _, moment = point.partition(".")
            points.arm(*(f"{step}.{one}" for one in MOMENTS[step][MOMENTS[step].index(moment) + 1 :]))
        time.sleep(0.2)
    time.sleep(QUIET_SECONDS)


@pytest.mark.parametrize(
    ("step", "moment"), [(step, moment) for step, moments in MOMENTS.items() for moment in moments]
)
def test_a_task_that_writes_letters_is_killed(story: Story, step: str, moment: str) -> None:
    assert f"{step}.{moment}" in story.points.fired


def test_every_unit_is_written_to_once(story: Story) -> None:
    addressees = Counter(address for one in story.postbox.envelopes for address in one.rcpt_tos)
    assert addressees == {f"{unit}@qingxi.example": 1 for unit in UNITS}
    require_whole(story.site.office)
