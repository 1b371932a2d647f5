#!/bin/bash
# Run once by the postgres image, on an empty volume: our own database, apart from Airflow's.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v password="$TOWNRETURN_DB_PASSWORD" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE townreturn LOGIN PASSWORD :'password';
CREATE DATABASE townreturn OWNER townreturn;
SQL
