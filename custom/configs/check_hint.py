"""After what is wrong with the data of a training, the command that lists all of it."""

import inspect
import json
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

from custom.command_line.check_command import check_command
from custom.configs.in_use import parser_in_use

R = TypeVar("R")
# Settings of a training that its datalist is not told.
OF_THE_LABELS = ("num_classes", "ignore_label", "label_threshold")
INSTANCES = "custom.transforms.CellsAndBordersd"


def with_check_command(function: Callable[..., R]) -> Callable[..., R]:
    """A function of a config that makes a datalist, whose `ValueError` ends with the command that checks the same data.

    Args:
        function: takes a `dataset_dir`, and some of the names of `custom.command_line.check_command.DEFAULTS`.
    """

    @wraps(function)
    def hinted(*args: Any, **kwargs: Any) -> R:
        """The function, whose errors end with the command that lists all problems."""
        try:
            return function(*args, **kwargs)
        except ValueError as error:
            given = inspect.signature(function).bind(*args, **kwargs).arguments
            if not given["dataset_dir"] or not Path(given["dataset_dir"]).is_dir():
                raise
            channels = {"input_channels": given["in_channels"]} if "in_channels" in given else {}
            command = check_command(**_of_the_labels(), **given, **channels)
            raise ValueError(f"{error};\n`{command}` lists all that is wrong") from None

    return hinted


def _of_the_labels() -> dict[str, Any]:
    """What the config in use says of labels."""
    parser = parser_in_use()
    if parser is None:
        return {}
    config = parser.get()
    known = {name: parser.get_parsed_content(name) for name in OF_THE_LABELS if name in config}
    if known.pop("label_threshold", None) is not None:  # files hold masks, whatever becomes of them
        known["num_classes"] = 1
    return {**known, "instances": INSTANCES in json.dumps(config.get("labelling"))}
