"""A town whose plan changes within a year: 市场监督管理 takes over from 食药监 and 工商 in November 2018.

Until 2018-10 the packaged plan. From 2018-11: 镇市场监督管理分局 leads 1 and 7 in place of the two;
children moves from 镇经科信局 to 镇文化执法分队; tobacco has another scope; 8.医疗美容产品 is new.
In 2019 appliances is given up, the form is another edition (网上执法行动 for 处罚信息公开), and periods
end with the month: 2019-01 is 26 December to 31 January.
"""

import shutil
from pathlib import Path

from townreturn import forms
from townreturn.domain.plan_book import PlanBook
from townreturn.office import Office, open_office
from townreturn.plans import load_plan_book
from townreturn.settings import Settings
from written_plans import CUTOFF, PACKAGED, valid, write_plan

JUZHANG = "approvals_required: 1"
"""After it stands no approver any more, so one is put before it."""
NEW_CATEGORY = """\
  - code: beauty
    number: 8
    name: 医疗美容产品
    lead: shijian
    cooperating: [gongan]

general_measures:
"""
NEW_UNIT = "  - {code: shijian, name: 镇市场监督管理分局, succeeds: [shiyaojian, gongshang]}\n"
OF_2018 = "code: qingxi-2018\n"
MONTH_ENDS = (CUTOFF, "  cutoff: month_end\n  earlier_cutoffs: [{until: 2018-12, cutoff: 25}]\n")
DUE_ON_THE_SIXTH = ("due: {month_offset: 1, day: 1}", "due: {month_offset: 1, day: 6}")


def approver_of(unit: str) -> tuple[str, str]:
    """One more approver, a person who stays while the unit changes."""
    return JUZHANG, f"  - {{account: juzhang, name: 李局长, title: 局长, unit: {unit}}}\n{JUZHANG}"


def before_november(first: str = "2018-01") -> tuple[tuple[str, str], ...]:
    """The changes that make the packaged plan the first of the three."""
    return valid(first, "2018-10"), approver_of("gongshang")


def from_november(last: str = "2018-12") -> tuple[tuple[str, str], ...]:
    """The changes that make it the second."""
    return (
        (OF_2018, "code: qingxi-2018-11\n"),
        valid("2018-11", last),
        ("  - {code: shiyaojian, name: 镇食药监分局}\n", NEW_UNIT),
        ("  - {code: gongshang, name: 镇工商分局}\n", ""),
        ("    lead: shiyaojian\n", "    lead: shijian\n"),
        ("    lead: gongshang\n", "    lead: shijian\n"),
        ("[gongan, nonglinshui, gongshang, shangwu, jingkexin]", "[gongan, nonglinshui, shangwu, jingkexin]"),
        ("[gongan, jiaotong, gongshang, jingkexin]", "[gongan, jiaotong, shijian, jingkexin]"),
        ("[gongan, jiaotong, gongshang, shangwu, youzheng, jingkexin]", "[gongan, jiaotong, shijian, youzheng]"),
        ("    cooperating: [gongan, gongshang, jingkexin]\n", "    cooperating: [gongan, shijian, jingkexin]\n"),
        ("    lead: jingkexin\n    cooperating: [gongan, gongshang, wenhua]\n",
         "    lead: wenhua\n    cooperating: [gongan, shijian, jingkexin]\n"),
        ("    cooperating: [gongan, gongshang]\n", "    cooperating: [gongan, shijian]\n"),
        ("    name: 烟草制品\n", "    name: 烟草制品\n    comparable_from: 2018-11\n"),
        ("general_measures:\n", NEW_CATEGORY),
        approver_of("shijian"),
    )  # fmt: skip


def of_2019() -> tuple[tuple[str, str], ...]:
    """The changes that make it the third."""
    given_up = PACKAGED[PACKAGED.index("  - code: appliances\n") : PACKAGED.index("  - code: ecommerce\n")]
    kept = ("code:", "validity:", "    cooperating: [gongan, gongshang]")
    changes = [one for one in from_november() if not one[0].startswith(kept)]
    return (
        *changes,
        (OF_2018, "code: qingxi-2019\n"),
        valid("2019-01", "2019-12"),
        ("form: edition-2018\n", "form: edition-2019\n"),
        (given_up, ""),
        MONTH_ENDS,
        DUE_ON_THE_SIXTH,
    )


def write_form(folder: Path) -> None:
    """The edition of 2019: another indicator, and no extras of the category given up."""
    text = (forms.PACKAGED / "edition-2018.yaml").read_text(encoding="utf-8")
    last = text.index("  appliances:\n")
    text = text[:last] + text[text.index("\nsections:\n") :]
    text = text.replace("edition: edition-2018\n", "edition: edition-2019\n")
    text = text.replace("code: penalties_disclosed, label: 处罚信息公开", "code: online_actions, label: 网上执法行动")
    (folder / "edition-2019.yaml").write_text(text, encoding="utf-8")


def write_three(folder: Path, first: str = "2018-01") -> list[str]:
    """The three plans as files; their paths."""
    write_form(folder)
    written = (("a.yaml", before_november(first)), ("b.yaml", from_november()), ("c.yaml", of_2019()))
    return [str(write_plan(folder, *changes, name=name)) for name, changes in written]


def load_three(folder: Path, first: str = "2018-01") -> PlanBook:
    """The three plans as one book."""
    return load_plan_book(write_three(folder, first))


def open_three(folder: Path, first: str = "2018-01") -> Office:
    """An office of the three plans, with the rules of both editions."""
    rules = Settings.from_environment({}).expectations[-1]
    shutil.copytree(rules / "edition-2018", folder / "expectations" / "edition-2019")
    return open_office(
        Settings.from_environment(
            {
                "TOWNRETURN_HOME": str(folder / "home"),
                "TOWNRETURN_PLAN": ",".join(write_three(folder, first)),
                "TOWNRETURN_EXPECTATIONS": str(folder / "expectations"),
            }
        )
    )
