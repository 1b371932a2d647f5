"""The named styles by which the briefing is set: a Word template has every one of them."""

from enum import StrEnum


class Style(StrEnum):
    """How a paragraph is set; people know a style by the name that is worded as ``STYLE_…``."""

    TITLE = "title"
    BYLINE = "byline"
    PART = "part"
    CATEGORY = "category"
    ITEM = "item"
    BODY = "body"
    TABLE_TITLE = "table_title"
    TABLE_TEXT = "table_text"
    TABLE_SMALL = "table_small"
    ANNEX = "annex"
    ANNEX_NOTE = "annex_note"
    PICTURE = "picture"
    PICTURE_CAPTION = "picture_caption"
    COLOPHON = "colophon"


class TableStyle(StrEnum):
    """How a table is ruled; named in wording as ``TABLE_STYLE_…``."""

    RULED = "ruled"
    COLOPHON = "colophon"
