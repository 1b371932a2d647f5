"""One sender in a process of its own: ``python sender_process.py HOME DATABASE_URL NOW``.

Mail is set up by the environment, as in Airflow. It says ``ready``, waits for a line, sends, and
prints a line for each attempt.
"""

import sys
from datetime import datetime

from channel_mail import open_channel
from townreturn.month.sending import send_posted
from townreturn.office import open_office
from townreturn.settings import Settings


def main(home: str, database_url: str, now: str) -> None:
    office = open_office(Settings.from_environment({"TOWNRETURN_HOME": home, "TOWNRETURN_DATABASE_URL": database_url}))
    channel = open_channel()
    assert channel is not None
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    report = send_posted(office, [channel], lambda: datetime.fromisoformat(now))
    for one in report.dispatched:
        sys.stdout.write(f"{one.message.id} {one.result.outcome}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
