"""The month as use cases, in its order: what dags and the command line call, one line each."""

from townreturn.approving import is_answered, runs_to_resume
from townreturn.chasing import holder_of, open_period, raise_alert, raise_task_alert, release_period
from townreturn.chasing.describing import describe_standings
from townreturn.chasing.readiness import readiness, readiness_by_town, towns_behind
from townreturn.chasing.standing_now import standings_of
from townreturn.month.adjusting import Decided, adjust_duty, adjust_statistics, describe_adjusted, read_until
from townreturn.month.answering import Answer, write_receipts
from townreturn.month.backing_up import back_up
from townreturn.month.checking_files import check_files
from townreturn.month.compiling import compile_return, compile_returns
from townreturn.month.corrections import (
    compile_correction,
    correction_in_hand,
    corrections_due,
    describe_proposal,
    leads_to_correction,
    propose_correction,
)
from townreturn.month.decisions import (
    ApprovalQuestion,
    ask_approval,
    describe_approval,
    most_helpful_approver,
    record_decision,
)
from townreturn.month.delivering import deliver
from townreturn.month.documents import Recorded, document_kind, record_document
from townreturn.month.duty_reminding import find_due_work_plans, remind_work_plans
from townreturn.month.exclusions import Excluded, exclude_file
from townreturn.month.gating import check_return, check_returns
from townreturn.month.handing_out import hand_out_workbooks, prefilled_workbook, why_not_handed_out
from townreturn.month.health import Health, health_of
from townreturn.month.intake_reports import IntakeReport, OfficeIntake, Taken
from townreturn.month.issuing import publish
from townreturn.month.mail_in import MailReport, collect_mail, describe_mail
from townreturn.month.mailed import reply_to_of
from townreturn.month.ordering import order_backfill, order_correction
from townreturn.month.pending import PendingReturn, pending_return
from townreturn.month.plan_duties import choose_plan, duties_of
from townreturn.month.previewing import Preview, preview_return
from townreturn.month.printing import print_issue
from townreturn.month.reminding import DueReminders, find_due_reminders, remind
from townreturn.month.reminding_by_hand import AskedReminder, describe_reminded, remind_by_hand
from townreturn.month.restoring import restore
from townreturn.month.returns import summarise
from townreturn.month.sending import SendingReport, describe_sending, send_posted, why_nothing_to_send
from townreturn.month.status import PeriodStatus, Revision, revisions_of, status_of
from townreturn.month.submissions import TRAY, take_in, take_in_all
from townreturn.month.timeliness import timeliness_of
from townreturn.month.towns import TownLine, TownState, towns_at_a_glance
from townreturn.month.tracing import trace, trace_next
from townreturn.month.unpublished import tell_unpublished
from townreturn.month.uploading import Upload, take_in_upload, uploading_units

__all__ = [
    "TRAY",
    "Answer",
    "ApprovalQuestion",
    "AskedReminder",
    "Decided",
    "DueReminders",
    "Excluded",
    "Health",
    "IntakeReport",
    "MailReport",
    "OfficeIntake",
    "PendingReturn",
    "PeriodStatus",
    "Preview",
    "Recorded",
    "Revision",
    "SendingReport",
    "Taken",
    "TownLine",
    "TownState",
    "Upload",
    "adjust_duty",
    "adjust_statistics",
    "ask_approval",
    "back_up",
    "check_files",
    "check_return",
    "check_returns",
    "choose_plan",
    "collect_mail",
    "compile_correction",
    "compile_return",
    "compile_returns",
    "correction_in_hand",
    "corrections_due",
    "deliver",
    "describe_adjusted",
    "describe_approval",
    "describe_mail",
    "describe_proposal",
    "describe_reminded",
    "describe_sending",
    "describe_standings",
    "document_kind",
    "duties_of",
    "exclude_file",
    "find_due_reminders",
    "find_due_work_plans",
    "hand_out_workbooks",
    "health_of",
    "holder_of",
    "is_answered",
    "leads_to_correction",
    "most_helpful_approver",
    "open_period",
    "order_backfill",
    "order_correction",
    "pending_return",
    "prefilled_workbook",
    "preview_return",
    "print_issue",
    "propose_correction",
    "publish",
    "raise_alert",
    "raise_task_alert",
    "read_until",
    "readiness",
    "readiness_by_town",
    "record_decision",
    "record_document",
    "release_period",
    "remind",
    "remind_by_hand",
    "remind_work_plans",
    "reply_to_of",
    "restore",
    "revisions_of",
    "runs_to_resume",
    "send_posted",
    "standings_of",
    "status_of",
    "summarise",
    "take_in",
    "take_in_all",
    "take_in_upload",
    "tell_unpublished",
    "timeliness_of",
    "towns_at_a_glance",
    "towns_behind",
    "trace",
    "trace_next",
    "uploading_units",
    "why_not_handed_out",
    "why_nothing_to_send",
    "write_receipts",
]
