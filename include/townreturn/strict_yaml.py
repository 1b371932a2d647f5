"""Strict reading of configuration: every fault names its file, key and line."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from townreturn.domain.errors import ConfigurationFault

T = TypeVar("T")
Location = tuple[str | int, ...]
Stamp = tuple[int, int]
"""By which a change of a file is seen: the time of its last change in nanoseconds, and its size in bytes."""


class StrictDocument:
    """One YAML file: its bytes, its plain data, and the line of every key for messages.

    With ``content`` given, ``path`` only names it. Raises ConfigurationFault for a missing file,
    broken YAML and duplicate keys.
    """

    def __init__(self, path: Path, content: bytes | None = None) -> None:
        self.path = path
        self._lines: dict[Location, int] = {}
        try:
            self.content = path.read_bytes() if content is None else content
            node = yaml.compose(self.content.decode("utf-8"), Loader=yaml.CSafeLoader)
        except (FileNotFoundError, IsADirectoryError):
            self.fail((), "CONFIG_FILE_MISSING")
        except (yaml.YAMLError, UnicodeDecodeError) as fault:
            mark = getattr(fault, "problem_mark", None)
            self._lines[()] = mark.line + 1 if mark else 1
            self.fail((), "CONFIG_NOT_YAML", detail=getattr(fault, "problem", None) or str(fault))
        self.data: Any = self._plain(node, ()) if node is not None else {}

    def read(self, shape: type[T], data: object, at: Location = ()) -> T:
        """Data as the (nested) dataclass ``shape``; unknown, missing or mistyped keys are faults."""
        try:
            read: T = _adapter(shape).validate_python(data, extra="forbid")  # type: ignore[arg-type] # a class is hashable
        except ValidationError as fault:
            first = fault.errors(include_url=False)[0]
            self.fail((*at, *first["loc"]), _CODES.get(first["type"], "CONFIG_BAD_VALUE"), detail=first["msg"])
        return read

    def fail(self, at: Location, code: str, **values: object) -> NoReturn:
        """Raise the one clear error for a place in this file."""
        key = ".".join(str(part) for part in at) or "-"
        raise ConfigurationFault(code, file=self.path, key=key, line=self.line(at), **values)

    def line(self, at: Location) -> int:
        """The line of a key, or of the nearest key above it."""
        while at not in self._lines and at:
            at = at[:-1]
        return self._lines.get(at, 1)

    def _plain(self, node: yaml.Node, at: Location) -> Any:
        self._lines.setdefault(at, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._plain_mapping(node, at)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(child, (*at, index)) for index, child in enumerate(node.value)]
        return _scalar(node)

    def _plain_mapping(self, node: yaml.MappingNode, at: Location) -> dict[str, Any]:
        plain: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in plain:
                self._lines[(*at, key)] = key_node.start_mark.line + 1
                self.fail((*at, key), "CONFIG_DUPLICATE_KEY")
            self._lines[(*at, key)] = key_node.start_mark.line + 1
            plain[key] = self._plain(value_node, (*at, key))
        return plain


_CODES = {
    "unexpected_keyword_argument": "CONFIG_UNKNOWN_KEY",
    "missing": "CONFIG_MISSING_KEY",
    "missing_argument": "CONFIG_MISSING_KEY",
}


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    """Made once a process: it takes longer than the reading of a plan."""
    return TypeAdapter(shape)


def _scalar(node: yaml.Node) -> Any:
    """Numbers, booleans and nulls by YAML's core rules; everything else, dates too, is text."""
    if node.tag in ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float", "tag:yaml.org,2002:null"):
        return yaml.safe_load(node.value) if node.value else None
    if node.tag == "tag:yaml.org,2002:bool" and str(node.value).lower() in ("true", "false"):
        return str(node.value).lower() == "true"
    return str(node.value)


def stamp_of(path: Path) -> Stamp | None:
    """The file's stamp; None where it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def without(data: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """The mapping without some keys that the caller reads by itself."""
    return {key: value for key, value in data.items() if key not in keys}
