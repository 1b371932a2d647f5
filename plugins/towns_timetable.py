"""The timetable of the monthly runs of several towns: one a town and period, each when its own period has closed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.exceptions import InvalidPartitionKeyError
from airflow.plugins_manager import AirflowPlugin
from airflow.sdk.timezone import coerce_datetime, utcnow
from airflow.timetables.base import DagRunInfo

from reporting_period_timetable import ReportingPeriodTimetable
from townreturn.domain.errors import Misuse
from townreturn.domain.period import Cutoff, DueRule, EarlierCutoff, ReportingCalendar
from townreturn.operating.run_keys import key_of, split_key
from townreturn.wording import say

if TYPE_CHECKING:
    from airflow.timetables.base import TimeRestriction, Timetable
    from pendulum import DateTime

TownCalendar = tuple[str, Cutoff, str, Iterable[tuple[str, Cutoff]]]
"""A town's code, and its calendar as ``ReportingPeriodTimetable`` takes it."""


class TownPeriodsTimetable(ReportingPeriodTimetable):
    """The run of the k-th town starts k seconds after its period ends: no two at one instant, which is all that Airflow
    tells them apart by, and not all of them at once.

    The key is town and period. A backfill's dates are read on the clock of the first town.
    """

    def __init__(self, towns: Iterable[TownCalendar]) -> None:
        self._towns = {
            town: ReportingCalendar(
                cutoff, DueRule(1, 1), zone, earlier_cutoffs=tuple(EarlierCutoff(*one) for one in earlier)
            )
            for town, cutoff, zone, earlier in towns
        }
        self._late = {town: timedelta(seconds=place) for place, town in enumerate(self._towns)}
        first = next(iter(self._towns.values()))
        super().__init__(first.cutoff, first.time_zone)
        self.description = say("TIMETABLE_OF_TOWNS", count=len(self._towns))

    @property
    def summary(self) -> str:
        return say("TIMETABLE_OF_TOWNS", count=len(self._towns))

    def serialize(self) -> dict[str, Any]:
        return {
            "towns": [
                [town, one.cutoff, one.time_zone, [[e.until, e.cutoff] for e in one.earlier_cutoffs]]
                for town, one in self._towns.items()
            ]
        }

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> "Timetable":
        return cls(data["towns"])

    def next_dagrun_info_v2(
        self, *, last_dagrun_info: DagRunInfo | None, restriction: "TimeRestriction"
    ) -> DagRunInfo | None:
        """Without catch-up Airflow goes on with the last instant before now: of towns that started a second apart it
        would leave out all but the last. Each town's newest period has its turn instead."""
        if restriction.catchup:
            return super().next_dagrun_info_v2(last_dagrun_info=last_dagrun_info, restriction=restriction)
        last = last_dagrun_info.run_after if last_dagrun_info else None
        waiting = [one for one in self._newest(coerce_datetime(utcnow())) if last is None or one > last]
        earliest = restriction.earliest
        run_after = min(waiting) if waiting else self._get_next(coerce_datetime(last or utcnow()))
        if earliest is not None and run_after < earliest:
            run_after = min((one for one in waiting if one >= earliest), default=self._align_to_next(earliest))
        if restriction.latest is not None and restriction.latest < run_after:
            return None
        return DagRunInfo(
            run_after=run_after, partition_date=run_after, partition_key=self._format_key(run_after), data_interval=None
        )

    def _newest(self, now: "DateTime") -> list["DateTime"]:
        """The start of each town's newest period that has closed."""
        return [
            coerce_datetime(calendar.end(calendar.last_closed(now - self._late[town])) + self._late[town])
            for town, calendar in self._towns.items()
        ]

    def _get_next(self, current: "DateTime") -> "DateTime":
        return min(
            coerce_datetime(calendar.end(calendar.containing(current - self._late[town])) + self._late[town])
            for town, calendar in self._towns.items()
        )

    def _align_to_prev(self, current: "DateTime") -> "DateTime":
        return max(self._newest(current))

    def _format_key(self, partition_date: "DateTime") -> str:
        """Of the town that starts at the instant, to the second."""
        for town, calendar in self._towns.items():
            ended = partition_date - self._late[town]
            period = calendar.last_closed(ended)
            if calendar.end(period) == ended:
                return key_of(town, period)
        raise InvalidPartitionKeyError(say("RUN_KEY_OF_NO_TOWN", instant=partition_date))

    def _decode_partition_date(self, partition_key: str) -> datetime:
        try:
            town, period = split_key(partition_key)
        except Misuse as fault:
            raise InvalidPartitionKeyError(str(fault)) from fault
        if town not in self._towns:
            raise InvalidPartitionKeyError(say("TOWN_UNKNOWN", town=town, towns="、".join(self._towns)))
        return self._towns[town].end(period) + self._late[town]


class TownPeriodsPlugin(AirflowPlugin):
    """Makes the timetable known to Airflow, so that serialised DAGs can be read back."""

    name = "towns_periods"
    timetables = [TownPeriodsTimetable]  # noqa: RUF012 - Airflow's own way to declare it
