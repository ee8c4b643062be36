# The real program on an empty database of its own, serving the invented district, as the smoke and browser tests want it,
# and the benchmark in a browser.
# shellcheck shell=bash
# shellcheck disable=SC2034 # `base`, `node_base` and `url` are for the script that reads this file

demo_ready_seconds=180 # a debug build loads the invented district
demo_stop_seconds=30
demo_profile=debug     # the build that is started: debug, as the tests made it, or release
demo_scale=''          # how many hydrants, where they are to be more than usual
demo_work=$(mktemp -d)
demo_database=''
server=''
node=''
process=''

free_port() {
  local port
  while :; do
    port=$((20000 + RANDOM % 10000))
    (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || break
  done
  echo "$port"
}

# Serves the demo on 127.0.0.1 at port $1 with the words going to $2 and the settings that stand behind. Sets `process`.
serve() {
  local port=$1 log=$2
  shift 2
  env NO_COLOR=1 DATABASE_URL="$url" GEOKONTOR_LISTEN="127.0.0.1:$port" "$@" "$demo_work/geokontor" serve \
    --demo-if-empty >"$log" 2>&1 </dev/null &
  process=$!
}

alive() { kill -0 "$server" 2>/dev/null; }

# Finds the build up to date after `cargo test`, and puts this checkout's binary in place if another's lies there.
build_demo_server() {
  case $demo_profile in
    release) cargo build --release --locked --quiet ;;
    *) cargo test --locked --no-run --quiet ;;
  esac
}

# Starts the program on a database named by $1 with the settings that stand behind. Sets `server` (its process), `base` (its
# address), `url` (its database). Its words go to $demo_work/log.
start_demo_server() {
  demo_database=$1_$$
  shift
  build_demo_server
  cp "$CARGO_TARGET_DIR/$demo_profile/geokontor" "$demo_work/geokontor"
  scripts/cluster --name test start >/dev/null
  url=$(scripts/cluster --name test createdb "$demo_database")
  [[ -z $demo_scale ]] || DATABASE_URL=$url "$demo_work/geokontor" demo --scale "$demo_scale" >"$demo_work/log" 2>&1
  local port
  port=$(free_port)
  base=http://127.0.0.1:$port
  serve "$port" "$demo_work/log" "$@"
  server=$process
}

# Starts another node on the database of a server that is ready, with the settings that stand behind. Sets `node` and
# `node_base`. It ends with the server.
start_demo_node() {
  local port
  port=$(free_port)
  node_base=http://127.0.0.1:$port
  serve "$port" "$demo_work/node.log" "$@"
  node=$process
}

# Waits until the district is loaded. 0: it is; 1: the server ended; 2: it takes too long.
demo_server_ready() {
  local deadline=$((SECONDS + demo_ready_seconds))
  until curl -fs -o /dev/null --max-time 5 "$base/health/ready"; do
    alive || return 1
    ((SECONDS <= deadline)) || return 2
    sleep 0.2
  done
}

# Ends it by SIGTERM; the exit code is its own, or 124 if it did not end in time.
stop_demo_server() {
  local deadline=$((SECONDS + demo_stop_seconds)) status=0
  kill -TERM "$server"
  stop_demo_node
  while alive && ((SECONDS <= deadline)); do sleep 0.1; done
  if alive; then return 124; fi
  wait "$server" || status=$?
  server=''
  return "$status"
}

stop_demo_node() {
  if [[ -n $node ]]; then
    kill -TERM "$node" 2>/dev/null || true
    wait "$node" 2>/dev/null || true
  fi
  node=''
}

# For a trap at the script's end.
# shellcheck disable=SC2317
clean_up_demo_server() {
  stop_demo_node
  if [[ -n $server ]]; then
    kill -KILL "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  if [[ -n $demo_database ]]; then scripts/cluster --name test dropdb "$demo_database" || true; fi
  rm -rf "$demo_work"
}
