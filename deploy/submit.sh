#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Submits the job to a session cluster through Flink's REST interface, where there is no client of Flink; prints the id
# of the job. The cluster needs web.submit.enable (Flink's default), and reads the file of --config itself: it is a path
# on the JobManager. JAR may also be the id of one that was uploaded before.
#
#   deploy/submit.sh HOST:PORT JAR [-s SAVEPOINT] --config job.yaml [--KEY VALUE]...
set -euo pipefail
(($# >= 4)) || { echo "$0: line 7 of this file says how it is called" >&2; exit 2; }
flink=$1 jar=$2 savepoint=
shift 2
if [[ $1 == -s ]]; then
  savepoint=$2
  shift 2
fi

# quoted TEXT: as JSON
quoted() {
  local text=${1//\\/\\\\}
  printf '"%s"' "${text//\"/\\\"}"
}

# field NAME: its text in the JSON of standard input
field() { grep -oE "\"$1\":\"[^\"]*\"" | head -n 1 | cut -d '"' -f 4; }

# ask PATH OPTION...: the answer of Flink, or the line of it that says what is wrong
ask() {
  local answer
  answer=$(curl -sS --fail-with-body "${@:2}" "http://$flink$1") || {
    echo "$0: $flink refuses: $(grep -oE '(Caused by|ProgramParametrizationException|Exception): [^\\]*' <<<"$answer" |
      tail -n 1 || echo "$answer")" >&2
    exit 1
  }
  echo "$answer"
}

if [[ -f $jar ]]; then
  uploaded=$(ask /jars/upload -F "jarfile=@$jar;type=application/x-java-archive") || exit 1
  jar=$(basename "$(field filename <<<"$uploaded")")
fi
arguments=
for argument in "$@"; do
  arguments+=${arguments:+,}$(quoted "$argument")
done
body="{\"programArgsList\":[$arguments]${savepoint:+,\"savepointPath\":$(quoted "$savepoint")}}"
ask "/jars/$jar/run" -H 'Content-Type: application/json' -d "$body" | field jobid
