"""The child process of ``isolation``: answers jobs with a module's ``answer``, within limits it cannot lift."""

import importlib
import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from struct import Struct
from typing import BinaryIO

from townreturn.spreadsheets.limits import CHILD_MEMORY_BYTES, JOB_CPU_SECONDS

LENGTH = Struct("<I")
"""Jobs and answers are preceded by their length in bytes."""
READY = b"ready"
"""A child's first answer, once it has imported its module and limited itself."""


def main(module: str) -> None:
    """Answer every job on standard input; one that kills this process leaves no answer, and the parent sees that."""
    answer: Callable[[bytes], bytes] = importlib.import_module(module).answer
    answers = _take_standard_output()
    _limit(resource.RLIMIT_AS, CHILD_MEMORY_BYTES)
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    _tell(answers, READY)
    allowed = 0
    for job in _jobs(sys.stdin.buffer):
        allowed = _allow_cpu_time(allowed)
        _tell(answers, answer(job))


def _take_standard_output() -> int:
    """The parent's pipe; whatever else prints in this process from now on, prints to nowhere."""
    answers, nowhere = os.dup(1), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    return answers


def _limit(what: int, most: int) -> None:
    resource.setrlimit(what, (most, most))


def _allow_cpu_time(allowed: int) -> int:
    """The soft limit moves on with every job, so that the jobs before it do not count; whole seconds only."""
    until = int(time.process_time()) + 1 + JOB_CPU_SECONDS
    if until > allowed:
        resource.setrlimit(resource.RLIMIT_CPU, (until, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    return until


def _jobs(questions: BinaryIO) -> Iterator[bytes]:
    while length := questions.read(LENGTH.size):
        yield questions.read(LENGTH.unpack(length)[0])


def _tell(answers: int, answer: bytes) -> None:
    rest = memoryview(LENGTH.pack(len(answer)) + answer)
    while rest:
        rest = rest[os.write(answers, rest) :]


if __name__ == "__main__":
    main(sys.argv[1])
