"""Makes the packaged Word template of the briefing, by GB/T 9704-2012: ``python briefing_template.py`` writes it.

The template is plain XML written here, for python-docx's own brings two hundred styles that no office wants to see.
Lengths are in twentieths of a point (567 are a centimetre), sizes of type in half points, as Word has them.
"""

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from townreturn import publishing
from townreturn.domain.briefing_styles import Style, TableStyle
from townreturn.wording import say

PACKAGED = Path(publishing.__file__).parent / "briefing-template.docx"
LINE, CLOSER = 579, -5
"""225 mm are 12756, or 22 lines of 579. 156 mm are 8844, or 28 characters of 315: 3号 less 5.

Not a grid of characters (linesAndChars), which LibreOffice keeps by giving two places to each that is wider than one.
"""
GRID = f'<w:docGrid w:type="lines" w:linePitch="{LINE}"/>'
TITLE_FONT, SONG, HEI, KAI, FANG_SONG, LATIN = "方正小标宋简体", "宋体", "黑体", "楷体", "仿宋", "Times New Roman"
FONTS = (
    (TITLE_FONT, "FZXiaoBiaoSong-B05S,宋体,SimSun", "auto"),
    (SONG, "SimSun", "auto"),
    (HEI, "SimHei", "modern"),
    (KAI, "KaiTi,楷体_GB2312,KaiTi_GB2312", "modern"),
    (FANG_SONG, "FangSong,仿宋_GB2312,FangSong_GB2312", "modern"),
    (LATIN, "", "roman"),
)
INDENT = '<w:ind w:firstLineChars="200" w:firstLine="640"/>'
BODY_SIZE = 32
OFF_GRID = '<w:snapToGrid w:val="0"/>'
SINGLE = '<w:spacing w:before="{before}" w:after="{after}" w:line="240" w:lineRule="auto"/>'
WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
ROOT = f'xmlns:w="{WORD}" xmlns:r="{OFFICE}/relationships"'


# Style: font, size, what comes of the paragraph in the order of the schema.
PARAGRAPHS = {
    Style.TITLE: (TITLE_FONT, 44, '<w:keepNext/><w:keepLines/><w:jc w:val="center"/>'),
    Style.BYLINE: (
        KAI,
        32,
        f'<w:spacing w:before="{LINE}" w:after="{LINE}" w:line="{LINE}" w:lineRule="exact"/><w:jc w:val="center"/>',
    ),
    Style.PART: (HEI, 32, f'<w:keepNext/><w:keepLines/>{INDENT}<w:outlineLvl w:val="0"/>'),
    Style.CATEGORY: (KAI, 32, f'<w:keepNext/><w:keepLines/>{INDENT}<w:outlineLvl w:val="1"/>'),
    Style.ITEM: (FANG_SONG, 32, f'<w:keepNext/><w:keepLines/>{INDENT}<w:outlineLvl w:val="2"/>'),
    Style.BODY: (FANG_SONG, 32, INDENT),
    Style.TABLE_TITLE: (
        HEI,
        24,
        f'<w:keepNext/><w:keepLines/>{OFF_GRID}{SINGLE.format(before=120, after=80)}<w:jc w:val="center"/>',
    ),
    Style.TABLE_TEXT: (SONG, 18, f'{OFF_GRID}{SINGLE.format(before=0, after=0)}<w:jc w:val="left"/>'),
    Style.TABLE_SMALL: (SONG, 15, f'{OFF_GRID}{SINGLE.format(before=0, after=0)}<w:jc w:val="left"/>'),
    Style.ANNEX: (
        HEI,
        32,
        f'<w:keepNext/><w:keepLines/><w:spacing w:before="200" w:line="{LINE}" w:lineRule="exact"/>'
        '<w:jc w:val="left"/><w:outlineLvl w:val="0"/>',
    ),
    Style.ANNEX_NOTE: (FANG_SONG, 18, f"<w:keepLines/>{OFF_GRID}{SINGLE.format(before=60, after=0)}"),
    Style.PICTURE: (
        HEI,
        24,
        f'<w:keepNext/><w:keepLines/>{OFF_GRID}{SINGLE.format(before=0, after=0)}<w:jc w:val="center"/>',
    ),
    Style.PICTURE_CAPTION: (
        HEI,
        24,
        f'<w:keepLines/>{OFF_GRID}{SINGLE.format(before=0, after=200)}<w:jc w:val="center"/>',
    ),
    Style.COLOPHON: (
        FANG_SONG,
        28,
        f'<w:tabs><w:tab w:val="right" w:pos="8844"/></w:tabs>{OFF_GRID}'
        '<w:spacing w:line="560" w:lineRule="exact"/>'
        '<w:ind w:leftChars="400" w:left="1120" w:hangingChars="400" w:hanging="1120"/><w:jc w:val="left"/>',
    ),
}
BOLD = {Style.ITEM}
RULES = {
    TableStyle.RULED: (28, dict.fromkeys(("top", "left", "bottom", "right", "insideH", "insideV"), 4)),
    TableStyle.COLOPHON: (0, {"top": 8, "bottom": 8, "insideH": 6}),  # 0.35 mm outside, 0.25 mm between
}


def make_template() -> bytes:
    """The package: entries in a fixed order with a fixed time, not compressed, so that every machine makes the same."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as package:
        for name, text in parts():
            package.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), text.encode())
    return buffer.getvalue()


def parts() -> Iterable[tuple[str, str]]:
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    yield "[Content_Types].xml", head + content_types()
    yield "_rels/.rels", head + relationships({"rId1": ("officeDocument", "word/document.xml")}, core=True)
    yield "docProps/core.xml", head + core_properties()
    related = {
        "rId1": ("styles", "styles.xml"), "rId2": ("settings", "settings.xml"), "rId3": ("fontTable", "fontTable.xml"),
        **{f"rId{4 + number}": ("footer", f"{name}.xml") for number, name in enumerate(FOOTERS)},
    }  # fmt: skip
    yield "word/_rels/document.xml.rels", head + relationships(related)
    yield "word/document.xml", head + specimen()
    yield "word/styles.xml", head + styles()
    yield "word/settings.xml", head + SETTINGS
    yield "word/fontTable.xml", head + font_table()
    for name, text in FOOTERS.items():
        yield f"word/{name}.xml", head + text


def content_types() -> str:
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    names = {"document": "document.main", "styles": "styles", "settings": "settings", "fontTable": "fontTable"}
    names |= dict.fromkeys(FOOTERS, "footer")
    overrides = "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{word}.{kind}+xml"/>' for part, kind in names.items()
    )
    package = "application/vnd.openxmlformats-package"
    return (
        f'<Types xmlns="{PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="{package}.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}'
        f'<Override PartName="/docProps/core.xml" ContentType="{package}.core-properties+xml"/></Types>'
    )


def relationships(targets: dict[str, tuple[str, str]], *, core: bool = False) -> str:
    told = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/relationships/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    kind = f"{PACKAGE}/relationships/metadata/core-properties"
    told += f'<Relationship Id="rId99" Type="{kind}" Target="docProps/core.xml"/>' if core else ""
    return f'<Relationships xmlns="{PACKAGE}/relationships">{told}</Relationships>'


def core_properties() -> str:
    return (
        f'<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>打假形势分析会材料模板</dc:title></cp:coreProperties>'
    )


def fonts(east_asian: str, latin: str = LATIN) -> str:
    return (
        f'<w:rFonts w:hint="eastAsia" w:ascii={quoteattr(latin)} w:hAnsi={quoteattr(latin)} '
        f"w:eastAsia={quoteattr(east_asian)} w:cs={quoteattr(LATIN)}/>"
    )


def styles() -> str:
    """“” and — are set in the Chinese font by the hint; “Times New Roman” is for figures and letters."""
    defaults = (
        f'<w:docDefaults><w:rPrDefault><w:rPr>{fonts(FANG_SONG)}<w:kern w:val="2"/><w:sz w:val="32"/>'
        '<w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        "<w:pPrDefault/></w:docDefaults>"
    )
    layout = f'<w:pPr><w:widowControl/><w:spacing w:line="{LINE}" w:lineRule="exact"/><w:jc w:val="both"/></w:pPr>'
    # The grid of characters is reckoned from the size that this style names itself.
    normal = style("paragraph", "Normal", "Normal", f'{layout}<w:rPr><w:sz w:val="32"/></w:rPr>', default=True)
    character = style("character", "DefaultFont", "Default Paragraph Font", "", default=True)
    table = style(
        "table", "TableNormal", "Normal Table",
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:left w:w="108" w:type="dxa"/>'
        '<w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr>', default=True,
    )  # fmt: skip
    footer = style(
        "paragraph", "Footer", "footer",
        f'<w:pPr>{OFF_GRID}<w:spacing w:line="280" w:lineRule="exact"/></w:pPr>'
        f"<w:rPr>{fonts(SONG, SONG)}<w:sz w:val=\"28\"/></w:rPr>",
    )  # fmt: skip
    own = [*map(paragraph_style, Style), *map(table_style, TableStyle)]
    return f"<w:styles {ROOT}>{defaults}{normal}{character}{table}{footer}{''.join(own)}</w:styles>"


def style(kind: str, identifier: str, name: str, properties: str, *, default: bool = False) -> str:
    marks = ' w:default="1"' if default else ""
    custom = "" if default or name == "footer" else ' w:customStyle="1"'
    based = "" if default else '<w:basedOn w:val="{}"/>'.format("TableNormal" if kind == "table" else "Normal")
    shown = '<w:uiPriority w:val="1"/><w:qFormat/>' if custom else ""
    return (
        f'<w:style w:type="{kind}"{marks}{custom} w:styleId="{identifier}"><w:name w:val={quoteattr(name)}/>'
        f"{based}{shown}{properties}</w:style>"
    )


def paragraph_style(one: Style) -> str:
    font, size, layout = PARAGRAPHS[one]
    bold = "<w:b/>" if one in BOLD else ""
    closer = f'<w:spacing w:val="{CLOSER}"/>' if size == BODY_SIZE else ""
    properties = f'<w:pPr>{layout}</w:pPr><w:rPr>{fonts(font)}{bold}{closer}<w:sz w:val="{size}"/></w:rPr>'
    return style("paragraph", identifier_of(one), say(f"STYLE_{one.name}"), properties)


def identifier_of(one: Style | TableStyle) -> str:
    return type(one).__name__ + one.value.title().replace("_", "")


def table_style(one: TableStyle) -> str:
    margin, widths = RULES[one]
    borders = "".join(
        f'<w:{side} w:val="single" w:sz="{width}" w:space="0" w:color="000000"/>' for side, width in widths.items()
    )
    margins = {"top": margin // 2, "left": margin, "bottom": margin // 2, "right": margin}
    sides = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in margins.items())
    properties = f"<w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>{sides}</w:tblCellMar></w:tblPr>"
    return style("table", identifier_of(one), say(f"TABLE_STYLE_{one.name}"), properties)


def font_table() -> str:
    told = "".join(
        f"<w:font w:name={quoteattr(name)}>" + (f"<w:altName w:val={quoteattr(others)}/>" if others else "")
        + f'<w:charset w:val="{"86" if others else "00"}"/><w:family w:val="{family}"/></w:font>'
        for name, others, family in FONTS
    )  # fmt: skip
    return f"<w:fonts {ROOT}>{told}</w:fonts>"


SETTINGS = (
    f'<w:settings {ROOT}><w:defaultTabStop w:val="420"/><w:evenAndOddHeaders/>'
    '<w:characterSpacingControl w:val="compressPunctuation"/>'
    "<w:compat><w:spaceForUL/><w:balanceSingleByteDoubleByteWidth/><w:doNotLeaveBackslashAlone/><w:ulTrailSpace/>"
    "<w:doNotExpandShiftReturn/><w:useFELayout/>"
    '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    '</w:compat><w:themeFontLang w:val="en-US" w:eastAsia="zh-CN"/></w:settings>'
)


def page_number(side: str) -> str:
    """「— 1 —」, one character from the outer edge: odd pages right, even pages left."""
    run = '<w:r><w:t xml:space="preserve">{}</w:t></w:r>'
    field = f'<w:fldSimple w:instr=" PAGE ">{run.format("1")}</w:fldSimple>'
    layout = f'<w:pStyle w:val="Footer"/><w:ind w:{side}Chars="100" w:{side}="280"/><w:jc w:val="{side}"/>'
    return f"<w:p><w:pPr>{layout}</w:pPr>{run.format('— ')}{field}{run.format(' —')}</w:p>"


def turned(side: str) -> str:
    """The same number at the same place of the sheet: on a page turned to the left that is its left margin.

    7 mm beyond the type area, which begins 35 mm from the edge; as long as the type area is high, 156 mm. A table
    and no text box: every office program puts it there.
    """
    place = '<w:tblpPr w:vertAnchor="page" w:horzAnchor="page" w:tblpX="1276" w:tblpY="1588"/>'
    margins = "".join(f'<w:{edge} w:w="0" w:type="dxa"/>' for edge in ("left", "right"))
    layout = (
        f'{place}<w:tblW w:w="312" w:type="dxa"/><w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
    )
    cell = f'<w:tcPr><w:tcW w:w="312" w:type="dxa"/><w:textDirection w:val="tbRl"/></w:tcPr>{page_number(side)}'
    row = f'<w:tr><w:trPr><w:trHeight w:val="8844" w:hRule="exact"/></w:trPr><w:tc>{cell}</w:tc></w:tr>'
    grid = '<w:tblGrid><w:gridCol w:w="312"/></w:tblGrid>'
    return f'<w:tbl><w:tblPr>{layout}</w:tblPr>{grid}{row}</w:tbl><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr></w:p>'


FOOTERS = {
    f"footer{number}": f"<w:ftr {ROOT}>{content}</w:ftr>"
    for number, content in enumerate(
        (page_number("right"), page_number("left"), turned("right"), turned("left")), start=1
    )
}
UPRIGHT = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
    '<w:type w:val="nextPage"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1304" w:gutter="0"/>'
    f"{GRID}</w:sectPr>"
)
ACROSS = (
    '<w:sectPr><w:footerReference w:type="default" r:id="rId6"/><w:footerReference w:type="even" r:id="rId7"/>'
    '<w:type w:val="nextPage"/><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>'
    '<w:pgMar w:top="1588" w:right="2098" w:bottom="1474" w:left="1984" w:header="851" w:footer="851" w:gutter="0"/>'
    f"{GRID}</w:sectPr>"
)


def specimen() -> str:
    """Every style under its own name, for whoever opens the template; a briefing takes only styles and pages."""
    told = [paragraph(say(f"STYLE_{one.name}"), one) for one in Style]
    upright = f'<w:p><w:pPr><w:pStyle w:val="{identifier_of(Style.BODY)}"/>{UPRIGHT}</w:pPr></w:p>'
    tables = "".join(map(table, TableStyle))
    across = paragraph("横排的附表用这一节的页面。", Style.BODY)
    return f"<w:document {ROOT}><w:body>{''.join(told)}{tables}{upright}{across}{ACROSS}</w:body></w:document>"


def paragraph(text: str, one: Style) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{identifier_of(one)}"/></w:pPr><w:r><w:t>{escape(text)}</w:t></w:r></w:p>'


def table(one: TableStyle) -> str:
    name = say(f"TABLE_STYLE_{one.name}")
    text = paragraph(name, Style.COLOPHON if one is TableStyle.COLOPHON else Style.TABLE_TEXT)
    row = f'<w:tr><w:tc><w:tcPr><w:tcW w:w="8844" w:type="dxa"/></w:tcPr>{text}</w:tc></w:tr>'
    layout = f'<w:tblPr><w:tblStyle w:val="{identifier_of(one)}"/><w:tblW w:w="8844" w:type="dxa"/></w:tblPr>'
    gap = paragraph("", Style.ANNEX_NOTE)
    return f'<w:tbl>{layout}<w:tblGrid><w:gridCol w:w="8844"/></w:tblGrid>{row * 2}</w:tbl>{gap}'


if __name__ == "__main__":
    PACKAGED.write_bytes(make_template())
