"""A job that kills its child, hangs it or fills it is found, and costs its neighbours nothing."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from townreturn.domain.errors import Broken
from townreturn.spreadsheets import isolation
from townreturn.spreadsheets.isolation import run_isolated

INTERPRETER = """#!{python}
import sys
sys.path.insert(0, {folder!r})
from townreturn.spreadsheets import isolated_child
isolated_child.JOB_CPU_SECONDS = 1
isolated_child.main(sys.argv[-1])
"""
ANSWERS = """
import ctypes, os, subprocess, time
left = []
def answer(job):
    if job == b"abort": os.abort()
    if job == b"exit": os._exit(0)
    if job == b"segfault": ctypes.string_at(0)
    if job == b"raise": raise ValueError
    if job == b"spin":
        while True: pass
    if job == b"sleep": time.sleep(60)
    if job == b"memory": return bytes(len(bytearray(2 << 30)))
    if job == b"long": return bytes(70 << 20)
    if job == b"print": print("ready" * 1000, flush=True)
    if job == b"leak": left.append(bytearray(300 << 20))
    if job == b"write": os.write(os.open(__file__ + ".txt", os.O_CREAT | os.O_WRONLY), b"x")
    if job == b"environment": return repr(dict(os.environ)).encode()
    return job.upper()
"""


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a module of jobs that misbehave by name, in children with a second of CPU time each."""
    (tmp_path / "misbehaving.py").write_text(ANSWERS, encoding="utf-8")
    interpreter = tmp_path / "python"
    interpreter.write_text(INTERPRETER.format(python=sys.executable, folder=str(tmp_path)), encoding="utf-8")
    interpreter.chmod(0o755)
    monkeypatch.setattr(isolation, "sys", SimpleNamespace(executable=str(interpreter)))
    monkeypatch.setattr(isolation, "JOB_WALL_SECONDS", 2)
    return "misbehaving"


def test_answers_stand_where_their_jobs_stood(jobs: str) -> None:
    assert run_isolated(jobs, [b"one", b"", b"three"]) == [b"ONE", b"", b"THREE"]
    assert run_isolated(jobs, []) == []


@pytest.mark.parametrize(
    "deadly", [b"abort", b"exit", b"segfault", b"raise", b"spin", b"sleep", b"memory", b"long", b"write"]
)
def test_a_deadly_job_is_found_and_its_neighbours_are_answered(jobs: str, deadly: bytes) -> None:
    assert run_isolated(jobs, [b"a", deadly, b"b"]) == [b"A", None, b"B"]


def test_deadly_jobs_at_both_ends_and_in_a_row(jobs: str) -> None:
    asked = [b"abort", b"a", b"exit", b"abort", b"b", b"abort"]
    assert run_isolated(jobs, asked) == [None, b"A", None, None, b"B", None]


def test_a_job_that_dies_of_what_came_before_is_answered_in_a_child_of_its_own(jobs: str) -> None:
    """Four times 300 MB are more than a child may have; each alone is not."""
    assert run_isolated(jobs, [b"leak"] * 4) == [b"LEAK"] * 4


def test_what_a_job_prints_is_no_answer(jobs: str) -> None:
    assert run_isolated(jobs, [b"print", b"a"]) == [b"PRINT", b"A"]


def test_a_child_knows_nothing_of_our_environment(jobs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOWNRETURN_DATABASE_URL", "secret")
    (told,) = run_isolated(jobs, [b"environment"])
    assert told is not None
    assert b"secret" not in told


def test_many_jobs_are_shared_out_to_several_children(jobs: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolation, "JOBS_A_CHILD", 3)
    asked = [b"%d" % number for number in range(10)]
    assert run_isolated(jobs, asked) == asked


def test_a_child_that_cannot_start_is_a_broken_machine_not_a_bad_file() -> None:
    with pytest.raises(Broken, match="no_such_module"):
        run_isolated("townreturn.spreadsheets.no_such_module", [b"a"])
