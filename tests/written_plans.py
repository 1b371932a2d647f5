"""Plans of a test's own: the packaged one with some places changed, in a folder of the test's."""

from pathlib import Path

from townreturn import plans
from townreturn.domain.plan import Plan
from townreturn.plans import load_plan

PACKAGED = (plans.PACKAGED / "qingxi-2018.yaml").read_text(encoding="utf-8")
DUE = "due: {month_offset: 1, day: 1}"
VALIDITY = "validity: {first: 2018-01, last: 2018-12}"
CUTOFF = "  cutoff: 25\n"


def write_plan(folder: Path, *changes: tuple[str, str], name: str = "plan.yaml") -> Path:
    """The packaged plan with each text changed that must stand in it once."""
    text = PACKAGED
    for old, new in changes:
        if text.count(old) != 1:
            raise AssertionError(f"{old!r} must stand once")
        text = text.replace(old, new)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def moving(rule: str, due: str = "month_offset: 1, day: 1") -> tuple[str, str]:
    """The change that makes the due rule move."""
    return DUE, f"due: {{{due}, on_non_working_day: {rule}}}"


def valid(first: str, last: str) -> tuple[str, str]:
    """The change of the periods that the plan is in force for."""
    return VALIDITY, f"validity: {{first: {first}, last: {last}}}"


def plan_of(folder: Path, *changes: tuple[str, str]) -> Plan:
    """The changed plan, loaded."""
    return load_plan(str(write_plan(folder, *changes)))
