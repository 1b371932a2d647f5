"""``latest`` is kept for speed; whatever comes in, it says what the reports themselves say."""

from collections.abc import Sequence
from itertools import count

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select

from stored_reports import accepted_figures, make_report, record_report
from townreturn.domain.findings import Verdict
from townreturn.office import Office
from townreturn.store.engine import writing
from townreturn.store.reports import latest_reports
from townreturn.store.schema import latest, reports

verdicts = st.sampled_from([Verdict.ACCEPTED, Verdict.EXPLAINED, Verdict.RETURNED])
arriving = st.lists(st.tuples(st.sampled_from(["building", "tobacco"]), verdicts), max_size=6)
towns = count()


def recompute(tx: Connection, town: str) -> dict[str, tuple[int, int | None]]:
    """category → (newest report, newest report not returned), from the reports alone."""
    found: dict[str, tuple[int, int | None]] = {}
    for row in tx.execute(select(reports).where(reports.c.town == town).order_by(reports.c.entry_number)):
        accepted = found.get(row.category, (0, None))[1]
        found[row.category] = (row.id, accepted if row.verdict == Verdict.RETURNED else row.id)
    return found


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(arriving)
def test_latest_is_what_the_reports_say(office: Office, arrived: Sequence[tuple[str, Verdict]]) -> None:
    plan, town = office.plans.plans[0], f"town-{next(towns)}"
    with writing(office.engine) as tx:
        for number, (category, verdict) in enumerate(arrived):
            report = make_report(plan, category, {"cases_filed": number + 1})
            record_report(tx, plan, report, "2018-01", town=town, number=number, verdict=verdict)
        kept = {
            row.category: (row.last_report_id, row.accepted_report_id)
            for row in tx.execute(select(latest).where(latest.c.town == town))
        }
        assert kept == recompute(tx, town)
        last_accepted = {category: number + 1 for number, (category, verdict) in enumerate(arrived)
                         if verdict is not Verdict.RETURNED}  # fmt: skip
        filed = {one.category: one.value for one in accepted_figures(tx, town, ["2018-01"])
                 if one.indicator == "cases_filed"}  # fmt: skip
        assert filed == last_accepted
        standing = {slot.category: one.is_accepted for slot, one in latest_reports(tx, town, "2018-01").items()}
        assert standing == {category: category in last_accepted for category, _ in arrived}
