"""What an issue is kept with: its own bytes, and the plan, form, working days and rules in force at publication."""

from collections.abc import Iterable, Iterator

from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.plan import Plan
from townreturn.files import write_for_now
from townreturn.office import Office

GATE_SUITE = "town_return.yaml"


def files_in_force(office: Office, plan: Plan) -> tuple[KeptFile, ...]:
    """The plan, its form, the working days that it names and the suites of rules, byte for byte.

    Plan, form and working days as they were loaded, not as the files are now. A plan that was not loaded from
    files has none.
    """
    loaded = [one for one in (plan.file, plan.form.file, plan.working_days_file) if one is not None]
    return (*loaded, *_rules(office, plan.form.edition))


def _rules(office: Office, edition: str) -> Iterator[KeptFile]:
    """A suite of the form as ``edition-2018/cells.yaml``, the gate's as ``town_return.yaml``."""
    for path in sorted(office.rules(edition).glob("*.yaml")):
        yield KeptFile(FileKind.RULES, f"{edition}/{path.name}", path.read_bytes())
    yield KeptFile(FileKind.RULES, GATE_SUITE, office.rules(GATE_SUITE).read_bytes())


def archive_files(office: Office, files: Iterable[KeptFile]) -> None:
    """Keep the bytes under their hash; they are not settled on disk yet."""
    for one in files:
        write_for_now(office.archived(one.sha256), one.content)
