"""The step: an approver's decision on exactly one content, recorded before it takes effect."""

from townreturn.approving.deciding import Answer, record_answer
from townreturn.approving.resuming import is_answered, runs_to_resume

__all__ = ["Answer", "is_answered", "record_answer", "runs_to_resume"]
