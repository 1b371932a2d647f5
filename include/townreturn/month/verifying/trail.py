"""The audit trail in itself: numbered without a gap, each event sealed together with the one before."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import groupby

from townreturn.domain.audit import GENESIS, Event, EventKind, SealedEvent, details_text
from townreturn.month.verifying.case import Case
from townreturn.store.inspection import RawLink, read_links


def check_trail(case: Case) -> Iterator[str]:
    """Every chain of the period."""
    for plan, links in groupby(read_links(case.tx, case.town, case.period), key=lambda one: one.plan):
        yield from _check_chain(case, plan, links)


def _check_chain(case: Case, plan: str, links: Iterable[RawLink]) -> Iterator[str]:
    previous = GENESIS
    for number, link in enumerate(links, start=1):
        case.counts["VERIFY_EVENTS"] += 1
        if link.number != number:
            yield case.tell("VERIFY_TRAIL_GAP", plan=plan, expected=number, found=link.number)
        if link.previous_hash != previous:
            yield case.tell("VERIFY_TRAIL_BROKEN", plan=plan, number=link.number)
        if not is_whole(link):
            yield case.tell("VERIFY_TRAIL_ALTERED", plan=plan, number=link.number)
        previous = link.hash


def is_whole(link: RawLink) -> bool:
    """Whether an event can be read and its hash is that of what stands there."""
    try:
        sealed = read_link(link)
    except (ValueError, TypeError):
        return False
    return sealed.is_whole and details_text(sealed.event) == link.details


def read_link(link: RawLink) -> SealedEvent:
    """The event in a row; ValueError or TypeError for what is none."""
    event = Event(EventKind(link.kind), datetime.fromisoformat(link.at), dict(json.loads(link.details)))
    return SealedEvent(link.plan, link.period, link.number, event, link.previous_hash, link.hash)
