#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# No Grafana: it says that it is well when Grafana would find a data source that answers, and dashboards.
set -euo pipefail

fail() {
  echo "$1" >&2
  exit 1
}

provisioning=${GF_PATHS_PROVISIONING:-/etc/grafana/provisioning}
grep -q 'url: ${PROMETHEUS_URL}' "$provisioning"/datasources/*.yml || fail "no data source in $provisioning"
grep -q 'path: ${DRIFTMOE_DASHBOARDS}' "$provisioning"/dashboards/*.yml || fail "no dashboards in $provisioning"
for dashboard in "$DRIFTMOE_DASHBOARDS"/*.json; do
  grep -q '"panels"' "$dashboard" || fail "no dashboard: $dashboard"
done
wget -q -O /dev/null "$PROMETHEUS_URL/api/v1/query?query=up" || fail "no Prometheus at $PROMETHEUS_URL"
mkdir -p /var/lib/grafana/api
echo '{"database": "none", "version": "stand-in"}' >/var/lib/grafana/api/health
exec httpd -f -p 3000 -h /var/lib/grafana
