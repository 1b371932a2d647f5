"""Commands on the record: an issue made again, and everything verified."""

import argparse
import sys
from pathlib import Path

from townreturn.cli.opening import for_each, open_chosen_office, open_chosen_offices
from townreturn.domain.errors import Misuse
from townreturn.domain.period import Period
from townreturn.files import write_whole
from townreturn.month.rebuilding import Rebuilt, read_published, rebuild
from townreturn.month.verifying import verify
from townreturn.office import Office
from townreturn.software import software_version
from townreturn.store.engine import name_database
from townreturn.store.returns import Publication
from townreturn.text_table import aligned
from townreturn.wording import say


def add_commands(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """``rebuild`` and ``verify``."""
    again = commands.add_parser("rebuild", help=say("CLI_REBUILD"))
    again.add_argument("period", metavar="PERIOD")
    again.add_argument("--issue", type=int, metavar="N", help=say("CLI_ISSUE"))
    again.add_argument("--out", metavar="DIR", help=say("CLI_REBUILD_OUT"))
    again.add_argument("--published", action="store_true", help=say("CLI_AS_PUBLISHED"))
    again.set_defaults(command=rebuild_issue)
    whole = commands.add_parser("verify", help=say("CLI_VERIFY"))
    whole.add_argument("periods", nargs="*", metavar="PERIOD")
    whole.set_defaults(command=verify_record)


def rebuild_issue(options: argparse.Namespace) -> int:
    """``rebuild``: one line a file; 1 when something is not what was published."""
    office, period = open_chosen_office(options), Period(options.period)
    if options.published:
        publication, kept = read_published(office, period, options.issue)
        contents = {one.name: one.content for one in kept}
        folder = _folder(options, publication, "published")
        _require_fit(folder, contents)
        _write(folder, contents)
        return 0
    rebuilt = rebuild(office, period, options.issue)
    contents = {one.name: one.content for one in rebuilt.files if one.content is not None}
    folder = _folder(options, rebuilt.publication, "rebuilt")
    _require_fit(folder, contents)
    _tell(office, rebuilt)
    _write(folder, contents)
    return 0 if rebuilt.is_exact else 1


def _tell(office: Office, rebuilt: Rebuilt) -> None:
    publication = rebuilt.publication
    zone = office.plans.calendar.zone
    day = f"{publication.published_at.astimezone(zone):%Y-%m-%d}"
    issue, then = name_issue(publication.issue), publication.software_version
    lines = [say("REBUILD_HEAD", period=publication.period, issue=issue, day=day, version=then)]
    if not rebuilt.is_by_same_version:
        lines.append(say("REBUILD_OTHER_VERSION", then=then, now=software_version()))
    lines += [rebuilt.obstacle] if rebuilt.obstacle else []
    outcomes = [(rebuilt.content, say("REBUILD_CONTENT")), *((one.outcome, one.name) for one in rebuilt.files)]
    lines += [f"  {line}" for line in aligned([(say(f"OUTCOME_{outcome}"), name) for outcome, name in outcomes])]
    sys.stdout.write("\n".join(lines) + "\n")


def name_issue(issue: int) -> str:
    """「原发」 or 「第1次更正」."""
    return say("ISSUE_CORRECTION", issue=issue) if issue else say("ISSUE_ORIGINAL")


def _folder(options: argparse.Namespace, publication: Publication, kind: str) -> Path:
    return Path(options.out or f"{kind}-{publication.period}-issue-{publication.issue}")


def _require_fit(folder: Path, contents: dict[str, bytes]) -> None:
    """Nothing is overwritten: the folder must be new or empty, or hold exactly these files already."""
    if not contents or not folder.exists():
        return
    if not folder.is_dir():
        raise Misuse("OUT_NOT_EMPTY", folder=folder)
    found = {path.name: path.read_bytes() if path.is_file() else None for path in folder.iterdir()}
    if found and found != contents:
        raise Misuse("OUT_NOT_EMPTY", folder=folder)


def _write(folder: Path, contents: dict[str, bytes]) -> None:
    for name, content in contents.items():
        write_whole(folder / Path(name).name, content)
    if contents:
        sys.stdout.write(say("REBUILD_WRITTEN", folder=folder) + "\n")


def verify_record(options: argparse.Namespace) -> int:
    """``verify``: a line a period; 1 when anything differs, or nothing is recorded at all."""
    periods = [Period(one) for one in options.periods]
    return for_each(open_chosen_offices(options), lambda office: _verify(office, periods))


def _verify(office: Office, periods: list[Period]) -> int:
    findings = [*verify(office, periods)]
    if not findings:
        sys.stdout.write(say("VERIFY_EMPTY", database=name_database(office.engine)) + "\n")
        return 1
    for one in findings:
        sys.stdout.write(f"{one.text}\n")
    if all(one.is_whole for one in findings):
        return 0
    sys.stderr.write(say("CLI_PUBLISHED_ORIGINALS") + "\n")
    return 1
