#!/bin/bash
# is-healthy.sh dag_processor|triggerer: whether the API server has lately had a heartbeat of it.
set -euo pipefail
curl --fail --silent http://api-server:8080/api/v2/monitor/health |
  python -c 'import json, sys; sys.exit(json.load(sys.stdin)[sys.argv[1]]["status"] != "healthy")' "$1"
