"""Data sets of the Cell Tracking Challenge, in the layout that it serves.

::

    DIR/02/t010.tif                     a frame of sequence 02
    DIR/02_GT/SEG/man_seg010.tif        its gold truth: instances of the cells, 0 is background
    DIR/02_ST/SEG/man_seg010.tif        silver truth, made by computers
"""

import re
from collections.abc import Iterator
from pathlib import Path

from custom.data.datalist import Slice
from custom.data.pairs import quick_check
from custom.files import read_header

TRUTH_NAME = re.compile(r"man_seg(\d+)\.tif")
TRUTHS = ("GT", "ST")


def cell_tracking_frames(dataset_dir: str | Path, in_channels: int = 1, truth: str = "GT", border_px: int = 0) -> list[Slice]:
    """The annotated frames of all sequences of a 2D data set, by sequence and time.

    `patient_id` is the frame's own, such as `02/t010`, and `slice_index` its time.

    Args:
        dataset_dir: the folder that holds `01`, `02` …
        in_channels: channels that each frame must have.
        truth: `"GT"` for gold truth, `"ST"` for silver.
        border_px: width in pixels of the frame's border that is not annotated, ≥ 0.

    Raises:
        ValueError: if there is no such folder, no annotated frame, a truth without its frame, a file that is broken or does not
            fit, or a frame that is all border; the message names it.
    """
    if truth not in TRUTHS:
        raise ValueError(f"truth must be one of {', '.join(TRUTHS)}, got {truth!r}")
    root = Path(str(dataset_dir)).expanduser()
    if not dataset_dir or not root.is_dir():
        raise ValueError(f"dataset_dir: no folder {str(dataset_dir)!r}; name one of the Cell Tracking Challenge")
    items = list(_frames(root, truth))
    if not items:
        raise ValueError(
            f"dataset_dir: {str(root)!r} holds no <sequence>_{truth}/SEG/man_seg<time>.tif; name a set of the challenge"
        )
    quick_check(items, in_channels=in_channels)
    for item in items:
        size = read_header(item["image"]).size
        if min(size) <= 2 * border_px:
            raise ValueError(
                f"{item['image']}: has {'×'.join(map(str, size))} pixels, of which a border of {border_px} leaves none; "
                "set --border_px, 0 where every cell is annotated"
            )
    return items


def _frames(root: Path, truth: str) -> Iterator[Slice]:
    for folder in sorted(root.glob(f"*_{truth}/SEG")):
        sequence = folder.parent.name.removesuffix(f"_{truth}")
        for label in sorted(folder.iterdir()):
            match = TRUTH_NAME.fullmatch(label.name)
            if match:
                image = root / sequence / f"t{match[1]}.tif"
                if not image.is_file():
                    raise ValueError(f"{label}: its frame {image} is missing; add it, or remove the label")
                patient_id = f"{sequence}/t{match[1]}"
                yield {"image": str(image), "label": str(label), "patient_id": patient_id, "slice_index": int(match[1])}
