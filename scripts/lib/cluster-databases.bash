# What stands inside a private cluster: the role, the PostGIS template, and the databases made from it.
# shellcheck shell=bash disable=SC2154 # the variables are those of scripts/cluster, which reads this file

sql() { as_server "$bin/psql" -XqAt -v ON_ERROR_STOP=1 -h "$sock" -p 5432 -U postgres "$@"; }

# The role may make databases but is no superuser: what the server can do here it can do on any other PostgreSQL.
# PostGIS wants a superuser to be created, so it stands ready in a template from which databases are made.
# The template takes no connections, for one open connection to it would fail every CREATE DATABASE from it.
prepare() {
  local postgis
  postgis=$(sql -d postgres <<'SQL'
SELECT 'CREATE ROLE geokontor LOGIN CREATEDB' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'geokontor') \gexec
SELECT default_version FROM pg_available_extensions WHERE name = 'postgis';
SQL
  )
  if [[ $(sql -d postgres -c "SELECT shobj_description(oid, 'pg_database') FROM pg_database
      WHERE datname = 'geokontor_template' AND datistemplate") != "postgis $postgis" ]]; then
    make_template "$postgis"
  fi
  sql -d postgres <<'SQL'
SELECT 'CREATE DATABASE geokontor OWNER geokontor TEMPLATE geokontor_template'
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'geokontor') \gexec
SQL
  # After an upgrade of the package.
  if [[ $(sql -d geokontor -c "SELECT extversion FROM pg_extension WHERE extname = 'postgis'") != "$postgis" ]]; then
    sql -d geokontor -c 'CREATE EXTENSION IF NOT EXISTS postgis' -c 'ALTER EXTENSION postgis UPDATE'
  fi
}

# Made under another name and renamed at the end, so that an interrupted one is never used.
make_template() {
  say "preparing the template database with PostGIS $1"
  sql -d postgres -v version="$1" <<'SQL'
SET client_min_messages = warning;
DROP DATABASE IF EXISTS geokontor_template_new;
CREATE DATABASE geokontor_template_new OWNER geokontor TEMPLATE template0;
\connect geokontor_template_new
SET client_min_messages = warning;
CREATE EXTENSION postgis;
VACUUM (FREEZE, ANALYZE);
\connect postgres
SET client_min_messages = warning;
SELECT 'postgis ' || :'version' AS comment \gset
COMMENT ON DATABASE geokontor_template_new IS :'comment';
SELECT 'ALTER DATABASE geokontor_template IS_TEMPLATE false'
 WHERE EXISTS (SELECT FROM pg_database WHERE datname = 'geokontor_template') \gexec
DROP DATABASE IF EXISTS geokontor_template;
ALTER DATABASE geokontor_template_new RENAME TO geokontor_template;
ALTER DATABASE geokontor_template WITH IS_TEMPLATE true ALLOW_CONNECTIONS false;
SQL
}

# For commands that need a running server.
need_running() {
  running || die "does not run; start it with: scripts/cluster${name:+ --name $name} start"
  choose_binaries
}

check_database_name() {
  [[ ${1:-} =~ ^[a-z][a-z0-9_]{0,62}$ ]] || die "a database's name is small letters, digits and underscores"
  case $1 in geokontor | geokontor_template* | postgres | template[01]) die "the database '$1' belongs to the cluster" ;; esac
}

cmd_createdb() {
  check_database_name "${1:-}"
  need_running
  sql -d postgres -c "CREATE DATABASE $1 OWNER geokontor TEMPLATE geokontor_template"
  url_of "$1"
}

cmd_dropdb() {
  check_database_name "${1:-}"
  need_running
  sql -d postgres -c "DROP DATABASE IF EXISTS $1 WITH (FORCE)" 2>/dev/null
}

# A test run that was killed leaves its databases. Another run may be under way, so only old ones go, judged by a file
# that is written once when a database is made. One that somebody just opened refuses to be dropped: not an error here.
cmd_sweep() {
  $throwaway || die "only a throw-away cluster can be swept; this one holds data"
  need_running
  sql -d postgres -v ON_ERROR_STOP=0 <<'SQL' 2>/dev/null
SELECT format('DROP DATABASE IF EXISTS %I', datname) FROM pg_database
 WHERE NOT datistemplate AND datname NOT IN ('postgres', 'geokontor', 'geokontor_template_new')
   AND datname NOT IN (SELECT datname FROM pg_stat_activity WHERE datname IS NOT NULL)
   AND (pg_stat_file('base/' || oid || '/PG_VERSION', true)).modification < now() - interval '1 hour' \gexec
SQL
}
