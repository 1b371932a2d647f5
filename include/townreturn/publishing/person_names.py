"""Names of informants and suspects in texts: the surname stays, 某 stands for the rest.

Chinese writes no spaces and no capitals, so that a name is known by the role before it and by its surname; where it
ends is told by what follows. In doubt one character more is masked rather than one less.
"""

import re

GIVEN = "某"

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙朱胡郭林罗郑梁谢宋唐韩冯邓曹彭肖萧董袁潘蒋蔡余杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范廖贾夏韦付傅"
    "邹孟熊秦邱江尹薛闫阎侯龙陶黎贺顾毛郝龚邵覃武戴莫孔汤温康施牛樊葛邢齐乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿焦俞柳甘祝宁"
    "符舒阮柯纪梅童凌毕裴霍涂苗谷曲盛冉翁蓝游辛靳柴蒙鲍喻祁蒲滕屈饶牟艾尤穆农卓吉缪简麦褚娄窦戚岑党费卜晏席卫柏宗瞿桂"
    "佟臧闵苟邬卞姬仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩佘池苑迟邝"
)
_ALSO_WORDS = "于何高马许曾田任方白石段雷史钱严万向常文易安兰关左包尚单季成路管华房解阳时古车项连冷米全应边和师明查麻金"
"""Surnames that begin common words, too: after these what follows must look like a given name."""
_COMPOUND = "欧阳|司徒|上官|诸葛|司马|皇甫|尉迟|慕容|令狐|夏侯|端木"
_FOLLOWING = (
    "反举投提到涉售销卖买制贩藏租在于将被把向对从以因为与及由经已并称说等和或的是有无不未均系各另其该此我你他她它自主通过使用"
    "交供述承认存储运送邮寄开办出入进处查获扣押逃抓归拒签收来去又也就都能会可要后前内外上下当即现曾共伙约所名元年月日时度位面"
    "天额每着了人员们局镇村市县区省厂店号案"
)
"""Characters that begin the words after a name: none of a given name, unless the name ends with it."""

_PERSONS = (
    "举报人|投诉人|线索提供人|提供线索人|举报者|投诉者|反映人|知情人|报案人|控告人|证人|被害人|受害人|犯罪嫌疑人|嫌疑人|"
    "被告人|嫌犯|违法人员|涉案人员|姓名"
)
_PERHAPS_FIRMS = "当事人|经营者|被举报人|被投诉人|负责人|法定代表人|店主|档主|老板|业主"
_FIRM = (
    r"(?![^，。；、：（）\s在被将于因的]{0,14}"
    r"(?:公司|商行|商店|经营部|加工厂|加工场|厂|店|门市|超市|药房|药店|诊所|市场|档|坊|社|部))"
)
"""A firm, which may begin with a surname, is no person and keeps its name."""
_WORDS = (
    "陈述|陈列|陈旧|明知|明确|明示|明显|周边|周围|周期|高价|低价|马上|方便|方能|方可|方才|安排|"
    "安装|应当|应急|应诉|时间|时常|常年|常以|路过|路边|包装|包括|程序|温和|和解|张贴|张罗|严重|"
    "严打|江边|任何|任意|全部|全程|全额|全数|左右|关闭|关停|关于|项目|成本|成立|成品|连续|连夜|"
    "连同|冷藏|冷冻|石材|钱款|钱财|万余|文书|单独|单位|单方|管理|房屋|房东|解释|解除|车辆|车牌|"
    "师傅|查明|查实|金额|平时|向来|许可|许诺|许多|曾经|何时|何地|何况|于是|于今|甘愿|甘当|符合|"
    "计划|计算|毕竟|游走|曲解|席间|宗旨|商量|商家|商户|施工|施行|莫名|顾客|顾及|毛利|付款|付清|"
    "钟点|陆续|范围|程度|余下|余款|杜绝|谢绝|郑重|罗列|罗织"
)
"""Words that begin like a surname and are none, as reports of enforcement have them after a role."""
_HAN = r"\u4e00-\u9fff"
_SECOND = rf"(?:(?![{_FOLLOWING}])[{_HAN}]|[{_HAN}](?=[，。；、：（）(),;\s]|$))?"
_NAME = (
    rf"(?!{_WORDS})(?:(?:(?:{_COMPOUND})|[{_SURNAMES}])(?![在被将于因的是])[{_HAN}]{_SECOND}"
    rf"|[{_ALSO_WORDS}](?![{_FOLLOWING}])[{_HAN}]{_SECOND})"
)
_LEAD_IN = r"[:：为是]?[ \u3000]?[“\"‘（(]?"
_AFTER_ROLE = re.compile(
    rf"(?:(?<!被)(?:{_PERSONS}){_LEAD_IN}|(?:{_PERHAPS_FIRMS}){_LEAD_IN}{_FIRM})(?P<names>{_NAME}(?:[、和及与]{_NAME}){{0,9}})"
)
_BEFORE_ROLE = re.compile(rf"(?<![{_HAN}])(?P<names>{_NAME})(?=[（(](?:{_PERSONS}|{_PERHAPS_FIRMS}|男|女)[，,）)])")
_CAUGHT = re.compile(
    rf"(?:抓获|控制|带走|传唤|拘留|逮捕)(?P<names>{_NAME}(?:[、和及与]{_NAME}){{0,9}})"
    r"(?=等?[0-9一二三四五六七八九十]{0,3}名?(?:犯罪)?(?:嫌疑人|违法人员|涉案人员|嫌犯))"
)
"""Those whose role stands after them."""
_SEPARATOR = re.compile("([、和及与])")
_ONE_NAME = re.compile(rf"({_COMPOUND}|[{_HAN}])[{_HAN}]{{1,2}}")


def mask_names(text: str) -> str:
    """「举报人张三反映」 becomes 「举报人张某反映」; names listed after a role, those before one in
    brackets, and those caught who are called suspects after that, too.
    """
    for pattern in (_AFTER_ROLE, _BEFORE_ROLE, _CAUGHT):
        text = pattern.sub(_mask_listed, text)
    return text


def _mask_listed(match: re.Match[str]) -> str:
    """What was found, each of its names as 「张某」."""
    start = match.start("names") - match.start()
    names = (_ONE_NAME.sub(rf"\1{GIVEN}", one) for one in _SEPARATOR.split(match["names"]))
    return match[0][:start] + "".join(names)
