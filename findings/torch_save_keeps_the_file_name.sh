#!/usr/bin/env bash
# torch.save writes the name of the file into the file: the same weights under two names have two SHA-256.
#
# Expected: the bytes of a saved state dictionary depend on its tensors and on torch alone, so digests tell whether two trainings agree.
# Seen: a path gives an archive whose members lie in a folder named after the file ("a/data.pkl"), an open file one named "archive".
# Versions: Python 3.11, torch 2.13.0. Output on 29 November 2026:
#   saved to paths a.pt, b.pt: equal bytes False, members in ['a', 'b']
#   saved to streams: equal bytes True, members in ['archive', 'archive']
# For users: save to a stream, and write its bytes, where digests are to be compared.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import io, sys, zipfile
from pathlib import Path
import torch

weights = {"weight": torch.arange(4.0)}

def told(files):
    members = [zipfile.ZipFile(io.BytesIO(each)).namelist()[0].split("/")[0] for each in files]
    return files[0] == files[1], members

def saved(target):
    torch.save(weights, target)
    return target.getvalue() if isinstance(target, io.BytesIO) else Path(target).read_bytes()

paths, streams = told([saved("a.pt"), saved("b.pt")]), told([saved(io.BytesIO()), saved(io.BytesIO())])
print(f"saved to paths a.pt, b.pt: equal bytes {paths[0]}, members in {paths[1]}")
print(f"saved to streams: equal bytes {streams[0]}, members in {streams[1]}")
sys.exit((paths, streams) != ((False, ["a", "b"]), (True, ["archive", "archive"])))
PYTHON
