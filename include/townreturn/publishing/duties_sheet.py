"""The sheet of what is owed under the plan as a whole (方案材料): a row for each unit and thing owed."""

from townreturn.publishing.list_sheets import Column, write_list
from townreturn.publishing.sheet_frame import ReturnBook
from townreturn.publishing.standing_words import say_received, say_timeliness
from townreturn.wording import say


def write_duties_sheet(book: ReturnBook) -> None:
    """方案材料, times in the plan's zone."""
    columns = [
        Column(say("RETURN_HEAD_MATERIAL"), 40, "label"),
        Column(say("RETURN_HEAD_REPORTING_UNIT"), 26, "label"),
        Column(say("RETURN_HEAD_STANDING"), 14, "centred"),
        Column(say("RETURN_HEAD_TIMELINESS"), 10, "centred"),
        Column(say("RETURN_HEAD_REVISION"), 10, "centred"),
        Column(say("RETURN_HEAD_RECEIVED_AT"), 22, "centred"),
        Column(say("RETURN_HEAD_NOTE"), 18, "label"),
    ]
    write_list(book, say("RETURN_SHEET_DUTIES"), columns, _rows(book))


def _rows(book: ReturnBook) -> list[list[str]]:
    plan = book.plan
    return [
        [
            say(f"OWED_{one.kind}"),
            plan.unit_by_code[one.unit].name,
            say(f"STATE_{one.state}"),
            say_timeliness(one),
            str(one.revision),
            say_received(one, plan),
            one.note,
        ]
        for one in book.town_return.duties
    ]
