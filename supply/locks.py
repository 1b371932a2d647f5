"""The three locks, read as they lie there."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
LOCKS = {"runtime": "requirements.txt", "compose": "requirements-compose.txt", "development": "requirements-dev.txt"}
"""Use → file. A package counts to the first that has it: what runs goes before what tests."""
_ENTRY = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^\]]*\])?==(?P<version>[^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True)
class Locked:
    """A package of one version; ``hashes``: SHA-256 of every distribution that may be installed for it."""

    name: str
    version: str
    use: str
    hashes: tuple[str, ...]


def read_locks(root: Path = ROOT) -> list[Locked]:
    """Every package of all locks once, by name."""
    found: dict[str, Locked] = {}
    for use, file in LOCKS.items():
        for one in _read(use, (root / file).read_text("utf-8")):
            found.setdefault(one.name, one)
    return [found[name] for name in sorted(found)]


def normal_name(name: str) -> str:
    """As packages are compared by name [PEP 503]."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _read(use: str, text: str) -> Iterator[Locked]:
    for entry in re.split(r"\n(?=\S)", text):
        if match := _ENTRY.match(entry):
            hashes = tuple(sorted(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry)))
            yield Locked(normal_name(match["name"]), match["version"], use, hashes)
