#!/bin/sh
# Runs once, on an empty volume: a database and a user for each service, and no way from one into
# another's. Passwords are read from mounted secrets and never appear in an argument list.
set -eu
for file in /credentials/*/password; do
  folder=${file%/password}
  service=${folder##*/}
  psql -v ON_ERROR_STOP=1 -U postgres --quiet <<SQL
\set password \`cat $file\`
CREATE ROLE $service LOGIN PASSWORD :'password';
CREATE DATABASE $service OWNER $service;
REVOKE ALL ON DATABASE $service FROM PUBLIC;
SQL
done
