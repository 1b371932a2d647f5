"""Takes in what lies in the inbox: at once when a file is dropped, and every ten minutes besides."""

from typing import Any

from airflow.sdk import AssetOrTimeSchedule, CronTriggerTimetable, dag, task
from airflow.sdk.exceptions import AirflowSkipException

from airflow_rest import airflow_api
from mailbox_imap import open_mailbox
from posting import send_letters
from resuming import release_answered, resume_ended
from runs import end_and_skip
from task_log import log_line, log_taken
from townreturn.wording import say
from wiring import COMMON, INBOX, PLANS, PUBLISHED_CHANGED, ZONE, clock, open_the_office


@task(task_display_name=say("TASK_TAKE_IN"))
def take_in(ti: Any = None) -> int:
    """New mail first, then everything that waits; gives how many were taken in."""
    from townreturn import month

    office = open_the_office()
    mail = month.collect_mail(office, open_mailbox(), clock())
    for line in month.describe_mail(mail):
        log_line(line)
    report = month.take_in(office, clock(), mail)
    for one in report.taken:
        log_taken(one.file_name, one.file_hash, one.disposition, unit=one.unit, period=one.period)
    for paper in (recorded.document for recorded in report.documents):
        log_taken(paper.file_name, paper.file_hash, say("STATE_received"), unit=paper.unit, period=None)
    log_line(say("INTAKE_DONE", taken=len(report.taken), left=report.left_count))
    end_and_skip(
        ti, len(report.taken),
        announce_corrections=lambda: None if month.corrections_due(office, clock()) else say("NO_CORRECTIONS_DUE"),
        send=lambda: month.why_nothing_to_send(office),
    )  # fmt: skip


@dag(
    dag_id="submission_intake",
    dag_display_name=say("DAG_INTAKE"),
    description=say("DAG_INTAKE_LINE"),
    doc_md=say("DAG_INTAKE_DOC"),
    tags=[PLANS.town, say("TAG_INTAKE")],
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable("*/10 * * * *", timezone=ZONE),
        assets=[INBOX],
    ),
    # Two at once would check periods out of order.
    max_active_runs=1,
    **COMMON,
)
def submission_intake() -> None:
    """Take in first: what was taken in may let a rejected run go on."""

    @task(task_display_name=say("TASK_RESUME"))
    def resume_rejected_runs() -> None:
        office = open_the_office()
        with airflow_api() as api:
            resume_ended(office, api)
            release_answered(office, api)

    @task(task_display_name=say("TASK_ANNOUNCE"), outlets=[PUBLISHED_CHANGED])
    def announce_corrections(outlet_events: Any = None) -> None:
        from townreturn import month

        due = [period.key for period in month.corrections_due(open_the_office(), clock())]
        if not due:
            # A task that ends without naming a partition would send an event that no run can take.
            raise AirflowSkipException(say("NO_CORRECTIONS_DUE"))
        log_line(say("CORRECTIONS_DUE", periods="、".join(due)))
        outlet_events[PUBLISHED_CHANGED].add_partitions(due)

    take_in() >> [resume_rejected_runs(), announce_corrections(), send_letters()]


submission_intake()
