"""CPU time that each step of a prediction of many slices takes, with OpenVINO in bfloat16 where the processor has it.

    python benchmarks/prediction_steps.py IMAGES [--slices 223]

IMAGES is a folder as for `--dataset_dir`, of which the first images count. Each step is timed in the thread that does it. What
MONAI, ignite and the loader do between the steps is `all else`. Start-up is not counted, and neither are the clocks, some
microseconds a step.
"""

import argparse
import time
from collections import Counter
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from predictions import ROOT, link_images

# Where each step is looked up when it runs. None of them is a part of another but the network, which is a part of the inferer.
STEPS = {
    "read the file": ["custom.loading.reader:read_image"],
    "greys of the overlay": ["custom.figures:grey_picture"],
    "MONAI's LoadImaged: transpose, to float32": ["monai.transforms:LoadImaged.__call__"],
    "z-scores": ["custom.transforms:NormalizeChannelsd.__call__"],
    "the other transforms before the network": [
        "monai.transforms:EnsureChannelFirstd.__call__",
        "custom.transforms:AxialSlicesd.__call__",
        "custom.loading.tolerant:_check_values",
    ],
    "inferer": ["custom.inferers:AcrossSlicesInferer.__call__"],
    "network": ["custom.networks.runtimes:ForeignNetwork.forward"],
    "transforms behind it, and MONAI's EnsureTyped": [
        "monai.transforms:EnsureTyped.__call__",
        "custom.transforms:QuickActivationsd.__call__",
        "custom.transforms:InvertAxialSlicesd.__call__",
        "custom.transforms:QuickAsDiscreted.__call__",
    ],
    "write the mask": ["custom.handlers.result_files:write_mask"],
    "contours of the overlay": ["custom.handlers.result_files:outlined"],
    "write the overlay": ["custom.handlers.result_files:write_picture"],
    "record of finished images": [
        "custom.handlers:PredictionRecord.add",
        "custom.handlers:PredictionRecord.inputs_of",
    ],
}


def timed(function: Callable[..., Any], step: str, seconds: Counter[str]) -> Callable[..., Any]:
    """The function; what it takes is added to its step."""

    @wraps(function)
    def with_clock(*args: Any, **kwargs: Any) -> Any:
        start = time.thread_time()
        try:
            return function(*args, **kwargs)
        finally:
            seconds[step] += time.thread_time() - start

    return with_clock


def put_clocks(seconds: Counter[str]) -> None:
    """Times all steps from now on."""
    for step, places in STEPS.items():
        for place in places:
            module, _, name = place.partition(":")
            *owners, function = name.split(".")
            owner = import_module(module)
            for part in owners:
                owner = getattr(owner, part)
            setattr(owner, function, timed(getattr(owner, function), step, seconds))


def predict(settings: dict[str, Any]) -> Counter[str]:
    """Seconds of each step, and of the whole."""
    from monai.bundle import ConfigWorkflow

    seconds: Counter[str] = Counter()
    put_clocks(seconds)
    config = str(ROOT / "bundle" / "configs" / "inference.json")
    workflow = ConfigWorkflow(config, workflow_type="inference", logging_file=False, **settings)
    workflow.initialize()
    workflow.parser.get_parsed_content("evaluator")
    seconds.clear()
    start = time.process_time()
    workflow.run()
    seconds["all"] = time.process_time() - start
    return seconds


def table(seconds: Counter[str]) -> dict[str, float]:
    """Steps that do not overlap, and what is left."""
    rows = {step: seconds[step] for step in STEPS}
    rows["inferer"] -= rows["network"]
    return {**rows, "all else": seconds["all"] - sum(rows.values()), "all": seconds["all"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=Path)
    parser.add_argument("--slices", type=int, default=223)
    args = parser.parse_args()
    with TemporaryDirectory() as folder:
        images = Path(folder, "images")
        images.mkdir()
        link_images(args.images, args.slices, images)
        chosen = {"runtime": "openvino", "bfloat16": True, "bundle_root": str(ROOT / "bundle")}
        seconds = predict({**chosen, "dataset_dir": str(images), "output_dir": str(Path(folder, "out"))})
    for step, taken in table(seconds).items():
        print(f"{step:50}{1000 * taken / args.slices:8.2f} ms a slice")


if __name__ == "__main__":
    main()
