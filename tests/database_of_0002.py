"""Rows as version 0.1.0 left them: three published periods, one that was sent back and corrected."""

import hashlib
import json

from sqlalchemy import Connection, MetaData, insert

from townreturn.store.migrations import upgrade

BEFORE = "0002"
Rows = list[dict[str, object]]


def a_content(period: str, issue: int, *named: tuple[str, str]) -> str:
    """A canonical text as 0.1.0 wrote it: without the keys that came later."""
    sources = [
        {"category": category, "cell": "D8", "file_hash": digest, "file_name": f"{digest[:4]}.xlsx",
         "indicator": "cases_filed", "raw": "4", "sheet": "统计表"}
        for category, digest in named
    ]  # fmt: skip
    written = {
        "cells": [], "edition": "2018", "entries": [], "issue": issue, "period": period, "plan": "qingxi-2018",
        "sources": sources, "standings": [], "town": "清溪镇", "town_code": "qingxi",
    }  # fmt: skip
    return json.dumps(written, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def moment(day: str) -> str:
    return f"{day}T02:00:00.000000Z"


def arrival(key: int, digest: str, taken: str, period: str, **others: object) -> dict[str, object]:
    usual = {
        "id": key, "town": "qingxi", "file_hash": digest, "file_name": f"{key}.xlsx", "received_at": moment(taken),
        "taken_in_at": moment(taken), "disposition": "accepted", "duplicate_of": None, "plan": "qingxi-2018",
        "edition": "2018", "unit": "zhujian", "period": period, "filled_by": "张三",
    }  # fmt: skip
    return usual | others


def report(key: int, arrival_id: int, period: str, revision: int, day: str, **others: object) -> dict[str, object]:
    usual = {
        "id": key, "arrival_id": arrival_id, "town": "qingxi", "period": period, "category": "building",
        "unit": "zhujian", "revision": revision, "verdict": "accepted", "zero_return": False,
        "received_at": moment(day),
    }  # fmt: skip
    return usual | others


def compilation(key: int, day: str, content: str, town: str = "qingxi") -> dict[str, object]:
    return {
        "id": key, "town": town, "period": json.loads(content)["period"], "issue": 0,
        "content_hash": hashlib.sha256(content.encode()).hexdigest(), "content": content, "compiled_at": moment(day),
    }  # fmt: skip


def decision(key: int, compilation_id: int, day: str, content_hash: object, approved: bool) -> dict[str, object]:
    return {
        "id": key, "compilation_id": compilation_id, "content_hash": content_hash, "approved": approved,
        "account": "approver", "name": "分管副镇长", "comment": "", "decided_at": moment(day), "run_id": "run-1",
    }  # fmt: skip


def publication(period: str, key: int, day: str, town: str = "qingxi") -> dict[str, object]:
    return {
        "town": town, "period": period, "issue": 0, "compilation_id": key, "decision_id": 1,
        "published_at": moment(day), "folder": f"/outbox/{period}/issue-0",
    }  # fmt: skip


def rows_of_0002() -> dict[str, Rows]:
    """2017-01, 2017-03 and 2018-01 are published; 2018-02 was sent back, corrected, and approved."""
    january, wrong, right = "a" * 64, "b" * 64, "c" * 64
    compilations = [
        compilation(1, "2017-02-01", a_content("2017-01", 0)),
        compilation(2, "2017-04-01", a_content("2017-03", 0)),
        compilation(3, "2018-02-01", a_content("2018-01", 0, ("building", january))),
        compilation(4, "2018-03-01", a_content("2018-02", 0, ("building", wrong))),
        compilation(5, "2018-03-03", a_content("2018-02", 0, ("building", right))),
        compilation(6, "2018-02-01", a_content("2018-01", 0), town="liuhe"),
    ]
    hashes = [one["content_hash"] for one in compilations]
    return {
        "arrivals": [
            arrival(1, january, "2018-01-28", "2018-01"),
            arrival(2, wrong, "2018-02-27", "2018-02"),
            arrival(3, right, "2018-03-02", "2018-02"),
            arrival(4, right, "2018-03-04", "2018-02", duplicate_of=3),
            arrival(5, right, "2018-03-05", "2018-02"),  # known bytes that brought news after the compilation
        ],
        "reports": [
            report(1, 1, "2018-01", 1, "2018-01-28"),
            report(2, 2, "2018-02", 1, "2018-02-27", verdict="explained"),
            report(3, 3, "2018-02", 2, "2018-03-02"),
            report(4, 5, "2018-02", 3, "2018-03-05"),
        ],
        "facts": [
            {"report_id": one, "indicator": "cases_filed", "state": "reported", "scaled": one, "decimals": 0,
             "raw": str(one), "sheet": "统计表", "cell": "D8"}
            for one in (1, 2, 3, 4)
        ],
        "entries": [
            {"report_id": 3, "position": 0, "section": "cases", "fields": "{}", "sheet": "案件", "cell": "A5"}
        ],
        "findings": [
            {"id": 1, "arrival_id": 2, "category": "building", "code": "LARGE_CHANGE", "severity": "query",
             "message": "核实", "sheet": "统计表", "cell": "D8", "value": "2", "indicator": "cases_filed",
             "explanation": "集中整治"}
        ],
        "latest": [
            {"town": "qingxi", "period": "2018-01", "category": "building", "last_report_id": 1,
             "accepted_report_id": 1},
            {"town": "qingxi", "period": "2018-02", "category": "building", "last_report_id": 4,
             "accepted_report_id": 4},
        ],
        "openings": [{"town": "qingxi", "period": "2018-02", "opened_at": moment("2018-02-26"), "backfilled": False,
                      "run_id": "run-1"}],
        "intake_runs": [{"id": 1, "town": "qingxi", "started_at": moment("2018-01-28"),
                         "finished_at": moment("2018-01-28"), "taken_count": 1, "left_count": 0}],
        "alerts": [{"id": 1, "town": "qingxi", "raised_at": moment("2018-01-28"), "period": "", "text": "提醒"}],
        "compilations": compilations,
        "decisions": [
            decision(1, 3, "2018-02-02", hashes[2], True),
            decision(2, 4, "2018-03-01", hashes[3], False),
            decision(3, 5, "2018-03-03", hashes[4], True),
        ],
        "sent_back": [{"decision_id": 2, "category": "building", "report_id": 2}],
        "publications": [
            publication("2017-01", 1, "2017-02-02"),
            publication("2017-03", 2, "2017-04-02"),
            publication("2018-01", 3, "2018-02-02"),
            publication("2018-01", 6, "2018-02-02", town="liuhe"),
        ],
    }  # fmt: skip


def fill(tx: Connection) -> None:
    """Make an empty database one of 0.1.0, with these rows."""
    upgrade(tx, BEFORE)
    tables, rows = MetaData(), rows_of_0002()
    tables.reflect(tx)
    for table in tables.sorted_tables:
        if table.name in rows:
            tx.execute(insert(table), rows[table.name])
