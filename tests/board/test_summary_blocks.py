"""What approvers read in Markdown, taken apart for a page."""

from townreturn.board.summary_blocks import Block, read_blocks

TOLD = """**清溪镇打假统计月报（2018年1月）待审批**

各类产品已报 6/7 类。
- 未报：镇住建局（2.建材）
- 口径变动：罚没款

| 指标 | 合计 |
|---|---:|
| 立案 | 9 |
| 备注 |  |

本次审批的内容编号：abc
"""


def test_every_line_has_its_place() -> None:
    assert read_blocks(TOLD) == (
        Block("heading", (("清溪镇打假统计月报（2018年1月）待审批",),)),
        Block("text", (("各类产品已报 6/7 类。",),)),
        Block("items", (("未报：镇住建局（2.建材）",), ("口径变动：罚没款",))),
        Block("table", (("指标", "合计"), ("立案", "9"), ("备注", "")), (False, True)),
        Block("text", (("本次审批的内容编号：abc",),)),
    )


def test_nothing_has_no_blocks() -> None:
    assert read_blocks("") == ()
