"""What is being verified: one period of one office, as it lies at one moment."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection

from townreturn.domain.period import Period
from townreturn.domain.plan import Plan
from townreturn.office import Office
from townreturn.wording import Tell, say


@dataclass(frozen=True)
class StrayManifest:
    """A manifest of this town's in the archive that no row names."""

    place: str
    period: str
    issue: int
    content_hash: str


@dataclass
class Case:
    """A period under verification; ``period`` is empty for files that name none.

    ``delivered`` names the issues that lay in the outbox before ``tx`` began, ``stray`` the manifests
    that no row named, so that none of them was recorded only after that.

    ``tell`` says what was found in the language of whoever asks. Checks add to ``counts`` what they
    have looked at, and to ``remarks`` what has to be said though nothing differs.
    """

    tx: Connection
    office: Office
    period: str
    delivered: Sequence[str] = ()
    stray: Sequence[StrayManifest] = ()
    tell: Tell = say
    counts: Counter[str] = field(default_factory=Counter)
    remarks: list[str] = field(default_factory=list)

    @property
    def town(self) -> str:
        return self.office.plans.town_code

    @property
    def plan(self) -> Plan:
        """The plan that the period's files are read by; Misuse when there is none any more."""
        return self.office.plans.in_force(Period(self.period))
