# The settings of a private cluster: what it takes of the machine, and how durable it is.
# shellcheck shell=bash disable=SC2154 # the variables are those of scripts/cluster, which reads this file

# What the machine has, or what the container may use, in MiB.
memory_mib() {
  local mib limit
  mib=$(awk '/^MemTotal:/ { print int($2 / 1024) }' /proc/meminfo)
  limit=$(cat /sys/fs/cgroup/memory.max 2>/dev/null || true)
  if [[ $limit =~ ^[0-9]+$ ]] && ((limit / 1048576 < mib)); then mib=$((limit / 1048576)); fi
  echo "$mib"
}

between() { echo $(($1 < $2 ? $2 : $1 > $3 ? $3 : $1)); }

settings() {
  local mib
  mib=$(memory_mib)
  cat <<CONF
# Written anew at every start by scripts/cluster. Put what you want otherwise into local.conf beside this file.
listen_addresses = ''
port = 5432
unix_socket_directories = '"$sock"'

timezone = 'UTC'
log_timezone = 'UTC'

# The server that uses this database answers reads from its own memory and needs most of the machine itself.
effective_cache_size = $((mib / 4))MB
work_mem = 16MB
maintenance_work_mem = $(between $((mib / 32)) 64 512)MB
random_page_cost = 1.1
jit = off  # compiling costs more than the short queries here take

# Shared memory as files in the data folder: /dev/shm is 64 MB in many containers, and systemd empties it of an
# ordinary user's segments when that user logs out. What is usual fits into the part that is set aside at start.
dynamic_shared_memory_type = mmap
min_dynamic_shared_memory = 16MB

logging_collector = on
log_directory = '$logs'
log_filename = 'postgresql-%a.log'  # one file a weekday, written over after a week
log_truncate_on_rotation = on
log_line_prefix = '%m [%p] %q%u@%d '
log_lock_waits = on
log_min_duration_statement = 1s
CONF
  if $throwaway; then
    cat <<CONF

# Throw-away: nothing here has to outlive the machine. A crash of the server alone still loses no answered write.
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 2GB
shared_buffers = $(between $((mib / 16)) 128 256)MB
max_connections = 200  # every test has a pool of its own
autovacuum = off  # tests make databases by the hundred, and the launcher would visit each of them
log_checkpoints = off
CONF
  else
    cat <<CONF

# Durable: an answered write is on the disk.
fsync = on
synchronous_commit = on
full_page_writes = on
wal_compression = $( ((major >= 15)) && echo lz4 || echo on)
max_wal_size = 4GB
checkpoint_timeout = 15min
shared_buffers = $(between $((mib / 8)) 128 1024)MB
max_connections = 100
CONF
  fi
}

write_settings() {
  settings | as_server tee "$data/geokontor.conf" >/dev/null
  echo 'local all all trust' | as_server tee "$data/pg_hba.conf" >/dev/null
}
