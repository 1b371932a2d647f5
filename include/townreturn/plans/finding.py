"""Which plan files a deployment names, and whose each is, without loading any of them."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path

from townreturn.domain.errors import ConfigurationFault
from townreturn.strict_yaml import Stamp, stamp_of

PACKAGED = Path(__file__).parent
_YAML = (".yaml", ".yml")
_KEY = rb"""^["']?%b["']?\s*:[ \t]*(?:["']?([A-Za-z0-9_.-]+)["']?[ \t]*(?:#.*)?\r?$)?"""
_TOWN = re.compile(_KEY % b"town_code", re.MULTILINE)
"""The key that makes a file a plan; its value where it is written plainly."""
_CODE = re.compile(_KEY % b"code", re.MULTILINE)


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


def code_in(path: Path) -> str:
    """The plan's own code; empty where only loading it can tell."""
    return _look(path, stamp_of(path))[2]


def variable_name(town: str) -> str:
    """A town's code as the names of variables have it, and so those of Airflow's connections from the environment."""
    return re.sub(r"[^a-z0-9_]", "_", town.lower())


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
def _look(path: Path, _: Stamp | None) -> tuple[bool, str, str]:
    """Whether it is a plan, of which town, and its code. What cannot be read is told by whoever loads it."""
    try:
        content = path.read_bytes()
    except OSError:
        return False, "", ""
    town, code = _TOWN.search(content), _CODE.search(content)
    return town is not None, _value(town), _value(code)


def _value(found: re.Match[bytes] | None) -> str:
    return (found[1] or b"").decode() if found else ""
