"""Which plan files a deployment names, and whose each is, without loading any of them."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from townreturn.domain.errors import ConfigurationFault
from townreturn.strict_yaml import Stamp, stamp_of

PACKAGED = Path(__file__).parent
_YAML = (".yaml", ".yml")
_TOWN = re.compile(
    rb"""^["']?town_code["']?\s*:[ \t]*(?:["']?([A-Za-z0-9_.-]+)["']?[ \t]*(?:#.*)?\r?$)?""", re.MULTILINE
)
"""The key that makes a file a plan; its value where it is written plainly."""


def plan_paths(names: Iterable[str]) -> list[Path]:
    """The files by packaged code, path, or folder: of a folder, those directly in it that are plans.

    Raises ConfigurationFault for a folder without any.
    """
    return list(dict.fromkeys(path for name in names for path in _paths(name)))


def path_of(name: str) -> Path:
    """The file of one plan; whether it is there, is found out by whoever reads it."""
    return Path(name) if name.endswith(_YAML) else PACKAGED / f"{name}.yaml"


def town_in(path: Path) -> str:
    """The code of the town whose plan the file is; empty where only loading it can tell."""
    return _look(path, stamp_of(path))[1]


def _paths(name: str) -> Iterator[Path]:
    if name.endswith(_YAML) or not Path(name).is_dir():
        yield path_of(name)
        return
    lying = sorted(one for one in Path(name).iterdir() if one.suffix in _YAML and one.is_file())
    plans = [one for one in lying if _look(one, stamp_of(one))[0]]
    if not plans:
        raise ConfigurationFault("PLAN_FOLDER_EMPTY", folder=name)
    yield from plans


@lru_cache(maxsize=1024)
def _look(path: Path, _: Stamp | None) -> tuple[bool, str]:
    """Whether it is a plan, and of which town. What cannot be read is told by whoever loads it."""
    try:
        found = _TOWN.search(path.read_bytes())
    except OSError:
        return False, ""
    return found is not None, (found[1] or b"").decode() if found else ""
