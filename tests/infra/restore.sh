#!/usr/bin/env bash
# Backup and restore as in docs/operations.md, with real servers: sells, backs up, begins with empty
# stores, restores, and looks whether the shop is the same and sells on. In both shapes.
set -euo pipefail
cd "$(dirname "$0")"
exec timeout 2400 python3 restore.py
