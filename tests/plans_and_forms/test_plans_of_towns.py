"""Plans of several towns in one deployment: found by folder, kept apart by town, read once a process."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from several_towns import LIUHE, NEIGHBOUR, write_neighbours
from townreturn import plans as loader
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.level import Level
from townreturn.plans import books_of_towns, load_plan, load_plan_book, load_plan_books
from written_plans import PACKAGED, valid, write_plan

LEVELLED = ("code: qingxi-2018\n", "code: qingxi-2018\nlevel: city\noperators: [wangwu, zhaoliu]\n")


def refusal(act: Callable[[], object]) -> ConfigurationFault:
    with pytest.raises(ConfigurationFault) as caught:
        act()
    return caught.value


def test_a_folder_names_every_plan_in_it_and_no_form(tmp_path: Path) -> None:
    folder = write_neighbours(tmp_path / "plans")
    (folder / "edition-2019.yaml").write_text("edition: edition-2019\n", encoding="utf-8")
    (folder / "mapping.yaml").write_text("note: town_code stands here\n", encoding="utf-8")
    later = ("code: qingxi-2018\n", "code: tangxia-2019\n")
    write_plan(folder, later, *NEIGHBOUR[1:], valid("2019-01", "2019-12"), name="tangxia-2019.yml")
    books = load_plan_books([str(folder)])
    assert [(one.town_code, one.town, len(one.plans)) for one in books] == [
        ("qingxi", "清溪镇", 1),
        ("tangxia", "塘厦镇", 2),
    ]


def test_towns_come_in_the_order_of_their_codes_however_they_are_named(tmp_path: Path) -> None:
    folder = write_neighbours(tmp_path / "plans")
    (folder / "qingxi.yaml").unlink()
    books = load_plan_books([str(folder), "qingxi-2018", str(LIUHE)])
    assert [one.town_code for one in books] == ["liuhe", "qingxi", "tangxia"]


def test_a_code_that_is_not_written_plainly_is_found_by_loading(tmp_path: Path) -> None:
    write_plan(tmp_path, ("town_code: qingxi\n", "town_code: !!str >-\n  changping\n"))
    assert list(books_of_towns([str(tmp_path)])) == ["changping"]


def test_what_is_no_plan_is_told(tmp_path: Path) -> None:
    (tmp_path / "edition-2019.yaml").write_text("edition: edition-2019\n", encoding="utf-8")
    assert refusal(lambda: load_plan_books([str(tmp_path)])).code == "PLAN_FOLDER_EMPTY"
    assert refusal(lambda: load_plan_books([str(tmp_path / "nobody.yaml")])).code == "CONFIG_FILE_MISSING"
    assert refusal(lambda: load_plan_books(["nobody-2018"])).code == "CONFIG_FILE_MISSING"


@pytest.mark.parametrize("code", ["../tangxia", "tang~xia", "塘厦", ".tangxia"])
def test_a_code_that_is_no_name_of_a_folder_is_refused_among_several(tmp_path: Path, code: str) -> None:
    path = write_plan(tmp_path, ("town_code: qingxi\n", f"town_code: {code}\n"))
    assert load_plan_book([str(path)]).town_code == code
    assert refusal(lambda: load_plan_books([str(path), "qingxi-2018"])).code == "TOWN_CODE_WRONG"


@pytest.mark.parametrize("code", ["tang-xia", "TANG_xia"])
def test_codes_that_one_connection_would_stand_for_are_refused(tmp_path: Path, code: str) -> None:
    changes = ("code: qingxi-2018\n", "code: tangxia-2018\n"), ("town_code: qingxi\n", "town_code: tang.xia\n")
    write_plan(tmp_path, *changes, name="a.yaml")
    write_plan(tmp_path, ("town_code: qingxi\n", f"town_code: {code}\n"), name="b.yaml")
    fault = refusal(lambda: books_of_towns([str(tmp_path)]))
    assert fault.code == "TOWN_CODES_ALIKE"
    assert all(one in str(fault) for one in ("tang.xia", code, "b.yaml"))


def test_level_and_operators_are_the_plans_own(tmp_path: Path) -> None:
    book = load_plan_book([str(write_plan(tmp_path, LEVELLED))])
    assert (book.level, book.operators) == (Level.CITY, ("wangwu", "zhaoliu"))
    usual = load_plan_book(["qingxi-2018"])
    assert (usual.level, usual.operators) == (Level.TOWN, ())


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("level: village", "CONFIG_BAD_VALUE"),
        ("operators: [wang wu]", "CONFIG_BAD_VALUE"),
        ("operators: ['']", "CONFIG_BAD_VALUE"),
        ("operators: [wangwu, wangwu]", "CONFIG_DUPLICATE"),
    ],
)
def test_what_is_wrong_with_them_names_the_line(tmp_path: Path, line: str, code: str) -> None:
    path = write_plan(tmp_path, ("code: qingxi-2018\n", f"code: qingxi-2018\n{line}\n"))
    fault = refusal(lambda: load_plan(str(path)))
    expected = path.read_text(encoding="utf-8").splitlines().index(line) + 1
    assert (fault.code, fault.values["line"]) == (code, expected)


def test_plans_of_one_town_are_of_one_level(tmp_path: Path) -> None:
    later = write_plan(tmp_path, LEVELLED, valid("2019-01", "2019-12"))
    assert refusal(lambda: load_plan_book(["qingxi-2018", str(later)])).code == "PLANS_OF_TWO_LEVELS"


def test_only_the_towns_own_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_neighbours(tmp_path / "plans")
    (folder / "broken.yaml").write_text("town_code: humen\n: nothing of this is a plan\n", encoding="utf-8")
    read = []
    monkeypatch.setattr(loader, "_loaded", {})
    monkeypatch.setattr(
        loader, "_read", lambda *given, own=loader._read: (read.append(given[0].path.name), own(*given))[1]
    )
    assert load_plan_book(map(str, books_of_towns([str(folder)])["tangxia"])).town == "塘厦镇"
    assert read == ["tangxia.yaml"]


def test_a_plan_is_read_once_and_again_when_a_file_of_it_has_changed(tmp_path: Path) -> None:
    form = (loader.PACKAGED.parent / "forms" / "edition-2018.yaml").read_text(encoding="utf-8")
    path = write_plan(tmp_path)
    first = load_plan(str(path))
    assert load_plan(str(path)) is first
    path.write_text(PACKAGED.replace("town: 清溪镇", "town: 青溪镇"), encoding="utf-8")
    os.utime(path, ns=(1, 1))
    assert load_plan(str(path)).town == "青溪镇"
    (tmp_path / "edition-2018.yaml").write_text(form.replace("title: ", "title: 新", 1), encoding="utf-8")
    assert load_plan(str(path)).form.title == f"新{first.form.title}"
    (tmp_path / "edition-2018.yaml").unlink()
    assert load_plan(str(path)).form == first.form


def test_towns_on_one_edition_share_its_form(tmp_path: Path) -> None:
    one, other = load_plan_books([str(write_neighbours(tmp_path / "plans"))])
    assert one.plans[0].form is other.plans[0].form


def test_two_towns_plans_of_one_code_are_refused(tmp_path: Path) -> None:
    """By its plan's code each has a chain of the audit trail, which two would write into."""
    folder = tmp_path / "plans"
    folder.mkdir()
    write_plan(folder, name="qingxi.yaml")
    write_plan(folder, *NEIGHBOUR[1:], name="tangxia.yaml")
    fault = refusal(lambda: books_of_towns([str(folder)]))
    assert fault.code == "PLAN_CODE_TWICE"
    assert all(one in str(fault) for one in ("qingxi-2018", "tangxia.yaml"))


@pytest.mark.parametrize("account", ["approver", "director"])
def test_who_approves_for_one_town_operates_for_none(tmp_path: Path, account: str) -> None:
    """Airflow knows one role an account: an operator's, and the approver could act wherever a plan names nobody."""
    operated = ("town: 塘厦镇\n", f"town: 塘厦镇\noperators: [{account}]\n")
    folder = write_neighbours(tmp_path / "plans", operated)
    fault = refusal(lambda: load_plan_books([str(folder)]))
    assert fault.code == "APPROVER_OPERATES"
    assert all(one in str(fault) for one in (account, "清溪镇", "塘厦镇"))
    assert load_plan_book([str(folder / "tangxia.yaml")]).operators == (account,)
