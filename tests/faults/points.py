"""The points at which a process of the running Airflow can be held and killed: the test's side of ``sitecustomize``."""

import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

import psutil

HOOKS = Path(__file__).parent / "in_airflow"


@dataclass
class Points:
    """A folder that tells the processes of an Airflow where to stop; ``fired`` are the points that held one."""

    folder: Path
    fired: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("armed", "reached"):
            (self.folder / name).mkdir(parents=True)

    def environment(self) -> dict[str, str]:
        """What an Airflow is started with, so that its processes know this folder."""
        path = os.pathsep.join(filter(None, (str(HOOKS), os.environ.get("PYTHONPATH"))))
        return {"PYTHONPATH": path, "FAULT_POINTS": str(self.folder)}

    def arm(self, *points: str) -> None:
        for point in points:
            (self.folder / "armed" / point).touch()

    def held(self) -> dict[str, int]:
        """Point → pid of the process that is held at it."""
        found = (path.name.rpartition(".") for path in (self.folder / "reached").iterdir())
        return {point: int(pid) for point, _, pid in found}

    def kill_held(self) -> list[str]:
        """SIGKILL to whatever is held now; the points, once the processes are gone."""
        held = self.held()
        for point, pid in held.items():
            os.kill(pid, signal.SIGKILL)
            require_gone(pid)
            self.let_go(point, pid)
        return list(held)

    def wait_for(self, point: str, seconds: int = 120) -> int:
        """The pid of the process that came to a point, and is held there."""
        end = time.monotonic() + seconds
        while point not in (held := self.held()):
            assert time.monotonic() < end, f"nothing came to {point}"
            time.sleep(0.1)
        return held[point]

    def let_go(self, point: str, pid: int) -> None:
        self.fired[point] = pid
        (self.folder / "reached" / f"{point}.{pid}").unlink()


def require_gone(pid: int) -> None:
    """The process has died: it is no more, or only its parent has not asked yet how it ended."""
    for _ in range(100):
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return
        except psutil.NoSuchProcess:
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} outlived SIGKILL")
