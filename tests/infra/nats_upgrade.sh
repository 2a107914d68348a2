#!/usr/bin/env bash
# The three NATS servers of the prod overlay, by its configuration, restarted one after the other as an
# upgrade does it (lame duck first), while the shop sells: no caller may see an error.
set -euo pipefail
cd "$(dirname "$0")"
exec timeout 2400 python3 nats_upgrade.py
