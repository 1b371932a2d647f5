"""Places by URL: folders of this machine, or of any store that fsspec knows, which may refuse at every call."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from upath import UPath

from townreturn.domain.errors import ConfigurationFault, StoreRefused, TownReturnError
from townreturn.files import LOCAL_PROTOCOLS
from townreturn.foreign_text import one_line, storable

_OBJECT_STORES = frozenset(("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss"))
"""Stores without folders. To make one there would make its bucket, which a slip of the pen may have named."""
_LONGEST_DETAIL = 300
_PASSWORD = re.compile(r"://[^@]*:[^@]*@")


def open_place(url: str) -> UPath:
    """A folder by path or URL. Of a remote one nothing is remembered: others put files there and take them away.

    Raises ConfigurationFault for a URL with a password in it: places are told in messages, on pages and in logs.
    """
    if _PASSWORD.search(url):
        raise ConfigurationFault("STORE_URL_WITH_PASSWORD")
    place = UPath(url)
    return place if is_local(place) else UPath(url, use_listings_cache=False)


def is_local(place: UPath) -> bool:
    """Whether it lies on this machine's own file systems, where a rename is atomic."""
    return place.protocol in LOCAL_PROTOCOLS


def shows_whole_files_only(place: UPath) -> bool:
    """Whether what is put there is seen when all of it is there, and needs no folder to be made before."""
    return place.protocol in (*_OBJECT_STORES, "memory")


def make_folder(place: UPath) -> None:
    """Make a folder with those above it, where there are folders. Raises StoreRefused."""
    if place.protocol not in _OBJECT_STORES:
        with asking(place):
            place.mkdir(parents=True, exist_ok=True)


def names_in(folder: UPath) -> list[str]:
    """What lies directly in a folder, by name; nothing where it is not there. Raises StoreRefused, or a disk's OSError.

    By one listing: ``exists`` and its like take a store's refusal for “no”.
    """
    if not is_local(folder):
        return _names_in_remote(folder)
    try:
        return [one.name for one in Path(folder.path).iterdir()]
    except FileNotFoundError:
        return []


def _names_in_remote(folder: UPath) -> list[str]:
    try:
        with asking(folder, passing=(FileNotFoundError,)):
            found = [str(one).rstrip("/") for one in folder.fs.ls(folder.path, detail=False)]
    except FileNotFoundError:
        return []  # a store of objects has no empty folders
    # Some programs mark an empty folder by an object of the folder's own name.
    return [one.rpartition("/")[2] for one in found if one != folder.path.rstrip("/")]


def has_nameless_folder(folder: UPath) -> bool:
    """Whether keys below it have an empty part, as in ``inbox//a.xlsx``: no path leads there. Raises StoreRefused."""
    if folder.protocol not in _OBJECT_STORES:
        return False
    nameless = f"{folder.path.rstrip('/')}/"
    try:
        with asking(folder, passing=(FileNotFoundError,)):
            found = folder.fs.ls(folder.path, detail=True)
    except FileNotFoundError:
        return False
    return any((one["name"], one["type"]) == (nameless, "directory") for one in found)


def _is_of_the_bucket(fault: Exception) -> bool:
    """Whether S3 has no such bucket, which is a slip in a setting and no empty folder."""
    told = getattr(fault.__cause__, "response", {})
    return bool(told.get("Error", {}).get("Code") == "NoSuchBucket")


def is_file(place: UPath) -> bool:
    """Whether a file is there. Raises StoreRefused where nobody can know."""
    if is_local(place):
        return place.is_file()
    try:
        with asking(place, passing=(FileNotFoundError,)):
            return str(place.fs.info(place.path)["type"]) == "file"
    except FileNotFoundError:
        return False


def remove_file(place: UPath) -> None:
    """Remove this one file, whatever patterns its name may look like; FileNotFoundError may say that it is gone."""
    with asking(place.parent, passing=(FileNotFoundError,)):
        if is_local(place):
            place.unlink()
        else:
            place.fs.rm_file(place.path)


def is_link(place: UPath) -> bool:
    """Whether it is a link, which may lead anywhere. Raises StoreRefused where nobody can know."""
    if place.protocol in _OBJECT_STORES:
        return False
    with asking(place):
        return place.is_symlink()


def is_folder(place: UPath) -> bool:
    """Whether a folder is there, and on a remote store something in it. Raises StoreRefused where nobody can know."""
    return place.is_dir() if is_local(place) else bool(names_in(place))


@contextmanager
def asking(place: UPath, passing: tuple[type[Exception], ...] = ()) -> Iterator[None]:
    """Whatever a remote store's client raises inside, but for ``passing``, becomes StoreRefused, which names the store.

    Each client has errors of its own, of which only some are an OSError. On this machine they stay what they are.
    """
    try:
        yield
    except TownReturnError:
        raise
    except Exception as fault:
        if is_local(place) or (isinstance(fault, passing) and not _is_of_the_bucket(fault)):
            raise
        detail = one_line(storable(f"{type(fault).__name__}: {fault}"))[:_LONGEST_DETAIL]
        raise StoreRefused("STORE_REFUSED", store=str(place), detail=detail) from fault
