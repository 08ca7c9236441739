#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Puts a new build, or another configuration that goes with a state, in the place of a job that runs on a
# Flink cluster: beside it first, with outputs of its own, then in its place. Each event has one
# prediction, from the one or the other (docs/operations.md, Upgrade).
#
#   docs/take-over.sh trial  --flink HOST:PORT --from NAME --to NAME --config NEXT.yaml --savepoints URI [-- OPTION...]
#   docs/take-over.sh switch --flink HOST:PORT --from NAME --to NAME --config NEXT.yaml --savepoints URI [-- OPTION...]
#
# --from is the job.name of the job that runs. NEXT.yaml is its configuration with job.name and
# kafka.group-id changed to that of --to. URI is a folder that the cluster writes and this machine reads.
# OPTION is for 'driftmoe job', such as --jar FILE. DRIFTMOE names the command where it is not ../driftmoe.
set -euo pipefail

driftmoe=${DRIFTMOE:-$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)/driftmoe}
step=${1:-} flink='' from='' to='' config='' savepoints=''
[[ $step == trial || $step == switch ]] || { echo "$0: trial or switch? Lines 3 to 13 of this file say how it is called" >&2; exit 2; }
shift
while (($#)); do
  case $1 in
    --flink | --from | --to | --config | --savepoints)
      (($# > 1)) || { echo "$0: $1 needs a value" >&2; exit 2; }
      printf -v "${1#--}" %s "$2"
      shift 2
      ;;
    --) shift && break ;;
    *) echo "$0: what is '$1'? Lines 3 to 13 of this file say how it is called" >&2; exit 2 ;;
  esac
done
for option in flink from to config savepoints; do
  [[ -n ${!option} ]] || { echo "$0: --$option is missing" >&2; exit 2; }
done
options=("$@")

# field NAME: its text in the JSON of standard input
field() { grep -oE "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

# id NAME: of the job that runs
id() {
  curl -fsS "http://$flink/jobs/overview" | tr '{' '\n' | grep -F "\"name\":\"$1\"" |
    grep -F '"state":"RUNNING"' | field jid || { echo "$0: no job '$1' runs at $flink" >&2; exit 1; }
}

# answer JOB-ID PATH STATUS-PATH BODY: of the cluster, once it has done what it was asked for
answer() {
  local trigger answer
  trigger=$(curl -fsS -H 'Content-Type: application/json' -d "$4" "http://$flink/jobs/$1/$2" | field request-id) ||
    { echo "$0: $flink refuses a savepoint or checkpoint of job $1" >&2; exit 1; }
  until answer=$(curl -fsS --retry 30 --retry-delay 2 --retry-connrefused "http://$flink/jobs/$1/$3/$trigger") &&
    [[ $answer == *COMPLETED* ]]; do
    [[ -n $answer ]] || { echo "$0: $flink no longer answers; is the job still there?" >&2; exit 1; }
    sleep 0.5
  done
  echo "$answer"
}

# saved JOB-ID stop|savepoints: stops the job with a savepoint, or takes one while it goes on
saved() {
  local body="{\"target-directory\":\"$savepoints\",\"cancel-job\":false}" reply
  [[ $2 == savepoints ]] || body="{\"targetDirectory\":\"$savepoints\",\"drain\":false}"
  reply=$(answer "$1" "$2" savepoints "$body") || exit 1
  field location <<<"$reply" || { echo "$0: no savepoint of $1: $reply" >&2; exit 1; }
}

# is_past JOB-ID: whether the job has a checkpoint that is past all that '$from' had predicted; else why not
is_past() {
  local seen said
  seen=$(saved "$1" savepoints) || return 1
  said=$("$driftmoe" job --config "$config" --check --resume "$seen" "-Djob.takes-over-from=$last" 2>&1) || true
  [[ $said == *"takes-over-from may go"* ]] || { echo "$said" && return 1; }
  # a job does not restart from a savepoint, so a checkpoint that is later than it
  said=$(answer "$1" checkpoints checkpoints '{"checkpointType":"CONFIGURED"}') || return 1
  [[ $said =~ \"checkpointId\":[0-9] ]] || { echo "$said" && return 1; }
}

# outputs of the new job while it runs beside the other
trial=()
for role in predictions drift-events metrics dead-letters; do
  trial+=("-Dtopics.$role=$to.trial.$role")
done
trial+=("-Dtopics.explanations=$to.trial.explanations") # without effect where nothing is explained
trial+=("-Dtopics.questions=$to.trial.questions") # likewise where no labels are asked for

if [[ $step == trial ]]; then
  live=$(id "$from")
  savepoint=$(saved "$live" savepoints)
  "$driftmoe" topics --config "$config" "${trial[@]}" >&2
  "$driftmoe" job --config "$config" --target "$flink" --resume "$savepoint" "${trial[@]}" "${options[@]}"
  echo "$0: '$to' runs beside '$from', from $savepoint on, and writes to $to.trial.*" >&2
  exit
fi

live=$(id "$from")
new=$(id "$to")
warm=$(saved "$new" stop)
echo "$0: '$to' is stopped, its state is $warm" >&2
# '$from' is stopped where it has come further, so that nothing is left out between the two
while true; do
  seen=$(saved "$live" savepoints)
  refusal=$("$driftmoe" job --config "$config" --check --resume "$warm" "-Djob.takes-over-from=$seen" 2>&1) && break
  [[ $refusal == *"this one has predicted more"* ]] || { echo "$refusal" >&2; exit 1; }
done
last=$(saved "$live" stop)
echo "$0: '$from' is stopped, its state is $last; to go back, resume it from there" >&2
new=$("$driftmoe" job --config "$config" --target "$flink" --resume "$warm" "-Djob.takes-over-from=$last" "${options[@]}") || {
  echo "$0: no job runs now. Mend that, then: $driftmoe job --config $config --target $flink" \
    "--resume $warm -Djob.takes-over-from=$last ${options[*]}" >&2
  exit 1
}
cat >&2 <<EOF
$0: '$to' is in the place of '$from', as job $new. Until it has saved a state that is past all that
'$from' had predicted, start it with -Djob.takes-over-from=$last only,
and with --resume $warm where it has no state of its own yet;
without, events have two predictions. Waiting for that state.
EOF
pause=1
until why=$(is_past "$new" 2>&1); do
  job=$(curl -sS "http://$flink/jobs/$new" 2>&1) || true
  case $job in
    *'"state":"FAILED"'* | *'"state":"CANCELED"'* | *'"state":"FINISHED"'* | *'not found'*)
      echo "$0: '$to' no longer runs, and was not past '$from': start it as said above" >&2
      exit 1
      ;;
  esac
  ((pause < 30)) || echo "$0: still waiting: $why" >&2
  sleep "$pause"
  pause=$((pause < 30 ? pause * 2 : 30)) # each round takes a savepoint
done
echo "$0: '$to' has saved a state that is past '$from': from now on $config alone starts it," \
  "without job.takes-over-from" >&2
