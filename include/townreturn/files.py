"""Writing files so that a reader sees the whole file or none."""

import errno
import os
import uuid
from pathlib import Path

LOCAL_PROTOCOLS = ("", "file", "local")
"""What fsspec calls this machine's own file system."""
DISK_FAULTS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EROFS})
"""What is wrong with a disk and with no file of it: full, beyond its quota, or only to be read."""


def write_whole(target: Path, content: bytes) -> None:
    """Write aside, flush to disk, then rename; makes the folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{uuid.uuid4().hex}.part")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(target)


def write_for_now(target: Path, content: bytes) -> None:
    """As ``write_whole``, but a power cut may still lose it: ``settle`` ends that for many files at once."""
    aside = target.with_name(f".{uuid.uuid4().hex}.part")
    try:
        aside.write_bytes(content)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
    aside.replace(target)


def settle() -> None:
    """Wait until everything written so far is on disk: one call costs as much as flushing one file."""
    os.sync()
