"""The files that events are kept in: one a month, an event a line, as OpenLineage's file transport writes them."""

import json
import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def keep_events(folder: Path, events: Iterable[Mapping[str, Any]], now: datetime) -> None:
    """Append events to the month's file; raises OSError where that cannot be done.

    In one write, so that what several processes tell at once does not run into each other.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) + "\n" for one in events)
    target = os.open(folder / f"{now.astimezone(UTC):%Y-%m}.jsonl", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o640)
    with os.fdopen(target, "wb", buffering=0) as file:
        file.write(lines.encode())
