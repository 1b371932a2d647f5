"""The step: what an issue is kept with, and that what is recorded is what lies in the outbox."""

import hashlib
import json
from datetime import timedelta
from pathlib import Path

import pytest

from published_months import AFTER_DUE, JANUARY, publish_months, publish_newest
from stored_reports import overdue, store_all
from townreturn import month
from townreturn.domain.audit import EventKind
from townreturn.domain.kept_file import FileKind
from townreturn.forms import PACKAGED as FORMS
from townreturn.office import Office
from townreturn.plans import PACKAGED as PLANS
from townreturn.plans import load_kept_plan, load_plan
from townreturn.publishing import publication
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.published_files import PublishedFile, find_files
from townreturn.store.trail import read_chain

RULES = Settings.from_environment({}).expectations[-1]


def files_of(office: Office, period: str, issue: int = 0) -> dict[tuple[FileKind, str], PublishedFile]:
    with reading(office.engine) as tx:
        return {(one.kind, one.name): one for one in find_files(tx, "qingxi", period, issue)}


def test_an_issue_is_kept_with_its_bytes_plan_form_and_rules(office: Office) -> None:
    publish_months(office)
    files = files_of(office, "2018-02")
    folder = Path(office.outbox.path) / "2018-02" / "issue-0"
    expected = {(FileKind.OUTPUT, path.name): path for path in folder.iterdir()} | {
        (FileKind.PLAN, "qingxi-2018.yaml"): PLANS / "qingxi-2018.yaml",
        (FileKind.FORM, "edition-2018.yaml"): FORMS / "edition-2018.yaml",
        (FileKind.RULES, "edition-2018/cells.yaml"): RULES / "edition-2018" / "cells.yaml",
        (FileKind.RULES, "edition-2018/reports.yaml"): RULES / "edition-2018" / "reports.yaml",
        (FileKind.RULES, "town_return.yaml"): RULES / "town_return.yaml",
    }
    assert files.keys() == expected.keys()
    for key, path in expected.items():
        content = path.read_bytes()
        assert files[key].file_hash == hashlib.sha256(content).hexdigest()
        assert files[key].size == len(content)
        assert office.archive.path(files[key].file_hash).read_bytes() == content


def test_the_manifest_names_what_was_in_force_and_where_the_trail_stood(small_office: Office) -> None:
    publish_months(small_office)
    manifest = json.loads((Path(small_office.outbox.path) / "2018-02" / "issue-0" / "manifest.json").read_text("utf-8"))
    files = files_of(small_office, "2018-02")
    [plan], [form], rules = (manifest["in_force"][kind] for kind in ("plan", "form", "rules"))
    assert plan["sha256"] == files[FileKind.PLAN, "qingxi-2018.yaml"].file_hash
    assert form["sha256"] == files[FileKind.FORM, "edition-2018.yaml"].file_hash
    assert [one["file_name"] for one in rules] == [
        "edition-2018/cells.yaml", "edition-2018/reports.yaml", "town_return.yaml",
    ]  # fmt: skip
    with reading(small_office.engine) as tx:
        chain = read_chain(tx, "qingxi-2018", "2018-02")
    sent = [one for one in chain if one.event.kind is EventKind.POSTED]
    assert chain[-11:] == sent, "to eleven units, after everything else"
    chain = chain[:-11]
    before, published, delivered = chain[-3:]
    assert manifest["audit_trail"] == {"number": before.number, "sha256": before.hash}
    assert [one.event.kind for one in chain[-4:]] == [
        EventKind.COMPILED, EventKind.APPROVED, EventKind.PUBLISHED, EventKind.DELIVERED,
    ]  # fmt: skip
    told = {f"{kind} {one.file_hash} {name}" for (kind, name), one in files.items()}
    assert set(published.event.details["files"]) == told  # type: ignore[call-overload]
    assert delivered.event.details["folder"] == str(Path(small_office.outbox.path) / "2018-02" / "issue-0")


def test_after_a_crash_the_outbox_holds_what_is_recorded(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder of the crashed attempt bears another day; it is replaced by what the record names."""
    store_all(small_office, JANUARY.key)
    now = overdue(small_office.plans.plans[0], JANUARY.key)
    compilation = month.compile_return(small_office, JANUARY, now)
    month.record_decision(
        small_office, compilation, account="approver", approved=True, comment="", sent_back=(), run_id="", now=now
    )

    def crash(*_: object) -> None:
        raise OSError("power cut")

    monkeypatch.setattr(publication, "record_files", crash)
    with pytest.raises(OSError, match="power cut"):
        month.publish(small_office, compilation, now)
    assert files_of(small_office, JANUARY.key) == {}
    left = Path(small_office.outbox.path) / "2018-01" / "issue-0"
    day = json.loads((left / "manifest.json").read_text("utf-8"))["issued_on"]
    monkeypatch.undo()
    folder = Path(month.publish(small_office, compilation, now + timedelta(days=3)))
    assert folder == left
    assert json.loads((left / "manifest.json").read_text("utf-8"))["issued_on"] != day
    recorded = {name: one.file_hash for (kind, name), one in files_of(small_office, JANUARY.key).items()
                if kind is FileKind.OUTPUT}  # fmt: skip
    assert recorded == {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_everything_is_settled_before_the_record(small_office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    order: list[str] = []
    for name in ("archive_files", "deliver", "settle", "record_publication", "record_files", "append_events"):
        step = getattr(publication, name)

        def noted(*given: object, name: str = name, step: object = step) -> object:
            order.append(name)
            return step(*given)  # type: ignore[operator]

        monkeypatch.setattr(publication, name, noted)
    store_all(small_office, JANUARY.key)
    publish_newest(small_office, month.compile_return(small_office, JANUARY, AFTER_DUE))
    assert order == ["archive_files", "deliver", "settle", "record_publication", "record_files", "append_events"]


def test_a_kept_plan_is_the_plan() -> None:
    plan = load_plan("qingxi-2018")
    assert plan.file is not None
    assert plan.form.file is not None
    assert plan.file.content == (PLANS / "qingxi-2018.yaml").read_bytes()
    assert load_kept_plan(plan.file, plan.form.file) == plan
