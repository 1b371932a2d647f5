"""Deployments of several towns: 清溪镇 with a neighbour that uses the same form, or with 柳河镇, which does not."""

from pathlib import Path

from townreturn.settings import Settings
from written_plans import write_plan

HERE = Path(__file__).parent
LIUHE_CATEGORIES = ("food", "drugs", "liquor", "seeds", "feed", "steel", "cables", "toys")
LIUHE = HERE / "plans" / "liuhe-2018.yaml"
NEIGHBOUR = (
    ("code: qingxi-2018\n", "code: tangxia-2018\n"),
    ("town_code: qingxi\n", "town_code: tangxia\n"),
    ("town: 清溪镇\n", "town: 塘厦镇\n"),
)
"""The changes that make the packaged plan another town's."""


def write_neighbours(folder: Path, *changes: tuple[str, str]) -> Path:
    """A folder with the plans of 清溪镇 and 塘厦镇; ``changes`` are further ones of the latter."""
    folder.mkdir(exist_ok=True)
    write_plan(folder, name="qingxi.yaml")
    write_plan(folder, *NEIGHBOUR, *changes, name="tangxia.yaml")
    return folder


def settings_of(home: Path, plans: str, url: str = "", **more: str) -> Settings:
    """Settings of a deployment by its plans; 柳河镇's rules are found as well."""
    return Settings.from_environment(environment_of(home, plans, url) | more)


def environment_of(home: Path, plans: str, url: str = "") -> dict[str, str]:
    """The same as environment variables."""
    rules = str(HERE / "plans" / "expectations")
    return {
        "TOWNRETURN_HOME": str(home),
        "TOWNRETURN_PLAN": plans,
        "TOWNRETURN_DATABASE_URL": url,
        "TOWNRETURN_EXPECTATIONS": rules,
    }


def liuhe_figures(step: int) -> dict[str, dict[str, str]]:
    """Of 柳河镇's eight categories: category number n inspects 10n + step times, one new case each."""
    rows: dict[str, dict[str, str]] = {
        "inspections": {code: str(10 * n + step) for n, code in enumerate(LIUHE_CATEGORIES, 1)},
        "open_cases": dict.fromkeys(LIUHE_CATEGORIES, str(step)),
        "remaining_cases": dict.fromkeys(LIUHE_CATEGORIES, str(step + 1)),
        "fines": {code: f"{n}.50" for n, code in enumerate(LIUHE_CATEGORIES, 1)},
        "seeds_seized": {"seeds": "12.25"},
    }
    for code, text in (("shared_sites", "1"), ("new_cases", "1"), ("done_cases", "0"), ("big_cases", "0")):
        rows[code] = dict.fromkeys(LIUHE_CATEGORIES, text)
    return rows
