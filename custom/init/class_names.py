"""The names of classes in a `dataset.json` of nnU-Net or of the Medical Segmentation Decathlon."""

from pathlib import Path
from typing import Any

from custom.settings.rules import as_config, is_plain
from custom.storage.json_object import read_json_object

FILE = "dataset.json"
OF_UNJUDGED = "ignore"  # so nnU-Net calls the number of pixels that nobody judged, the largest of all


def class_names(root: Path, num_classes: int) -> list[str]:
    """The names of the classes 0, 1 …; empty where no file names each of them.

    Args:
        root: the folder of the data; the file lies in it or in the folder above.
        num_classes: 1 for masks, else the number of classes with the background.
    """
    names = _by_value(root)
    chosen = [names.get(value, "") for value in range(max(2, num_classes))]
    return chosen if all(chosen) and is_plain(chosen) and as_config(chosen) == chosen else []


def unjudged_number(root: Path) -> int | None:
    """The number of pixels that nobody judged, as nnU-Net's `"ignore"`; None if no file tells one.

    Args:
        root: the folder of the data; the file lies in it or in the folder above.
    """
    return next((value for value, name in _by_value(root).items() if name == OF_UNJUDGED and value > 0), None)


def _by_value(root: Path) -> dict[int, str]:
    """Names by value; of the first file, in the folder or the one above."""
    for folder in (root, root.parent):
        try:
            told = read_json_object(folder / FILE, "data", "correct it").get("labels")
        except ValueError:
            continue
        return _names(told) if isinstance(told, dict) else {}
    return {}


def _names(labels: dict[str, Any]) -> dict[int, str]:
    """Names by value of `{"0": "background"}`, as nnU-Net 1 and the Decathlon write them, or of `{"background": 0}`."""
    names = {}
    for key, value in labels.items():
        if isinstance(value, str) and key.isdecimal():
            names[int(key)] = value
        elif isinstance(value, int) and not isinstance(value, bool):
            names[value] = key
    return names
