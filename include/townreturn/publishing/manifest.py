"""manifest.json: what an issue holds, what it was made from, by which rules and by which version."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from townreturn.domain.kept_file import BESIDE_THE_PLAN, FileKind, KeptFile
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.masking import mask_text
from townreturn.publishing.naming import MANIFEST
from townreturn.software import software_version

SOFTWARE = "townreturn"


@dataclass(frozen=True)
class Issue:
    """One issue about to be written; ``content_hash`` names the content that was approved.

    ``in_force`` are the plan with its files and the rules; ``trail_head`` is the number and hash of the last
    event of the period's audit trail before publication, None when there was none.
    """

    town_return: TownReturn
    plan: Plan
    content_hash: str
    issued_on: date
    in_force: tuple[KeptFile, ...] = ()
    trail_head: tuple[int, str] | None = None


def write_manifest(issue: Issue, folder: Path) -> None:
    """Write manifest.json for the files that lie in the folder: the last file of an issue."""
    text = json.dumps(describe_issue(issue, folder), ensure_ascii=False, indent=2, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def describe_issue(issue: Issue, folder: Path) -> dict[str, Any]:
    """The manifest as plain data: sizes in bytes, hashes SHA-256 in hex."""
    town_return = issue.town_return
    paths = sorted(path for path in folder.iterdir() if path.name != MANIFEST)
    return {
        "town": town_return.town,
        "town_code": town_return.town_code,
        "period": town_return.period,
        "issue": town_return.issue,
        "issued_on": issue.issued_on.isoformat(),
        "content_hash": issue.content_hash,
        "plan": issue.plan.code,
        "form": issue.plan.form.edition,
        "in_force": _describe_in_force(issue.in_force),
        "software": {"name": SOFTWARE, "version": software_version()},
        "audit_trail": _describe_head(issue.trail_head),
        "inputs": list_inputs(town_return),
        "outputs": _describe((KeptFile(FileKind.OUTPUT, one.name, one.read_bytes()) for one in paths), FileKind.OUTPUT),
    }


def list_inputs(town_return: TownReturn) -> list[dict[str, str]]:
    """Every received file that a current figure was read from, once, by its name without personal data, and hash."""
    files = {(mask_text(source.file_name), source.file_hash) for source in town_return.sources}
    return [{"file_name": name, "sha256": file_hash} for name, file_hash in sorted(files)]


def _describe_in_force(files: Sequence[KeptFile]) -> dict[str, list[dict[str, str | int]]]:
    """By kind; what lies beside a plan only where it names such files, so that other manifests stay as they were."""
    kinds = [kind for kind in FileKind if kind not in (FileKind.OUTPUT, *BESIDE_THE_PLAN)]
    named = [one.kind for one in files if one.kind in BESIDE_THE_PLAN]
    return {kind.value: _describe(files, kind) for kind in (*kinds, *named)}


def _describe(files: Iterable[KeptFile], kind: FileKind) -> list[dict[str, str | int]]:
    described = sorted((one.name, one.sha256, len(one.content)) for one in files if one.kind is kind)
    return [{"file_name": name, "sha256": file_hash, "size": size} for name, file_hash, size in described]


def _describe_head(head: tuple[int, str] | None) -> dict[str, int | str] | None:
    return None if head is None else {"number": head[0], "sha256": head[1]}
