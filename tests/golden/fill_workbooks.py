"""Fill the golden figures into issued templates: run by hand when the form changes.

PYTHONPATH=tests .venv/bin/python tests/golden/fill_workbooks.py
"""

import csv
import shutil
from pathlib import Path

from golden_month import read_explanations
from townreturn.domain.period import Period
from townreturn.plans import load_plan
from workbooks import fill_workbook

HERE = Path(__file__).parent
MISSING = {("2018-02", "nonglinshui")}
ZERO_RETURNS = {"2018-01": frozenset(), "2018-02": frozenset({"children"})}
KEY_CASES = {
    "2018-01": {"food_drug": "某食品厂生产假冒食用油案", "tobacco": "浮岗村假烟手工包装窝点案"},
    "2018-02": {"food_drug": "某药店销售假保健品案", "ecommerce": "网店销售假冒品牌手表案"},
}


def main() -> None:
    plan = load_plan("qingxi-2018")
    inbox = HERE / "inbox"
    shutil.rmtree(inbox, ignore_errors=True)
    inbox.mkdir()
    for key in ("2018-01", "2018-02"):
        rows = csv.DictReader((HERE / f"figures-{key}.csv").open(encoding="utf-8"))
        figures = {row["indicator"]: row for row in rows}
        facts = {
            "zero_returns": ZERO_RETURNS[key],
            "key_cases": KEY_CASES[key],
            "explanations": read_explanations() if key == "2018-02" else (),
        }
        for unit in plan.reporting_units:
            if (key, unit.code) not in MISSING:
                fill_workbook(plan, unit, Period(key), inbox / f"{key}-{unit.code}.xlsx", figures=figures, **facts)
    wrong = dict(figures, cases_pending={**figures["cases_pending"], "building": "9"})
    zhujian = plan.unit_by_code["zhujian"]
    fill_workbook(
        plan, zhujian, Period("2018-02"), inbox / "2018-02-zhujian-wrong.xlsx",
        figures=wrong, explanations=read_explanations(),
    )  # fmt: skip


if __name__ == "__main__":
    main()
