"""What the annexes (附表) of the briefing say around their tables: heads, and the notes below."""

from collections.abc import Sequence
from dataclasses import dataclass

from townreturn.domain.briefing_styles import Style
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TOTAL, Measure, ReturnCell, TownReturn
from townreturn.publishing.briefing_parts import Paragraph
from townreturn.publishing.figure_notes import list_common_cells, tell_notes_below
from townreturn.publishing.league_words import LEAGUE_ANNEX, list_league_notes, tell_about
from townreturn.publishing.measure_names import measure_name
from townreturn.publishing.origins import numbering
from townreturn.publishing.prose import Prose, plain, tell
from townreturn.wording import say


@dataclass(frozen=True)
class Annex:
    """The texts before and after one table."""

    head: Prose
    notes: Sequence[Prose] = ()

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """All of them, in order."""
        return Paragraph(Style.ANNEX, self.head), *(Paragraph(Style.ANNEX_NOTE, one) for one in self.notes)


def compose_annexes(town_return: TownReturn, plan: Plan) -> tuple[Annex, ...]:
    """Current, year to date, comparison of the totals, standings; and the league, if the return has one."""
    return (
        _about_measure(town_return, plan, 1, Measure.CURRENT),
        _about_measure(town_return, plan, 2, Measure.YTD),
        _about_comparison(town_return, plan),
        Annex(_head(4, say("RETURN_SHEET_STANDINGS"))),
        *([_about_league(town_return, plan)] if town_return.league.units else []),
    )


def list_totals(town_return: TownReturn, plan: Plan) -> list[ReturnCell]:
    """The cells of 合计, in the form's order; memo indicators have none."""
    cells = (town_return.cell(TOTAL, one.code) for one in plan.form.indicators)
    return [one for one in cells if one is not None]


def _head(number: int, name: str) -> Prose:
    return tell("ANNEX_HEAD", number=numbering(str(number)), name=plain(name))


def _about_measure(town_return: TownReturn, plan: Plan, number: int, measure: Measure) -> Annex:
    cells = list_common_cells(town_return, plan)
    notes = tell_notes_below(town_return, plan, cells, [measure], with_states=True)
    return Annex(_head(number, measure_name(measure)), notes)


def _about_comparison(town_return: TownReturn, plan: Plan) -> Annex:
    totals = list_totals(town_return, plan)
    notes = tell_notes_below(town_return, plan, totals, list(Measure), with_states=False)
    return Annex(_head(3, say("ANNEX_COMPARISON")), notes)


def _about_league(town_return: TownReturn, plan: Plan) -> Annex:
    notes = [tell_about(town_return.league), *map(plain, list_league_notes(plan))]
    return Annex(_head(LEAGUE_ANNEX, say("LEAGUE_ANNEX")), notes)
