#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# jobmanager or taskmanager as in the public image: FLINK_PROPERTIES goes into the configuration.
set -euo pipefail

conf=/opt/flink/conf/config.yaml
set_key() {
  sed -i "/^$1:/d" "$conf"
  echo "$1: $2" >>"$conf"
}

run() {
  local resources=$1 main=$2 result
  shift 2
  set_key jobmanager.rpc.address "${JOB_MANAGER_RPC_ADDRESS:-$(hostname)}"
  while IFS=: read -r key value; do
    [[ -z ${key// /} ]] || set_key "$key" "$value"
  done <<<"${FLINK_PROPERTIES:-}"
  # options of the JVM, then those of Flink
  mapfile -t result < <(java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '/opt/flink/lib/*' \
    org.apache.flink.runtime.util.bash.BashJavaUtils "$resources" --configDir /opt/flink/conf 2>/dev/null |
    sed -n 's/^BASH_JAVA_UTILS_EXEC_RESULT://p')
  # shellcheck disable=SC2086 # several options each
  exec java ${result[0]} -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --add-opens=java.base/java.util=ALL-UNNAMED \
    --add-opens=java.base/java.lang=ALL-UNNAMED -Dlog4j.configurationFile=/opt/flink/conf/log4j-console.properties \
    -cp '/opt/flink/lib/*' "$main" --configDir /opt/flink/conf ${result[1]:-} "$@"
}

case ${1:-} in
  jobmanager) run GET_JM_RESOURCE_PARAMS org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint ;;
  taskmanager) run GET_TM_RESOURCE_PARAMS org.apache.flink.runtime.taskexecutor.TaskManagerRunner ;;
  *) exec "$@" ;;
esac
