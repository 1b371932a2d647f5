"""The step: an approved compilation becomes the period's published issue, once."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import Connection

from townreturn.domain.approval import changed_meanwhile
from townreturn.domain.errors import Refused
from townreturn.domain.kept_file import KeptFile
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.files import settle
from townreturn.office import Office
from townreturn.publishing import render_issue
from townreturn.publishing.archiving import archive_files, files_in_force
from townreturn.publishing.delivery import deliver, shown_folder
from townreturn.publishing.manifest import Issue
from townreturn.publishing.naming import folder_of
from townreturn.software import software_version
from townreturn.store.decisions import last_decision, standing_of_approval
from townreturn.store.engine import reading, writing
from townreturn.store.issue_events import tell_published
from townreturn.store.published_files import record_files
from townreturn.store.returns import (
    Compilation,
    Publication,
    find_compilation,
    find_publications,
    record_publication,
)
from townreturn.store.trail import append_events, chain_head


def publish(
    office: Office, compilation_id: int, now: datetime, still_holds: Callable[[Connection, TownReturn], bool],
    tell: Callable[[Connection, Publication], object],
) -> str:  # fmt: skip
    """Write the issue's files and record its publication; returns the folder.

    Files are complete, in the archive and in the outbox, before the record is: a publication in the
    store always has its folder, and its bytes for good.
    ``still_holds``: whether the content follows from what stands now; ``tell`` writes to whoever hears of a
    publication, once it is recorded and in its transaction. Publishing the same
    compilation again changes nothing. Raises Refused when it is not what was approved last, does
    not hold any more, or when other figures of the period are published.
    """
    with reading(office.engine) as tx:
        town_return = find_compilation(tx, compilation_id).town_return
    period = Period(town_return.period)
    plan = office.plans.in_force(period)
    town = town_return.town_code
    # What one period states depends on what others have published: of two, the second sees the first.
    with writing(office.engine, f"{town}/{period.key}", f"{town}/publish") as tx:
        compilation = find_compilation(tx, compilation_id)
        published = find_publications(tx, town, [period.key]).get(period.key)
        if published is not None and published.compilation_id == compilation_id:
            return shown_folder(office.outbox, published)
        decision_id = _require_publishable(tx, plan, compilation, published)
        if not still_holds(tx, town_return):
            raise changed_meanwhile(period.key, town_return.issue)
        issue = prepare_issue(tx, office, plan, compilation, now)
        files = render_issue(issue)
        folder = _put_in_place(office, issue, files)
        publication = Publication(period.key, town_return.issue, compilation_id, now, folder, software_version())
        _record(tx, town_return, decision_id, publication, [*issue.in_force, *files])
        tell(tx, publication)
        return folder


def _require_publishable(tx: Connection, plan: Plan, compilation: Compilation, published: Publication | None) -> int:
    """Refused unless it is the next issue and sufficiently approved; the id of the last decision."""
    town_return = compilation.town_return
    if town_return.issue != (0 if published is None else published.issue + 1):
        raise Refused("PERIOD_ALREADY_PUBLISHED", period=town_return.period)
    decision = last_decision(tx, town_return.town_code, town_return.period)
    if decision is None or decision.compilation_id != compilation.id:
        raise Refused("NOT_APPROVED", period=town_return.period)
    if not standing_of_approval(tx, plan, compilation).is_sufficient:
        raise Refused("NOT_APPROVED", period=town_return.period)
    return decision.id


def _put_in_place(office: Office, issue: Issue, files: Sequence[KeptFile]) -> str:
    """Into the archive, then into the outbox; on disk when this returns. The folder's path or URL."""
    archive_files(office, [*issue.in_force, *files])
    folder = deliver(office.outbox, folder_of(issue.town_return), files)
    settle()
    return folder


def prepare_issue(tx: Connection, office: Office, plan: Plan, compilation: Compilation, now: datetime) -> Issue:
    """What an issue published now consists of; its day is that of the plan's zone."""
    town_return = compilation.town_return
    head = chain_head(tx, town_return.plan, town_return.period)
    return Issue(
        town_return,
        plan,
        compilation.content_hash,
        now.astimezone(plan.calendar.zone).date(),
        files_in_force(office, plan),
        (head.number, head.hash) if head else None,
    )


def _record(
    tx: Connection, town_return: TownReturn, decision_id: int, publication: Publication, files: Sequence[KeptFile]
) -> None:
    """The publication, its files and their events; every byte they name is on disk by now."""
    town, period = town_return.town_code, town_return.period
    record_publication(tx, town, decision_id, publication)
    record_files(tx, town, period, publication.issue, files)
    append_events(tx, town, town_return.plan, period, tell_published(tx, town, period, publication.issue))
