"""Every table as JSON lines, out of one snapshot and into one transaction, whichever engine either stands on."""

import gzip
import zlib
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import msgspec
from sqlalchemy import Connection, MetaData, Table, func, inspect, select, union
from sqlalchemy.exc import OperationalError, StatementError

from townreturn.domain.errors import Broken
from townreturn.safekeeping.manifest import table_member
from townreturn.store.bulk import load_rows
from townreturn.store.schema import (
    arrivals,
    documents,
    mail_attachments,
    mails,
    messages,
    metadata,
    published_files,
)

_BATCH = 2000
_LONGEST_LINE = 1 << 28
"""Bytes of a row: a compilation's content has some millions."""


def reflect_tables(tx: Connection) -> list[Table]:
    """Our tables as they really are in this database, each after those that it refers to.

    As they are and not as the schema has them: times stay the texts that are stored, and a database
    of an earlier revision can be read too.
    """
    found = MetaData()
    found.reflect(tx, only=[name for name in inspect(tx).get_table_names() if name in metadata.tables])
    return found.sorted_tables


def dump_rows(tx: Connection, table: Table, file: BinaryIO) -> int:
    """Write the rows by primary key, one JSON object a line, packed; returns how many."""
    query = select(table).order_by(*table.primary_key).execution_options(yield_per=_BATCH)
    names, count, encoder = list(table.columns.keys()), 0, msgspec.json.Encoder()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=file, mtime=0) as packed:
        for rows in tx.execute(query).partitions():
            packed.write(encoder.encode_lines(dict(zip(names, row, strict=True)) for row in rows))
            count += len(rows)
    return count


def named_hashes(tx: Connection) -> list[str]:
    """The SHA-256 of every archived file that a row names, once, ascending."""
    named = (arrivals, published_files, messages, mails, mail_attachments, documents)
    return sorted(tx.scalars(union(*(select(one.c.file_hash) for one in named))))


def load_table(tx: Connection, table: Table, folder: Path, expected: int) -> None:
    """Insert a table's rows from an unpacked backup; raises Broken when they are not rows of it or not as many."""
    member, count, names = table_member(table.name), 0, list(table.columns.keys())
    try:
        unread = _read_rows(folder / member)
        while rows := list(islice(unread, _BATCH)):
            if any(row.keys() != set(names) for row in rows):
                raise Broken("BACKUP_ROWS_UNFIT", member=member)
            load_rows(tx, table, names, [tuple(row[name] for name in names) for row in rows])
            count += len(rows)
    except OperationalError:
        raise  # the database itself is not well
    except (gzip.BadGzipFile, EOFError, zlib.error, StatementError, OverflowError, TypeError, ValueError) as fault:
        raise Broken("BACKUP_ROWS_UNFIT", member=member) from fault
    if count != expected:
        raise Broken("BACKUP_ROWS_UNFIT", member=member)


def _read_rows(path: Path) -> Iterator[dict[str, Any]]:
    decoder = msgspec.json.Decoder(dict[str, Any])
    with gzip.open(path, "rb") as lines:
        while line := lines.readline(_LONGEST_LINE):
            yield decoder.decode(line)


def restart_ids(tx: Connection, table: Table) -> None:
    """Let the next row get the id after the last; SQLite counts from what is there."""
    if tx.dialect.name == "postgresql" and "id" in table.columns:
        last = tx.scalar(select(func.max(table.c.id)))
        if last is not None:
            tx.execute(select(func.setval(func.pg_get_serial_sequence(table.name, "id"), last)))
