"""A Word template that a plan names: what is wrong with it is said at load, by file, key and line."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document

from townreturn.domain.errors import ConfigurationFault
from townreturn.domain.kept_file import FileKind
from townreturn.plans import load_kept_plan, load_plan
from townreturn.publishing.official_document import PACKAGED
from townreturn.wording import say
from written_plans import plan_of, write_plan

FORM = "form: edition-2018\n"


def naming(value: str) -> tuple[str, str]:
    return FORM, f"{FORM}briefing_template: {value}\n"


def copy_with(folder: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    """The packaged template as own.docx, its parts changed or left out."""
    with zipfile.ZipFile(PACKAGED) as source, zipfile.ZipFile(folder / "own.docx", "w") as target:
        for name in source.namelist():
            content = change(name, source.read(name))
            if content is not None:
                target.writestr(name, content)


def test_the_file_is_kept_with_the_plan(tmp_path: Path) -> None:
    (tmp_path / "own.docx").write_bytes(PACKAGED.read_bytes())
    plan = plan_of(tmp_path, naming("own.docx"))
    assert plan.word_template is not None
    assert plan.word_template.kind is FileKind.WORD_TEMPLATE
    assert (plan.word_template.name, plan.word_template.content) == ("own.docx", PACKAGED.read_bytes())
    assert load_plan("qingxi-2018").word_template is None


def test_a_kept_plan_needs_its_kept_template(tmp_path: Path) -> None:
    (tmp_path / "own.docx").write_bytes(PACKAGED.read_bytes())
    plan = plan_of(tmp_path, naming("own.docx"))
    assert plan.file is not None
    assert plan.form.file is not None
    again = load_kept_plan(plan.file, plan.form.file, plan.files)
    assert again.word_template == plan.word_template
    with pytest.raises(ConfigurationFault, match=r"own.docx：没有这个文件"):
        load_kept_plan(plan.file, plan.form.file)


@pytest.mark.parametrize("name", ["../own.docx", "a/b.docx", '""', "[own.docx]"])
def test_a_folder_is_no_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigurationFault, match="键 briefing_template 的值不对（只写文件名，不带文件夹"):
        plan_of(tmp_path, naming(name))


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationFault, match=r"own.docx：没有这个文件"):
        plan_of(tmp_path, naming("own.docx"))


def test_no_word_document(tmp_path: Path) -> None:
    (tmp_path / "own.docx").write_bytes(b"\xd0\xcf\x11\xe0 an old .doc")
    path = write_plan(tmp_path, naming("own.docx"))
    line = path.read_text("utf-8").splitlines().index("briefing_template: own.docx") + 1
    with pytest.raises(ConfigurationFault, match=rf"plan.yaml 第{line}行：.*“own.docx”不是 Word 文档") as fault:
        load_plan(str(path))
    assert ".docm" in str(fault.value)


def test_macros(tmp_path: Path) -> None:
    def change(name: str, content: bytes) -> bytes:
        if name == "[Content_Types].xml":
            part = b'<Override PartName="/word/vbaProject.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
            return content.replace(b"</Types>", part + b"</Types>")
        if name == "word/_rels/document.xml.rels":
            kind = b"http://schemas.microsoft.com/office/2006/relationships/vbaProject"
            related = b'<Relationship Id="rId77" Type="' + kind + b'" Target="vbaProject.bin"/>'
            return content.replace(b"</Relationships>", related + b"</Relationships>")
        return content

    copy_with(tmp_path, change)
    with zipfile.ZipFile(tmp_path / "own.docx", "a") as package:
        package.writestr("word/vbaProject.bin", b"Sub AutoOpen()")
    with pytest.raises(ConfigurationFault, match=r"“own.docx”带有宏"):
        plan_of(tmp_path, naming("own.docx"))


def test_a_macro_document_by_its_type(tmp_path: Path) -> None:
    enabled = b"application/vnd.ms-word.document.macroEnabled.main+xml"
    usual = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    copy_with(tmp_path, lambda _, content: content.replace(usual, enabled))
    with pytest.raises(ConfigurationFault, match=r"“own.docx”不是 Word 文档"):
        plan_of(tmp_path, naming("own.docx"))


def test_missing_styles_are_named(tmp_path: Path) -> None:
    document = Document(str(PACKAGED))
    for name in ("STYLE_ANNEX", "TABLE_STYLE_RULED"):
        document.styles[say(name)].delete()
    document.save(str(tmp_path / "own.docx"))
    with pytest.raises(ConfigurationFault, match=re.escape("“own.docx”缺少样式：附表标题、公文表格；可先用")):
        plan_of(tmp_path, naming("own.docx"))


def test_a_template_needs_pages_of_both_orientations(tmp_path: Path) -> None:
    copy_with(tmp_path, lambda _, content: content.replace(b'w:w="16838" w:h="11906"', b'w:w="11906" w:h="16838"'))
    with pytest.raises(ConfigurationFault, match="要有竖排和横排各一节"):
        plan_of(tmp_path, naming("own.docx"))
