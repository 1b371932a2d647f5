"""Files that lie in the inbox since a certain time."""

import os
from datetime import datetime
from pathlib import Path

from townreturn.office import Office

PDF = b"%PDF-1.4 not really"


def drop(office: Office, place: str, received_at: datetime, content: bytes = PDF) -> Path:
    """A file at a place below the inbox, last changed at an instant."""
    path = Path(office.inbox.path) / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (received_at.timestamp(), received_at.timestamp()))
    return path
