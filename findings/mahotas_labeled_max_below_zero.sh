#!/usr/bin/env bash
# mahotas 1.4.19 gives 2.2e-308 as the maximum of every object whose values are below 0, and sums of 8 and 16 bits that wrap.
#
# Expected: help(labeled_max): "maxs[i] is equal to np.max(array[labeled == i])", for an "ndarray of any type". help(labeled_sum): "sum[i]
#   is equal to np.sum(array[labeled == i])". (It also says that the sums have the dtype of the array, which np.sum's have not.)
# Seen: of float images labeled_max starts at the smallest positive number of the type (in C++, numeric_limits<double>::min()), not at
#   the lowest: values below 0, such as air, lung and fat in Hounsfield units, never exceed it. Integers and labeled_min are right.
#   labeled_sum adds in the dtype of the image: two objects of one brightness come out in the wrong order.
# Versions: Python 3.11, mahotas 1.4.19, numpy 2.4.6. Output on 1 December 2026 (lung at -800 to -600 HU, fat at -100, liver at 60):
#   labeled_max, float64: lung 2.22507e-308, fat 2.22507e-308, liver 60
#   labeled_max, float32: lung 1.17549e-38, fat 1.17549e-38, liver 60
#   labeled_max, int16: lung -600, fat -100, liver 60
#   labeled_min, float64: lung -800, fat -100, liver 60
#   labeled_sum of cells of 300, 310 and 600 pixels of brightness 200, uint8: 96, 48, 192
#   labeled_sum of the same, uint16: 60000, 62000, 54464
#   labeled_sum of the same, int64: 60000, 62000, 120000
# For users: scipy.ndimage.maximum and sum_labels, or array.astype(int) first. A mean computed as labeled_sum / labeled_size is wrong in silence.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check mahotas==1.4.19 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PYTHON'
import sys
import mahotas, numpy as np

labels = np.repeat([1, 2, 3], 100).reshape(3, 100)              # a row each of lung, fat and liver
hounsfield = np.array([np.linspace(-800, -600, 100), np.full(100, -100), np.full(100, 60)])
right = {"max": [-600, -100, 60], "min": [-800, -100, 60]}

def extremes(which, kind):
    image = hounsfield.astype(kind)
    values = getattr(mahotas.labeled, f"labeled_{which}")(image, labels)[1:]
    print(f"labeled_{which}, {kind}:", ", ".join(f"{tissue} {value:g}" for tissue, value in zip(("lung", "fat", "liver"), values)))
    assert [getattr(np, which)(image[labels == label]) for label in (1, 2, 3)] == right[which]
    return values.tolist()

cells = np.repeat([1, 2, 3], [300, 310, 600])[None]

def sums(kind, text="the same"):
    values = [int(value) for value in mahotas.labeled_sum(np.full(cells.shape, 200, kind), cells)[1:]]
    print(f"labeled_sum of {text}, {kind}:", ", ".join(map(str, values)))
    return values

tiny = {kind: float(np.finfo(kind).tiny) for kind in ("float64", "float32")}
same = [extremes("max", kind) == [tiny[kind], tiny[kind], 60] for kind in tiny]
same += [extremes("max", "int16") == right["max"], extremes("min", "float64") == right["min"]]
same += [sums("uint8", "cells of 300, 310 and 600 pixels of brightness 200") == [96, 48, 192], sums("uint16") == [60000, 62000, 54464]]
same += [sums("int64") == [60000, 62000, 120000]]
sys.exit(not all(same))
PYTHON
