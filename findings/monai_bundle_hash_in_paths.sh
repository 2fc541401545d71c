#!/usr/bin/env bash
# monai.bundle reads each "#" in the texts of a config as "::", also in paths: results go to another folder, in silence.
#
# Expected: --output_dir "mouse #1" writes into "mouse #1". "#" parts an ID, such as "train#trainer", but a path is none.
# Seen: ConfigParser puts "::" in the place of "#" in every text that is no reference, too. Images in a folder of that name are looked
#   for under another name, and an output folder is made under it, with exit code 0. SaveImage called from Python keeps the name.
#   On the command line fire cuts the text at "#" before, as Python does with a comment.
# Versions: Python 3.11, monai 1.6.1, torch 2.13.0, fire 0.7.1, numpy 2.4.6, pillow 12.3.0. Output on 30 November 2026:
#   run --output_dir "mouse #1": exit code 0, made "mouse"
#   "output_dir": "mouse #1" in config.json: exit code 0, made "mouse ::1"
#   run --output_dir "$'mouse \x231'": exit code 0, made "mouse #1"
#   SaveImage(output_dir="mouse #1"): made "mouse #1"
# For users: write such a path as an expression, as in the third line, or link to the folder under another name.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check monai==1.6.1 torch==2.13.0 fire==0.7.1 numpy==2.4.6 \
    pytorch-ignite==0.5.5 pyyaml==6.0.3 pillow==12.3.0
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import json, pathlib, shutil, subprocess, sys
import torch
from monai.transforms import SaveImage

ENDING = {"output_ext": ".png", "separate_folder": False, "print_log": False}
config = {
    "output_dir": "mouse #1",
    "image": "$__import__('torch').ones(1, 4, 4)",
    "save": {"_target_": "SaveImage", "output_dir": "@output_dir", **ENDING},
    "initialize": [], "run": ["$@save(@image)"], "finalize": [],
}
pathlib.Path("config.json").write_text(json.dumps(config))

def made():
    folders = sorted(path for path in pathlib.Path().glob("mouse*"))
    names = " and ".join(f'"{folder.name}"' for folder in folders)
    for folder in folders:
        shutil.rmtree(folder)
    return f"made {names}"

def run(*options):
    command = [sys.executable, "-W", "ignore", "-m", "monai.bundle", "run", "--config_file", "config.json", *options]
    return f"exit code {subprocess.run(command, capture_output=True).returncode}, {made()}"

escaped = "$'mouse \\x231'"
seen = {
    'run --output_dir "mouse #1"': run("--output_dir", "mouse #1"),
    '"output_dir": "mouse #1" in config.json': run(),
    f'run --output_dir "{escaped}"': run("--output_dir", escaped),
}
SaveImage(output_dir="mouse #1", **ENDING)(torch.ones(1, 4, 4))
seen['SaveImage(output_dir="mouse #1")'] = made()
for what, came in seen.items():
    print(f"{what}: {came}")
stated = ['exit code 0, made "mouse"', 'exit code 0, made "mouse ::1"', 'exit code 0, made "mouse #1"', 'made "mouse #1"']
sys.exit(list(seen.values()) != stated)
PYTHON
