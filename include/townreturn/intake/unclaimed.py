"""What lies in the inbox of several towns where no town's intake looks."""

from collections.abc import Collection, Iterator
from datetime import datetime

from upath import UPath

from townreturn.domain.errors import StoreRefused
from townreturn.foreign_text import storable
from townreturn.intake.inbox import is_unfinished, list_inbox
from townreturn.places import is_file, names_in


def list_unclaimed(inbox: UPath, towns: Collection[str], now: datetime) -> tuple[str, ...]:
    """Names of files directly in the towns' common inbox, and of folders there with files in them that are no town's;
    a folder's ends with ``/``. Nothing where the place shows each town's folder only.
    """
    try:
        return tuple(sorted(_find(inbox, towns, now)))
    except (OSError, StoreRefused):
        return ()


def _find(inbox: UPath, towns: Collection[str], now: datetime) -> Iterator[str]:
    for name in names_in(inbox):
        if name in towns or is_unfinished(name):
            continue
        if is_file(inbox / name):
            yield storable(name)
        elif list_inbox(inbox / name, now).whole:
            yield storable(f"{name}/")
