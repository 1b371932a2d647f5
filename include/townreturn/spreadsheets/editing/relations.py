"""Relationships and content types: how the parts of a package hang together."""

import posixpath
from dataclasses import dataclass

from lxml import etree

from townreturn.spreadsheets.editing.markup import OFFICE_RELATION, Element, parse, serialise
from townreturn.spreadsheets.editing.package import NotEditable, Package

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TAG = f"{{{_RELATIONS}}}Relationship"
_NONE = f'<Relationships xmlns="{_RELATIONS}"/>'.encode()
_TYPES_PART = "[Content_Types].xml"
_DEFAULT, _OVERRIDE = f"{{{_TYPES}}}Default", f"{{{_TYPES}}}Override"


@dataclass(frozen=True)
class Relation:
    """``kind`` is the last word of its type, ``target`` the part's name (or an address outside)."""

    id: str
    kind: str
    target: str
    is_external: bool


class Relations:
    """The relationships of one part; ``source`` is empty for the package itself."""

    def __init__(self, package: Package, source: str) -> None:
        folder, name = posixpath.split(source)
        self._package = package
        self._folder = folder
        self._is_changed = False
        self.part = posixpath.join(folder, "_rels", f"{name}.rels")
        exists = self.part in package.names
        self._root = parse(package.read(self.part) if exists else _NONE)
        self._all = [self._relation(one) for one in self._root.iter(_TAG)]

    def all(self) -> list[Relation]:
        return self._all

    def find(self, kind: str) -> Relation | None:
        """The first of a kind inside the package."""
        return next((one for one in self._all if one.kind == kind and not one.is_external), None)

    def by_id(self, identifier: str) -> Relation:
        """The one of this id; NotEditable when it leads nowhere."""
        for one in self._all:
            if one.id == identifier and not one.is_external:
                return one
        raise NotEditable(f"{self.part}: {identifier} leads nowhere")

    def add(self, kind: str, target: str) -> str:
        """A new relationship to a part; its id."""
        taken = {one.id for one in self._all}
        identifier = next(name for number in range(1, len(taken) + 2) if (name := f"rId{number}") not in taken)
        attributes = {"Id": identifier, "Type": f"{OFFICE_RELATION}/{kind}", "Target": f"/{target}"}
        self._all.append(self._relation(etree.SubElement(self._root, _TAG, attributes)))
        self._is_changed = True
        return identifier

    def remove(self, kind: str) -> list[str]:
        """Take every relationship of a kind out; the parts that they led to."""
        gone = [one for one in self._all if one.kind == kind]
        for element in [one for one in self._root.iter(_TAG) if self._relation(one) in gone]:
            self._root.remove(element)
        self._all = [one for one in self._all if one.kind != kind]
        self._is_changed |= bool(gone)
        return [one.target for one in gone]

    def save(self) -> None:
        """Put what was changed into the package."""
        if self._is_changed:
            self._package.put(self.part, serialise(self._root))

    def _relation(self, element: Element) -> Relation:
        target = element.get("Target", "")
        is_external = element.get("TargetMode") == "External"
        if not is_external:
            target = posixpath.normpath(posixpath.join("/", self._folder, target)).lstrip("/")
        kind = element.get("Type", "").rpartition("/")[2]
        return Relation(element.get("Id", ""), kind, target, is_external)


class ContentTypes:
    """What each part of a package is."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._root = parse(package.read(_TYPES_PART))
        self._is_changed = False

    def every(self) -> set[str]:
        return {one.get("ContentType", "") for one in self._root.iter(_DEFAULT, _OVERRIDE)}

    def put(self, part: str, content_type: str) -> None:
        """Say what a part is, whatever was said before."""
        if [one.get("ContentType") for one in self._overrides(part)] == [content_type]:
            return
        self.remove(part)
        etree.SubElement(self._root, _OVERRIDE, {"PartName": f"/{part}", "ContentType": content_type})
        self._is_changed = True

    def remove(self, part: str) -> None:
        for one in self._overrides(part):
            self._take_out(one)

    def _overrides(self, part: str) -> list[Element]:
        """Parts' names compare without regard to case."""
        named = ((one, one.get("PartName", "")) for one in self._root.findall(_OVERRIDE))
        return [one for one, name in named if name.lower() == f"/{part}".lower()]

    def _take_out(self, element: Element) -> None:
        self._root.remove(element)
        self._is_changed = True

    def put_default(self, extension: str, content_type: str) -> None:
        """Say what parts of an extension are, unless that is said already."""
        defaults = self._root.findall(_DEFAULT)
        if not any(one.get("Extension", "").lower() == extension for one in defaults):
            self._root.insert(0, etree.Element(_DEFAULT, {"Extension": extension, "ContentType": content_type}))
            self._is_changed = True

    def remove_type(self, content_type: str) -> None:
        """Say nothing any more of parts of a type."""
        for one in self._root.findall(_DEFAULT) + self._root.findall(_OVERRIDE):
            if one.get("ContentType") == content_type:
                self._take_out(one)

    def save(self) -> None:
        """Put what was changed into the package."""
        if self._is_changed:
            self._package.put(_TYPES_PART, serialise(self._root))
