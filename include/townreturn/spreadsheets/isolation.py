"""Work on hostile bytes, done in child processes: the process that asks never parses them itself."""

import os
import select
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from typing import IO

from townreturn.domain.errors import Broken
from townreturn.spreadsheets.isolated_child import LENGTH, READY
from townreturn.spreadsheets.limits import ANSWER_BYTES, JOB_WALL_SECONDS, JOBS_A_CHILD


def run_isolated(module: str, jobs: Sequence[bytes]) -> list[bytes | None]:
    """Every job's answer, at its index; None for a job that kills its child, alone as well.

    ``module`` names a module with ``answer(job: bytes) -> bytes``. A fresh interpreter, without
    our environment, answers many jobs one after another under the limits of ``limits.py``; when it
    dies, or is silent for too long, the job it was at is tried again in a child of its own and the
    others go on in a new one. Not tried again is a job that used up its own CPU time, or brought down a
    child that had done nothing else, unless that was killed from outside. Raises Broken when a child
    cannot start.
    """
    answers: list[bytes | None] = []
    while len(answers) < len(jobs):
        batch = jobs[len(answers) : len(answers) + JOBS_A_CHILD]
        answered, status = _ask_child(module, batch)
        answers += answered
        if len(answered) < len(batch):
            # A kill says nothing of the job: the kernel chooses whom it likes when the machine's memory runs out.
            is_its_own = status == -signal.SIGXCPU or (not answered and status != -signal.SIGKILL)
            again = [] if is_its_own else _ask_child(module, batch[len(answered) :][:1])[0]
            answers.append(again[0] if again else None)
    return answers


def _ask_child(module: str, jobs: Sequence[bytes]) -> tuple[list[bytes], int]:
    """The answers of one child, as far as it came, and its exit status."""
    command = [sys.executable, "-I", "-X", "utf8", "-m", "townreturn.spreadsheets.isolated_child", module]
    with tempfile.TemporaryFile() as questions, tempfile.TemporaryFile() as complaints:
        questions.write(b"".join(part for job in jobs for part in (LENGTH.pack(len(job)), job)))
        questions.seek(0)
        child = subprocess.Popen(  # noqa: S603 - our own modules, no text from outside in the command
            command, stdin=questions, stdout=subprocess.PIPE, stderr=complaints, env={},
        )  # fmt: skip
        assert child.stdout is not None  # noqa: S101 - it was asked for above
        try:
            answers = list(_answers(child.stdout))
        finally:
            child.kill()
            status = child.wait()
            child.stdout.close()
        if answers[:1] != [READY]:
            complaints.seek(0)
            reason = complaints.read()[-500:].decode("utf-8", "replace").strip().rpartition("\n")[2]
            raise Broken("CHILD_DID_NOT_START", module=module, reason=reason)
    return answers[1:], status


def _answers(pipe: IO[bytes]) -> Iterator[bytes]:
    """Whole answers until the child ends, is silent for too long, or says more than it may."""
    received = bytearray()
    while part := _next_part(pipe):
        received += part
        while len(received) >= LENGTH.size:
            length = LENGTH.unpack_from(received)[0]
            if length > ANSWER_BYTES:
                return
            end = LENGTH.size + length
            if len(received) < end:
                break
            yield bytes(received[LENGTH.size : end])
            del received[:end]


def _next_part(pipe: IO[bytes]) -> bytes:
    waiting = select.poll()
    waiting.register(pipe, select.POLLIN)
    return os.read(pipe.fileno(), 1 << 20) if waiting.poll(JOB_WALL_SECONDS * 1000) else b""
