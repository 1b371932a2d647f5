"""All text shown to people, keyed by code: one TOML file a room, standard library only.

The texts are Chinese. What pages beside Airflow's own say is also said in English, under the same
codes in ``en/``, for when Airflow's language is English.
"""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent
Tell = Callable[..., str]
"""``tell(code, **values)``: a text in the language of whoever reads it; ``say`` is the Chinese one."""


@cache
def texts() -> dict[str, str]:
    """Every text of every file: code → template. A code stands in one file only."""
    return _read(_FOLDER)


@cache
def english() -> dict[str, str]:
    """The texts that have a translation: code → template."""
    return _read(_FOLDER / "en")


def _read(folder: Path) -> dict[str, str]:
    merged: dict[str, str] = {}
    for path in sorted(folder.glob("*.toml")):
        for code, text in tomllib.loads(path.read_text(encoding="utf-8")).items():
            if code in merged:
                raise KeyError(f"{path.name}: {code} stands twice")
            merged[code] = text
    return merged


def say(code: str, **values: object) -> str:
    """The text of a code with its values filled in; KeyError when a code has no text."""
    return texts()[code].format(**values)


def say_in(language: str, code: str, **values: object) -> str:
    """The same in English for ``en``; what has no translation is said in Chinese."""
    text = texts()[code]
    return (english().get(code, text) if language == "en" else text).format(**values)
