"""Of given verdicts, neither the order nor the repetition of files moves a chain, now or as of any instant.

What a verdict is may hang on what stands when a file is taken in, of other periods: see
``tests/intake/test_order_of_taking_in.py``.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select

from stored_reports import make_report, open_register
from townreturn.domain.chain import Withdrawal, WithdrawalKind, links_known
from townreturn.domain.findings import Verdict
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.slot import Slot
from townreturn.domain.submission import Arrival, Judgement, Submission
from townreturn.month import entering
from townreturn.office import Office
from townreturn.store.chains import derive_latest, read_chains, refresh_latest
from townreturn.store.engine import writing
from townreturn.store.entered import write_entered
from townreturn.store.exclusions import record_exclusion
from townreturn.store.reports import accepted_ids, latest_reports
from townreturn.store.schema import arrivals, compilations, decisions, latest, reports, sent_back

START = datetime(2018, 3, 27, tzinfo=UTC)
AFTERWARDS = START + timedelta(days=9)
HOURS = range(7)
PERIOD, CATEGORY = "2018-03", "tobacco"
KINDS = tuple(WithdrawalKind)
towns = count()


@dataclass(frozen=True)
class Sent:
    """One coming in of a content, under a name, at an hour."""

    content: int
    name: int
    hour: int


@dataclass(frozen=True)
class Decided:
    """What somebody decided about a content at an hour."""

    content: int
    kind: WithdrawalKind
    hour: int


@dataclass(frozen=True)
class Story:
    """``verdicts``: what the checks say of each content."""

    verdicts: tuple[Verdict, ...]
    sent: tuple[Sent, ...]
    decided: tuple[Decided, ...]


def at(hour: int) -> datetime:
    return START + timedelta(hours=hour)


def hash_of(content: int) -> str:
    return hashlib.sha256(f"content {content}".encode()).hexdigest()


@st.composite
def stories(draw: st.DrawFn) -> Story:
    verdicts = draw(st.lists(st.sampled_from([Verdict.ACCEPTED, Verdict.EXPLAINED, Verdict.RETURNED]), min_size=4,
                             max_size=4))  # fmt: skip
    hour, content = st.sampled_from(HOURS), st.integers(0, 3)
    sent = draw(st.lists(st.builds(Sent, content, st.integers(0, 1), hour), min_size=1, max_size=6))
    came = st.sampled_from(sorted({one.content for one in sent}))
    made = draw(st.lists(st.builds(Decided, came, st.sampled_from(KINDS), hour), max_size=4))
    return Story(tuple(verdicts), tuple(sent), tuple(sorted(made, key=lambda one: one.hour)))


def expected(story: Story, until: int) -> tuple[str, str]:
    """(last, accepted) content by hash as known at an hour, worked out without a chain."""
    first = {one.content: one.hour for one in sorted(story.sent, key=lambda one: -one.hour) if one.hour <= until}
    said = [one for one in story.decided if one.hour <= until]
    in_force = {one.content: one.kind for one in said if one.kind is not WithdrawalKind.SENT_BACK}
    counting = [one for one in first if in_force.get(one) is not WithdrawalKind.EXCLUDED]
    ordered = sorted(counting, key=lambda one: (first[one], hash_of(one)))
    accepting = [one for one in ordered if story.verdicts[one] is not Verdict.RETURNED][-1:]
    went_back = {one.content for one in said if one.kind is WithdrawalKind.SENT_BACK}
    accepted = [one for one in accepting if one not in went_back]
    return (hash_of(ordered[-1]) if ordered else ""), (hash_of(accepted[0]) if accepted else "")


def live_through(tx: Connection, plan: Plan, town: str, story: Story, order: Random) -> None:
    """Everything in an order of its own, a tray being what comes between two decisions or a chance cut.

    A decision waits for its content to have come, and for the one before it.
    """
    waiting = list(story.decided)
    came: set[int] = set()
    for one in order.sample(story.sent, len(story.sent)):
        take_in(tx, plan, town, story, [one])
        came.add(one.content)
        while waiting and waiting[0].content in came and order.random() < 0.5:
            decide(tx, town, waiting.pop(0))
    for one in waiting:
        decide(tx, town, one)


def take_in(tx: Connection, plan: Plan, town: str, story: Story, tray: Sequence[Sent]) -> None:
    """As the intake enters a file, but for reading and checking it."""
    register = open_register(tx, town, PERIOD, {hash_of(one.content) for one in tray})
    for one in tray:
        report = make_report(plan, CATEGORY, {"cases_filed": one.content})
        arrival = Arrival(f"{one.name}.xlsx", hash_of(one.content), at(one.hour))
        submission = Submission(arrival, "yancao", Period(PERIOD), plan.form.edition, (report,), ())
        if register.knows(arrival):
            continue
        decided = entering._decide(
            register, plan, submission, [Judgement(report, (), story.verdicts[one.content])], False
        )
        entering._enter(register, plan, decided, AFTERWARDS)
    write_entered(tx, [register.entered(plan)])


def decide(tx: Connection, town: str, one: Decided) -> None:
    query = select(reports.c.id).join(arrivals, arrivals.c.id == reports.c.arrival_id)
    query = query.where(reports.c.town == town, arrivals.c.file_hash == hash_of(one.content))
    report_ids = list(tx.scalars(query))
    if one.kind is WithdrawalKind.SENT_BACK:
        send_back(tx, town, report_ids, one.hour)
    else:
        record_exclusion(tx, report_ids, Withdrawal(one.kind, at(one.hour), "clerk", "误报"))
    refresh_latest(tx, town, PERIOD, [Slot(CATEGORY)])


def send_back(tx: Connection, town: str, report_ids: Sequence[int], hour: int) -> None:
    made = {"town": town, "period": PERIOD, "issue": 0, "content_hash": "", "content": "", "compiled_at": at(hour)}
    compilation = tx.execute(insert(compilations).values(**made).returning(compilations.c.id)).scalar_one()
    values = {"compilation_id": compilation, "content_hash": "", "approved": False, "account": "approver", "name": "",
              "comment": "", "decided_at": at(hour), "run_id": "", "issue": 0, "role": ""}  # fmt: skip
    decision = tx.execute(insert(decisions).values(**values).returning(decisions.c.id)).scalar_one()
    tx.execute(insert(sent_back).values(decision_id=decision, category=CATEGORY, report_id=report_ids[0]))


def told(tx: Connection, town: str) -> list[object]:
    """Everything that is said of the obligation, now and as of every hour; nothing that names the store's own keys."""
    by_id = {
        row.id: row.file_hash
        for row in tx.execute(select(reports.c.id, arrivals.c.file_hash).join(arrivals).where(reports.c.town == town))
    }
    said: list[object] = []
    for as_of in (None, *map(at, HOURS)):
        accepted = {by_id[one] for one in accepted_ids(tx, town, [PERIOD], as_of).values()}
        stands = [
            (one.file_hash, one.revision, one.received_at, one.is_accepted, one.is_sent_back)
            for one in latest_reports(tx, town, PERIOD, as_of).values()
        ]
        links = [
            (link.file_hash, link.first.file_name, link.received_at, link.verdict, link.exclusion, link.is_sent_back)
            for stored in read_chains(tx, town, [PERIOD]).values()
            for link in links_known(stored.links.values(), as_of)
        ]
        said += [accepted, stands, links]
    return said


def kept(tx: Connection, town: str) -> tuple[str, str]:
    """(last, accepted) content by hash as ``latest`` has it."""
    last, accepted = reports.alias(), reports.alias()
    query = select(last.c.arrival_id, accepted.c.arrival_id).select_from(
        latest.join(last, last.c.id == latest.c.last_report_id).outerjoin(
            accepted, accepted.c.id == latest.c.accepted_report_id
        )
    )
    row = tx.execute(query.where(latest.c.town == town)).first()
    hashes = {row.id: row.file_hash for row in tx.execute(select(arrivals).where(arrivals.c.town == town))}
    return (hashes[row[0]], hashes.get(row[1], "")) if row else ("", "")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(stories(), st.randoms(use_true_random=False), st.randoms(use_true_random=False))
@example(
    Story((Verdict.ACCEPTED, Verdict.ACCEPTED) * 2, (Sent(0, 0, 3), Sent(1, 0, 2), Sent(0, 1, 1)), ()),
    Random(1), Random(4),
)  # fmt: skip
def test_neither_order_nor_duplication_moves_anything(office: Office, story: Story, one: Random, other: Random) -> None:
    plan, towns_of_it = office.plans.plans[0], [f"town-{next(towns)}" for _ in range(2)]
    with writing(office.engine) as tx:
        for town, order in zip(towns_of_it, (one, other), strict=True):
            live_through(tx, plan, town, story, order)
            last_hour = max(HOURS)
            assert kept(tx, town) == expected(story, last_hour), "latest is what follows from the rows"
            stored = derive_latest(tx, town, [PERIOD])
            rows = tx.execute(select(latest).where(latest.c.town == town))
            assert {
                (PERIOD, Slot(row.category)): (row.last_report_id, row.accepted_report_id) for row in rows
            } == stored
            for hour in HOURS:
                assert as_known(tx, town, at(hour)) == expected(story, hour)
        assert told(tx, towns_of_it[0]) == told(tx, towns_of_it[1])


def as_known(tx: Connection, town: str, as_of: datetime) -> tuple[str, str]:
    """(last or accepted as shown, accepted) compared with what is expected: the last link where none is accepted."""
    found = latest_reports(tx, town, PERIOD, as_of)
    links = [
        one for chain in read_chains(tx, town, [PERIOD]).values() for one in links_known(chain.links.values(), as_of)
    ]
    counting = [one.file_hash for one in links if one.exclusion is None]
    accepted = {one.file_hash for one in found.values() if one.is_accepted}
    return (counting[-1] if counting else ""), next(iter(accepted), "")


@pytest.mark.parametrize("as_of", [None, AFTERWARDS])
def test_nothing_is_known_of_what_nothing_came_in_for(office: Office, as_of: datetime | None) -> None:
    with writing(office.engine) as tx:
        assert latest_reports(tx, "nowhere", PERIOD, as_of) == {}
        assert accepted_ids(tx, "nowhere", [PERIOD], as_of) == {}
