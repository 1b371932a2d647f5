"""All Chinese text shown to people, keyed by code: one TOML file a room, standard library only."""

import tomllib
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def texts() -> dict[str, str]:
    """Every text of every file: code → template. A code stands in one file only."""
    merged: dict[str, str] = {}
    for path in sorted(_FOLDER.glob("*.toml")):
        for code, text in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if code in merged:
                raise KeyError(f"{path.name}: {code} stands twice")
            merged[code] = text
    return merged


def say(code: str, **values: object) -> str:
    """The text of a code with its values filled in; KeyError when a code has no text."""
    return texts()[code].format(**values)
