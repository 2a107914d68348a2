#!/usr/bin/env bash
# A rolling update under load, imitated with processes: replicas are drained, stopped and started again
# behind nginx, one after the other, and no caller may see an error. ROLLING_SECONDS: for how long (40).
set -euo pipefail
cd "$(dirname "$0")"
exec timeout 2400 python3 rolling_update.py
