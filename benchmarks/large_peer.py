"""`segment` against torch-em's `predict_with_halo_pipelined`: the same image, network, blocks and margin, on one thread.

pip install --no-deps --target FOLDER torch-em bioimage-cpp python-elf kornia kornia-rs natsort mrcfile h5py torchvision==0.28.0
python benchmarks/large_peer.py FOLDER [--size_px 2048] [--block 1024] [--json FILE]

torch-em is given the mean and deviation of the whole image, and the margin, which it leaves to its user. Both write labels as
Zarr in chunks of a block. Pixels that differ from one pass over the whole image are counted, those within the margin of the
image's edge apart: there torch-em mirrors the image. CPU time, for other programs share the machine.
"""

import argparse
import importlib
import json
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import numpy as np
import torch
import zarr
from large import CHECKPOINT, in_blocks, in_memory
from large_image import write_image

from custom.large.prediction import chances, labelled
from custom.networks import restored_unet

MARGIN = 96


def torch_em(path: Path, out: Path, block: int) -> np.ndarray:
    """Labels, which torch-em writes block by block."""
    from torch_em.util.prediction import predict_with_halo_pipelined

    image = zarr.open_group(str(path), mode="r")["0"]
    values = image[:].astype(np.float64)
    mean, deviation = values.mean(), values.std()
    labels = zarr.create_array(str(out), shape=image.shape, chunks=(block, block), dtype="u1")
    predict_with_halo_pipelined(
        image, restored_unet(CHECKPOINT), ["cpu"], (block, block), (MARGIN, MARGIN), output=labels, num_prefetch_workers=1,
        preprocess=lambda part: ((part - mean) / deviation).astype(np.float32), disable_tqdm=True,
        prediction_function=lambda network, batch: labelled(chances(network(batch)[0]), 0.5)[None, None],
        postprocess=lambda predicted: predicted[0],
    )  # fmt: skip
    return labels[:]


def flipped(labels: np.ndarray, whole: np.ndarray) -> dict[str, int]:
    """Pixels that differ within the margin of the edge, and further in."""
    differ = labels != whole
    inner = differ[MARGIN:-MARGIN, MARGIN:-MARGIN].sum()
    return {"flipped_inside": int(inner), "flipped_at_the_edge": int(differ.sum() - inner)}


def main() -> None:
    """Prints both rows, and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", help="with torch-em")
    parser.add_argument("--size_px", type=int, default=2048)
    parser.add_argument("--block", type=int, default=1024)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    sys.path += [options.folder, str(Path(__file__).parents[1] / "integrations" / "monai_label")]
    importlib.import_module("torchvision_shim")  # torchvision, which torch-em imports, beside a torch of another build
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write_image(folder / "in.zarr", options.size_px)
        in_memory(str(path), str(folder / "whole.npy"))
        whole, found = np.load(folder / "whole.npy"), {}
        start = time.process_time()
        in_blocks(str(path), str(folder / "out.zarr"), instances=False, block=(options.block, options.block))
        seconds, labels = (
            time.process_time() - start,
            zarr.open_group(str(folder / "out.zarr"), mode="r")["labels/segmentation/0"],
        )
        found["segment"] = {"cpu_s": seconds, **flipped(labels[:], whole)}
        start = time.process_time()
        predicted = torch_em(path, folder / "peer.zarr", options.block)
        found["torch_em"] = {"cpu_s": time.process_time() - start, **flipped(predicted, whole)}
    found["ratio"] = found["torch_em"]["cpu_s"] / found["segment"]["cpu_s"]
    told = {"date": str(date.today()), "size_px": options.size_px, "threads": torch.get_num_threads(), **found}
    print(json.dumps(told, indent=1))
    if options.json:
        options.json.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
