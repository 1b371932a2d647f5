"""What a month in containers consists of, for the drills of tests/compose_live."""

import json
import time
from pathlib import Path

from composed_office import DATA, ROOT, ComposedOffice, tell_time, wait_for
from townreturn.domain.period import Period
from townreturn.office import find_rules
from townreturn.operating.airflow_client import Question
from townreturn.operating.backfill import ANSWER_AFTER_SECONDS
from townreturn.plans import load_plan_book
from townreturn.samples import write_samples

JANUARY = Period("2018-01")
TWIN = Path(__file__).parent / "compose_live" / "twin_office.py"


def write_january(folder: Path) -> list[Path]:
    """The workbooks of six units for January 2018; their times of last change are when they were received."""
    rules = [ROOT / "expectations"]
    write_samples(
        load_plan_book(["qingxi-2018"]), lambda name: find_rules(rules, name), JANUARY, JANUARY, 1, folder
    )  # fmt: skip
    return sorted((folder / JANUARY.key).glob("*.xlsx"))


def bring_up(office: ComposedOffice, *options: str) -> None:
    begun = time.monotonic()
    office.compose("build", "--quiet")
    tell_time("image built", begun)
    begun = time.monotonic()
    office.compose("up", "--detach", "--wait", *options)
    tell_time(f"{office.profile}: up and healthy", begun)


def deliver(office: ComposedOffice, samples: list[Path]) -> None:
    """Into the inbox as the handbook says, and taken in."""
    for path in samples:
        path.chmod(0o644)
        office.compose("cp", str(path), f"maintenance:{DATA}/inbox/{path.name}")
    wait_for("an empty inbox", lambda: office.run("ls", f"{DATA}/inbox") == "" or None)


def question_of(office: ComposedOffice, run_id: str) -> Question:
    with office.client() as client:
        asked = wait_for(
            "the approval", lambda: next((one for one in client.questions() if one.run_id == run_id), None)
        )
    time.sleep(ANSWER_AFTER_SECONDS)
    return asked


def approve(office: ComposedOffice, run_id: str) -> None:
    question = question_of(office, run_id)
    with office.client("approver") as approver:
        approver.answer(question, "Approve", {"comment": "同意", "sent_back": []})


def end_of(office: ComposedOffice, run_id: str, seconds: int) -> str:
    with office.client() as client:
        return wait_for(
            "the end of the run",
            lambda: state if (state := client.run(run_id).state) in ("success", "failed") else None,
            seconds,
        )


def publish_january(office: ComposedOffice, samples: list[Path]) -> str:
    begun = time.monotonic()
    deliver(office, samples)
    with office.client() as client:
        run_id = client.trigger(JANUARY.key)
    approve(office, run_id)
    assert end_of(office, run_id, 300) == "success"
    tell_time(f"{office.profile}: a month, from the inbox to its issue", begun)
    return run_id


def verified(office: ComposedOffice) -> str:
    return office.run("townreturn", "verify")


def twin_of(office: ComposedOffice, later: int = 0) -> dict[str, bool]:
    """File → whether an office without Airflow, on SQLite, makes the same of it; ``later`` in seconds."""
    told = office.run("python", "-", JANUARY.key, str(later), given=TWIN.read_text("utf-8"))
    same: dict[str, bool] = json.loads(told)
    return same
