"""What stands for a column and for a point of 趋势与对比, in the language of the page."""

from townreturn.board.trends_choice import Column
from townreturn.board.trends_lines import Point, PointStatus
from townreturn.domain.town_return import TOTAL
from townreturn.wording import Tell

_WORDS = {
    PointStatus.MISSING: "AMOUNT_MISSING",
    PointStatus.EXEMPTED: "STANDING_EXEMPTED",
    PointStatus.ZERO_BASE: "CHANGE_ZERO_BASE",
    PointStatus.INCOMPARABLE: "CHANGE_INCOMPARABLE",
    PointStatus.UNPUBLISHED: "BOARD_TRENDS_UNPUBLISHED",
    PointStatus.NOT_STATED: "BOARD_TRENDS_NOT_STATED",
}
_MOVED = "†"


def name_column(column: Column, tell: Tell) -> str:
    """The category's heading, or 合计."""
    return tell("TOTAL_COLUMN") if column.category == TOTAL else column.heading


def say_point(point: Point, tell: Tell) -> str:
    """The figure with its marks, or the word that stands for none."""
    if point.status is PointStatus.ZERO:
        return "0" + tell("ZERO_RETURN_MARK") + (_MOVED if point.is_moved else "")
    text = tell(_WORDS[point.status]) if point.status in _WORDS else point.text
    return text + (_MOVED if point.is_moved else "")
