"""`split.json`: who was trained on and who was validated on, in the folder of a run and beside its weights.

::

    {
      "settings": {"seed": 0, "fold": null, …},
      "train": {"num_slices": 2527, "patients": ["TCGA_CS_4941_19960909", …]},
      "val": {"num_slices": 571, "patients": […]}
    }
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeGuard

from custom.storage.atomic import atomic_path
from custom.storage.json_object import read_json_object

MEND = "take it from the run again, or remove it"


class Split(NamedTuple):
    """Who is on which side.

    Attributes:
        train: the patients trained on, by their `patient_id`.
        val: the patients validated on.
        num_slices: the images of all of them.
        settings: what the split was made with.
    """

    train: list[str]
    val: list[str]
    num_slices: int
    settings: dict[str, Any]

    @property
    def of_single_images(self) -> bool:
        """Whether each image is a patient of its own."""
        return self.num_slices == len(self.train) + len(self.val)


def read_split(folder: str | Path, argument: str) -> Split | None:
    """The split of a folder's `split.json`; None if there is no such file.

    Args:
        folder: that of a run or of weights.
        argument: name of the argument or option that led to the folder; errors begin with it.

    Raises:
        ValueError: if the file is broken, or holds no split.
    """
    path = Path(folder) / "split.json"
    if not path.is_file():
        return None
    content = read_json_object(path, argument, MEND)
    train, val, settings = content.get("train"), content.get("val"), content.get("settings", {})
    if not (_is_side(train) and _is_side(val) and isinstance(settings, dict)):
        raise ValueError(f"{argument}: {path} holds no split; {MEND}")
    return Split(train["patients"], val["patients"], train["num_slices"] + val["num_slices"], settings)


def _is_side(part: Any) -> TypeGuard[dict[str, Any]]:
    if not isinstance(part, dict) or type(part.get("num_slices")) is not int:
        return False
    patients = part.get("patients")
    return isinstance(patients, list) and all(isinstance(name, str) for name in patients)


def write_split(split: Mapping[str, Sequence[Mapping[str, Any]]], path: str | Path, **settings: Any) -> None:
    """Writes who is on which side as JSON, so that a result can be traced to its patients; whole or not at all.

    Args:
        split: items with a `"patient_id"` under the keys `"train"` and `"val"`, such as `split_by_patient` gives.
        path: the file to write, usually `split.json` in the run folder.
        settings: what the split was made with (seed, fold, dataset_dir, ...); anything that JSON can hold.

    Raises:
        ValueError: if the file exists and holds another split, as when a run is resumed on other data; the same patients may
            lie elsewhere than before.
    """
    content: dict[str, Any] = {"settings": settings}
    for side, items in split.items():
        content[side] = {"num_slices": len(items), "patients": sorted({item["patient_id"] for item in items})}
    text = json.dumps(content, indent=2) + "\n"
    if Path(path).is_file() and Path(path).read_bytes() != text.encode() and (change := _change(Path(path), content)):
        raise ValueError(
            f"{path}: holds another split{change}; go on with the data and settings that it was made with, or train anew"
        )
    with atomic_path(path) as temporary:
        temporary.write_text(text)


def _change(path: Path, content: dict[str, Any]) -> str:
    """What is new since a split was written, in words that follow "another split"; empty if the data were only moved."""
    try:
        before = read_split(path.parent, "split")
    except ValueError:
        before = None
    if before is None:
        return ", or none"
    patients = {*before.train, *before.val}, {*content["train"]["patients"], *content["val"]["patients"]}
    for more, fewer, words in ((0, 1, "the data no longer hold"), (1, 0, "the data now hold, too,")):
        if names := sorted(patients[more] - patients[fewer]):
            return f": {words} {', '.join(names[:3])}{', …' * (len(names) > 3)}"
    stored = read_json_object(path, "split", MEND)
    for side in ("train", "val"):
        numbers = [split[side]["num_slices"] for split in (stored, content)]
        if stored[side]["patients"] == content[side]["patients"] and numbers[0] != numbers[1]:
            return f": of the patients in {side!r} it knows {numbers[0]} images, the data hold {numbers[1]}"
    settings = [dict(split["settings"]) for split in (stored, content)]
    if not Path(str(settings[0].get("dataset_dir", ""))).exists():  # the data were moved
        settings[0]["dataset_dir"] = settings[1].get("dataset_dir")
    if stored | {"settings": {}} == content | {"settings": {}} and settings[0] == settings[1]:
        return ""
    names = sorted(name for name in settings[0].keys() | settings[1].keys() if settings[0].get(name) != settings[1].get(name))
    return f": made with other settings ({', '.join(names)})" if names else ": patients are on other sides"
