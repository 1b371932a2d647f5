"""Pictures: the same bytes anywhere, every sign in the font, legible in grey and to colour-blind eyes."""

import hashlib
import io
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image

from townreturn.domain.canonical import canonical_json
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import TownReturn
from townreturn.publishing.charts.canvas import drawable, drawing, shorten, text_width
from townreturn.publishing.charts.illustrations import list_illustrations
from townreturn.publishing.charts.palette import INK, LAST_YEAR, MARK_SHADES, PAPER, THIS_YEAR
from townreturn.publishing.charts.timeliness_map import Mark
from townreturn.wording import texts

SOMEWHERE_ELSE = """
import hashlib, sys
from townreturn.domain.canonical import read_canonical
from townreturn.plans import load_plan
from townreturn.publishing import briefing, workbook
from townreturn.publishing.charts.illustrations import list_illustrations
assert "matplotlib" not in sys.modules
from townreturn.publishing.charts.canvas import drawing
town_return = read_canonical(sys.stdin.read())
with drawing():
    for one in list_illustrations(town_return, load_plan("qingxi-2018")):
        print(hashlib.sha256(one.draw()).hexdigest())
"""


def draw_all(town_return: TownReturn, plan: Plan) -> list[bytes]:
    with drawing():
        return [one.draw() for one in list_illustrations(town_return, plan)]


@pytest.fixture(scope="module")
def pictures(charted_return: TownReturn, plan: Plan) -> list[bytes]:
    return draw_all(charted_return, plan)


def test_pictures_have_the_width_of_the_type_area_and_no_words_of_their_own(pictures: list[bytes]) -> None:
    assert len(pictures) == 4
    for one in pictures:
        picture = Image.open(io.BytesIO(one))
        dots_per_mm = picture.info["dpi"][0] / 25.4
        assert abs(picture.width / dots_per_mm - 156) < 0.2
        assert picture.height / dots_per_mm < 215
        assert set(picture.info) == {"dpi"}
        assert picture.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_the_same_bytes_on_another_machine(
    pictures: list[bytes], charted_return: TownReturn, tmp_path: Path
) -> None:  # fmt: skip
    """Without a home, beside settings of somebody's, and matplotlib only once it is needed."""
    (tmp_path / "matplotlibrc").write_text("lines.linewidth: 9\nfont.size: 40\naxes.facecolor: red\n")
    environment = {**os.environ, "HOME": "/nowhere", "MPLCONFIGDIR": "/nowhere"}
    done = subprocess.run(
        [sys.executable, "-c", SOMEWHERE_ELSE], input=canonical_json(charted_return).encode(), cwd=tmp_path,
        env=environment, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout.decode().split() == [hashlib.sha256(one).hexdigest() for one in pictures]
    assert done.stderr == b""


def test_every_character_that_is_told_has_its_sign(plan: Plan) -> None:
    units = [one.name for one in plan.units]
    categories = [one.heading for one in plan.categories]
    labels = [text for one in plan.form.by_code.values() for text in (one.label, one.unit)]
    for text in (*units, *categories, *labels, *texts().values()):
        assert drawable(text) == text.replace("\t", "□")


@pytest.fixture
def strict_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.mark.usefixtures("strict_warnings")
def test_names_hold_what_they_like(charted_return: TownReturn, plan: Plan) -> None:
    """A character that no font has is seen to be one; nothing is taken for a formula."""
    assert drawable("𠮷\ue000镇\x07") == "□□镇□"
    names = ("\ue000镇", "$\\frac{1", "=1+1", "长" * 60, " ", "_a^b", "\\")
    categories = tuple(replace(one, name=name) for one, name in zip(plan.categories, names, strict=True))
    assert len(draw_all(charted_return, replace(plan, categories=categories))) == 4


def test_what_is_too_long_says_so() -> None:
    assert shorten("食品药品保健品", 100) == "食品药品保健品"
    short = shorten("食品药品保健品", 12)
    assert short.endswith("…")
    assert text_width(short) <= 12
    assert shorten("食", 1) == "…"


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_signs_are_legible_on_their_shades() -> None:
    assert set(MARK_SHADES) == set(Mark)
    assert all(contrast(one.ground, one.ink) >= 4.5 for one in MARK_SHADES.values())


def test_shades_differ_without_their_colour() -> None:
    """The worse, the darker: a difference that grey print and every eye keeps."""
    judged = [MARK_SHADES[one].ground for one in (Mark.ON_TIME, Mark.LATE, Mark.RETURNED, Mark.MISSING)]
    assert all(contrast(better, worse) >= 1.5 for better, worse in pairwise(judged))
    assert all(luminance(better) > luminance(worse) for better, worse in pairwise(judged))
    assert contrast(THIS_YEAR, LAST_YEAR) >= 3
    assert min(contrast(THIS_YEAR, PAPER), contrast(INK, PAPER)) >= 4.5
