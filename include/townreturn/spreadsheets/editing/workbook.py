"""A workbook being edited: its sheets by name, its styles, and a sheet of ours put before the others."""

from dataclasses import dataclass

from lxml import etree

from townreturn.spreadsheets.editing.contents import check_contents, take_out_macros
from townreturn.spreadsheets.editing.markup import (
    OFFICE_RELATION,
    WORKBOOK_ORDER,
    Element,
    insert_in_order,
    main,
    parse,
    serialise,
    text_of,
)
from townreturn.spreadsheets.editing.package import NotEditable, Package
from townreturn.spreadsheets.editing.relations import ContentTypes, Relations
from townreturn.spreadsheets.editing.sheet import EditedSheet
from townreturn.spreadsheets.editing.styles import Styles

_ID = f"{{{OFFICE_RELATION}}}id"
_WORKSHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_MOST_SHEETS = 256
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class _Listed:
    """A sheet as the workbook lists it."""

    element: Element
    name: str
    part: str
    is_worksheet: bool


class EditedWorkbook:
    """An xlsx package being edited; what nobody touches stays as it is, byte for byte.

    Raises NotEditable for strict packages, for ones with parts that this editor does not know to be
    passive, and for damaged ones. Macros are taken out.
    """

    def __init__(self, content: bytes) -> None:
        self._package = Package(content)
        self._types = ContentTypes(self._package)
        office = Relations(self._package, "").find("officeDocument")
        if office is None:
            raise NotEditable("no workbook")
        self._part = office.target
        self._relations = Relations(self._package, self._part)
        check_contents(self._package, self._types)
        take_out_macros(self._package, self._types, self._part, self._relations)
        self._root = parse(self._package.read(self._part))
        if self._root.tag != main("workbook"):
            raise NotEditable("strict, or no workbook")
        self._is_changed = False
        self.styles = Styles(self._package.read(self._target("styles")))
        self._strings: list[str] | None = None
        self._sheets: dict[str, EditedSheet] = {}
        self._sheet_list: list[_Listed] = []

    @property
    def sheet_names(self) -> list[str]:
        return [one.name for one in self._listed()]

    def sheet(self, name: str) -> EditedSheet | None:
        """The first sheet of this name, without regard to spaces around it; None when there is none or no worksheet."""
        found = self._find(name)
        return self._edited(found.part) if found and found.is_worksheet else None

    def sheet_may_have(self, name: str, *tags: str) -> bool:
        """Whether a sheet could have elements or attributes of these names; False is certain, True is not."""
        found = self._find(name)
        if found is None or not found.is_worksheet:
            return False
        part = self._package.read(found.part)
        return part[:2] in _UTF16_MARKS or any(tag.encode() in part for tag in tags)

    def put_first(self, name: str, sheet: bytes, title_rows: str) -> None:
        """Our sheet before all others, open when the file is; an older one of the same name is replaced.

        ``title_rows`` are repeated on every printed page ("$9:$9").
        """
        self._is_changed = True
        before = self._listed()
        older = next((one for one in before if one.name.strip() == name), None)
        self._put_sheet(name, sheet, older)
        listed = self._list_element()
        listed.insert(0, self._listed()[-1].element if older is None else older.element)
        self._sheet_list = []
        names = [one.element for one in before]
        moved = {str(at): str(list(listed).index(element)) for at, element in enumerate(names)}
        gone = str(names.index(older.element)) if older else ""
        self._renumber_names(moved, gone)
        self._name_title_rows(name, title_rows)
        self._open_first()

    def append(self, name: str, sheet: bytes) -> EditedSheet:
        """Our sheet after all others; no sheet has its name yet."""
        self._is_changed = True
        return self._edited(self._put_sheet(name, sheet, None))

    def has_parts_like(self, word: str) -> bool:
        """Whether a part's content type has this word in it ("pivotTable")."""
        return any(word in one for one in self._types.every())

    def named_range(self, name: str) -> str | None:
        """What a name of the whole workbook, in whatever case, stands for ("汇总!$B$3"); None without one."""
        names = self._root.iter(main("definedName"))
        found = (one for one in names if one.get("name", "").lower() == name.lower() and not one.get("localSheetId"))
        return next((one.text or "" for one in found), None)

    def calculate_on_opening(self) -> None:
        """Formulas keep no values from before, and programs that calculate are told to do so."""
        for one in self._listed():
            if one.is_worksheet:
                self._edited(one.part).cells.forget_calculated()
        settings = self._root.find(main("calcPr"))
        if settings is None:
            settings = etree.Element(main("calcPr"))
            insert_in_order(self._root, settings, WORKBOOK_ORDER)
        settings.set("fullCalcOnLoad", "1")
        self._is_changed = True

    def comment(self, sheet: EditedSheet, texts: dict[tuple[int, int], str], signature: str) -> None:
        """Comments on cells, instead of earlier ones that begin with ``signature``."""
        number = sum(1 for part in self._package.names if part.endswith(".vml")) + 1
        sheet.comment(texts, signature, number, self._types)

    def pack(self) -> bytes:
        """The edited package's bytes; the same edits of the same bytes give the same."""
        for sheet in self._sheets.values():
            sheet.save()
        if self.styles.is_changed:
            self._package.put(self._target("styles"), self.styles.serialise())
        if self._is_changed:
            self._package.put(self._part, serialise(self._root))
        self._relations.save()
        self._types.save()
        return self._package.pack()

    def _target(self, kind: str) -> str:
        found = self._relations.find(kind)
        if found is None:
            raise NotEditable(f"no {kind}")
        return found.target

    def _edited(self, part: str) -> EditedSheet:
        if part not in self._sheets:
            self._sheets[part] = EditedSheet(self._package, part, self._shared_strings)
        return self._sheets[part]

    def _shared_strings(self) -> list[str]:
        """Read once; texts are written into their cells, so that this part stays as it is."""
        if self._strings is None:
            part = self._relations.find("sharedStrings")
            items = parse(self._package.read(part.target)).iterfind(main("si")) if part else ()
            self._strings = [text_of(one) for one in items]
        return self._strings

    def _list_element(self) -> Element:
        listed = self._root.find(main("sheets"))
        if listed is None:
            raise NotEditable("a workbook without sheets")
        return listed

    def _find(self, name: str) -> _Listed | None:
        return next((one for one in self._listed() if one.name.strip() == name.strip()), None)

    def _listed(self) -> list[_Listed]:
        if not self._sheet_list:
            self._sheet_list = self._read_list()
        return self._sheet_list

    def _read_list(self) -> list[_Listed]:
        elements = self._list_element().findall(main("sheet"))
        if len(elements) > _MOST_SHEETS:
            raise NotEditable("too many sheets")
        related = [self._relations.by_id(one.get(_ID, "")) for one in elements]
        return [
            _Listed(element, element.get("name", ""), one.target, one.kind == "worksheet")
            for element, one in zip(elements, related, strict=True)
        ]

    def _put_sheet(self, name: str, sheet: bytes, older: _Listed | None) -> str:
        part = older.part if older else self._package.free_name("xl/worksheets/sheet", "xml")
        self._sheets.pop(part, None)
        self._package.put(part, sheet)
        self._package.remove(Relations(self._package, part).part)
        if older is not None:
            older.element.attrib.pop("state", "")
            return part
        self._types.put(part, _WORKSHEET_TYPE)
        numbers = [int(one.element.get("sheetId", "0")) for one in self._listed()]
        attributes = {"name": name, "sheetId": str(max(numbers, default=0) + 1)}
        element = etree.SubElement(self._list_element(), main("sheet"), attributes, nsmap={"r": OFFICE_RELATION})
        element.set(_ID, self._relations.add("worksheet", part))
        self._sheet_list = []
        return part

    def _renumber_names(self, moved: dict[str, str], gone: str) -> None:
        """Names that belong to a sheet name it by its position; those of the replaced sheet go."""
        for parent in self._root.findall(main("definedNames")):
            for one in list(parent):
                at = one.get("localSheetId")
                if at is None:
                    continue
                if at == gone:
                    parent.remove(one)
                else:
                    one.set("localSheetId", moved.get(at, at))

    def _name_title_rows(self, name: str, rows: str) -> None:
        names = self._root.find(main("definedNames"))
        if names is None:
            names = etree.Element(main("definedNames"))
            insert_in_order(self._root, names, WORKBOOK_ORDER)
        attributes = {"name": "_xlnm.Print_Titles", "localSheetId": "0"}
        etree.SubElement(names, main("definedName"), attributes).text = f"{quoted(name)}!{rows}"

    def _open_first(self) -> None:
        for view in self._root.iter(main("workbookView")):
            view.set("activeTab", "0")
            view.set("firstSheet", "0")
        for one in self._listed()[1:]:
            if one.is_worksheet and self.sheet_may_have(one.name, "tabSelected"):
                self._edited(one.part).deselect()


def quoted(name: str) -> str:
    """A sheet's name as formulas and links write it."""
    doubled = name.replace("'", "''")
    return f"'{doubled}'"
