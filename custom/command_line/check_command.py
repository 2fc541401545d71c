"""The command that checks a data set as a training reads it."""

import shlex
from pathlib import Path
from typing import Any

ANY_NUMBER = "none"  # stands for any number of channels
# What `python -m custom check` takes besides the folder, with the defaults of its command line.
DEFAULTS: dict[str, Any] = {
    "input_channels": 3,
    "num_classes": 1,
    "instances": False,
    "image_folder": "",
    "label_folder": "",
    "image_suffix": "",
    "label_suffix": "",
    "field_folder": "",
    "field_suffix": "",
    "only_pairs": False,
    "label_geometry": "file",
    "ignore_label": None,
}


def check_command(dataset_dir: str | Path, **settings: Any) -> str:
    """A line for the shell: `python -m custom check FOLDER --input_channels 1 …`, without what is the default.

    Args:
        dataset_dir: the folder.
        settings: those of `DEFAULTS`, under the names of the training; others are left out. `input_channels` may be None: any
            number is right.
    """
    folder = str(dataset_dir)
    words = ["python", "-m", "custom", "check", f"./{folder}" if folder.startswith("-") else folder]
    for name, default in DEFAULTS.items():
        value = settings.get(name, default)
        if value == default:
            continue
        words.append(f"--{name}")
        if str(value).startswith("-"):  # lest it be taken for an option itself
            words[-1] += f"={value}"
        elif value is not True:
            words.append(ANY_NUMBER if value is None else str(value))
    return shlex.join(words)
