"""Lineage: what was made from what, as OpenLineage events in files of this machine. Nothing is sent anywhere."""

from townreturn.lineage.datasets import archived_file, file_at, issue_of, submissions_of
from townreturn.lineage.events import Dataset, Job, tell_run
from townreturn.lineage.ledger import keep_events

__all__ = ["Dataset", "Job", "archived_file", "file_at", "issue_of", "keep_events", "submissions_of", "tell_run"]
