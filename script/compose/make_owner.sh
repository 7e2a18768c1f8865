#!/bin/sh
# Run once by the PostgreSQL image on an empty volume: the role that owns the database and makes
# the application's role, but is no superuser.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --dbname postgres <<'SQL'
\getenv owner_password OWNER_PASSWORD
CREATE ROLE attendance_owner LOGIN CREATEROLE PASSWORD :'owner_password';
CREATE DATABASE attendance OWNER attendance_owner;
REVOKE ALL ON DATABASE attendance FROM PUBLIC;
SQL
