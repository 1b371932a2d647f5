"""Putting a file into an inbox as a unit would: whole from the moment it is seen."""

import os
from datetime import datetime
from pathlib import Path

from upath import UPath

from townreturn.places import asking, is_local, make_folder


def drop_into(inbox: UPath, name: str, content: bytes, received_at: datetime) -> None:
    """A file of that name, replacing one that lies there; on a disk its time of last change, when it was received, is
    as given, on an object store it is now.

    Raises OSError or StoreRefused when the place takes nothing more.
    """
    make_folder(inbox)
    target = inbox / name
    if not is_local(target):
        with asking(target):
            target.write_bytes(content)
        return
    aside = Path(target.with_name(f".{name}.part").path)
    aside.write_bytes(content)
    os.utime(aside, (received_at.timestamp(), received_at.timestamp()))
    aside.replace(target.path)
