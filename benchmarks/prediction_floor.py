"""CPU time that a prediction of slices takes at least: its steps in a bare loop, without MONAI, records, checks or a report.

    python benchmarks/prediction_floor.py IMAGES [--slices 223]

Each slice is decoded, normalised, predicted by OpenVINO in batches of 8, in bfloat16 where the processor has it, thresholded,
and written as mask and overlay, which are on the disk before they take their names. Nothing is averaged across slices.
"""

import argparse
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from predictions import ROOT
from tifffile import imread

from custom.data.images import list_images
from custom.figures import COLOURS, grey_picture, outlined
from custom.files import tiff_writing
from custom.files.png import encode_numbers
from custom.networks import UNet, load_for_runtime, read_record
from custom.storage.whole_file import write_whole
from custom.transforms.exact_statistics import mean_and_spread, sums_of
from custom.transforms.normalize import normalised_channel

CHECKPOINT = str(ROOT / "bundle/models/model.pt")
BATCH = 8


def predict(paths: list[str], folder: Path) -> Counter[str]:
    """Seconds of each step."""
    seconds: Counter[str] = Counter()

    @contextmanager
    def clock(step: str) -> Iterator[None]:
        start = time.process_time()
        yield
        seconds[step] += time.process_time() - start

    record = read_record(CHECKPOINT)
    network = load_for_runtime(
        UNet(record["input_channels"], init_features=record["init_features"]), CHECKPOINT, "openvino", bfloat16=True
    )
    for start in range(0, len(paths), BATCH):
        with clock("decode"):
            images = [imread(path) for path in paths[start : start + BATCH]]
        with clock("z-scores"):
            values = torch.empty(len(images), images[0].shape[2], *images[0].shape[1::-1])
            for image, own in zip(images, values, strict=True):
                for channel, out in zip(image.T.astype(np.float32), own, strict=True):
                    normalised_channel(torch.from_numpy(channel), *mean_and_spread(sums_of(channel)), out=out)
        with clock("network"):
            logits = network(values)
        with clock("threshold"):
            masks = (logits >= 0).to(torch.uint8)[:, 0].numpy().transpose(0, 2, 1)
        for number, (image, mask) in enumerate(zip(images, masks, strict=True), start):
            with clock("encode the mask"):
                encoded = tiff_writing.encode(mask * 255)
            with clock("encode the overlay"):
                picture = encode_numbers(outlined(grey_picture(image), mask), COLOURS)
            with clock("write both files"):
                write_whole(folder / f"{number}_mask.tif", encoded)
                write_whole(folder / f"{number}_overlay.png", picture)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("images", type=Path)
    parser.add_argument("--slices", type=int, default=223)
    args = parser.parse_args()
    paths = [str(item["image"]) for item in list_images(args.images)[: args.slices]]
    with TemporaryDirectory() as folder:
        seconds = predict(paths, Path(folder))
    besides = sum(seconds.values()) - seconds["network"]
    for step, taken in {**seconds, "all but the network": besides}.items():
        print(f"{step:25}{1000 * taken / len(paths):8.2f} ms a slice")


if __name__ == "__main__":
    main()
