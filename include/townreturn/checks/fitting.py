"""Whether suites fit a form: what a rule blames and reads must be there, before anything is judged."""

from collections.abc import Collection

from townreturn.checks.suites import FIGURE_VALUES, Suite, unfillable
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.form import Form
from townreturn.wording import say, texts


def refuse_misfits(form: Form, cells: Suite, reports: Suite, columns: tuple[Collection[str], Collection[str]]) -> None:
    """Raises ConfigurationFault for a rule that the form or the frames' columns leave without meaning."""
    for suite, known in zip((cells, reports), columns, strict=True):
        _refuse_strange_columns(form, suite, known)
    _refuse_strange_cells(form, reports)
    _refuse_unfillable(cells, reports)


def _refuse_strange_columns(form: Form, suite: Suite, known: Collection[str]) -> None:
    for rule in suite.rules:
        strange = [one for one in rule.columns if one not in known]
        if strange:
            told = "、".join(strange)
            raise ConfigurationFault(
                "RULE_COLUMNS_UNKNOWN", rule=rule.code, columns=told, suite=suite.suite, edition=form.edition
            )


def _refuse_strange_cells(form: Form, reports: Suite) -> None:
    known = {one.code for one in form.indicators}
    for rule in reports.rules:
        if rule.at and rule.at not in known:
            raise ConfigurationFault("RULE_AT_UNKNOWN", rule=rule.code, value=rule.at, edition=form.edition)


def _refuse_unfillable(cells: Suite, reports: Suite) -> None:
    """Texts of the wording under a rule of other columns, and a figure named where none is blamed."""
    for suite in (cells, reports):
        for rule in suite.rules:
            figure = FIGURE_VALUES if suite is cells or rule.at else ()
            names = (*figure, *rule.nameable)
            strange = unfillable(rule.message or texts()[rule.code], names)
            if strange:
                detail = say("RULE_TEXT_UNFILLABLE", name=strange, names="、".join(dict.fromkeys(names)))
                raise ConfigurationFault("RULE_BROKEN", rule=rule.code, detail=detail)
