#!/bin/sh
# Run once by the PostgreSQL image, on an empty data directory: makes both roles and the database.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set owner_password="$OWNER_PASSWORD" --set runtime_password="$RUNTIME_PASSWORD" <<'SQL'
CREATE ROLE app_owner LOGIN NOSUPERUSER NOBYPASSRLS CREATEDB PASSWORD :'owner_password';
CREATE ROLE app_runtime LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'runtime_password';
ALTER ROLE app_runtime SET jit = off;
CREATE DATABASE atomicpay OWNER app_owner;
GRANT CONNECT, TEMPORARY ON DATABASE atomicpay TO app_runtime;
\connect atomicpay
GRANT USAGE ON SCHEMA public TO app_runtime;
SQL
