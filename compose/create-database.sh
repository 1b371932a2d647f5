#!/bin/bash
# Run once by the postgres image, on an empty volume: our own database, apart from Airflow's.
# Of the server's 150 connections we take 60 at the most, so that Airflow always finds one.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -v password="$TOWNRETURN_DB_PASSWORD" \
  --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" <<'SQL'
CREATE ROLE townreturn LOGIN PASSWORD :'password' CONNECTION LIMIT 60;
CREATE DATABASE townreturn OWNER townreturn;
SQL
