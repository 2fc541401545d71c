#!/usr/bin/env bash
# monai.bundle drops an override whose value is None: the config's own value stays, in silence.
#
# Expected: "--limit None" sets limit to None, as "--limit 7" sets it to 7, or is refused.
# Seen: run() leaves out arguments that are None before it looks at the config, so the value 5 in the file stays. The text "$None" works.
# Versions: Python 3.11, monai 1.6.1, torch 2.13.0, fire 0.7.1. Output on 29 November 2026:
#   --limit None: limit is 5
#   --limit 7: limit is 7
#   --limit $None: limit is None
# For users: write "$None" on the command line.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check monai==1.6.1 torch==2.13.0 fire==0.7.1 numpy==2.4.6 pytorch-ignite==0.5.5 pyyaml==6.0.3
cd "$folder"
cat > config.json <<'JSON'
{"limit": 5, "initialize": [], "run": ["$print('limit is', @limit)"], "finalize": []}
JSON
failed=0
for pair in "None|5" "7|7" "\$None|None"; do
    given=${pair%|*} expected="limit is ${pair#*|}"
    seen=$(venv/bin/python -W ignore -m monai.bundle run --config_file config.json --limit "$given" 2>/dev/null | grep "^limit is" || true)
    echo "--limit $given: $seen"
    [ "$seen" = "$expected" ] || failed=1
done
exit $failed
