"""Files in = accepted + returned + quarantined, at every moment: an intake run is killed at every step."""

import hashlib
import os
import shutil
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select

from townreturn import month
from townreturn.domain.findings import Verdict
from townreturn.month import answering, entering, groups, submissions, trays
from townreturn.office import Office, open_office
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.schema import arrivals, facts, findings, intake_runs, latest, reports

NOW = datetime(2018, 1, 28, 4, tzinfo=UTC)
STEPS = (
    (submissions, "archive_bytes"),
    (trays, "read_submissions"),
    (groups, "judge"),
    (entering, "write_entered"),
    (answering, "write_for_now"),
    (trays, "settle"),
    (submissions, "record_intake_runs"),
    (submissions, "remove_from_inbox"),
)
MOST_BOUNDARIES = 400


class Boundaries:
    """Counts the boundaries that a run passes and kills its own process at one of them."""

    def __init__(self, deadly: int) -> None:
        self.passed, self.deadly = 0, deadly

    def cross(self) -> None:
        self.passed += 1
        if self.passed == self.deadly:
            os.kill(os.getpid(), signal.SIGKILL)

    def around(self, step: Callable[..., object]) -> Callable[..., object]:
        def watched(*args: object, **kwargs: object) -> object:
            self.cross()
            result = step(*args, **kwargs)
            self.cross()
            return result

        return watched


@pytest.fixture(scope="module")
def filled_inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an empty migrated database; tests copy it and put the files into its inbox."""
    home = tmp_path_factory.mktemp("home")
    open_office(settings_of(home)).engine.dispose()
    return home


def settings_of(home: Path) -> Settings:
    return Settings.from_environment({"TOWNRETURN_HOME": str(home)})


@pytest.fixture
def delivered(filled_inbox: Path, small_office: Office, send: Callable[..., Path]) -> dict[str, bytes]:
    """File name → bytes: accepted, partly returned, returned, quarantined, and a copy of the first."""
    send(small_office, "shiyaojian", "2018-01", name="accepted.xlsx")
    send(small_office, "jingkexin", "2018-01", lambda book: book.put("premises_inspected", None, "children"),
         name="partly.xlsx")  # fmt: skip
    send(small_office, "zhujian", "2018-01", lambda book: book.put("premises_inspected", -1), name="returned.xlsx")
    inbox = Path(small_office.inbox.path)
    (inbox / "note.txt").write_text("本月无", encoding="utf-8")
    shutil.copy2(inbox / "accepted.xlsx", inbox / "copy.xlsx")
    for number, path in enumerate(sorted(inbox.iterdir())):
        os.utime(path, (NOW.timestamp() - 3600 + number,) * 2)
    return {path.name: path.read_bytes() for path in inbox.iterdir()}


def deliver(home: Path, inbox: Path, folder: Path) -> Office:
    shutil.copytree(home, folder)
    shutil.copytree(inbox, folder / "inbox", dirs_exist_ok=True)
    return open_office(settings_of(folder))


def killed_run(office: Office, deadly: int) -> bool:
    """Run an intake in a process that kills itself at a boundary; False when it was through before that."""
    office.engine.dispose()
    child = os.fork()
    if child == 0:
        boundaries = Boundaries(deadly)
        for owner, name in STEPS:
            setattr(owner, name, boundaries.around(getattr(owner, name)))
        event.listen(Engine, "commit", lambda _: boundaries.cross())
        try:
            month.take_in(office, NOW)
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def lying(office: Office) -> set[str]:
    return {path.name for path in Path(office.inbox.path).iterdir()}


def stored(office: Office) -> dict[str, tuple[str, str]]:
    with reading(office.engine) as tx:
        rows = tx.execute(select(arrivals.c.file_name, arrivals.c.file_hash, arrivals.c.disposition)).all()
    names = [row.file_name for row in rows]
    assert len(names) == len(set(names)), "no file counts twice"
    return {row.file_name: (row.file_hash, row.disposition) for row in rows}


def contents(office: Office) -> Iterator[list[tuple[object, ...]]]:
    """Everything that the run stored, whatever its ids."""
    with reading(office.engine) as tx:
        for table, columns in (
            (reports, ("period", "category", "unit", "entry_number", "verdict", "received_at")),
            (facts, ("indicator", "state", "scaled", "cell")),
            (findings, ("category", "code", "severity", "cell", "message")),
            (latest, ("period", "category")),
            (intake_runs, ("taken_count", "left_count")),
        ):
            yield sorted(map(repr, tx.execute(select(*(table.c[name] for name in columns)))))  # type: ignore[misc]


def answers(office: Office) -> dict[str, bytes]:
    """Every receipt and quarantine notice by its path, but for the marked copies' bytes."""
    roots = (office.receipts, office.quarantine)
    files = [path for root in roots for path in root.rglob("*") if path.is_file() and not path.name.startswith(".")]
    return {str(path.relative_to(office.receipts.parent)): path.read_bytes() for path in files}


def test_a_run_killed_at_any_boundary_loses_nothing_and_ends_the_same(
    filled_inbox: Path, delivered: dict[str, bytes], small_office: Office, tmp_path: Path
) -> None:
    inbox = Path(small_office.inbox.path)
    undisturbed = deliver(filled_inbox, inbox, tmp_path / "undisturbed")
    month.take_in(undisturbed, NOW)
    dispositions = {name: verdict for name, (_, verdict) in stored(undisturbed).items()}
    assert dispositions == {
        "accepted.xlsx": Verdict.ACCEPTED, "copy.xlsx": Verdict.ACCEPTED, "partly.xlsx": Verdict.RETURNED,
        "returned.xlsx": Verdict.RETURNED, "note.txt": Verdict.QUARANTINED,
    }  # fmt: skip
    expected_rows, expected_answers = list(contents(undisturbed))[:-1], answers(undisturbed)

    for deadly in range(1, MOST_BOUNDARIES):
        office = deliver(filled_inbox, inbox, tmp_path / f"killed-{deadly}")
        was_killed = killed_run(office, deadly)

        assert lying(office) | stored(office).keys() == delivered.keys(), f"boundary {deadly}"
        for name, (digest, _) in stored(office).items():
            assert office.archive.path(digest).read_bytes() == delivered[name]
        month.take_in(office, NOW)
        assert lying(office) == set()
        assert {name: verdict for name, (_, verdict) in stored(office).items()} == dispositions, f"boundary {deadly}"
        assert list(contents(office))[:-1] == expected_rows, f"boundary {deadly}"
        assert answers(office) == expected_answers, f"boundary {deadly}"
        for name, (digest, _) in stored(office).items():
            assert (
                hashlib.sha256(office.archive.path(digest).read_bytes()).digest()
                == hashlib.sha256(delivered[name]).digest()
            )
        office.engine.dispose()
        shutil.rmtree(tmp_path / f"killed-{deadly}")
        if not was_killed:
            assert deadly > 2 * (len(STEPS) + len(delivered)), "the boundaries were really there"
            return
    pytest.fail("the run never came to an end")
