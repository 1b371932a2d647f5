"""Mutations of real workbooks: sloppy hands, broken programs and hostile minds, all from one seed."""

import struct
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from random import Random

from lxml import etree

Parts = dict[str, bytes]
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_NOT_APPLICABLE = (KeyError, IndexError, AttributeError, TypeError, ValueError, etree.XMLSyntaxError)
"""What a mutation meets when an earlier one has taken away what it would change."""
_TEXTS = (
    "", " ", "0", "-1", "3.5", "12宗", "１２", "1,234", "16/140", "约12", "无", "—", "=1+1", "'5", "1e3", "NaN", "TRUE",
    "#REF!", "2018-03", "２０１８－０３", "2019-13", "shiyaojian", "否", "是", "\u200b12\u200b", "\ufeff7", "<b>", "&",
    "9" * 400, "1\n2", "１．５", "3.14159", "edition-2018", "edition-2017", "镇住建局",
)  # fmt: skip
_NUMBERS = (
    "0",
    "1",
    "-1",
    "2.5",
    "1e308",
    "1e999",
    "NaN",
    "INF",
    "-0",
    "007",
    " 7 ",
    "7,5",
    "0x10",
    "1e-9",
    "4.35",
    "99999999999999999999",
    "0.1000000000000000055",
)
_REFS = ("A1", "D12", "ZZ3", "XFD1048576", "A0", "D", "12", "d12", "$D$12", "AAAA1", "")


def mutate(parts: Parts, rng: Random) -> bytes:
    """One mutant: most changed as XML, some as bytes of a part, some as bytes of the package."""
    mutant = dict(parts)
    lot = rng.random()
    if lot < 0.75:
        for _ in range(rng.choice((1, 1, 1, 2, 4))):
            with suppress(*_NOT_APPLICABLE):
                rng.choice(_XML_MUTATIONS)(mutant, rng)
        return _pack(mutant, rng)
    if lot < 0.9:
        _change_bytes_of_part(mutant, rng)
        return _pack(mutant, rng)
    return _spoil(bytearray(_pack(mutant, rng)), rng)


def unpack(content: bytes) -> Parts:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def is_well_formed(content: bytes) -> bool:
    """Whether the package opens and every XML part of it parses."""
    try:
        for name, part in unpack(content).items():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(part, etree.XMLParser(resolve_entities=False, huge_tree=True))
    except Exception:  # noqa: BLE001 - whatever is raised, it did not parse
        return False
    return True


def _pack(parts: Parts, rng: Random) -> bytes:
    packed = BytesIO()
    method = rng.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))
    with zipfile.ZipFile(packed, "w", method) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return packed.getvalue()


def _sheet(parts: Parts, rng: Random) -> tuple[str, etree._Element]:
    sheets = sorted(name for name in parts if name.startswith("xl/worksheets/sheet"))
    name = rng.choice(sheets[:3] or sheets)
    return name, etree.fromstring(parts[name])


def _put(parts: Parts, name: str, root: etree._Element) -> None:
    parts[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _on_a_cell(change: Callable[[etree._Element, Random], None]) -> Callable[[Parts, Random], None]:
    def mutation(parts: Parts, rng: Random) -> None:
        name, root = _sheet(parts, rng)
        cells = root.findall(f".//{{{_MAIN}}}c")
        filled = [cell for cell in cells if len(cell)]
        if cells:
            change(rng.choice(filled if filled and rng.random() < 0.8 else cells), rng)
            _put(parts, name, root)

    return mutation


def _on_a_row(change: Callable[[etree._Element, Random], None]) -> Callable[[Parts, Random], None]:
    def mutation(parts: Parts, rng: Random) -> None:
        name, root = _sheet(parts, rng)
        rows = root.findall(f".//{{{_MAIN}}}row")
        if rows:
            change(rng.choice(rows), rng)
            _put(parts, name, root)

    return mutation


def _clear(cell: etree._Element) -> None:
    for child in list(cell):
        cell.remove(child)


def _write_text(cell: etree._Element, rng: Random) -> None:
    _clear(cell)
    cell.set("t", "inlineStr")
    inline = etree.SubElement(etree.SubElement(cell, f"{{{_MAIN}}}is"), f"{{{_MAIN}}}t")
    inline.text = rng.choice(_TEXTS)


def _write_number(cell: etree._Element, rng: Random) -> None:
    _clear(cell)
    cell.attrib.pop("t", None)
    etree.SubElement(cell, f"{{{_MAIN}}}v").text = rng.choice((*_NUMBERS, str(rng.randrange(400))))


def _blank(cell: etree._Element, _: Random) -> None:
    _clear(cell)


def _change_type(cell: etree._Element, rng: Random) -> None:
    cell.set("t", rng.choice(("n", "s", "str", "b", "e", "d", "inlineStr", "x", "")))


def _move(cell: etree._Element, rng: Random) -> None:
    cell.set("r", rng.choice(_REFS))


def _forget_place(cell: etree._Element, _: Random) -> None:
    cell.attrib.pop("r", None)


def _write_formula(cell: etree._Element, rng: Random) -> None:
    formula = etree.Element(f"{{{_MAIN}}}f")
    formula.text = "SUM(A1:A9)"
    cell.insert(0, formula)
    if rng.random() < 0.5:
        for value in cell.findall(f"{{{_MAIN}}}v"):
            cell.remove(value)


def _remove(element: etree._Element, _: Random) -> None:
    element.getparent().remove(element)


def _double(element: etree._Element, _: Random) -> None:
    element.addnext(etree.fromstring(etree.tostring(element)))


def _hide(row: etree._Element, rng: Random) -> None:
    row.set("hidden", rng.choice(("1", "true", "0")))


def _renumber(row: etree._Element, rng: Random) -> None:
    row.set("r", rng.choice(("0", "1", "7", "-1", "1048576", "1048577", "x", str(rng.randrange(60)))))


def _merge(parts: Parts, rng: Random) -> None:
    name, root = _sheet(parts, rng)
    merges = root.find(f"{{{_MAIN}}}mergeCells")
    if merges is None:
        merges = etree.Element(f"{{{_MAIN}}}mergeCells")
        root.find(f"{{{_MAIN}}}sheetData").addnext(merges)
    first, last = sorted(rng.randrange(1, 45) for _ in range(2))
    etree.SubElement(merges, f"{{{_MAIN}}}mergeCell", ref=rng.choice((f"D{first}:E{last}", "A1:XFD1048576", "D9", "?")))
    _put(parts, name, root)


def _hide_columns(parts: Parts, rng: Random) -> None:
    name, root = _sheet(parts, rng)
    for column in root.iter(f"{{{_MAIN}}}col"):
        if rng.random() < 0.4:
            column.set("hidden", "1")
    _put(parts, name, root)


def _on_the_workbook(parts: Parts, rng: Random) -> None:
    root = etree.fromstring(parts["xl/workbook.xml"])
    sheets = root.find(f"{{{_MAIN}}}sheets")
    sheet = rng.choice(list(sheets))
    match rng.randrange(5):
        case 0:
            sheet.set("name", rng.choice(("Sheet1", "统计表 ", "统计表", "封面", "", "a/b", "x" * 300)))
        case 1:
            sheet.set("state", rng.choice(("hidden", "veryHidden", "visible")))
        case 2:
            sheets.remove(sheet)
        case 3:
            sheets.append(sheet)
        case _:
            _double(sheet, rng)
    _put(parts, "xl/workbook.xml", root)


def _on_the_strings(parts: Parts, rng: Random) -> None:
    if "xl/sharedStrings.xml" not in parts:
        return
    root = etree.fromstring(parts["xl/sharedStrings.xml"])
    items = list(root)
    if items:
        item = rng.choice(items)
        _clear(item)
        etree.SubElement(item, f"{{{_MAIN}}}t").text = rng.choice(_TEXTS)
    _put(parts, "xl/sharedStrings.xml", root)


def _drop_a_part(parts: Parts, rng: Random) -> None:
    parts.pop(rng.choice(sorted(parts)))


def _other_encoding(parts: Parts, rng: Random) -> None:
    name = rng.choice(sorted(one for one in parts if one.endswith(".xml")))
    root = etree.fromstring(parts[name])
    parts[name] = etree.tostring(root, xml_declaration=True, encoding=rng.choice(("UTF-16", "GB18030", "UTF-8")))


_XML_MUTATIONS: tuple[Callable[[Parts, Random], None], ...] = (
    _on_a_cell(_write_text), _on_a_cell(_write_text), _on_a_cell(_write_number), _on_a_cell(_write_number),
    _on_a_cell(_blank), _on_a_cell(_change_type), _on_a_cell(_move), _on_a_cell(_forget_place),
    _on_a_cell(_write_formula), _on_a_cell(_remove), _on_a_cell(_double), _on_a_row(_remove), _on_a_row(_double),
    _on_a_row(_hide), _on_a_row(_renumber), _merge, _hide_columns, _on_the_workbook, _on_the_strings, _drop_a_part,
    _other_encoding,
)  # fmt: skip


def _change_bytes_of_part(parts: Parts, rng: Random) -> None:
    name = rng.choice(sorted(parts))
    part = bytearray(parts[name])
    if part:
        parts[name] = _spoil(part, rng)


def _spoil(content: bytearray, rng: Random) -> bytes:
    for _ in range(rng.choice((1, 2, 8, 64))):
        at = rng.randrange(len(content))
        match rng.randrange(4):
            case 0:
                content[at] = rng.randrange(256)
            case 1:
                content[at : at + rng.randrange(1, 64)] = rng.randbytes(rng.randrange(0, 64))
            case 2:
                content[at : at + 4] = struct.pack("<I", rng.choice((0, 1, 0xFFFFFFFF, 0x7FFFFFFF)))
            case _:
                content[at:] = content[at : at + max(1, (len(content) - at) // 2)]
        if not content:
            break
    return bytes(content)
