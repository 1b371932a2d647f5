"""What is locked, and under which licences; the list of licences and the SBOM are those of the locks."""

import json
import re
import subprocess
import sys

import pytest
from supply.licences import BY_HAND, LIST, installed_licences, is_allowed, listed_licences, write_list
from supply.locks import LOCKS, ROOT, read_locks
from supply.sbom import make_sbom
from supply.vendored import VENDORED

LISTED = listed_licences(LIST.read_text("utf-8"))


def test_the_locks_are_read_whole() -> None:
    """Counted by another rule: every line that begins with a letter is a package."""
    names = {
        re.split(r"[=\[]", line)[0].lower().replace("_", "-").replace(".", "-")
        for file in LOCKS.values()
        for line in (ROOT / file).read_text("utf-8").splitlines()
        if line[:1].isalnum()
    }
    assert {one.name for one in read_locks()} == names
    assert all(one.hashes for one in read_locks())


def test_the_list_has_exactly_what_is_locked_and_what_is_vendored() -> None:
    locked = {(one.name, one.version) for one in read_locks()}
    assert set(LISTED) == locked | {(one.name, one.version) for one in VENDORED}, "run `make licences`"
    assert LIST.read_text("utf-8") == write_list(read_locks(), LISTED), "run `make licences`"


def test_the_list_says_what_installed_packages_say_of_themselves() -> None:
    installed = {key: one for key, one in installed_licences().items() if key in LISTED and key[0] not in BY_HAND}
    assert len(installed) > 150
    assert {key: LISTED[key] for key in installed} == installed


def test_no_licence_is_unknown_or_forbidden() -> None:
    assert {key: one for key, one in LISTED.items() if not is_allowed(one)} == {}


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("", False), ("MIT", True), ("GPL-3.0-only", False), ("MIT AND GPL-3.0-only", False), ("SSPL-1.0", False),
        ("GPL-2.0-or-later OR MIT", True), ("(MIT AND Zlib) OR GPL-3.0-only", True), ("AGPL-3.0-only", False),
    ],
)  # fmt: skip
def test_of_several_licences_one_that_is_offered_or_all_that_hold_have_to_be_allowed(
    licence: str, allowed: bool
) -> None:
    assert is_allowed(licence) is allowed


def test_the_bill_of_materials_names_every_package_with_hash_licence_and_use() -> None:
    bill = make_sbom()
    by_purl = {one["purl"]: one for one in bill["components"]}
    assert len(by_purl) == len(LISTED)
    assert by_purl["pkg:npm/echarts@6.1.0"]["hashes"][0]["content"].startswith("61f13280aba3161f"), "as its README says"
    for one in read_locks():
        said = by_purl[f"pkg:pypi/{one.name}@{one.version}"]
        assert {part["content"] for part in said["hashes"]} == set(one.hashes)
        assert said["licenses"] == [{"expression": LISTED[one.name, one.version]}]
    assert {one["scope"] for one in bill["components"]} == {"required", "optional", "excluded"}


def test_the_bill_of_materials_is_the_same_bytes_wherever_it_is_made() -> None:
    command = [sys.executable, "-m", "supply.sbom"]
    made = [
        subprocess.run(command, capture_output=True, check=True, cwd=ROOT, env={"PYTHONHASHSEED": seed, "TZ": zone})
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    ]
    assert made[0].stdout == made[1].stdout
    assert json.loads(made[0].stdout)["serialNumber"] == make_sbom()["serialNumber"]


def test_no_address_of_a_registry_is_in_what_is_locked_or_declared() -> None:
    """Whoever installs has an index of his own, named in pip's configuration and nowhere here."""
    for file in (*LOCKS.values(), "pyproject.toml", "Makefile", "Dockerfile"):
        text = (ROOT / file).read_text("utf-8")
        assert not re.search(r"--(extra-)?index-url|--find-links|https?://\S*(pypi|simple)", text), file
