"""The step: an approved compilation becomes the period's published issue, once."""

from datetime import datetime
from importlib.metadata import version

from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.office import Office
from townreturn.publishing import write_issue
from townreturn.store.engine import writing
from townreturn.store.returns import (
    Publication,
    find_compilation,
    find_publications,
    last_decision,
    record_publication,
)


def publish(office: Office, compilation_id: int, now: datetime) -> str:
    """Write the issue's files and record its publication; returns the folder.

    Files are complete before the record is: a publication in the store always has its folder.
    Publishing the same compilation again changes nothing. Raises Refused when it is not what was
    approved last, or when other figures of the period are published.
    """
    with writing(office.engine) as tx:
        compilation = find_compilation(tx, compilation_id)
        town_return = compilation.town_return
        town, period = town_return.town_code, Period(town_return.period)
        published = find_publications(tx, town, [period.key]).get(period.key)
        if published is not None and published.compilation_id == compilation_id:
            return published.folder
        if town_return.issue != (0 if published is None else published.issue + 1):
            raise Refused("PERIOD_ALREADY_PUBLISHED", period=period)
        decision = last_decision(tx, town, period.key)
        if decision is None or not decision.approved or decision.content_hash != compilation.content_hash:
            raise Refused("NOT_APPROVED", period=period)
        plan = office.plans.in_force(period)
        issued_on = now.astimezone(plan.calendar.zone).date()
        folder = write_issue(town_return, plan, compilation.content_hash, issued_on, office.outbox)
        issue = Publication(period.key, town_return.issue, compilation_id, now, folder, version("townreturn"))
        record_publication(tx, town, decision.id, issue)
        return folder
