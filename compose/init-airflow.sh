#!/bin/bash
# Run at every start, before everything else but the check of .env: schemas up to date, accounts and pools present.
# Changes nothing twice.
set -euo pipefail
airflow db migrate
python /opt/townreturn/compose/make_accounts.py
python - <<'PY'
import os

from townreturn.office import open_offices
from townreturn.settings import Settings

open_offices(Settings.from_environment(os.environ))
PY
