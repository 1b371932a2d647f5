#!/bin/bash
# Run at every start, before everything else: schemas up to date, accounts present. Changes nothing twice.
set -euo pipefail

create_account() { # create_account NAME ROLE PASSWORD
  airflow users create --username "$1" --role "$2" --password "$3" \
    --firstname "$1" --lastname townreturn --email "$1@townreturn.invalid"
}

airflow db migrate
create_account operator Admin "$OPERATOR_PASSWORD"
create_account townreturn_service Op "$SERVICE_PASSWORD"
create_account approver User "$APPROVER_PASSWORD"
create_account director User "$DIRECTOR_PASSWORD"

# Airflow's menu shows pages of plugins only to whoever may read plugins: of FAB's own roles, Op and Admin. A reporter
# may nothing else: the board lets in whom the plan names, to the own unit, and no DAG is shown.
airflow roles create Reporter
for role in Reporter Viewer User; do
  airflow roles add-perms "$role" --action can_read --resource Plugins
done
for reporter in $REPORTERS; do # ACCOUNT:PASSWORD
  create_account "${reporter%%:*}" Reporter "${reporter#*:}"
done

python - <<'PY'
import os

from townreturn.office import open_office
from townreturn.settings import Settings

open_office(Settings.from_environment(os.environ))
PY
