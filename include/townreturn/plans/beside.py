"""Files that a plan names and that lie beside it: as they are in its folder, or as they were kept with an issue."""

from collections.abc import Callable, Sequence
from pathlib import Path

from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.strict_yaml import Location, StrictDocument
from townreturn.wording import say

ReadBeside = Callable[[str, FileKind], tuple[Path, bytes]]
"""A file's name and kind → where it is, for messages, and its bytes; raises ConfigurationFault."""


def in_folder(folder: Path) -> ReadBeside:
    """Files of the plan's own folder."""

    def read(name: str, _: FileKind) -> tuple[Path, bytes]:
        try:
            return folder / name, (folder / name).read_bytes()
        except OSError as fault:
            raise ConfigurationFault("CONFIG_FILE_MISSING", file=folder / name) from fault

    return read


def among_kept(files: Sequence[KeptFile]) -> ReadBeside:
    """Files that were kept with the plan."""

    def read(name: str, kind: FileKind) -> tuple[Path, bytes]:
        found = next((one for one in files if (one.name, one.kind) == (name, kind)), None)
        if found is None:
            raise ConfigurationFault("CONFIG_FILE_MISSING", file=name)
        return Path(name), found.content

    return read


def plain_name(document: StrictDocument, at: Location, name: object) -> str:
    """A name without a folder: by it the file is kept with every issue, beside the plan as here."""
    if not isinstance(name, str) or name in ("", ".", "..") or "/" in name or "\\" in name:
        document.fail(at, "CONFIG_BAD_VALUE", detail=say("BESIDE_NAME", value=name))
    return name
