"""The data of a training as configs name them: the Kaggle LGG set where there is one, else the simulated phantom set."""

import json
import sys
from pathlib import Path
from typing import Any

from custom.data.kaggle import Slice, kaggle_lgg
from custom.data.pairs import quick_check
from custom.data.splits import split_by_patient


def lgg_slices(dataset_dir: str = "", in_channels: int | None = 3) -> list[Slice]:
    """The checked datalist of `dataset_dir`, or without one of the simulated phantom set, which is said in one line.

    Args:
        dataset_dir: a folder in Kaggle's layout, or empty for the phantom.
        in_channels: channels that each image must have; None to not ask.

    Raises:
        ValueError: if files are missing, broken or do not fit; the message names the first few.
    """
    if not dataset_dir:
        dataset_dir = _phantom()
    items = kaggle_lgg(dataset_dir)
    quick_check(items, in_channels=in_channels)
    return items


def evaluation_slices(items: list[Slice], *, part: str, checkpoint: str, **settings: Any) -> dict[str, list[Slice]]:
    """The slices to score under the key `part`, and under `"train"` those that the network was trained on, where known.

    Who was trained on stands in the `split.json` beside a checkpoint. Without one the split is drawn again, which is said in
    one line.

    Args:
        items: all slices.
        part: `"val"` or `"train"`, a side of that split; `"unseen"`, patients on neither side; or `"all"`.
        checkpoint: path of the weights.
        settings: settings of `split_by_patient`.

    Raises:
        ValueError: if nobody is in that part.
    """
    sides = {"all": items} if part == "all" else _sides(items, Path(checkpoint).parent / "split.json", settings)
    if not sides[part]:
        raise ValueError(f"part: no patient of the data is in {part!r} of {checkpoint}'s split.json; try --part unseen, or all")
    return {"train": [], **sides}


def _sides(items: list[Slice], record: Path, settings: dict[str, Any]) -> dict[str, list[Slice]]:
    if not record.is_file():
        print(
            f"No {record}: the split is drawn anew, and is the checkpoint's only for the same data and settings",
            file=sys.stderr,
        )
        return {"unseen": [], **split_by_patient(items, **settings)}
    known = {side: set(json.loads(record.read_text())[side]["patients"]) for side in ("train", "val")}
    sides = {side: [item for item in items if item["patient_id"] in patients] for side, patients in known.items()}
    return {**sides, "unseen": [item for item in items if item["patient_id"] not in known["train"] | known["val"]]}


def _phantom() -> str:
    # Imported here, since it needs torch, which `custom.data` does without.
    from custom.data.phantom import phantom_lgg

    folder = str(phantom_lgg())
    print(f"No dataset_dir: using the SIMULATED phantom set in {folder}; for your own: --dataset_dir FOLDER", file=sys.stderr)
    return folder
