"""What a backup says about itself: its last two members, written when everything else is."""

from dataclasses import dataclass
from datetime import datetime

import msgspec

MANIFEST = "manifest.json"
MANIFEST_HASH = "manifest.sha256"
FORMAT = 1
TABLES = "tables"
ARCHIVE = "archive"
"""The archive's files as they lie in a local one, wherever it was."""
FOLDERS = ("receipts", "quarantine")
"""The folders of the data directory that a backup holds, by the names they have there."""
OUTBOX = "outbox"
"""Where issues lie that were published before their files were archived."""


@dataclass(frozen=True)
class Content:
    """A member's bytes: SHA-256 in hex, size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True)
class BackupManifest:
    """``town``: the codes of all towns in it, ascending, with commas between; ``schema`` is the database's revision;
    ``rows`` counts them by table; ``members`` by name in the file."""

    format: int
    town: str
    taken_at: datetime
    schema: str
    software: str
    rows: dict[str, int]
    members: dict[str, Content]

    @property
    def towns(self) -> tuple[str, ...]:
        return tuple(self.town.split(","))

    def file_count(self) -> int:
        """The files kept beside the tables."""
        return sum(not name.startswith(f"{TABLES}/") for name in self.members)


def write_manifest(manifest: BackupManifest) -> bytes:
    """As JSON, the same bytes for the same manifest."""
    return msgspec.json.format(msgspec.json.encode(manifest, order="sorted"), indent=1) + b"\n"


def read_manifest(content: bytes) -> BackupManifest:
    """Raises msgspec.DecodeError, of which a wrong shape is one, for what is no manifest."""
    return msgspec.json.decode(content, type=BackupManifest)


def table_member(table: str) -> str:
    """Where a table's rows stand: JSON lines, packed."""
    return f"{TABLES}/{table}.jsonl.gz"
