"""A wrong upload is excluded with a reason, or readmitted: the chain closes over it, and its unit is told."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from townreturn.domain.categories import find_category
from townreturn.domain.chain import Link, Withdrawal, WithdrawalKind
from townreturn.domain.errors import Misuse, Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.domain.slot import Slot
from townreturn.files import write_whole
from townreturn.foreign_text import one_line
from townreturn.month.correction_basis import choose_correction_basis
from townreturn.month.stated import stated
from townreturn.month.telling import Notice, post_notices
from townreturn.office import Office
from townreturn.store.chains import LatestReport, StoredChain, read_chains, refresh_latest
from townreturn.store.engine import writing
from townreturn.store.exclusions import record_exclusion, tell_withdrawn
from townreturn.store.reports import latest_reports
from townreturn.store.returns import find_issue, find_publications
from townreturn.store.trail import append_events
from townreturn.wording import Tell, say

_DIGITS = re.compile("[0-9a-f]{6,64}")


@dataclass(frozen=True)
class Excluded:
    """One slot of the file, and what its obligation stands by from now on.

    ``follows`` is what that means for the published return, as a wording code; empty before there is one.
    """

    slot: Slot
    unit: str
    link: Link
    stands: LatestReport | None
    follows: str


def exclude_file(
    office: Office, period: Period, file: str, *, account: str, reason: str, categories: Sequence[str] = (),
    lift: bool = False, now: datetime,
) -> tuple[Excluded, ...]:  # fmt: skip
    """Exclude a file's reports of a period, of all its categories or those named; ``lift`` readmits them.

    ``file`` is the beginning of its hash, six digits or more. Raises Misuse for digits that are
    none or mean no one file, an unknown category, a missing account or reason; Refused when there
    is nothing to exclude or readmit.
    """
    plan = office.plans.in_force(period)
    kind = WithdrawalKind.READMITTED if lift else WithdrawalKind.EXCLUDED
    withdrawal = Withdrawal(kind, now, *stated(account, reason))
    named = {find_category(plan, one) for one in categories}
    with writing(office.engine, f"{plan.town_code}/{period.key}") as tx:
        chains = {slot: chain for (_, slot), chain in read_chains(tx, plan.town_code, [period.key]).items()}
        file_hash = _find_file(chains, period, file)
        concerned = {
            slot: chain for slot, chain in chains.items()
            if (link := chain.links.get(file_hash)) and (slot.category in named or not named)
            and (link.exclusion is not None) is lift
        }  # fmt: skip
        if not concerned:
            raise Refused("NOTHING_TO_READMIT" if lift else "NOTHING_TO_EXCLUDE", file=file_hash[:8], period=period)
        done = _withdraw(tx, plan, period, concerned, file_hash, withdrawal)
        _tell_units(tx, office, plan, period, done, withdrawal)
    return done


def _find_file(chains: dict[Slot, StoredChain], period: Period, file: str) -> str:
    """The hash that begins with what was typed."""
    digits = file.strip().lower()
    if not _DIGITS.fullmatch(digits):
        raise Misuse("FILE_DIGITS_WRONG", value=file)
    links = {link.file_hash: link for chain in chains.values() for link in chain.links.values()}
    found = sorted(one for one in links if one.startswith(digits))
    if not found:
        raise Misuse("FILE_UNKNOWN", value=digits, period=period)
    if len(found) > 1:
        named = "；".join(f"{one[:12]} {one_line(links[one].first.file_name)}" for one in found)
        raise Misuse("FILE_AMBIGUOUS", value=digits, files=named)
    return found[0]


def _withdraw(
    tx: Connection, plan: Plan, period: Period, chains: dict[Slot, StoredChain], file_hash: str, withdrawal: Withdrawal
) -> tuple[Excluded, ...]:
    town, happened = plan.town_code, []
    for slot, chain in chains.items():
        stored = [chain.reports[one.entry_number] for one in chain.links[file_hash].judged]
        record_exclusion(tx, [one.id for one in stored if one.id is not None], withdrawal)
        numbers = [one.entry_number for one in chain.links[file_hash].judged]
        happened.append(tell_withdrawn(slot.category, stored[-1].unit, file_hash, numbers, withdrawal))
    refresh_latest(tx, town, period.key, list(chains))
    append_events(tx, town, plan.code, period.key, happened)
    standing, follows = latest_reports(tx, town, period.key), _follows(tx, plan, period, chains)
    return tuple(
        Excluded(
            slot,
            plan.answering_for(slot.category, chain.reports[link.entry_number].unit).code,
            link,
            standing.get(slot),
            follows[slot],
        )
        for slot, chain in chains.items()
        for link in [chain.links[file_hash]]
    )


def _follows(tx: Connection, plan: Plan, period: Period, slots: Collection[Slot]) -> dict[Slot, str]:
    """Slot → what becomes of the published return, by what a correction would rest on now."""
    publication = find_publications(tx, plan.town_code, [period.key]).get(period.key)
    published = publication and find_issue(tx, plan.town_code, period.key, publication.issue)
    if not published:
        return dict.fromkeys(slots, "")
    choice = choose_correction_basis(tx, plan, published)
    late = dict.fromkeys(choice.too_late, "PUBLISHED_STAYS_TOO_LATE")
    known = dict.fromkeys(choice.changed, "PUBLISHED_STAYS_UNTIL_CORRECTED") | late
    return {one: known.get(one, "PUBLISHED_STAYS") for one in slots}


def _tell_units(
    tx: Connection, office: Office, plan: Plan, period: Period, done: Sequence[Excluded], withdrawal: Withdrawal
) -> None:  # fmt: skip
    """A notice beside the unit's receipts and by message, on disk before the transaction ends."""
    kind = withdrawal.kind
    mark = say("NOTICE_MARK_EXCLUDED" if kind is WithdrawalKind.EXCLUDED else "NOTICE_MARK_READMITTED")
    notices = []
    for code in dict.fromkeys(one.unit for one in done):
        named = [one for one in done if one.unit == code]
        file_hash = named[0].link.file_hash
        moment = f"{withdrawal.at.astimezone(plan.calendar.zone):%Y%m%dT%H%M%S}"
        name = f"{plan.unit_by_code[code].name}_{moment}_{file_hash[:8]}_{kind}.txt"
        text = _notice(plan, period, named, withdrawal)
        write_whole(office.receipts / period.key / name, text.encode("utf-8-sig"))
        notices.append(Notice(f"{kind}/{file_hash}", code, mark, text))
    post_notices(tx, office, plan, period, notices, withdrawal.at)


def _notice(plan: Plan, period: Period, done: Sequence[Excluded], withdrawal: Withdrawal) -> str:
    link = done[0].link
    is_excluded = withdrawal.kind is WithdrawalKind.EXCLUDED
    received = f"{link.received_at.astimezone(plan.calendar.zone):%Y-%m-%d %H:%M:%S}"
    named = {"period": period, "file": one_line(link.first.file_name), "received": received}
    lines = [
        say("RECEIPT_TITLE", town=plan.town),
        say("RECEIPT_UNIT", unit=plan.unit_by_code[done[0].unit].name),
        say("NOTICE_EXCLUDED" if is_excluded else "NOTICE_READMITTED", **named),
        *(stands_sentence(plan, one) for one in done),
        *published_sentences(plan, period, done),
        say("NOTICE_EXCLUSION_REASON", reason=withdrawal.reason),
    ]
    return "\n".join(lines) + "\n"


def stands_sentence(plan: Plan, one: Excluded, tell: Tell = say) -> str:
    """What an obligation stands by after the exclusion, or after it was lifted."""
    heading = plan.category_by_code[one.slot.category].heading
    if one.stands is None:
        return tell("STANDS_NOTHING", category=heading)
    code = "STANDS_REVISION" if one.stands.is_accepted else "STANDS_NOT_ACCEPTED"
    return tell(code, category=heading, revision=one.stands.revision)


def published_sentences(plan: Plan, period: Period, done: Sequence[Excluded], tell: Tell = say) -> list[str]:
    """What becomes of the published return, one sentence for the categories alike; none before there is one."""
    told = []
    for code in dict.fromkeys(one.follows for one in done if one.follows):
        headings = [plan.category_by_code[one.slot.category].heading for one in done if one.follows == code]
        named = tell("LIST_SEPARATOR").join(headings)
        told.append(tell(code, period=period, categories=named, months=plan.corrections.window_months))
    return told
