"""The timetable of the monthly run: it starts when a reporting period has closed."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.exceptions import InvalidPartitionKeyError
from airflow.plugins_manager import AirflowPlugin
from airflow.sdk.timezone import coerce_datetime
from airflow.timetables.trigger import CronPartitionTimetable
from airflow.utils.strings import get_random_string

from townreturn.domain.errors import Misuse
from townreturn.domain.period import Cutoff, DueRule, EarlierCutoff, Period, ReportingCalendar
from townreturn.wording import say

if TYPE_CHECKING:
    from airflow.timetables.base import DataInterval, Timetable
    from airflow.utils.types import DagRunType
    from pendulum import DateTime


class ReportingPeriodTimetable(CronPartitionTimetable):
    """One run a reporting period, at the instant the period ends; its key is the run's partition.

    ``cutoff``, ``time_zone`` and ``earlier_cutoffs`` – (last period, cut-off) each – are those of
    the newest plan's calendar: over a change of cut-off every period has its run, and one only. The
    partition date is the end of the period, so a backfill of a period starts at the same instant as
    its scheduled run.
    """

    def __init__(self, cutoff: Cutoff, time_zone: str, earlier_cutoffs: Iterable[tuple[str, Cutoff]] = ()) -> None:
        # No cron says "the day after the 28th" in every February: the calendar gives the instants.
        super().__init__("@monthly", timezone=time_zone, key_format="%Y-%m")
        self._cutoff: Cutoff = cutoff
        # Only ends of periods are asked for here; the due rule plays no part in them.
        earlier = tuple(EarlierCutoff(*one) for one in earlier_cutoffs)
        self._calendar = ReportingCalendar(cutoff, DueRule(1, 1), time_zone, earlier_cutoffs=earlier)
        code = "TIMETABLE_MONTH_END" if cutoff == "month_end" else "TIMETABLE_CUTOFF"
        self.description = say(code, cutoff=cutoff, time_zone=time_zone)

    @property
    def summary(self) -> str:
        return say("TIMETABLE_MONTHLY_END" if self._cutoff == "month_end" else "TIMETABLE_MONTHLY", cutoff=self._cutoff)

    def serialize(self) -> dict[str, Any]:
        earlier = [[one.until, one.cutoff] for one in self._calendar.earlier_cutoffs]
        return {"cutoff": self._cutoff, "time_zone": self._calendar.time_zone, "earlier_cutoffs": earlier}

    @classmethod
    def deserialize(cls, data: dict[str, Any]) -> "Timetable":
        # What earlier versions have stored knows no earlier cut-offs.
        return cls(data["cutoff"], data["time_zone"], data.get("earlier_cutoffs", ()))

    def generate_run_id(
        self,
        *,
        run_type: "DagRunType",
        run_after: "DateTime",
        data_interval: "DataInterval | None",  # noqa: ARG002 - Airflow passes it by name
        **extra: Any,
    ) -> str:
        """``backfill__2018-03__x7Kq…``: the random part allows a second run of the same period."""
        moment = run_after.in_timezone(self._timezone).strftime("%Y%m%dT%H%M%S")
        unique = get_random_string()  # type: ignore[no-untyped-call]
        return run_type.generate_run_id(suffix=f"{extra.get('partition_key') or moment}__{unique}")

    def _get_next(self, current: "DateTime") -> "DateTime":
        return coerce_datetime(self._calendar.end(self._calendar.containing(current)))

    def _get_prev(self, current: "DateTime") -> "DateTime":
        return self._align_to_prev(current - timedelta(microseconds=1))

    def _align_to_next(self, current: "DateTime") -> "DateTime":
        return self._get_next(current - timedelta(microseconds=1))

    def _align_to_prev(self, current: "DateTime") -> "DateTime":
        return coerce_datetime(self._calendar.end(self._calendar.last_closed(current)))

    def _format_key(self, partition_date: "DateTime") -> str:
        return self._calendar.last_closed(partition_date).key

    def _decode_partition_date(self, partition_key: str) -> datetime:
        try:
            return self._calendar.end(Period(partition_key))
        except Misuse as fault:
            raise InvalidPartitionKeyError(str(fault)) from fault


class ReportingPeriodPlugin(AirflowPlugin):
    """Makes the timetable known to Airflow, so that serialised DAGs can be read back."""

    name = "reporting_period"
    timetables = [ReportingPeriodTimetable]  # noqa: RUF012 - Airflow's own way to declare it
