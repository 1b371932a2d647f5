"""What datasets are called: files by OpenLineage's naming convention, what is in the store by the town."""

from upath import UPath

from townreturn.lineage.events import Dataset
from townreturn.places import is_local


def town_of(code: str) -> str:
    """The namespace of what a town keeps, and of the jobs that make it."""
    return f"townreturn://{code}"


def file_at(place: UPath) -> Dataset:
    """A file of this machine, or of a store that fsspec knows (``s3://bucket`` and the key within it)."""
    if is_local(place):
        return Dataset("file", place.path)
    bucket, _, key = place.path.lstrip("/").partition("/")
    return Dataset(f"{place.protocol}://{bucket}", key)


def archived_file(town: str, file_hash: str) -> Dataset:
    """The original bytes of what came in, by their SHA-256."""
    return Dataset(town_of(town), f"arrivals/{file_hash}")


def submissions_of(town: str, period: str, unit: str, file_hash: str) -> Dataset:
    """What a unit reports for a period; its version is the file that it was read from."""
    return Dataset(town_of(town), f"submissions/{period}/{unit}", version=file_hash)


def issue_of(town: str, period: str, issue: int, content_hash: str) -> Dataset:
    """An issue of a period's return; its version is the content that it has, or would have if published."""
    return Dataset(town_of(town), f"returns/{period}/issue-{issue}", version=content_hash)
