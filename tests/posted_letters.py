"""Messages written as the steps write them, and a channel that does as it is told."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from townreturn.domain.message import Attachment, Letter, Message, MessageKind
from townreturn.month.posting import post
from townreturn.office import Office
from townreturn.store.engine import writing

WRITTEN = datetime(2018, 3, 26, 1, tzinfo=UTC)
"""09:00 in the town."""


def opening(number: int = 1, unit: str = "zhujian", to: tuple[str, ...] = ("zhujian@example.cn",)) -> Message:
    return Message(
        key=f"opening/2018-03/{unit}/{number}", kind=MessageKind.OPENING, period="2018-03", unit=unit, to=to,
        subject=f"请报送2018年3月打假统计月报（{number}）", text="请于3月31日前报送。\n. 一行\n",
        attachments=(Attachment("打假月报.xlsx", b"PK\x03\x04" * 500),),
    )  # fmt: skip


def post_all(office: Office, messages: Sequence[Message], now: datetime = WRITTEN) -> tuple[Letter, ...]:
    with writing(office.engine) as tx:
        return post(tx, office, office.plans.plans[0], messages, now)


@dataclass
class Clock:
    """Stands until it is moved."""

    now: datetime = WRITTEN

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@dataclass
class ScriptedChannel:
    """Raises the next fault of its script, if there is one; keeps what it was given."""

    name: str = "mail"
    is_repeatable: bool = False
    script: list[Exception | None] = field(default_factory=list)
    given: list[Letter] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None
    only_with_address: bool = False

    def carries(self, letter: Letter) -> bool:
        return bool(letter.to) or not self.only_with_address

    def deliver(self, letter: Letter) -> None:
        self.given.append(letter)
        self.meanwhile()
        fault = self.script.pop(0) if self.script else None
        if fault is not None:
            raise fault

    @property
    def subjects(self) -> list[str]:
        return [one.subject for one in self.given]
