"""Which build of the program this is, as it is recorded with all that it publishes."""

import hashlib
import platform
import zlib
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

_WRITERS = ("xlsxwriter", "python-docx", "lxml", "matplotlib", "numpy", "pillow")
_DIGITS = 12


@cache
def software_version() -> str:
    """``0.1.0+3f9c20ab77d1``: the release, then a digest of what can move a byte of a published file.

    A release alone does not tell builds apart: wording and templates are a town's to change.
    """
    writers = {name: version(name) for name in _WRITERS}
    # The standard library writes the CSV and JSON files and packs the others, by zlib's deflate.
    writers |= {"python": platform.python_version(), "zlib": zlib.ZLIB_RUNTIME_VERSION}
    return f"{version('townreturn')}+{build_digest(Path(__file__).parent, writers)}"


def build_digest(package: Path, writers: Mapping[str, str]) -> str:
    """Hex digits for the files of a package, sources and data alike, and the versions of libraries by name.

    Hidden files and compiled ones are not part of it.
    """
    digest = hashlib.sha256()
    for name, content in [*_files(package), *((name, text.encode()) for name, text in sorted(writers.items()))]:
        digest.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()[:_DIGITS]


def _files(package: Path) -> list[tuple[str, bytes]]:
    paths = {path.relative_to(package).as_posix(): path for path in package.rglob("*") if path.is_file()}
    return [
        (name, paths[name].read_bytes())
        for name in sorted(paths)
        if not any(part.startswith((".", "__pycache__")) for part in name.split("/"))
    ]
