"""Publishing what was approved, as long as it is what would be compiled now."""

from datetime import datetime

from sqlalchemy import Connection

from townreturn.domain.approval import CHANGED_MEANWHILE
from townreturn.domain.errors import Refused
from townreturn.domain.period import Period
from townreturn.domain.plan import Approver
from townreturn.domain.town_return import TownReturn
from townreturn.month.delivering import post_deliveries
from townreturn.month.handing_up import hand_up
from townreturn.month.lineage import tell_published
from townreturn.month.returns import is_unchanged
from townreturn.office import Office
from townreturn.publishing import publication
from townreturn.store.decisions import approvals_of, list_refusals, record_refusal
from townreturn.store.engine import reading, writing
from townreturn.store.returns import Publication, find_compilation
from townreturn.wording import say


def publish(office: Office, compilation_id: int, now: datetime) -> str:
    """Publish an approved compilation, address it to whoever receives it and hand it up; returns its folder.

    See ``publication.publish``, ``delivering.post_deliveries`` and ``handing_up.hand_up``.

    Raises Refused as well when it would be compiled otherwise now. The approval that lost its
    effect is recorded as refused then, so that the run it was given in goes on.
    """

    def still_holds(tx: Connection, town_return: TownReturn) -> bool:
        return is_unchanged(tx, office, town_return, now)

    def tell(tx: Connection, published: Publication) -> None:
        post_deliveries(tx, office, published, now)

    try:
        folder = publication.publish(office, compilation_id, now, still_holds, tell)
    except Refused as refusal:
        if refusal.code in CHANGED_MEANWHILE:
            _record_lost_approval(office, compilation_id, now)
        raise
    tell_published(office, now, compilation_id)
    with reading(office.engine) as tx:
        period = Period(find_compilation(tx, compilation_id).town_return.period)
    hand_up(office, period)
    return folder


def _record_lost_approval(office: Office, compilation_id: int, now: datetime) -> None:
    """The newest approval of the content as refused; once, however often it is tried to publish."""
    town, comment = office.plans.town_code, say("APPROVAL_LOST")
    with reading(office.engine) as tx:
        compilation = find_compilation(tx, compilation_id)
    period = Period(compilation.town_return.period)
    with writing(office.engine, f"{town}/{period.key}") as tx:
        approval = approvals_of(tx, compilation)[-1]
        lost = (compilation.id, approval.account, comment, approval.run_id)
        known = list_refusals(tx, town, period.key)
        if lost not in [(one.compilation_id, one.account, one.comment, one.run_id) for one in known]:
            approver = Approver(approval.account, approval.name, approval.role)
            record_refusal(tx, office.plans.in_force(period), compilation, approver, comment, approval.run_id, now)
