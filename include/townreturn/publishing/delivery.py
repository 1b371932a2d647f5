"""Delivery: files are written aside, then the whole folder is moved into the outbox in one rename."""

import contextlib
import shutil
import uuid
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from upath import UPath

from townreturn.domain.kept_file import KeptFile
from townreturn.domain.period import Period
from townreturn.places import asking, is_file, is_folder, is_local, make_folder, names_in, open_place, remove_file
from townreturn.publishing.naming import MANIFEST, issue_folder
from townreturn.store.returns import Publication


def deliver(outbox: UPath, folder: str, files: Sequence[KeptFile]) -> str:
    """Place the files, the manifest last, at ``folder`` under the outbox; its path or URL.

    A folder with this very manifest, which names every other file's hash, is left alone; anything
    else is what a crashed attempt left, and is replaced. Nothing is to be seen at the place before
    everything is written.
    """
    target = outbox / folder
    if _has_manifest(target, files[-1]):
        return str(target)
    if is_local(outbox):
        is_there = partial(_has_manifest, target, files[-1])
        _deliver_by_rename(Path(outbox.path), Path(target.path), files, is_there)
    else:
        _deliver_by_upload(target, files)
    return str(target)


def place_beside(outbox: UPath, folder: str, files: Sequence[KeptFile]) -> str:
    """Place files that belong to no issue at ``folder`` under the outbox, for what is there; its path or URL."""
    target, names = outbox / folder, [one.name for one in files]
    if is_local(outbox):
        _deliver_by_rename(Path(outbox.path), Path(target.path), files, lambda: has_all(target, names))
    else:
        _deliver_by_upload(target, files)
    return str(target)


def has_all(folder: UPath, names: Sequence[str]) -> bool:
    """Whether files of all these names are there."""
    return all(is_file(folder / name) for name in names)


def find_delivered(outbox: UPath, publication: Publication) -> UPath | None:
    """Where an issue lies now: in this office's own outbox, else where it was delivered.

    Its own first: an office restored on the same machine must not take the other's folder for its own.
    """
    here = outbox / issue_folder(Period(publication.period), publication.issue)
    return next((place for place in (here, open_place(publication.folder)) if is_folder(place)), None)


def shown_folder(outbox: UPath, publication: Publication) -> str:
    """The place that people are told; of an issue that lies nowhere any more, where it was delivered."""
    return str(find_delivered(outbox, publication) or publication.folder)


def _has_manifest(folder: UPath, manifest: KeptFile) -> bool:
    try:
        with asking(folder, passing=(FileNotFoundError,)):
            return (folder / MANIFEST).read_bytes() == manifest.content
    except OSError:
        return False


def _deliver_by_rename(
    outbox: Path, target: Path, files: Sequence[KeptFile], is_there: Callable[[], bool]
) -> None:  # fmt: skip
    """Staging lies in the outbox itself, so that the last step is a rename on one file system."""
    staging = outbox / f".staging-{uuid.uuid4().hex}"
    staging.mkdir(parents=True)
    try:
        for one in files:
            (staging / one.name).write_bytes(one.content)
        target.parent.mkdir(parents=True, exist_ok=True)
        _replace_folder(staging, target, is_there)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def _replace_folder(staging: Path, target: Path, is_there: Callable[[], bool]) -> None:
    """Rename in; what a crashed attempt left there is first renamed aside, then removed."""
    aside = staging.with_name(f".replaced-{uuid.uuid4().hex}")
    with contextlib.suppress(FileNotFoundError):
        target.rename(aside)
    try:
        staging.rename(target)
    except OSError:
        # Another attempt came in between with the same content: its folder is as good as ours.
        if not is_there():
            raise
    shutil.rmtree(aside, ignore_errors=True)


def _deliver_by_upload(target: UPath, files: Sequence[KeptFile]) -> None:
    """Object stores have no rename: the manifest goes last, and its presence makes the issue."""
    _clear(target)
    with asking(target):
        for one in files:
            place = target / one.name
            place.fs.pipe_file(place.path, one.content)


def _clear(target: UPath) -> None:
    """Remove what a crashed attempt left, its manifest first so that it counts as no issue."""
    make_folder(target)
    for name in sorted(names_in(target), key=lambda name: name != MANIFEST):
        remove_file(target / name)
