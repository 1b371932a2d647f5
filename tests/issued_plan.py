"""The packaged plan as if its source said when it was issued, and with addresses."""

from dataclasses import replace
from pathlib import Path

from townreturn.office import Office
from townreturn.plans import PACKAGED, load_plan_book

CONTACTS = "contacts: {operators: [desk@qingxi.example], mailbox: returns@qingxi.example}"
ADDRESSES = {
    "{code: zhujian, name: 镇住建局}":
        "{code: zhujian, name: 镇住建局, reporter: 李四, mail: li@zhujian.example, head_mail: head@zhujian.example}",
    "{code: gongshang, name: 镇工商分局}":
        "{code: gongshang, name: 镇工商分局, head_mail: head@gongshang.example}",
}  # fmt: skip


def write_issued_plan(folder: Path, issued_on: str = "2018-03-05", *changes: tuple[str, str]) -> Path:
    """The plan's file: 镇住建局 has named its reporter and head, 镇工商分局 only its head, the others nobody."""
    text = (PACKAGED / "qingxi-2018.yaml").read_text(encoding="utf-8")
    for old, new in (*ADDRESSES.items(), *changes):
        assert old in text
        text = text.replace(old, new)
    path = folder / "qingxi-2018.yaml"
    path.write_text(f"{text}\nwork_plans: {{issued_on: {issued_on}}}\n{CONTACTS}\n", encoding="utf-8")
    return path


def with_issued_plan(office: Office, folder: Path, issued_on: str = "2018-03-05", *changes: tuple[str, str]) -> Office:
    """The same office under that plan."""
    return replace(office, plans=load_plan_book([str(write_issued_plan(folder, issued_on, *changes))]))
