#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Gives a job, its senders and its readers the rights of the table in docs/security.md, by Kafka's own
# tool. Users are principals, such as User:driftmoe-job; a user that is not named gets no rights.
#
#   docs/kafka-acls.sh --job User:job [--sender User:s] [--reader User:r] [--owner User:o]
#     [--prefix driftmoe.] [--group driftmoe] [--name driftmoe] [--explanations yes]
#     [--questions yes] [--control yes] -- TOOL [OPTION...]
#
# TOOL is kafka-acls.sh with how it reaches the broker:
#   docs/kafka-acls.sh --job User:job -- kafka-acls.sh --bootstrap-server host:9093 --command-config admin.properties
# With 'echo' for TOOL nothing is changed and the commands are printed. --prefix is what the names of the
# topics begin with, --group is kafka.group-id and --name is job.name. --explanations yes is for a job
# that explains predictions, --questions yes for one that asks for labels and --control yes for one
# that takes commands: each has one more topic. Annotators read as readers do and answer as senders do.
set -euo pipefail

prefix=driftmoe. group=driftmoe name=driftmoe job='' sender='' reader='' owner=''
explanations=no questions=no control=no
while (($#)); do
  case $1 in
    --job | --sender | --reader | --owner | --prefix | --group | --name | --explanations | --questions | --control)
      (($# > 1)) || { echo "$0: $1 needs a value" >&2; exit 2; }
      printf -v "${1#--}" %s "$2"
      shift 2
      ;;
    --) shift && break ;;
    *) echo "$0: what is '$1'? Lines 3 to 15 of this file say how it is called" >&2; exit 2 ;;
  esac
done
(($#)) || { echo "$0: after -- name the tool: kafka-acls.sh --bootstrap-server HOST:PORT, or echo" >&2; exit 2; }
tool=("$@")

# allow USER OPTION...
allow() {
  [[ -z $1 ]] || "${tool[@]}" --add --force --allow-principal "$1" "${@:2}"
}
topics() {
  local role
  for role in "$@"; do printf -- '--topic\n%s%s\n' "$prefix" "$role"; done
}
mapfile -t inputs < <(topics features labels)
mapfile -t outputs < <(topics predictions drift-events metrics dead-letters)
commands=()
[[ $control != yes ]] || mapfile -t commands < <(topics control)
[[ $explanations != yes ]] || mapfile -t -O ${#outputs[@]} outputs < <(topics explanations)
[[ $questions != yes ]] || mapfile -t -O ${#outputs[@]} outputs < <(topics questions)

# reads its inputs as a group; writes its outputs in transactions, and looks after a failure which of
# them are open there; asks what sizes of records the outputs take
allow "$job" --operation Read --operation Describe "${inputs[@]}" "${commands[@]}"
allow "$job" --operation Read --group "$group" --group "$name-owner"
allow "$job" --operation Write --operation Read --operation Describe --operation DescribeConfigs "${outputs[@]}"
allow "$job" --operation Write --operation Describe --transactional-id "$name-" --resource-pattern-type prefixed

allow "$sender" --operation Write --operation Describe "${inputs[@]}"

allow "$reader" --operation Read --operation Describe "${outputs[@]}"

# commands are the owner's, who waits for the answers
[[ $control != yes ]] || allow "$owner" --operation Write "${commands[@]}"
[[ $control != yes ]] || allow "$owner" --operation Read --topic "${prefix}drift-events"

# creates, checks and describes the topics
allow "$owner" --operation Create --operation Describe --operation DescribeConfigs "${inputs[@]}" "${outputs[@]}" "${commands[@]}"
