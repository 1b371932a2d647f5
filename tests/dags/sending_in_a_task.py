"""A DAG of one task that sends, run by Airflow itself: ``python sending_in_a_task.py``.

Airflow has a home of its own, made here, with the mail connection in its database: no variable of
the environment names it. Prints what the task prints, and the subjects that the server took.
"""

import json
import os
import sys
from pathlib import Path

DAG = """
from airflow.sdk import dag, task

@dag(schedule=None)
def trial():
    @task
    def send():
        from channels import open_channels
        from townreturn import month
        from wiring import clock, open_offices

        [office] = open_offices()
        with open_channels(office) as channels:
            print(month.describe_sending(month.send_posted(office, channels, clock)))

    send()

trial()
"""


def main() -> None:
    from airflow.dag_processing.dagbag import DagBag
    from airflow.models import Connection
    from airflow.utils.db import initdb
    from airflow.utils.session import create_session

    from mail_servers import connection, mail_server
    from posted_letters import opening, post_all
    from townreturn.office import open_office
    from townreturn.settings import Settings

    dags = Path(os.environ["AIRFLOW__CORE__DAGS_FOLDER"])
    (dags / "trial.py").write_text(DAG, "utf-8")
    initdb()
    post_all(open_office(Settings.from_environment(os.environ)), [opening(1), opening(2, to=())])
    with mail_server() as postbox:
        known = connection(postbox.port)
        known["extra"] = json.dumps(known["extra"])
        with create_session() as session:
            session.add(Connection(conn_id="townreturn_smtp", **known))  # noqa: AIR311 - the row itself
        DagBag(str(dags)).dags["trial"].test()
    sys.stdout.write(f"server: {' '.join(postbox.subjects)}\n")


if __name__ == "__main__":
    main()
