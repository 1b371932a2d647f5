"""Rows and audit trail against each other: each row has its event, each event its row, with equal values."""

from collections.abc import Iterator, Mapping, Sequence

from townreturn.domain.audit import Event, EventKind, SealedEvent, details_text
from townreturn.foreign_text import one_line
from townreturn.month.verifying.case import Case
from townreturn.month.verifying.trail import read_link
from townreturn.store.inspection import read_links, read_older
from townreturn.store.retelling import retell

_COUNTED = {
    EventKind.CHECKED: "VERIFY_REPORTS",
    EventKind.EXCLUDED: "VERIFY_EXCLUSIONS",
    EventKind.APPROVED: "VERIFY_APPROVALS",
    EventKind.REJECTED: "VERIFY_REJECTIONS",
    EventKind.PUBLISHED: "VERIFY_ISSUES",
}


def check_events(case: Case) -> Iterator[str]:
    """What the rows tell against what the trail says; rows from before there was a trail owe it nothing."""
    told = [*retell(case.tx, case.town, case.period)]
    for one in told:
        if one.event.kind in _COUNTED:
            case.counts[_COUNTED[one.event.kind]] += 1
    older = read_older(case.tx)
    owed = [one.event for one in told if one.row_key not in older.get(one.table, ())]
    if len(owed) < len(told):
        case.remarks.append(case.tell("VERIFY_OLDER_THAN_TRAIL", count=len(told) - len(owed)))
    yield from _compare(case, owed, [read_link(one) for one in read_links(case.tx, case.town, case.period)])


def _compare(case: Case, told: Sequence[Event], recorded: Sequence[SealedEvent]) -> Iterator[str]:
    """Equal ones are set aside; what is left is paired with what it is likest to."""
    left = dict(enumerate(recorded))
    places: dict[tuple[object, ...], list[int]] = {}
    for place, sealed in left.items():
        places.setdefault(_identity(sealed.event), []).append(place)
    unrecorded: list[Event] = []
    for event in told:
        same = places.get(_identity(event))
        if same:
            del left[same.pop(0)]
        else:
            unrecorded.append(event)
    for event in unrecorded:
        yield _tell_unrecorded(case, event, list(left.values()))
    for sealed in left.values():
        yield case.tell("VERIFY_EVENT_WITHOUT_ROW", number=sealed.number, kind=_name_of(case, sealed.event.kind))


def _identity(event: Event) -> tuple[object, ...]:
    return event.kind, event.at, details_text(event)


def _tell_unrecorded(case: Case, event: Event, left: Sequence[SealedEvent]) -> str:
    """The row was altered when an event left over says mostly the same; else its event is gone."""
    now = {"at": event.at, **event.details}
    likenesses = [(_likeness(one.event, now), one) for one in left if one.event.kind is event.kind]
    likeness, alike = max(likenesses, key=lambda pair: pair[0], default=(0, None))
    kind = _name_of(case, event.kind)
    if alike is None or 2 * likeness <= len(now):
        subject = "，".join(f"{key} {_shown(value)}" for key, value in list(event.details.items())[:2])
        return case.tell("VERIFY_ROW_WITHOUT_EVENT", kind=kind, subject=subject)
    then = {"at": alike.event.at, **alike.event.details}
    key = next(one for one in {**now, **then} if then.get(one) != now.get(one))
    values = {"then": _shown(then.get(key)), "now": _shown(now.get(key))}
    return case.tell("VERIFY_ROW_ALTERED", number=alike.number, kind=kind, key=key, **values)


def _likeness(event: Event, now: Mapping[str, object]) -> int:
    then = {"at": event.at, **event.details}
    return sum(then.get(key) == value for key, value in now.items())


def _shown(value: object) -> str:
    return one_line(str(value))[:80]


def _name_of(case: Case, kind: EventKind) -> str:
    """What people call a kind of event: 收文, 审核 …."""
    return case.tell(f"EVENT_{kind}")
