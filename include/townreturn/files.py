"""Writing files so that a reader sees the whole file or none."""

import os
import uuid
from pathlib import Path


def write_whole(target: Path, content: bytes) -> None:
    """Write aside, flush, then rename; makes the folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{uuid.uuid4().hex}.part")
    with aside.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(target)
