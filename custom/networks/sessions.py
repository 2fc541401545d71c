"""ONNX Runtime and OpenVINO, started with a network, with as many threads as torch."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import torch

Compute = Callable[[Any], Any]  # logits (N, K, H', W') of an image (N, C, H, W), both float32 arrays


def start_onnxruntime(model: Path | bytes) -> tuple[Compute, tuple[int, int]]:
    """What computes the logits of an ONNX file, or of its bytes, and its numbers of input and output channels."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = torch.get_num_threads()
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    channels = session.get_inputs()[0].shape[1], session.get_outputs()[0].shape[1]
    return lambda image: session.run(["pred"], {"image": image})[0], channels


@cache
def openvino_core() -> Any:
    """OpenVINO, loaded once and kept while the process lives.

    It gives the process a stack for signal handlers, and frees it as it is unloaded. Where two were loaded and the first goes
    first, the process is left with a freed stack, and the next signal, as of a child that ends, is a segmentation fault.
    """
    import openvino

    return openvino.Core()


def start_openvino(model: Path | bytes, bfloat16: bool) -> tuple[Compute, tuple[int, int]]:
    """The same of an ONNX or OpenVINO file, in bfloat16 only where the processor has it."""
    core = openvino_core()
    read = core.read_model(BytesIO(model) if isinstance(model, bytes) else model)
    wanted = "bf16" if bfloat16 and "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
    options = {"INFERENCE_PRECISION_HINT": wanted, "INFERENCE_NUM_THREADS": torch.get_num_threads()}
    compiled = core.compile_model(read, "CPU", options)
    channels = tuple(port.partial_shape[1].get_length() for port in (read.input(), read.output()))
    return lambda image: compiled(image)[0], (channels[0], channels[1])
