"""What a correction rests on."""

from townreturn.domain.slot import Slot
from townreturn.month.correction_basis import CorrectionBasis
from townreturn.store.inputs import Basis

KEPT, SENT_AGAIN, LATE, GONE = (Slot("building", town) for town in ("qingxi", "tangxia", "changping", "fenggang"))


def test_changed_are_those_that_rest_on_another_report_or_on_none() -> None:
    basis = CorrectionBasis(
        Basis((), ()), {KEPT: 1, SENT_AGAIN: 2, GONE: 3}, {KEPT: 1, SENT_AGAIN: 4, LATE: 5}, (), {}, {}
    )
    assert basis.changed == {SENT_AGAIN, LATE, GONE}
    assert basis.changed is basis.changed, "each of a province's eleven thousand slots asks for it"
