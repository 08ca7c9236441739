#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Images for machines without a registry: under the names of docker-compose.yml and Dockerfile, each only where the
# engine does not have it and cannot pull it. They are made of this machine's JDK, bash, busybox and Prometheus, and of
# the jars in cli/target: Kafka and Flink are the real ones, started as the public images start them. Maven's image only
# hands out what Maven has built here, and Grafana's only checks that it finds its files.
# Needs busybox-static, and the package of every module: mvn package -Dmaven.test.skip=true
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
lib=$root/cli/target/lib
jre=driftmoe-stand-in/jre:17
modules=java.desktop,java.instrument,java.management.rmi,java.naming,java.net.http,java.security.jgss,java.sql
modules+=,java.security.sasl,jdk.crypto.ec,jdk.httpserver,jdk.incubator.vector,jdk.management,jdk.naming.dns,jdk.net
modules+=,jdk.unsupported,jdk.zipfs
export DOCKER_BUILDKIT=0 # the other builder needs a plug-in

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The name of an image in docker-compose.yml.
named() {
  local given=${!1:-}
  echo "${given:-$(sed -n "s/.*\${$1:-\([^}]*\)}.*/\1/p" "$root/docker-compose.yml" | head -n 1)}"
}

# The name of an image in the Dockerfile.
based() {
  sed -n "s/^ARG $1=//p" "$root/Dockerfile"
}

is_missing() {
  ! docker image inspect "$1" >/dev/null 2>&1 && ! timeout 300 docker pull -q "$1" >/dev/null 2>&1
}

is_stand_in() {
  [[ $(docker image inspect -f '{{index .Config.Labels "driftmoe.stand-in"}}' "$1" 2>/dev/null) == "$2" ]]
}

# Runs a command that says much, and shows it only when it fails.
quietly() {
  "$@" >"$work/log" 2>&1 || { cat "$work/log" >&2 && return 1; }
}

# A stand-in for the image $1 from the folder $2 and what is in $work/$2.
build() {
  cp "$here/$2"/* "$work/$2/"
  tar -C "$work/$2" -ch . |
    quietly docker build -t "$1" --build-arg JRE="$jre" --label driftmoe.stand-in="$2" -
  echo "stand-in: $1" >&2
}

need_jre() {
  docker image inspect "$jre" >/dev/null 2>&1 && return
  local files=$work/jre library name
  mkdir -p "$files"/{bin,etc,lib64,lib/x86_64-linux-gnu,opt/java,tmp,usr/bin,usr/local/bin,usr/lib/locale}
  chmod 1777 "$files/tmp"
  quietly jlink --strip-debug --no-header-files --no-man-pages --add-modules "$modules" \
    --output "$files/opt/java/openjdk"
  quietly "$files/opt/java/openjdk/bin/java" -Xshare:dump # starts twice as fast
  cp "$(command -v bash)" "$(command -v busybox)" "$files/bin/"
  while read -r name; do
    [[ -e $files/bin/$name ]] || ln -s busybox "$files/bin/$name"
  done < <(busybox --list)
  ln -s ../../bin/busybox "$files/usr/bin/env"
  {
    printf '/lib/x86_64-linux-gnu/%s\n' libnss_{files,dns}.so.2 libresolv.so.2 libstdc++.so.6 libgcc_s.so.1
    find "$files/opt/java/openjdk/lib" "$files/opt/java/openjdk/bin/java" "$files/bin/bash" \
      \( -name '*.so' -o -perm -u+x -type f \) -exec ldd {} + 2>/dev/null |
      sed -n 's|.*=> \(/[^ ]*\) .*|\1|p' | grep -v "^$files"
  } | sort -u | while read -r library; do cp -L "$library" "$files/lib/x86_64-linux-gnu/"; done
  cp -L /lib64/ld-linux-x86-64.so.2 "$files/lib64/"
  cp -R /usr/lib/locale/C.utf8 "$files/usr/lib/locale/"
  printf '%s\n' 'root:x:0:0::/:/bin/sh' 'nobody:x:65534:65534::/tmp:/bin/sh' >"$files/etc/passwd"
  echo 'hosts: files dns' >"$files/etc/nsswitch.conf"
  tar -C "$files" -c . | docker import -c 'ENV PATH=/usr/local/bin:/bin:/opt/java/openjdk/bin' \
    -c 'ENV JAVA_HOME=/opt/java/openjdk' -c 'ENV LC_ALL=C.UTF-8' -c 'LABEL driftmoe.stand-in=jre' - "$jre" >/dev/null
  rm -rf "$files"
}

# Links to the jars whose names match $1, in the folder $2.
jars() {
  local jar
  mkdir -p "$2"
  for jar in "$lib"/*.jar; do
    if [[ $(basename "$jar") =~ ^($1) ]]; then
      ln -s "$jar" "$2/"
    fi
  done
}

image=$(named DRIFTMOE_KAFKA_IMAGE)
if is_missing "$image"; then
  need_jre
  names='kafka|scala|HdrHistogram|RoaringBitmap|argparse4j|caffeine|commons|hash4j|jackson|jline|jopt|jose4j'
  jars "$names|log4j|lz4|metrics-core|pcollections|re2j|slf4j|snakeyaml-2|snappy|zstd" "$work/kafka/libs"
  build "$image" kafka
fi

image=$(named DRIFTMOE_FLINK_IMAGE)
if is_missing "$image"; then
  need_jre
  # a distribution has no connector for Kafka
  names='flink-[^c]|flink-c[^o]|flink-core|flink-connector-(base|datagen)|RoaringBitmap|jsr305|javassist|kryo|log4j'
  names+='|commons-(cli|collections|compress|io|lang3|math3|text)|lz4|minlog|objenesis|re2j|reflectasm|slf4j'
  jars "$names|snakeyaml-engine|snappy|zstd" "$work/flink/lib"
  mkdir -p "$work/flink/plugins/metrics-prometheus"
  cp "$root"/containers/target/plugins/flink-metrics-prometheus-*.jar "$work/flink/plugins/metrics-prometheus/"
  build "$image" flink
fi

image=$(named DRIFTMOE_PROMETHEUS_IMAGE)
if is_missing "$image"; then
  need_jre
  mkdir -p "$work/prometheus"
  cp "${PROMETHEUS_BIN:-/usr/bin}/prometheus" "$work/prometheus/"
  build "$image" prometheus
fi

image=$(named DRIFTMOE_GRAFANA_IMAGE)
if is_missing "$image"; then
  need_jre
  mkdir -p "$work/grafana"
  build "$image" grafana
fi

image=$(based RUNTIME_IMAGE)
if is_missing "$image"; then
  need_jre
  docker tag "$jre" "$image"
  echo "stand-in: $image" >&2
fi

image=$(based BUILD_IMAGE)
# one that is there holds what was built before
if is_stand_in "$image" maven || is_missing "$image"; then
  need_jre
  mkdir -p "$work/maven/built"
  (cd "$root" && tar -ch cli/target/lib cli/target/driftmoe-cli-*.jar flink-jobs/target/driftmoe-job.jar) |
    tar -C "$work/maven/built" -x
  build "$image" maven
fi
