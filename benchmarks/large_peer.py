r"""`segment` against torch-em and ngio: the same image, network, blocks and margin, on one thread.

pip install --no-deps --target TORCH_EM torch-em bioimage-cpp python-elf kornia kornia-rs natsort mrcfile h5py \
    torchvision==0.28.0
pip install -c constraints.txt --target NGIO ngio
OMP_NUM_THREADS=1 python benchmarks/large_peer.py --torch_em TORCH_EM --ngio NGIO [--size_px 2048] [--block 1024] [--json FILE]

The peers (`predict_with_halo_pipelined`, `SegmentationIterator`) are given the mean and deviation of the whole image, and the
margin, which they leave to their users, and show the network columns before rows, as it was trained. All write labels as Zarr
in chunks of a block, `segment` also copies the image. Pixels that differ from one pass over the whole image are counted, those
within the margin of the image's edge apart: there torch-em mirrors the image. CPU time, for other programs share the machine.
"""

import argparse
import importlib
import json
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
import zarr
from large import CHECKPOINT, in_blocks, in_memory
from large_image import write_image

from custom.large.prediction import chances, labelled
from custom.networks import restored_unet

MARGIN = 96


def ours(path: Path, out: Path, block: int) -> np.ndarray:
    """Labels by `segment`, in this process."""
    in_blocks(str(path), str(out), instances=False, block=(block, block))
    return zarr.open_group(str(out), mode="r")["labels/segmentation/0"][:]


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
        prediction_function=lambda network, batch: labelled(chances(network(batch.mT)[0]), 0.5).mT[None, None],
        postprocess=lambda predicted: predicted[0],
    )  # fmt: skip
    return labels[:]


def ngio(path: Path, out: Path, block: int) -> np.ndarray:
    """Labels, which ngio writes block by block beside the image, with coarser levels if the image has them."""
    from ngio import open_ome_zarr_container
    from ngio.iterators import SegmentationIterator

    container, network = open_ome_zarr_container(str(path)), restored_unet(CHECKPOINT)
    image = container.get_image()
    values = image.get_as_numpy().astype(np.float64)
    mean, deviation = values.mean(), values.std()
    labels = container.derive_label(out.stem, chunks=(block, block), dtype="uint8")

    def predicted(part: np.ndarray) -> np.ndarray:
        inputs = torch.from_numpy(((part - mean) / deviation).astype(np.float32))
        with torch.inference_mode():
            return labelled(chances(network(inputs.mT[None, None])[0]), 0.5).mT.numpy().reshape(part.shape)

    blocks = SegmentationIterator(image, labels).by_grid(size_x=block, size_y=block)
    blocks.with_halo(x=MARGIN, y=MARGIN).map(predicted)
    return labels.get_as_numpy()


def compared(predict: Callable[[Path, Path, int], np.ndarray], path: Path, out: Path, block: int) -> dict[str, float]:
    """CPU seconds, and pixels that differ from one pass within the margin of the edge, and further in."""
    start = time.process_time()
    labels = predict(path, out, block)
    seconds = time.process_time() - start
    differ = labels != np.load(path.parent / "whole.npy")
    inner = differ[MARGIN:-MARGIN, MARGIN:-MARGIN].sum()
    return {"cpu_s": seconds, "flipped_inside": int(inner), "flipped_at_the_edge": int(differ.sum() - inner)}


def main() -> None:
    """Prints a row of each, and writes JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--torch_em", help="folder with torch-em")
    parser.add_argument("--ngio", help="folder with ngio")
    parser.add_argument("--size_px", type=int, default=2048)
    parser.add_argument("--block", type=int, default=1024)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    peers = {name: peer for name, peer in (("torch_em", torch_em), ("ngio", ngio)) if getattr(options, name)}
    told = {"date": str(date.today()), "size_px": options.size_px, "threads": torch.get_num_threads()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = write_image(folder / "in.zarr", options.size_px)
        in_memory(str(path), str(folder / "whole.npy"))
        told["segment"] = compared(ours, path, folder / "out.zarr", options.block)
        for name, peer in peers.items():
            sys.path.append(getattr(options, name))
            if name == "torch_em":  # torchvision, which torch-em imports, beside a torch of another build
                sys.path.append(str(Path(__file__).parents[1] / "integrations" / "monai_label"))
                importlib.import_module("torchvision_shim")
            importlib.import_module({"torch_em": "torch_em.util.prediction"}.get(name, name))
            told[name] = {"version": version(name), **compared(peer, path, folder / f"{name}.zarr", options.block)}
            told[name]["ratio"] = told[name]["cpu_s"] / told["segment"]["cpu_s"]
    print(json.dumps(told, indent=1))
    if options.json:
        options.json.write_text(json.dumps(told, indent=1) + "\n")


if __name__ == "__main__":
    main()
