"""The data of a training as configs name them: the Kaggle LGG set where there is one, else the simulated phantom set."""

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from custom.data.datalist import Slice
from custom.data.kaggle import kaggle_lgg
from custom.data.pairs import quick_check
from custom.data.splits import split_by_patient
from custom.storage.checkpoints import checkpoint_files
from custom.storage.split_file import Split, read_split
from custom.text.some import some


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


def evaluation_slices(
    items: list[Slice], *, part: str, checkpoint: str | Sequence[str], **settings: Any
) -> dict[str, list[Slice]]:
    """The slices to score under the key `part`, and under `"train"` those that the network was trained on, where known.

    Who was trained on stands in the `split.json` beside a checkpoint. Without one the split is drawn again, which is said in
    one line. Of an ensemble, `"val"` are those whom every member kept apart, and `"train"` those whom any was trained on.

    Args:
        items: all slices.
        part: `"val"` or `"train"`, a side of that split; `"unseen"`, patients on neither side; or `"all"`.
        checkpoint: path of the weights.
        settings: settings of `split_by_patient`.

    Raises:
        ValueError: if nobody is in that part.
    """
    if part == "all":
        return {"train": [], "all": items}
    patients = _sides(items, checkpoint_files(checkpoint), settings)
    sides = {side: [item for item in items if item["patient_id"] in names] for side, names in patients.items()}
    if not sides[part]:
        raise ValueError(f"part: no patient of the data is in {part!r} of {checkpoint}'s split.json; try --part unseen, or all")
    _tell_of_missing(patients[part] - {item["patient_id"] for item in items}, part)
    return sides


def _sides(items: list[Slice], checkpoints: Sequence[str], settings: dict[str, Any]) -> dict[str, set[str]]:
    known = [_recorded(items, Path(checkpoint).parent, settings) for checkpoint in checkpoints]
    train = set.union(*(patients["train"] for patients in known))
    val = set.intersection(*(patients["val"] for patients in known)) - train
    seen = train.union(*(patients["val"] for patients in known))
    return {"train": train, "val": val, "unseen": {item["patient_id"] for item in items} - seen}


def _tell_of_missing(missing: set[str], part: str) -> None:
    if missing:
        names = some(sorted(missing), 3)
        print(f"note: the data lack {len(missing)} of the patients in {part!r} of split.json: {names}", file=sys.stderr)


def _tell_of_other_numbers(items: list[Slice], split: Split) -> None:
    """A note where images of the split's patients were added or removed; of missing patients another note tells."""
    known = {*split.train, *split.val}
    held = Counter(item["patient_id"] for item in items if item["patient_id"] in known)
    if len(held) == len(known) and held.total() != split.num_slices:
        print(
            f"note: the data hold {held.total()} images of the patients of split.json, which counts {split.num_slices}",
            file=sys.stderr,
        )


def _recorded(items: list[Slice], folder: Path, settings: dict[str, Any]) -> dict[str, set[str]]:
    """The patients of both sides by the folder's `split.json`, or if there is none drawn anew."""
    split = read_split(folder, "checkpoint")
    if split is not None:
        _tell_of_other_numbers(items, split)
        return {"train": set(split.train), "val": set(split.val)}
    print(
        f"No {folder / 'split.json'}: the split is drawn anew, and is the checkpoint's only for the same data and settings",
        file=sys.stderr,
    )
    drawn = split_by_patient(items, **settings)
    return {side: {item["patient_id"] for item in drawn[side]} for side in ("train", "val")}


def _phantom() -> str:
    # Imported here, since it needs torch, which `custom.data` does without.
    from custom.data.phantom import phantom_lgg

    folder = str(phantom_lgg())
    print(f"No dataset_dir: using the SIMULATED phantom set in {folder}; for your own: --dataset_dir FOLDER", file=sys.stderr)
    return folder
