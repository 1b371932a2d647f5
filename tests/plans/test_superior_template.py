"""The superior's template of a plan: a mapping that fits is loaded, and each that does not says which cell and why."""

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from spreadsheet_files import MAIN, RELATIONS, STRICT, compound
from superior_plans import MAPPING, MAPPING_NAME, TEMPLATE, superior_plan, write_superior_plan
from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.kept_file import FileKind
from townreturn.domain.superior import AMOUNTS, CHANGES, FigureCell, Percent, TextCell, WhereNoNumber
from townreturn.domain.town_return import ReturnCell
from townreturn.plans import load_kept_plan, load_plan

LINES = {text: number for number, text in enumerate(MAPPING.splitlines(), start=1)}


def sentence(folder: Path, *changes: tuple[str, str], template: bytes = TEMPLATE) -> str:
    """What is said of the changed mapping, without the file's folder."""
    with pytest.raises(ConfigurationFault) as fault:
        superior_plan(folder, *changes, template=template)
    return str(fault.value).removeprefix(f"{folder}/")


def line_of(text: str) -> int:
    return next(number for line, number in LINES.items() if text in line)


def test_a_mapping_becomes_cells(tmp_path: Path) -> None:
    superior = superior_plan(tmp_path).superior_template
    assert superior is not None
    figures = set(superior.figures)
    # D9 and S... by the template: row 9 立案数, tobacco's 本月 in D; 合计 are formulas and not filled
    assert FigureCell("汇总表", 8, 3, "tobacco", "cases_filed", "current") in figures
    assert FigureCell("汇总表", 11, 16, "ecommerce", "goods_value", "ytd") in figures
    assert FigureCell("同比情况", 4, 3, "food_drug", "goods_value", "month_on_month") in figures
    assert FigureCell("同比情况", 13, 4, "total", "persons_detained", "current") in figures, "by its name"
    # 6 rows × 14 columns less 2 skipped, 7 × 3, and two single ones
    assert len(superior.figures) == len(figures) == 6 * 14 - 2 + 21 + 2
    assert TextCell("汇总表", 14, 3, "{issued_on}") in superior.texts
    assert (superior.missing, superior.incomparable, superior.percent) == (
        WhereNoNumber.WORD, WhereNoNumber.BLANK, Percent.FRACTION,
    )  # fmt: skip


def test_measures_are_those_of_a_return_cell() -> None:
    fields = [name for name in ReturnCell.__dataclass_fields__ if name not in ("category", "indicator")]
    assert sorted(fields) == sorted((*AMOUNTS, *CHANGES))


def test_the_files_are_those_of_the_plan(tmp_path: Path) -> None:
    plan = superior_plan(tmp_path)
    kept = {one.kind: one for one in plan.files}
    assert kept[FileKind.MAPPING].content == MAPPING.encode()
    assert kept[FileKind.TEMPLATE].content == TEMPLATE
    again = load_kept_plan(kept[FileKind.PLAN], kept[FileKind.FORM], plan.files)
    assert again.superior_template == plan.superior_template
    assert load_plan("qingxi-2018").superior_template is None
    assert {one.kind for one in load_plan("qingxi-2018").files} == {FileKind.PLAN, FileKind.FORM}


@pytest.mark.parametrize("gone", [FileKind.MAPPING, FileKind.TEMPLATE])
def test_a_kept_plan_without_its_file_says_so(tmp_path: Path, gone: FileKind) -> None:
    files = {one.kind: one for one in superior_plan(tmp_path).files}
    name = files[gone].name
    with pytest.raises(ConfigurationFault, match=f"^{re.escape(name)}：没有这个文件$"):
        load_kept_plan(files[FileKind.PLAN], files[FileKind.FORM], [one for one in files.values() if one.kind != gone])


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        # keys and codes
        ("missing: word", "mising: word", "键 mising", "不认识的键 mising"),
        ("missing: word", "missing: zero", "键 missing", "的值不对"),
        ("percent: fraction", "percent: promille", "键 percent", "的值不对"),
        ("      tobacco: {", "      tabacco: {", "键 grids.0.columns.tabacco", "指向不存在的“tabacco”"),
        ("{cases_closed: 8,", "{cases_shut: 8,", "键 grids.0.rows.cases_shut", "指向不存在的“cases_shut”"),
        ("{cases_closed: 8,", "{black_dens_banned: 8,", "键 grids.0.rows.black_dens_banned",
         "类别 tobacco 没有指标 black_dens_banned"),
        ("{month_on_month: D}", "{mom: D}", "键 grids.1.columns.goods_value.mom", "指向不存在的“mom”"),
        ("{tobacco: 4,", "{toys: 4,", "键 grids.1.rows.toys", "指向不存在的“toys”"),
        ("category: total,", "category: everything,", "键 cells.1.category", "指向不存在的“everything”"),
        ("indicator: persons_detained", "indicator: persons", "键 cells.1.indicator", "指向不存在的“persons”"),
        ("indicator: persons_detained", "indicator: fake_cigarettes", "键 cells.1.indicator",
         "类别 total 没有指标 fake_cigarettes"),
        ("measure: previous", "measure: before", "键 cells.0.measure", "指向不存在的“before”"),
        # where it goes
        ("{cell: 汇总表!A2,", "{cell: 汇总!A2,", "键 texts.0.cell", "没有工作表“汇总”，有：汇总表、同比情况、填表说明"),
        ("sheet: 同比情况", "sheet: 同比", "键 grids.1.rows.tobacco", "模板中没有工作表“同比”"),
        ("{cell: 刑拘人数,", "{cell: 逮捕人数,", "键 cells.1.cell", "“逮捕人数”既不是“工作表!单元格”，也不是模板中"),
        ("{cell: 同比情况!B13,", "{cell: 同比情况!13B,", "键 cells.0.cell", "工作表“同比情况”的“13B”不是一个单元格"),
        ("{cell: 同比情况!B13,", "{cell: '同比情况!B12:B13',", "键 cells.0.cell", "的“B12:B13”不是一个单元格"),
        ("{cell: 汇总表!A2,", "{cell: 汇总表!B2,", "键 texts.0.cell", "汇总表!B2 在合并单元格里面，应填左上角的 A2"),
        ("{cases_closed: 8,", "{cases_closed: 11,", "键 grids.0.rows.cases_closed", "汇总表!D11 是公式，由模板自己"),
        ("{current: D, ytd: E}", "{current: D, ytd: R}", "键 grids.0.rows.cases_closed", "汇总表!R8 是公式"),
        ("{current: F, ytd: G}", "{current: F, ytd: E}", "键 grids.0.rows.cases_closed", "“汇总表!E8”重复"),
        ("{cell: 汇总表!A2,", "{cell: ' 汇总表 !A3',", "键 texts.2.cell", "“汇总表!A3”重复"),
        ("{current: D, ytd: E}", "{current: '4', ytd: E}", "键 grids.0.rows.cases_closed", "的“48”不是一个单元格"),
        ("cases_closed: 8,", "cases_closed: 0,", "键 grids.0.rows.cases_closed", "的“D0”不是一个单元格"),
        ("skip: [P14:Q14]", "skip: [十四行]", "键 grids.0.skip.0", "“十四行”不是单元格区域"),
        # what is required
        (", cases_filed: 9,", ", ", "键 required.0",
         "工作表“汇总表”有 14 个该填的单元格没有对照：D9、E9、F9、G9、H9、I9、J9、K9、L9、M9。请补上，或写进 skip"),
        ("required: [汇总表!D8:S14,", "required: [汇总表!D8:T14,", "键 required.0", "有 7 个该填的单元格没有对照：T8"),
        ("required: [汇总表!D8:S14,", "required: [D8:S14,", "键 required.0", "“D8:S14”不是单元格区域"),
        ("required: [汇总表!D8:S14,", "required: [汇总表!A1:XFD1048576,", "键 required.0", "不是单元格区域"),
        ("required: [汇总表!D8:S14,", "required: [没有!D8:S14,", "键 required.0", "模板中没有工作表“没有”"),
        # texts and names
        ("{unit}", "{units}", "键 texts.0.text", "花括号里的“units”不认识，可以写的有：{town}、{unit}、{period}、"),
        ("{unit}", "{unit.__class__}", "键 texts.0.text", "花括号里的“unit.__class__”不认识"),
        ("{unit}", "{unit!r}", "键 texts.0.text", "花括号里的“unit”不认识"),
        ("{unit}", "{unit:>9}", "键 texts.0.text", "花括号里的“unit”不认识"),
        ("{unit}", "{unit", "键 texts.0.text", "花括号不成对"),
        ("（市表）_{period}.xlsx", "（市表）.xlsx", "键 file_name", "应是含有 {period}、以 .xlsx 结尾"),
        ("（市表）_{period}.xlsx", "_{period}.xls", "键 file_name", "应是含有 {period}、以 .xlsx 结尾"),
        ("（市表）_{period}.xlsx", "/../{period}.xlsx", "键 file_name", "不带文件夹"),
        ("（市表）_{period}.xlsx", "{unit}{period}.xlsx", "键 file_name", "“unit”不认识，可以写的有：{town}、"),
        ("打假工作月报表（市表）_{period}.xlsx", "打假统计月报_{period}.xlsx", "键 file_name",
         "“清溪镇打假统计月报_2018年1月.xlsx”是本系统月报自己的文件名"),
        ("打假工作月报表（市表）_{period}.xlsx", "打假统计月报_{period}_上报.xlsx", "键 file_name",
         "“清溪镇打假统计月报_2018年1月_上报.xlsx”是本系统月报自己的文件名"),
        # the template
        ("template: city-2018.xlsx", "template: sub/city-2018.xlsx", "键 template", "只写文件名，不带文件夹"),
        ("text: 表式版本：2018-1}", "text: 表式版本：2018-2}", "键 version.text",
         "模板“汇总表!K3”应写着“表式版本：2018-2”，现在是“表式版本：2018-1”。上级可能换了表式"),
        ("version: {cell: 汇总表!K3, text: 表式版本：2018-1}\n", "", "键 version", "缺少键 version"),
        ("version:", f"sha256: {'a' * 64}\nversion:", "键 sha256", "已不是对照表所写的那一份，现在的 SHA-256 是 "),
    ],
)  # fmt: skip
def test_each_fault_has_its_sentence(tmp_path: Path, old: str, new: str, place: str, told: str) -> None:
    found = sentence(tmp_path, (old, new))
    assert re.match(rf"{MAPPING_NAME} 第\d+行：.*{re.escape(place)}\b", found), found
    assert told in found, found


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      tobacco: {", "      tabacco: {"),
        ("measure: previous", "measure: before"),
        ("missing: word", "missing: 0"),
    ],
)
def test_the_line_is_that_of_the_key(tmp_path: Path, old: str, new: str) -> None:
    assert sentence(tmp_path, (old, new)).startswith(f"{MAPPING_NAME} 第{line_of(old)}行：")


def test_a_missing_template_or_mapping_is_named(tmp_path: Path) -> None:
    path = write_superior_plan(tmp_path)
    (tmp_path / "city-2018.xlsx").unlink()
    with pytest.raises(ConfigurationFault, match=r"/city-2018\.xlsx：没有这个文件"):
        load_plan(str(path))
    (tmp_path / MAPPING_NAME).unlink()
    with pytest.raises(ConfigurationFault, match=r"/city-2018\.mapping\.yaml：没有这个文件"):
        load_plan(str(path))


@pytest.mark.parametrize("name", ["../city-2018.mapping.yaml", "''", "[city-2018.mapping.yaml]", ""])
def test_a_plan_names_a_file_beside_it(tmp_path: Path, name: str) -> None:
    path = write_superior_plan(tmp_path)
    text = path.read_text(encoding="utf-8").replace(f"superior_template: {MAPPING_NAME}", f"superior_template: {name}")
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationFault, match=r"plan\.yaml 第\d+行：键 superior_template .*只写文件名"):
        load_plan(str(path))


def edited(**edits: Callable[[bytes], bytes]) -> bytes:
    """The template with parts changed, named by the end of their path before the dot."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(TEMPLATE)) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            edit = edits.get(name.rpartition("/")[2].split(".")[0].strip("[]"), lambda part: part)
            made.writestr(name, edit(source.read(name)))
    return target.getvalue()


def with_macros() -> bytes:
    relation = f'<Relationship Id="rIdV" Type="{RELATIONS}/vbaProject" Target="vbaProject.bin"/></Relationships>'
    content = edited(workbook=lambda part: part.replace(b"</Relationships>", relation.encode()))
    target = io.BytesIO(content)
    with zipfile.ZipFile(target, "a") as package:
        package.writestr("xl/vbaProject.bin", b"vba")
    return target.getvalue()


def strict() -> bytes:
    def rewrite(part: bytes) -> bytes:
        for transitional, namespace in STRICT.items():
            part = part.replace(transitional.encode(), namespace.encode())
        return part

    return edited(workbook=rewrite, sheet1=rewrite, sheet2=rewrite, sheet3=rewrite, styles=rewrite)


def linked() -> bytes:
    kind, target = f"{RELATIONS}/externalLinkPath", "file:///c:/secret.xlsx"
    relation = f'<Relationship Id="rIdX" Type="{kind}" Target="{target}" TargetMode="External"/></Relationships>'
    return edited(workbook=lambda part: part.replace(b"</Relationships>", relation.encode()))


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (with_macros, "模板“city-2018.xlsx”带有宏，不能填写，也不宜由本系统转发。请另存为“Excel 工作簿（.xlsx）”"),
        (strict, "模板“city-2018.xlsx”不能原样填写：可能是“严格 Open XML”格式"),
        (linked, "或含有数据透视表、外部链接"),
        (
            lambda: compound({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}),
            "模板“city-2018.xlsx”设了打开密码，不能填写",
        ),
        (lambda: TEMPLATE[:-100], "模板“city-2018.xlsx”不是完好的 Excel 工作簿（.xlsx）"),
        (lambda: b"", "不是完好的 Excel 工作簿"),
        (lambda: "指标,数\n立案,1\n".encode(), "不是完好的 Excel 工作簿"),
        (lambda: edited(sheet1=lambda part: b"<!DOCTYPE x>" + part), "city-2018.xlsx"),
        (lambda: edited(sheet1=lambda part: part.replace(MAIN.encode(), b"urn:x")), "city-2018.xlsx"),
    ],
)
def test_odd_templates_have_a_clear_sentence(tmp_path: Path, make: Callable[[], bytes], told: str) -> None:
    found = sentence(tmp_path, template=make())
    assert found.startswith(f"{MAPPING_NAME} 第2行：键 template 的值不对（")
    assert told in found


def test_the_hash_alone_is_enough(tmp_path: Path) -> None:
    found = sentence(tmp_path, ("version:", f"sha256: {'a' * 64}\nversion:"))
    sha256 = re.search(r"SHA-256 是 ([0-9a-f]{64})", found)
    assert sha256 is not None
    version = "version: {cell: 汇总表!K3, text: 表式版本：2018-1}"
    assert superior_plan(tmp_path, (version, f"sha256: {sha256[1].upper()}")).superior_template is not None
