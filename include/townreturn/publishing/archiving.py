"""What an issue is kept with: its own bytes, and the plan with its files and the rules in force at publication."""

from collections.abc import Iterable, Iterator

from townreturn.domain.kept_file import FileKind, KeptFile
from townreturn.domain.plan import Plan
from townreturn.office import Office

GATE_SUITE = "town_return.yaml"


def files_in_force(office: Office, plan: Plan) -> tuple[KeptFile, ...]:
    """The plan, its form, what lies beside it and the suites of rules, byte for byte.

    The plan's files as they were loaded, not as they are now. A plan that was not loaded from files has none.
    """
    return (*plan.files, *_rules(office, plan.form.edition))


def _rules(office: Office, edition: str) -> Iterator[KeptFile]:
    """A suite of the form as ``edition-2018/cells.yaml``, the gate's as ``town_return.yaml``."""
    for path in sorted(office.rules(edition).glob("*.yaml")):
        yield KeptFile(FileKind.RULES, f"{edition}/{path.name}", path.read_bytes())
    yield KeptFile(FileKind.RULES, GATE_SUITE, office.rules(GATE_SUITE).read_bytes())


def archive_files(office: Office, files: Iterable[KeptFile]) -> None:
    """Keep the bytes under their hash; they are not settled on disk yet."""
    for one in files:
        office.archive.keep_for_now(one.content)
