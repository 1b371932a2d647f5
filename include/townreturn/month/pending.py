"""What waits for a decision: a compiled return that is neither published nor sent back."""

from dataclasses import dataclass
from datetime import datetime

from townreturn.domain.approval import ApprovalStanding
from townreturn.domain.period import Period
from townreturn.month.returns import is_unchanged
from townreturn.office import Office
from townreturn.store.decisions import standing_of_approval
from townreturn.store.engine import reading
from townreturn.store.returns import find_publications, is_sent_back, newest_compilation


@dataclass(frozen=True)
class PendingReturn:
    """A compiled issue before its publication.

    ``is_current``: what is accepted now still gives the same content; otherwise no approval of it is
    taken, and it has to be compiled anew.
    """

    compilation_id: int
    issue: int
    content_hash: str
    compiled_at: datetime
    standing: ApprovalStanding
    is_current: bool


def pending_return(office: Office, period: Period, now: datetime) -> PendingReturn | None:
    """What was compiled last for a period, where it still has to be decided about or published."""
    plan = office.plans.in_force(period)
    town = plan.town_code
    with reading(office.engine) as tx:
        compilation = newest_compilation(tx, town, period.key)
        if compilation is None or is_sent_back(tx, compilation.id):
            return None
        issue = compilation.town_return.issue
        published = find_publications(tx, town, [period.key]).get(period.key)
        if published is not None and published.issue >= issue:
            return None
        standing = standing_of_approval(tx, plan, compilation)
        is_current = is_unchanged(tx, office, compilation.town_return, now)
    return PendingReturn(
        compilation.id, issue, compilation.content_hash, compilation.compiled_at, standing, is_current
    )  # fmt: skip
