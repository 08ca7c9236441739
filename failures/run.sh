#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Runs faults against the job on processes of this machine, after building it. --help says how; the
# long set, ten strikes of each fault in either order, is what it does without options and takes
# some hours; a call that is stopped is gone on with by the next. Rights to mount (for a disk that
# runs full) and a C compiler (for clocks that jump) are used where they are there. Those that end
# by --supervise run what ./driftmoe has built.
set -euo pipefail
home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
rm -f "$home"/failures/target/driftmoe-failures-*.jar # one of another version has another name
(cd "$home" && mvn -q -B -ntp -Dmaven.test.skip=true -Dspotless.check.skip=true -pl failures -am package >&2)
java=java
[[ -n ${JAVA_HOME:-} ]] && java=$JAVA_HOME/bin/java
jars=("$home"/failures/target/driftmoe-failures-*.jar)
exec "$java" -Xmx1g -XX:+UseSerialGC --add-opens=java.base/java.util=ALL-UNNAMED -Ddriftmoe.home="$home" \
  -cp "${jars[0]}:$(<"$home/failures/target/class-path")" io.driftmoe.failures.FailuresMain "$@"
