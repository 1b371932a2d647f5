"""How the blank workbook looks: cell formats, row heights, print set-up and protection."""

from dataclasses import dataclass

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from townreturn.spreadsheets.text_size import height_for as height_for
from townreturn.spreadsheets.text_size import width_of as width_of

BODY_FONT = "宋体"
HEAD_FONT = "黑体"
_INPUT, _CLOSED, _HEADING, _GROUP = "#FFF9DB", "#D9D9D9", "#DCE6F1", "#F2F2F2"
_LINE = "#7F7F7F"
_A4 = 9


@dataclass(frozen=True)
class Styles:
    """Every cell format of the workbook; only the ``*_entry`` formats are unlocked."""

    title: Format
    subtitle: Format
    note: Format
    part_head: Format
    body: Format
    body_number: Format
    label: Format
    value: Format
    heading: Format
    group: Format
    name: Format
    centred: Format
    closed: Format
    text_entry: Format
    long_entry: Format
    choice_entry: Format
    count_entry: Format
    decimal_entry: Format
    last_heading: Format
    last_note: Format
    last_count: Format
    last_decimal: Format


def make_styles(book: Workbook) -> Styles:
    """Register the formats with a workbook."""
    boxed = {"border": 1, "border_color": _LINE, "valign": "vcenter"}
    entry = {**boxed, "bg_color": _INPUT, "locked": False}
    head = {"font_name": HEAD_FONT}
    last = {**boxed, "bg_color": _GROUP, "font_color": "#595959"}
    looks: dict[str, dict[str, object]] = {
        "title": {**head, "font_size": 18, "align": "center_across", "valign": "vcenter"},
        "subtitle": {**head, "font_size": 12, "align": "center_across", "valign": "vcenter"},
        "note": {"valign": "vcenter", "font_color": "#595959"},
        "part_head": {**head, "font_size": 12, "valign": "vcenter"},
        "body": {"text_wrap": True, "valign": "top"},
        "body_number": {"align": "right", "valign": "top"},
        "label": {**boxed, **head, "bg_color": _GROUP, "indent": 1},
        "value": {**boxed, "text_wrap": True, "num_format": "@", "indent": 1},
        "heading": {**boxed, **head, "bg_color": _HEADING, "align": "center", "text_wrap": True},
        "group": {
            **head,
            "bg_color": _GROUP,
            "top": 1,
            "bottom": 1,
            "top_color": _LINE,
            "bottom_color": _LINE,
            "valign": "vcenter",
        },
        "name": {**boxed, "text_wrap": True, "indent": 1},
        "centred": {**boxed, "align": "center"},
        "closed": {**boxed, "bg_color": _CLOSED, "font_color": "#7F7F7F", "align": "center"},
        "text_entry": {**entry, "num_format": "@", "text_wrap": True, "indent": 1},
        # Old Excel shows #### for more than 255 characters in a cell formatted as text.
        "long_entry": {**entry, "text_wrap": True, "indent": 1},
        "choice_entry": {**entry, "align": "center", "text_wrap": True},
        "count_entry": {**entry, "num_format": "#,##0", "align": "right", "indent": 1},
        "decimal_entry": {**entry, "num_format": "#,##0.00", "align": "right", "indent": 1},
        "last_heading": {**last, "bg_color": _CLOSED, "align": "center", "text_wrap": True},
        "last_note": {**last, "align": "center", "text_wrap": True, "font_size": 9},
        "last_count": {**last, "num_format": "#,##0", "align": "right", "indent": 1},
        "last_decimal": {**last, "num_format": "#,##0.00", "align": "right", "indent": 1},
    }
    return Styles(**{name: book.add_format(look) for name, look in looks.items()})


def set_up_page(sheet: Worksheet, footer: str, landscape: bool = False, pages_high: int = 0) -> None:
    """A4, one page wide, as many pages long as needed (or ``pages_high``), with page x of y."""
    sheet.set_paper(_A4)
    if landscape:
        sheet.set_landscape()
    sheet.fit_to_pages(1, pages_high)
    sheet.set_margins(left=0.6, right=0.5, top=0.7, bottom=0.8)
    sheet.center_horizontally()
    sheet.set_footer(footer)


def protect(sheet: Worksheet, insert_rows: bool = False) -> None:
    """Lock everything but the entry cells, without a password: against slips, not against people."""
    sheet.protect("", {"format_columns": True, "format_rows": True, "insert_rows": insert_rows})
