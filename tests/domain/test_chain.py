"""The chain of an obligation: what is a link, in which order they stand, what stands, and as of when."""

from datetime import UTC, datetime, timedelta

import pytest

from townreturn.domain.chain import (
    Judged,
    Link,
    Receipt,
    Withdrawal,
    WithdrawalKind,
    chain_of,
    links_known,
    revision_of,
    what_stands,
)
from townreturn.domain.findings import Verdict

START = datetime(2018, 3, 27, tzinfo=UTC)
HOUR = timedelta(hours=1)


def link(file_hash: str, hour: int, verdict: Verdict = Verdict.ACCEPTED, *decided: tuple[WithdrawalKind, int]) -> Link:
    received = START + hour * HOUR
    withdrawals = tuple(Withdrawal(kind, START + at * HOUR, "clerk", "误报") for kind, at in decided)
    return Link(
        file_hash, Receipt(f"{file_hash}.xlsx", received, received), (Judged(1, verdict, received),), withdrawals
    )


def hashes(links: list[Link]) -> str:
    return "".join(one.file_hash for one in links)


def stands(*links: Link, as_of: int | None = None) -> tuple[str, str]:
    """(last, accepted) by hash, empty where there is none."""
    stand = what_stands(chain_of(links, None if as_of is None else START + as_of * HOUR))
    return stand.last.file_hash if stand.last else "", stand.accepted.file_hash if stand.accepted else ""


def test_links_stand_by_the_time_received_and_by_hash_at_the_same_instant() -> None:
    links = [link("c", 2), link("b", 1), link("a", 1), link("d", 0)]
    assert hashes(chain_of(links)) == "dabc"
    assert [revision_of(chain_of(links), one) for one in links] == [4, 3, 2, 1]


@pytest.mark.parametrize("verdict", [Verdict.ACCEPTED, Verdict.EXPLAINED])
def test_the_last_accepting_link_stands_though_a_later_one_was_returned(verdict: Verdict) -> None:
    assert stands(link("a", 0), link("b", 1, verdict), link("c", 2, Verdict.RETURNED)) == ("c", "b")
    assert stands(link("c", 2, Verdict.RETURNED)) == ("c", "")
    assert stands() == ("", "")


def test_after_a_sending_back_none_stands_until_a_later_link_is_accepted() -> None:
    sent_back = link("b", 1, Verdict.ACCEPTED, (WithdrawalKind.SENT_BACK, 5))
    assert stands(link("a", 0), sent_back) == ("b", "")
    assert what_stands([link("a", 0), sent_back]).is_sent_back
    assert stands(link("a", 0), sent_back, link("c", 6, Verdict.RETURNED)) == ("c", "")
    assert stands(link("a", 0), sent_back, link("d", 7)) == ("d", "d")


def test_an_excluded_link_is_left_out_and_the_one_before_stands_again() -> None:
    excluded = link("b", 1, Verdict.ACCEPTED, (WithdrawalKind.EXCLUDED, 5))
    assert stands(link("a", 0), excluded, link("c", 2, Verdict.RETURNED)) == ("c", "a")
    assert revision_of(chain_of([link("a", 0), excluded, link("c", 2)]), link("c", 2)) == 2
    assert stands(excluded) == ("", "")
    assert hashes(links_known([excluded])) == "b", "it is shown all the same"
    lifted = link("b", 1, Verdict.ACCEPTED, (WithdrawalKind.EXCLUDED, 5), (WithdrawalKind.READMITTED, 6))
    assert stands(link("a", 0), lifted) == ("b", "b")


def test_an_excluded_link_that_was_sent_back_no_longer_holds_up_the_one_before() -> None:
    both = link("b", 1, Verdict.ACCEPTED, (WithdrawalKind.SENT_BACK, 4), (WithdrawalKind.EXCLUDED, 5))
    assert stands(link("a", 0), both) == ("a", "a")
    assert stands(link("a", 0), both, as_of=4) == ("b", "")


def test_what_was_known_at_an_instant() -> None:
    links = link("a", 0), link("b", 2, Verdict.ACCEPTED, (WithdrawalKind.EXCLUDED, 3), (WithdrawalKind.READMITTED, 5))
    told = {hour: stands(*links, as_of=hour) for hour in (-1, 0, 1, 2, 3, 4, 5)}
    assert told == {
        -1: ("", ""), 0: ("a", "a"), 1: ("a", "a"), 2: ("b", "b"), 3: ("a", "a"), 4: ("a", "a"), 5: ("b", "b"),
    }  # fmt: skip


def test_the_same_bytes_earlier_move_the_link_and_lend_it_their_name() -> None:
    moved = link("b", 2).received_again(Receipt("earlier.xlsx", START, START + 9 * HOUR))
    assert (moved.received_at, moved.first.file_name) == (START, "earlier.xlsx")
    assert moved.first.taken_in_at == START + 2 * HOUR, "the intake saw the bytes with the later copy"
    later = link("b", 2).received_again(Receipt("later.xlsx", START + 3 * HOUR, START + 4 * HOUR))
    assert later == link("b", 2)


def test_bytes_judged_again_count_from_the_copy_that_was_judged() -> None:
    again = link("a", 0, Verdict.RETURNED).judged_again(Judged(2, Verdict.ACCEPTED, START + 5 * HOUR))
    assert stands(again, as_of=4) == ("a", "")
    assert stands(again, as_of=5) == ("a", "a")
    assert again.entry_number == 2
    assert again.received_at == START


def test_a_report_taken_in_from_a_later_copy_counts_from_the_first_receipt() -> None:
    """The copy of the third hour was judged, and then an older one of the same bytes was found."""
    found = link("a", 3).received_again(Receipt("a.xlsx", START, START + 6 * HOUR))
    assert stands(found, as_of=0) == ("a", "a")
