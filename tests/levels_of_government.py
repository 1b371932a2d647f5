"""A deployment of three levels: two towns, their city and their province; another city has no office here."""

import csv
import os
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from several_towns import NEIGHBOUR
from townreturn import month
from townreturn.domain.period import Period
from townreturn.domain.town_return import TownReturn
from townreturn.office import Office, open_offices
from townreturn.settings import Settings
from townreturn.store.engine import reading
from townreturn.store.returns import find_issue, newest_issues
from workbooks import fill_workbook
from written_plans import write_plan

HERE = Path(__file__).parent
_CATEGORIES = "".join(
    f"  - {{code: {code}, number: {number}, name: {name}}}\n"
    for number, (code, name) in enumerate(
        (
            ("food_drug", "食品药品保健品"), ("building", "建材"), ("tobacco", "烟草制品"), ("agricultural", "农资"),
            ("children", "儿童用品"), ("appliances", "家用电器（含小家电）"), ("ecommerce", "互联网电子商务商品"),
        ),
        start=1,
    )
)  # fmt: skip
APPROVERS = {"qingxi": "approver", "tangxia": "approver", "dongguan": "shizhang", "guangdong": "shengzhang"}


def write_upper(
    folder: Path, town: str, name: str, level: str, below: Sequence[tuple[str, str]], approver: str,
    reports_to: str = "",
) -> Path:  # fmt: skip
    """The plan of an office above: ``below`` are (code, name) of the offices that report to it."""
    units = "".join(f"  - {{code: {code}, name: {unit}, subordinate: true}}\n" for code, unit in below)
    above = f"reports_to: {reports_to}\n" if reports_to else ""
    path = folder / f"{town}.yaml"
    path.write_text(
        f"code: {town}-2018\ntown_code: {town}\ntown: {name}\nlevel: {level}\n{above}"
        f"title: {name}2018年打假工作方案\nsource: 为测试而写\nvalidity: {{first: 2018-01, last: 2018-12}}\n"
        "form: edition-2018\ncalendar:\n  time_zone: Asia/Shanghai\n  cutoff: 25\n  due: {month_offset: 1, day: 6}\n"
        f"coordinating_unit: {town}_office\ncity_office: 上级打假办\nunits:\n"
        f"  - {{code: {town}_office, name: {name}打假办, level: {level}}}\n{units}categories:\n{_CATEGORIES}"
        f"approvers:\n  - {{account: {approver}, name: 王五, title: 分管领导}}\n"
        "recipients:\n  - {name: 上级打假办, receives: [town_return]}\n",
        encoding="utf-8",
    )
    return path


def open_levels(folder: Path, url: str = "") -> dict[str, Office]:
    """By town code: 清溪镇 and 塘厦镇, 东莞市, 广东省, to which 深圳市 reports too."""
    plans = folder / "plans"
    plans.mkdir(parents=True)
    up = ("\nform: edition-2018\n", "\nreports_to: dongguan\nform: edition-2018\n")
    write_plan(plans, up, name="qingxi.yaml")
    write_plan(plans, *NEIGHBOUR, up, name="tangxia.yaml")
    write_upper(
        plans, "dongguan", "东莞市", "city", [("qingxi", "清溪镇"), ("tangxia", "塘厦镇")], "shizhang", "guangdong"
    )
    write_upper(
        plans, "guangdong", "广东省", "province", [("dongguan", "东莞市"), ("shenzhen", "深圳市")], "shengzhang"
    )
    settings = {"TOWNRETURN_HOME": str(folder / "home"), "TOWNRETURN_PLAN": str(plans), "TOWNRETURN_DATABASE_URL": url}
    return {one.plans.town_code: one for one in open_offices(Settings.from_environment(settings))}


def send_figures(
    office: Office,
    unit: str,
    period: Period,
    changes: Mapping[str, str],
    at: datetime,
    reason: Mapping[str, str] | None = None,
) -> None:
    """A unit's workbook with January's golden figures into the inbox; ``changes`` are of 建材, by indicator."""
    rows = csv.DictReader((HERE / "golden" / "figures-2018-01.csv").open(encoding="utf-8"))
    figures = {row["indicator"]: dict(row) for row in rows}
    for indicator, text in changes.items():
        figures[indicator]["building"] = text
    plan = office.plans.in_force(period)
    path = Path(office.inbox.path) / f"{unit}.xlsx"
    fill_workbook(
        plan, plan.unit_by_code[unit], period, path, figures=figures, explanations=[reason] if reason else [],
        key_cases={"food_drug": "销售假药案", "tobacco": "运输假烟案"},
    )  # fmt: skip
    os.utime(path, (at.timestamp(), at.timestamp()))


def publish(office: Office, compilation_id: int, at: datetime) -> None:
    """Checked, approved by the office's own approver, published and handed up."""
    month.check_return(office, compilation_id)
    account = APPROVERS[office.plans.town_code]
    month.record_decision(
        office, compilation_id, account=account, approved=True, comment="同意", sent_back=(), run_id="", now=at
    )
    month.publish(office, compilation_id, at)


def newest_issue(office: Office, period: Period) -> TownReturn:
    """What stands published."""
    town = office.plans.town_code
    with reading(office.engine) as tx:
        [(_, number)] = newest_issues(tx, town, [period.key])
        found = find_issue(tx, town, period.key, number)
    assert found is not None
    return found.town_return
