"""Delivery: files are written aside, then the whole folder is moved into the outbox in one rename."""

import json
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from upath import UPath

from townreturn.publishing.naming import MANIFEST

_LOCAL_PROTOCOLS = ("", "file", "local")


def deliver(outbox: UPath, folder: str, content_hash: str, write: Callable[[Path], None]) -> str:
    """Have the files written and placed at ``folder`` under the outbox; its path or URL.

    A folder whose manifest names this content already is left alone. Nothing is to be seen at the
    place before everything is written.
    """
    target = outbox / folder
    if read_content_hash(target) == content_hash:
        return str(target)
    if outbox.protocol in _LOCAL_PROTOCOLS:
        _deliver_by_rename(Path(outbox.path), Path(target.path), content_hash, write)
    else:
        _deliver_by_upload(target, write)
    return str(target)


def read_content_hash(folder: UPath | Path) -> str | None:
    """The content hash in a folder's manifest; None when there is no readable manifest."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    found = manifest.get("content_hash") if isinstance(manifest, dict) else None
    return found if isinstance(found, str) else None


def _deliver_by_rename(outbox: Path, target: Path, content_hash: str, write: Callable[[Path], None]) -> None:
    """Staging lies in the outbox itself, so that the last step is a rename on one file system."""
    staging = outbox / f".staging-{uuid.uuid4().hex}"
    staging.mkdir(parents=True)
    try:
        write(staging)
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace_folder(staging, target, content_hash)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _replace_folder(staging: Path, target: Path, content_hash: str) -> None:
    """Rename in; what a crashed attempt left there is first renamed aside, then removed."""
    aside = staging.with_name(f".replaced-{uuid.uuid4().hex}")
    if target.exists():
        target.rename(aside)
    try:
        staging.rename(target)
    except OSError:
        # Another attempt came in between with the same content: its folder is as good as ours.
        if read_content_hash(target) != content_hash:
            raise
    shutil.rmtree(aside, ignore_errors=True)


def _deliver_by_upload(target: UPath, write: Callable[[Path], None]) -> None:
    """Object stores have no rename: the manifest goes last, and its presence makes the issue."""
    with TemporaryDirectory() as name:
        write(Path(name))
        _clear(target)
        for path in sorted(Path(name).iterdir(), key=lambda path: (path.name == MANIFEST, path.name)):
            (target / path.name).write_bytes(path.read_bytes())


def _clear(target: UPath) -> None:
    """Remove what a crashed attempt left, its manifest first so that it counts as no issue."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(target.iterdir(), key=lambda path: path.name != MANIFEST):
        path.unlink()
