"""manifest.json: what an issue holds, what it was made from and by which version."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.naming import MANIFEST


@dataclass(frozen=True)
class Issue:
    """One issue about to be written; ``content_hash`` names the content that was approved."""

    town_return: TownReturn
    plan: Plan
    content_hash: str
    issued_on: date


def write_manifest(issue: Issue, folder: Path) -> None:
    """Write manifest.json for the files that lie in the folder: the last file of an issue."""
    text = json.dumps(describe_issue(issue, folder), ensure_ascii=False, indent=2, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def describe_issue(issue: Issue, folder: Path) -> dict[str, Any]:
    """The manifest as plain data: sizes in bytes, hashes SHA-256 in hex."""
    town_return = issue.town_return
    return {
        "town": town_return.town,
        "town_code": town_return.town_code,
        "period": town_return.period,
        "issue": town_return.issue,
        "issued_on": issue.issued_on.isoformat(),
        "content_hash": issue.content_hash,
        "plan": issue.plan.code,
        "form": issue.plan.form.edition,
        "software": {"name": "townreturn", "version": version("townreturn")},
        "inputs": list_inputs(town_return),
        "outputs": [_describe_file(path) for path in sorted(folder.iterdir()) if path.name != MANIFEST],
    }


def list_inputs(town_return: TownReturn) -> list[dict[str, str]]:
    """Every received file that a current figure was read from, once, by name and hash."""
    files = {(source.file_name, source.file_hash) for source in town_return.sources}
    return [{"file_name": name, "sha256": file_hash} for name, file_hash in sorted(files)]


def _describe_file(path: Path) -> dict[str, str | int]:
    content = path.read_bytes()
    return {"file_name": path.name, "sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
