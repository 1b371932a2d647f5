"""Somebody who looks at pages while something else is going on, and how long each took."""

import math
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import httpx

from townreturn.operating.environment import OPERATOR, Installation


@dataclass
class Timed:
    """Seconds of each asking of a page, and how many were no answer."""

    seconds: list[float] = field(default_factory=list)
    failed: int = 0


class Onlooker:
    """Somebody who looks at every page once a second, as signed in."""

    def __init__(self, installation: Installation, pages: Sequence[str]) -> None:
        self.pages = {one: Timed() for one in pages}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, args=(installation,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _look(self, installation: Installation) -> None:
        with httpx.Client(base_url=installation.address, timeout=60, trust_env=False) as http:
            account = {"username": OPERATOR, "password": installation.passwords()[OPERATOR]}
            token = http.post("/auth/token", json=account).json()["access_token"]
            http.headers["Authorization"] = f"Bearer {token}"
            while not self._over.wait(1):
                for path, timed in self.pages.items():
                    self._ask(http, path, timed)

    def _ask(self, http: httpx.Client, path: str, timed: Timed) -> None:
        begun = time.perf_counter()
        try:
            timed.failed += not http.get(path).is_success
        except httpx.HTTPError:
            timed.failed += 1
        timed.seconds.append(time.perf_counter() - begun)


def tell(path: str, timed: Timed) -> str:
    ranked = sorted(timed.seconds)
    p95 = ranked[math.ceil(len(ranked) * 0.95) - 1]
    median, count = statistics.median(ranked), len(ranked)
    return f"| {path} | {count} | {median:.2f} s | {p95:.2f} s | {ranked[-1]:.2f} s | {timed.failed} |"
