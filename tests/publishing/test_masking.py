"""Personal data in units' texts: what is masked, what only looks like it, and that it costs no time."""

import io
import time
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from townreturn.domain.areas import AreaStatus
from townreturn.domain.canonical import content_hash, read_canonical
from townreturn.domain.plan import Plan
from townreturn.domain.town_return import ReturnEntry, TownReturn
from townreturn.publishing import write_files
from townreturn.publishing.manifest import Issue, list_inputs
from townreturn.publishing.masked_return import mask_return
from townreturn.publishing.masking import mask_text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("身份证441900199001011234", "身份证＊＊＊"),
        ("身份证号码：44190019900101123X。", "身份证号码：＊＊＊。"),
        ("持证人44190019900101123x到场", "持证人＊＊＊到场"),
        ("旧证441900900101123一张", "旧证＊＊＊一张"),
        ("４４１９００１９９００１０１１２３４", "＊＊＊"),
        ("致电13800138000核实", "致电＊＊＊核实"),
        ("138-0013-8000、139 0013 9000", "＊＊＊、＊＊＊"),
        ("+86 13800138000", "＊＊＊"),
        ("１３８００１３８０００", "＊＊＊"),
        ("0769-87731234转301", "＊＊＊转301"),
        ("（0769）87731234", "＊＊＊"),
        ("联系电话：87731234", "联系电话：＊＊＊"),
        ("微信号wx_abc123下单", "微信号＊＊＊下单"),
        ("QQ12345678", "QQ＊＊＊"),
        ("汇入6222021234567890128", "汇入＊＊＊"),
        ("卡号4000 0012 3456 7899", "卡号＊＊＊"),
        ("发至zhang.san@163.com。", "发至＊＊＊。"),
        ("驾驶粤S12345逃离", "驾驶＊＊＊逃离"),
        ("粤S·A1234挂", "＊＊＊"),
        ("粤SD12345", "＊＊＊"),
        ("举报人张三反映", "举报人张某反映"),
        ("投诉人：李小明、王五和赵六七来电", "投诉人：李某、王某和赵某来电"),
        ("线索提供人陈志强，", "线索提供人陈某，"),
        ("犯罪嫌疑人欧阳修、司马光到案", "犯罪嫌疑人欧阳某、司马某到案"),
        ("犯罪嫌疑人张建成。", "犯罪嫌疑人张某。"),
        ("嫌疑人张三在某加工厂被抓", "嫌疑人张某在某加工厂被抓"),
        ("当事人李四在自营的商店销售", "当事人李某在自营的商店销售"),
        ("张三（举报人）称", "张某（举报人）称"),
        ("店主陈大文的店", "店主陈某的店"),
    ],
)
def test_masked(text: str, masked: str) -> None:
    assert mask_text(text) == masked
    assert mask_text(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "货值15000000.00元，罚款15012345678元",
        "15012345678.50",
        "2018年3月12日（20180312）",
        "粤食药监械经营许20180001号",
        "3C证书编号2018010805012345",
        "2018010805012345",
        "注册号441900600123456",
        "统一社会信用代码914419001990010112",
        "91441900MA4UXXXX1X",
        "（2018）粤1971刑初1234号",
        "粤ICP备05000001号、粤B2-20090059",
        "批号13800138000",
        "快递单号6222021234567890128",
        "条码6901234567892",
        "举报电话12315、110",
        "6222021234567890123",
        "441900199013011234",
        "@SUM(A1)，=A1@B2",
        "举报人向我局提供线索，举报人应提供证据",
        "举报人信息保密，负责人员4名，嫌疑人4名",
        "当事人高明食品有限公司、经营者方便面店",
        "当事人万元以上，经营者许可证",
        "张三村、李屋村查处2宗",
        "",
    ],
)
def test_left_alone(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "a",
        "a@",
        "a.",
        "0769-",
        "粤A1",
        "举报人张三、",
        "当事人张",
        "1380013800",
        "电话:a-",
        "张（",
        "(0769)",
        "4400 ",
    ],
)
def test_time_grows_with_the_length_only(piece: str) -> None:
    def spend(length: int) -> float:
        start = time.process_time()
        mask_text(piece * (length // len(piece)))
        return time.process_time() - start

    spend(1000)
    assert spend(200_000) < 2


@pytest.fixture
def published(town_return: TownReturn, plan: Plan, tmp_path: Path) -> Path:
    """An issue whose every text names a person."""
    secret = "举报人张三丰（电话13800138000）"
    values = {
        "title": "甲案",
        "summary": secret,
        "text": secret,
        "work": secret,
        "problem": secret,
        "suggestion": secret,
    }
    entries = tuple(
        ReturnEntry(
            section, "food_drug", "shiyaojian", {**values, "name": "甲区", "indicator": "立案", "reason": secret}
        )
        for section in ("key_cases", "practices", "key_areas", "problems", "explanations")
    )
    standings = tuple(replace(one, note=secret) for one in town_return.standings)
    named = replace(town_return, entries=entries, standings=standings)
    issue = Issue(named, plan, content_hash(named), date(2018, 4, 2))
    write_files(issue, tmp_path)
    return tmp_path


def test_nothing_that_is_read_names_anybody(published: Path) -> None:
    checked = 0
    for path in published.iterdir():
        if path.name.startswith("清溪镇") and path.suffix == ".json":
            continue
        checked += 1
        content = path.read_bytes()
        texts = [content]
        if path.suffix in (".xlsx", ".docx"):
            with zipfile.ZipFile(io.BytesIO(content)) as package:
                texts = [package.read(name) for name in package.namelist()]
        assert not any("张三丰".encode() in text or b"13800138000" in text for text in texts), path.name
    assert checked >= 6


def test_the_archived_return_is_whole(published: Path, town_return: TownReturn) -> None:
    [path] = published.glob("清溪镇*月.json")
    assert read_canonical(path.read_text(encoding="utf-8")).entries[0].values["summary"].startswith("举报人张三丰")


def test_figures_are_untouched(town_return: TownReturn) -> None:
    masked = mask_return(town_return)
    assert (masked.cells, masked.sources, masked.trend) == (
        town_return.cells, town_return.sources, town_return.trend,
    )  # fmt: skip


def test_what_earlier_periods_told_of_areas_is_masked_whole(town_return: TownReturn) -> None:
    told = "举报人张三丰（电话13800138000）"
    area = AreaStatus("2018-02", "tobacco", "yancao", told, told, told)
    (masked,) = mask_return(replace(town_return, areas=(area,))).areas
    assert not [one for one in (masked.name, masked.nature, masked.status) if "三丰" in one or "13800138000" in one]


@pytest.mark.parametrize(
    "text",
    [
        "当事人陈述申辩", "经营者明知是假烟", "当事人周边商户", "老板高价出售", "被举报人：张三便利店",
        "当事人应当停止销售",
        "举报人方便时可来领取", "经营者何时进货不明", "当事人连夜转移货物", "老板全部承认", "当事人包装假烟",
        "负责人安排人员看守",
        "当事人付款后离开", "嫌疑人陆续到案", "举报人反映的情况属实", "经营者严重违法", "当事人曾经被处罚",
        "业主管理混乱",
        "抓获犯罪嫌疑人三名", "控制现场后逮捕条件不足",
    ],
)  # fmt: skip
def test_stock_phrases_of_enforcement_stay(text: str) -> None:
    assert mask_text(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("举报人 张三反映", "举报人 张某反映"),
        ("抓获张大伟、李志强、王五等三名犯罪嫌疑人", "抓获张某、李某、王某等三名犯罪嫌疑人"),
        ("固话 0769 87654321", "固话 ＊＊＊"),
        ("座机076987654321", "座机＊＊＊"),
        ("电话：8765 4321", "电话：＊＊＊"),
        ("440106 19900307 1234", "＊＊＊"),
        ("护照号E12345678", "护照号＊＊＊"),
        ("银行卡6222020200112233446", "银行卡＊＊＊"),
    ],
)
def test_what_stands_otherwise_is_found_too(text: str, masked: str) -> None:
    assert mask_text(text) == masked


def test_names_of_files_are_printed_masked(town_return: TownReturn) -> None:
    named = replace(town_return.sources[0], file_name="zhujian-13800138000.xlsx")
    issue = replace(town_return, sources=(named,))
    assert [one.file_name for one in mask_return(issue).sources] == ["zhujian-＊＊＊.xlsx"]
    assert [one["file_name"] for one in list_inputs(issue)] == ["zhujian-＊＊＊.xlsx"]
