#!/usr/bin/env bash
# OpenVINO 2026.4.1 shifts a transposed convolution by a pixel that tells its output_shape beside auto_pad SAME_UPPER.
#
# Expected: ONNX's text for ConvTranspose, when output_shape is given: "If (auto_pads == SAME_UPPER): pads[start_i] = total_padding[i]/2;
#   pads[end_i] = total_padding[i] - (total_padding[i]/2)". A padding of 1 cuts off the last row, and none at the start. ONNX's
#   reference evaluator and ONNX Runtime do so.
# Seen: OpenVINO cuts off the first row and column instead, as for SAME_LOWER: the result, of the right shape, lies a pixel off, where
#   kernel - stride is odd (3 and 5 here; 2 and 4 are right). Without output_shape, which says the same size, all three agree: OpenVINO's pull
#   request 32608 mended that case in 2025. A U-Net's way up moves against its skip connections so.
# Versions: Python 3.11, openvino 2026.4.1, onnx 1.23.2, onnxruntime 1.32.0, numpy 2.4.6. Output on 30 November 2026 (first row and column of the
#   unpadded result that is kept, by the reference, ONNX Runtime and OpenVINO):
#   SAME_UPPER and output_shape, kernel 2: 0 0, 0 0, 0 0
#   SAME_UPPER and output_shape, kernel 3: 0 0, 0 0, 1 1
#   SAME_UPPER and output_shape, kernel 4: 1 1, 1 1, 1 1
#   SAME_UPPER and output_shape, kernel 5: 1 1, 1 1, 2 2
#   SAME_UPPER, kernel 3: 0 0, 0 0, 0 0
#   SAME_LOWER and output_shape, kernel 3: 1 1, 1 1, 1 1
# For users: give pads, and neither auto_pad nor output_shape, as torch's exporter does; compare the runtimes once on a picture.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check openvino==2026.4.1 onnx==1.23.2 onnxruntime==1.32.0 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import sys
import numpy as np, onnx, onnxruntime, openvino
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

rng = np.random.default_rng(0)
image = rng.standard_normal((1, 2, 13, 15)).astype(np.float32)

def model(weights, **attributes):
    node = helper.make_node("ConvTranspose", ["x", "w"], ["y"], strides=[2, 2], **attributes)
    x, y = (helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape in (("x", image.shape), ("y", [1, 3, "rows", "columns"])))
    graph = helper.make_graph([node], "up", [x], [y], [numpy_helper.from_array(weights, "w")])
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.checker.check_model(made)
    return made

def three(made):
    stored, core = made.SerializeToString(), openvino.Core()
    runtime = onnxruntime.InferenceSession(stored, providers=["CPUExecutionProvider"])
    compiled = core.compile_model(core.read_model(stored), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return ReferenceEvaluator(made).run(None, {"x": image})[0], runtime.run(None, {"x": image})[0], compiled([image])[0]

def kept(whole, part):
    """The place of the one part of the unpadded result that the padded one is."""
    assert part.shape == (1, 3, 26, 30)
    rows, columns = whole.shape[2] - 25, whole.shape[3] - 29
    [place] = [(y, x) for y in range(rows) for x in range(columns) if np.allclose(whole[..., y : y + 26, x : x + 30], part, atol=1e-4)]
    return place

def look(name, kernel, **attributes):
    weights = rng.standard_normal((2, 3, kernel, kernel)).astype(np.float32)
    whole = ReferenceEvaluator(model(weights)).run(None, {"x": image})[0]
    places = [kept(whole, part) for part in three(model(weights, **attributes))]
    print(f"{name}, kernel {kernel}:", ", ".join(f"{y} {x}" for y, x in places))
    return places

size = [26, 30]
seen = [look("SAME_UPPER and output_shape", kernel, auto_pad="SAME_UPPER", output_shape=size) for kernel in (2, 3, 4, 5)]
seen += [look("SAME_UPPER", 3, auto_pad="SAME_UPPER"), look("SAME_LOWER and output_shape", 3, auto_pad="SAME_LOWER", output_shape=size)]
sys.exit([[y for y, x in places if y == x] for places in seen] != [[0, 0, 0], [0, 0, 1], [1, 1, 1], [1, 1, 2], [0, 0, 0], [1, 1, 1]])
PYTHON
