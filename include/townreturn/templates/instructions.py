"""The instructions sheet (填表说明), generated from the same form and plan as the rest."""

from collections.abc import Iterator
from string import Formatter

from xlsxwriter.worksheet import Worksheet

from townreturn.domain.form import Across, Form
from townreturn.templates.assignment import Assignment
from townreturn.templates.sections import category_rule
from townreturn.templates.styles import Styles, height_for, protect, set_up_page
from townreturn.wording import say, texts

_NUMBER_WIDTH, _TEXT_WIDTH = 5, 90
_ROWS_OF_ONE_PAGE = 52
_RULES_BY_INDICATOR = (
    "INSTRUCT_RULE_MAJOR",
    "INSTRUCT_RULE_FAILED",
    "INSTRUCT_RULE_BALANCE",
    "INSTRUCT_RULE_OPENING",
    "INSTRUCT_RULE_TRANSFERRED",
)

_QUESTIONS = (
    "INSTRUCT_ASK_CHANGE_BEYOND_30",
    "INSTRUCT_ASK_OUTLIER",
    "INSTRUCT_ASK_TEN_THOUSAND_FOLD",
    "INSTRUCT_ASK_SAME_AS_LAST",
    "INSTRUCT_ASK_PUBLISHED_FIGURES_DIFFER",
    "INSTRUCT_ASK_FINES_WITHOUT_CLOSED",
    "INSTRUCT_ASK_INSPECTIONS_WITHOUT_OFFICERS",
    "INSTRUCT_ASK_FILED_EXCEED_INVESTIGATED",
    "INSTRUCT_ASK_NEXT_OPENING_DIFFERS",
)

Part = tuple[str, list[str]]


def write_instructions(sheet: Worksheet, assignment: Assignment, styles: Styles) -> None:
    """One row a sentence: its number in column A, its text in column B."""
    sheet.set_column(0, 0, _NUMBER_WIDTH)
    sheet.set_column(1, 1, _TEXT_WIDTH - 2)
    sheet.set_row(0, 36)
    sheet.write_string(0, 0, say("INSTRUCT_TITLE"), styles.title)
    sheet.write_blank(0, 1, None, styles.title)
    row = 1
    for numeral, (heading, sentences) in zip(say("INSTRUCT_NUMERALS"), instruction_parts(assignment), strict=False):
        row = _write_part(sheet, row, say("INSTRUCT_PART", numeral=numeral, heading=heading), sentences, styles)
    sheet.hide_gridlines(2)
    set_up_page(sheet, assignment.footer, pages_high=1 if row <= _ROWS_OF_ONE_PAGE else 0)
    protect(sheet)


def instruction_parts(assignment: Assignment) -> Iterator[Part]:
    """The instructions as headings with their sentences."""
    form = assignment.form
    yield say("INSTRUCT_PART_WHAT"), _what_and_when(assignment)
    yield say("INSTRUCT_PART_FIGURES", statistics=form.sheets.statistics), _figures(assignment)
    yield say("INSTRUCT_PART_TEXT"), _text_sections(assignment)
    yield say("INSTRUCT_PART_RULES"), mandatory_rules(form)
    if form.explanations:
        yield say("INSTRUCT_PART_ASK"), verifying_rules(form)
    yield say("INSTRUCT_PART_AFTER"), [say("INSTRUCT_RECEIPT"), say("INSTRUCT_RETURNED")]
    focus = _focus(assignment)
    if focus:
        yield say("INSTRUCT_PART_FOCUS", plan=assignment.plan.title), focus


def _write_part(sheet: Worksheet, row: int, heading: str, sentences: list[str], styles: Styles) -> int:
    sheet.set_row(row, 26)
    sheet.write_string(row, 0, heading, styles.part_head)
    for number, sentence in enumerate(sentences, 1):
        row += 1
        sheet.set_row(row, height_for(sentence, _TEXT_WIDTH))
        sheet.write_string(row, 0, f"{number}.", styles.body_number)
        sheet.write_string(row, 1, sentence, styles.body)
    return row + 1


def _what_and_when(assignment: Assignment) -> list[str]:
    plan, calendar, receiver = assignment.plan, assignment.plan.calendar, assignment.receiver
    first, last = calendar.first_day(assignment.period), calendar.last_day(assignment.period)
    next_instant = f"{calendar.due_at(assignment.period):%Y-%m-%d %H:%M}"
    code = "INSTRUCT_RECEIVER_MAIL" if receiver.mail else "INSTRUCT_RECEIVER"
    sentences = [
        say("INSTRUCT_WHO", unit=assignment.unit.name, categories=assignment.headings),
        say("INSTRUCT_PERIOD", name=assignment.period_name, first=first, last=last),
        say("INSTRUCT_DUE", due=assignment.due, next_instant=next_instant),
        say(code, receiver=receiver.name, mail=receiver.mail, city_office=plan.city_office),
    ]
    return [*sentences, say("INSTRUCT_OWN")] if receiver == assignment.unit else sentences


def _figures(assignment: Assignment) -> list[str]:
    form = assignment.form
    opening, closing = form.by_code[form.opening_stock].label, form.by_code[form.closing_stock].label
    zero = {"zero_return": form.anchors.zero_return, "yes": form.yes, "opening": opening, "closing": closing}
    memo = [one.label for one in form.indicators if one.across is Across.NEVER]
    sentences = [
        say("INSTRUCT_ONLY_YELLOW", not_asked=say("TEMPLATE_NOT_ASKED")),
        say("INSTRUCT_BLANK"),
        say("INSTRUCT_ZERO", **zero),
        say("INSTRUCT_NUMBERS"),
        say("INSTRUCT_UNITS", units=_units_of_decimals(assignment)),
        *_of_last_period(assignment),
    ]
    return [*sentences, say("INSTRUCT_MEMO", labels=say("TEMPLATE_JOIN").join(memo))] if memo else sentences


def _of_last_period(assignment: Assignment) -> list[str]:
    """What stands in a pre-filled workbook when the unit gets it."""
    form = assignment.form
    if assignment.history is None:
        return []
    labels = {"opening": form.by_code[form.opening_stock].label, "closing": form.by_code[form.closing_stock].label}
    return [
        say("INSTRUCT_PREFILLED", period=assignment.last_period_name, **labels),
        say("INSTRUCT_LAST_PERIOD", mark=say("TEMPLATE_LAST_PERIOD"), period=assignment.last_period_name),
    ]


def _units_of_decimals(assignment: Assignment) -> str:
    """Money in 万元 beside money in 元 is what gets mistaken, so these are listed by unit."""
    labels_by_unit: dict[str, list[str]] = {}
    for one in assignment.indicators():
        if one.decimals:
            labels_by_unit.setdefault(one.unit, []).append(one.label)
    join = say("TEMPLATE_JOIN").join
    return say("INSTRUCT_SEMICOLON").join(
        say("INSTRUCT_UNITS_PART", unit=unit, labels=join(labels)) for unit, labels in labels_by_unit.items()
    )


def _text_sections(assignment: Assignment) -> list[str]:
    sections = [say("INSTRUCT_SECTION", sheet=one.sheet, hint=one.hint) for one in assignment.form.sections]
    rows = say("INSTRUCT_ROWS", category_rule=category_rule(assignment))
    return [*sections, rows]


def mandatory_rules(form: Form) -> list[str]:
    """The mandatory rules in words, without those whose indicators this edition lacks."""
    labels = {code: one.label for code, one in form.by_code.items()}
    anchors = form.anchors
    names = {"edition": anchors.edition, "unit": anchors.unit, "period": anchors.period}
    rules = [
        say("INSTRUCT_RULE_IDENTITY", categories=anchors.categories, **names),
        say("INSTRUCT_RULE_FILLED"),
        say("INSTRUCT_RULE_COUNT"),
        say("INSTRUCT_RULE_MONEY"),
    ]
    rules += [say(code, **labels) for code in _RULES_BY_INDICATOR if _wanted(code) <= labels.keys()]
    return [*rules, *_case_list_rule(form)]


def verifying_rules(form: Form) -> list[str]:
    """What the verifying rules ask about, and how it is answered; for a form with explanations."""
    labels = {code: one.label for code, one in form.by_code.items()}
    section = form.section(form.explanations)
    columns = {field.code: field.label for field in section.fields}
    questions = [say(code, **labels) for code in _QUESTIONS if _wanted(code) <= labels.keys()]
    return [
        *questions,
        say("INSTRUCT_ASK_HOW", sheet=section.sheet, statistics=form.sheets.statistics, **columns),
        say("INSTRUCT_ASK_PREFILLED", sheet=section.sheet, **columns),
        say("INSTRUCT_ASK_AHEAD"),
    ]


def _wanted(code: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(texts()[code]) if name}


def _case_list_rule(form: Form) -> list[str]:
    """The rule that ties the case list to the count of major cases, where the form has both."""
    columns = [
        (section.sheet, field.label)
        for section in form.sections
        for field in section.fields
        if section.code == "key_cases" and field.code == "large"
    ]
    names = {"yes": form.yes, "statistics": form.sheets.statistics, "major_cases": form.by_code[form.major_cases].label}
    return [say("INSTRUCT_RULE_CASE_LIST", sheet=sheet, large=large, **names) for sheet, large in columns]


def _focus(assignment: Assignment) -> list[str]:
    join = say("TEMPLATE_JOIN").join
    return [
        say("INSTRUCT_FOCUS", category=one.name, focus=join((*one.focus_products, *one.focus_places)))
        for one in assignment.categories
        if one.focus_products or one.focus_places
    ]
