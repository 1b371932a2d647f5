"""The receipt as a page for mail: one table layout with inline styles, nothing fetched, nothing that runs.

Mail readers (Outlook, 网易, Foxmail) drop style sheets, so every element carries its own.
"""

from collections.abc import Iterable, Iterator
from html import escape

from townreturn.domain.findings import Verdict
from townreturn.domain.plan import Plan
from townreturn.receipts.case import ReceiptCase
from townreturn.receipts.contents import Item, Part, Receipt, compose_receipt, verdict_text
from townreturn.wording import say

_FONT = "font-family:'Microsoft YaHei','PingFang SC',SimSun,sans-serif;"
_TEXT = f"{_FONT}font-size:14px;line-height:22px;color:#222222;"
_QUIET = f"{_FONT}font-size:13px;line-height:20px;color:#666666;"
_TABLE = '<table role="presentation" cellpadding="0" cellspacing="0" border="0" width="100%"'
_CELL = "padding:6px 10px;vertical-align:top;"
_LINE = "border-top:1px solid #DDDDDD;"
_VERDICT_COLOURS = {
    Verdict.ACCEPTED: ("#E2F0D9", "#375623"),
    Verdict.EXPLAINED: ("#E2F0D9", "#375623"),
    Verdict.RETURNED: ("#FBE3E3", "#9C0006"),
    Verdict.QUARANTINED: ("#FBE3E3", "#9C0006"),
}
_WORD_COLOURS = {"mandatory": "#C00000", "verifying": "#9C5700", "info": "#2F75B5"}


def write_html(case: ReceiptCase, plan: Plan) -> str:
    """The whole page; it says what the text says."""
    receipt = compose_receipt(case, plan)
    body = "".join(_rows(receipt))
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{_safe(receipt.title)}</title></head>'
        '<body style="margin:0;padding:16px;background-color:#FFFFFF;">'
        f'{_TABLE} style="max-width:760px;border:1px solid #CCCCCC;border-collapse:collapse;">{body}</table>'
        "</body></html>\n"
    )


def _rows(receipt: Receipt) -> Iterator[str]:
    yield _row(f"{_FONT}font-size:20px;line-height:28px;color:#222222;padding:16px 20px 8px 20px;", receipt.title)
    yield _nested(f"{_TABLE}>" + "".join(_fact(*one) for one in receipt.facts) + "</table>")
    yield _verdict(receipt.verdict)
    if receipt.duplicate:
        yield _row(f"{_TEXT}padding:10px 20px;", receipt.duplicate)
    for part in receipt.parts:
        yield _nested(_part(part))
    for step in receipt.next_steps:
        yield _row(f"{_TEXT}padding:8px 20px;", step, "#F5F5F5")


def _verdict(verdict: Verdict) -> str:
    fill, colour = _VERDICT_COLOURS[verdict]
    line = say("RECEIPT_LINE", label=say("RECEIPT_VERDICT_LABEL"), value=verdict_text(verdict))
    return _row(
        f"{_FONT}font-size:16px;line-height:24px;font-weight:bold;color:{colour};padding:10px 20px;", line, fill
    )  # fmt: skip


def _fact(label: str, value: str) -> str:
    return (
        f'<tr><td width="90" style="{_QUIET}padding:2px 10px 2px 10px;vertical-align:top;">{_safe(label)}</td>'
        f'<td style="{_TEXT}padding:2px 10px;">{_safe(value)}</td></tr>'
    )


def _part(part: Part) -> str:
    heading = part.heading
    if part.verdict is not None:
        heading = say("RECEIPT_CATEGORY", category=part.heading, verdict=verdict_text(part.verdict))
    head = f'<tr><td colspan="4" style="{_TEXT}{_CELL}font-weight:bold;">{_safe(heading)}</td></tr>'
    remark = say("RECEIPT_REMARK", remark=part.remark) if part.remark else ""
    foot = f'<tr><td colspan="4" style="{_QUIET}{_CELL}{_LINE}">{_safe(remark)}</td></tr>' if remark else ""
    return f"{_TABLE}>{head}{''.join(map(_item, part.items))}{foot}</table>"


def _item(item: Item) -> str:
    colour = _WORD_COLOURS[item.finding.severity.value]
    message = "<br>".join(_safe(one) for one in (item.message, item.explanation) if one)
    cells: Iterable[tuple[int, str, str]] = (
        (24, "", str(item.number or "")),
        (70, f"white-space:nowrap;color:{colour};", _safe(item.word)),
        (100, "white-space:nowrap;", _safe(item.at)),
    )
    first = "".join(
        f'<td width="{width}" style="{_TEXT}{_CELL}{_LINE}{style}">{text}</td>' for width, style, text in cells
    )
    return f'<tr>{first}<td style="{_TEXT}{_CELL}{_LINE}">{message}</td></tr>'


def _row(style: str, text: str, fill: str = "#FFFFFF") -> str:
    return f'<tr><td bgcolor="{fill}" style="background-color:{fill};{style}">{_safe(text)}</td></tr>'


def _nested(table: str) -> str:
    return f'<tr><td style="padding:6px 10px;">{table}</td></tr>'


def _safe(text: str) -> str:
    return escape(text, quote=True)
