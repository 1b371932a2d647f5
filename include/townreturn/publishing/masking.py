"""Personal data in texts of units (脱敏): numbers of people, their accounts and cars, names of informants and suspects.

Modelled on how courts publish judgments, 《最高人民法院关于人民法院在互联网公布裁判文书的规定》（法释〔2016〕19号）:
numbers and ways to reach a person are left out altogether, of a name the surname stays and 某 stands for the rest
(第九条). Courts keep the names of most parties; that suspects are masked, too, is our choice, for a case told to a
meeting is seldom decided. Keeping first and last digits, as shops do, would tell everybody in a town who it is.

Every pattern is bounded, so that time grows with the length of the text only.
What no rule can know stays: a name without its role before it, a home address, a nickname.
"""

import re
from collections.abc import Callable, Iterator

from townreturn.publishing.person_names import mask_names

MASKED = "＊＊＊"
"""In place of a number, whatever its length."""

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width forms read as their narrow ones, place by place."""
_BEFORE, _AFTER = r"(?<![0-9A-Za-z.])", r"(?![0-9A-Za-z]|\.[0-9])"

_IDENTITY = re.compile(
    rf"{_BEFORE}[1-8][0-9]{{5}}(?:(?:18|19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{{3}}[0-9Xx]"
    rf"|[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{{3}}"
    rf"|[ -](?:18|19|20)[0-9]{{2}}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[ -][0-9]{{3}}[0-9Xx]){_AFTER}"
)
"""居民身份证 by GB 11643: region, date of birth, serial number; the old one has 15 digits. The check digit is not
asked for: a number with a slip in it tells as much."""
_MOBILE = re.compile(rf"{_BEFORE}(?:\+?86[- ]?)?1[3-9][0-9][- ]?[0-9]{{4}}[- ]?[0-9]{{4}}{_AFTER}(?![万亿]?元)")
_LANDLINE = re.compile(
    rf"{_BEFORE}(?:0[0-9]{{2,3}} ?[-—]? ?|\(0[0-9]{{2,3}}\) ?)[2-9][0-9]{{6,7}}(?:-[0-9]{{1,6}})?{_AFTER}"
)
_CARD = re.compile(rf"{_BEFORE}[3-6][0-9]{{3}}(?:[ -]?[0-9]{{4}}){{3}}(?:[ -]?[0-9]{{1,3}})?{_AFTER}")
_MAIL = re.compile(
    r"(?<![0-9A-Za-z._%+-])[0-9A-Za-z._%+-]{1,64}@[0-9A-Za-z-]{1,63}(?:\.[0-9A-Za-z-]{1,63}){1,4}(?![0-9A-Za-z])"
)
_PLATE = re.compile(
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·• -]?"
    r"(?=[A-Z]{0,5}[0-9])[0-9A-Z]{4,5}[0-9A-Z挂学警港澳](?![0-9A-Za-z-])"
)
_ACCOUNT = re.compile(
    r"(?:电话(?:号码)?|联系方式|手机(?:号码?)?|微信号?|QQ号?|支付宝(?:账[号户])?|银行账[号户]|账号|"
    r"银行卡(?:号码?)?|卡号|护照(?:号码?)?|通行证(?:号码?)?|台胞证(?:号码?)?|身份证(?:号码?)?)"
    r"[:为是]{0,2} ?"
    r"(?P<number>[2-9][0-9]{3} [0-9]{4}(?! [0-9])|[A-Za-z][-0-9A-Za-z_]{5,19}|[0-9][-0-9]{5,24}[0-9Xx])(?![0-9A-Za-z])"
)
"""Whatever is called so, of whatever form; public hotlines (12315, 110) are shorter."""

_OTHERWISE_NAMED = re.compile(
    r"(?:注册号|执照|许可证|证书|编号|批号|单号|条码|条形码|文号|案号|型号|序列号|信用代码|备案|认证|[字第№]|No\.?)"
    r"[号码]?[:为是]{0,2} ?$"
)
"""A number before which stands that it is a document's or a thing's is left alone."""
_FARTHEST = 12


def mask_text(text: str) -> str:
    """The text without personal data; a text already masked stays as it is."""
    for pattern, is_meant in _RULES:
        text = "".join(_mask(text, pattern, is_meant))
    return mask_names(text)


def _mask(text: str, pattern: re.Pattern[str], is_meant: Callable[[str], bool]) -> Iterator[str]:
    """The text in pieces, what the pattern finds masked."""
    narrow, end = text.translate(_WIDE), 0
    for match in pattern.finditer(narrow):
        place = match.span("number" if "number" in pattern.groupindex else 0)
        is_document = _OTHERWISE_NAMED.search(narrow[max(0, place[0] - _FARTHEST) : place[0]]) is not None
        if is_meant(narrow[slice(*place)]) and not is_document:
            yield text[end : place[0]] + MASKED
            end = place[1]
    yield text[end:]


def _is_card(number: str) -> bool:
    """16 to 19 digits that end in the right check digit (Luhn, ISO/IEC 7812); a 3C certificate begins with its year."""
    digits = [int(one) for one in number if one.isdecimal()]
    doubled = [2 * one - 9 * (one > 4) for one in digits[-2::-2]]
    return (sum(doubled) + sum(digits[-1::-2])) % 10 == 0


def _always(_: str) -> bool:
    return True


_RULES: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (_ACCOUNT, _always),
    (_MAIL, _always),
    (_IDENTITY, _always),
    (_CARD, _is_card),
    (_MOBILE, _always),
    (_LANDLINE, _always),
    (_PLATE, _always),
)
