#!/usr/bin/env bash
# Group normalisation of values far from 0 is wrong in torch 2.13.0 on CPUs channels-last, and NaN in ONNX Runtime 1.32.0 from opset 21 on.
#
# Expected: group normalisation takes the mean and divides by the standard deviation (Wu and He 2018). The order of the values in memory
#   changes rounding alone.
# Seen: torch mended this for the usual layout in 2021 (issue 54293, Welford's algorithm). Its kernel for channels_last, the layout that is
#   faster for convolutions, still takes the mean of the squares less the square of the mean, summed in 32 bits. At 1000 +- 10 and
#   1024x1024 pixels that is below 0, is taken for 0, and values become thousands. nn.InstanceNorm is right in both layouts. The function
#   by which ONNX defines GroupNormalization has the same difference, and ONNX Runtime computes it as it stands: the root of what is
#   below 0 is NaN. At opset 18 torch exports InstanceNormalization in its place.
# Versions: Python 3.11, torch 2.13.0, onnx 1.23.2, onnxscript 0.7.2, onnxruntime 1.32.0, numpy 2.4.6, one thread.
# Output on 30 November 2026 (largest error, in standard deviations):
#   torch, 1000 +- 10, 1024x1024: contiguous below 0.01, channels_last above 1000
#   torch, 1000 +- 10, 256x256: contiguous below 0.01, channels_last 0.01 to 1
#   ONNX Runtime, 30000 +- 10, 256x256: opset 18 finite, opset 21 nan
# For users: bring images of 12 and 16 bits to about 0 +- 1 before such a network (GroupNorm is MONAI's SegResNet's default), keep it in
#   torch.contiguous_format on CPUs, and export to opset 18. Some platforms get several GB of CUDA with torch.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check torch==2.13.0 onnx==1.23.2 onnxscript==0.7.2 onnxruntime==1.32.0 numpy==2.4.6
cd "$folder"
venv/bin/python -W ignore - <<'PYTHON'
import logging, sys
import onnxruntime, torch

logging.disable(logging.CRITICAL)
torch.set_num_threads(1)
network = torch.nn.GroupNorm(1, 4).eval().requires_grad_(False)

def image(mean, side):
    return torch.randn(1, 4, side, side, generator=torch.Generator().manual_seed(0)) * 10 + mean

def error(output, given):
    """The largest error against the definition in 64 bits."""
    variance, mean = torch.var_mean(given.double(), correction=0)
    return float((output - (given.double() - mean) / (variance + 1e-5).sqrt()).abs().max())

def in_words(value):
    bounds = {0.01: "below 0.01", 1: "0.01 to 1", 1000: "1 to 1000", float("inf"): "above 1000"}
    return next((words for bound, words in bounds.items() if value < bound), "nan")

seen = []
for side in (1024, 256):
    given = image(1000, side)
    words = [in_words(error(network(given.contiguous(memory_format=layout)), given)) for layout in (torch.contiguous_format, torch.channels_last)]
    print(f"torch, 1000 +- 10, {side}x{side}: contiguous {words[0]}, channels_last {words[1]}")
    seen += words
given = image(30000, 256)
for opset in (18, 21):
    model = torch.onnx.export(network, (given,), dynamo=True, verbose=False, opset_version=opset).model_proto
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    output = torch.from_numpy(session.run(None, {session.get_inputs()[0].name: given.numpy()})[0])
    seen.append("nan" if output.isnan().any() else "finite")
print(f"ONNX Runtime, 30000 +- 10, 256x256: opset 18 {seen[4]}, opset 21 {seen[5]}")
sys.exit(seen != ["below 0.01", "above 1000", "below 0.01", "0.01 to 1", "finite", "nan"])
PYTHON
