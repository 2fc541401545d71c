"""What configs name as `_target_` whose errors end the program in one line, with exit code 1.

The functions themselves raise `ValueError` as they document, for programs that call them. MONAI would wrap that in a long
traceback, so the configs name these forms of the same functions, such as `custom.targets.folder_images`.

Each is imported when it is asked for: MONAI Label and MONAI Deploy use some of them without the libraries of the others.
"""

from importlib import import_module
from typing import Any

from custom.command_line.door import one_line_errors
from custom.command_line.options import require_dask
from custom.configs.check_hint import with_check_command

WHERE = {
    "PredictionRecord": "custom.handlers.PredictionRecord",
    "RunCheckpoint": "custom.handlers.RunCheckpoint",
    "cell_tracking_frames": "custom.data.cell_tracking_frames",
    "check_config": "custom.configs.check.check_config",
    "evaluation_slices": "custom.data.evaluation_slices",
    "folder_images": "custom.data.folder_images",
    "given_split": "custom.data.given_split",
    "lgg_slices": "custom.data.lgg_slices",
    "lgg_split": "custom.data.split_by_patient",
    "list_images": "custom.data.list_images",
    "load_for_runtime": "custom.networks.load_for_runtime",
    "load_weights": "custom.networks.load_weights",
    "new_output_dir": "custom.handlers.new_output_dir",
    "open_run_dir": "custom.handlers.open_run_dir",
    "read_record": "custom.networks.read_record",
    "record_split": "custom.handlers.record_split",
    "recorded_channels": "custom.transforms.recorded_channels.recorded_channels",
    "segment_configured": "custom.large.configured.segment_configured",
    "sequence_split": "custom.data.split_in_sequence",
    "written_fold": "custom.data.folds.written_fold",
}
METHODS = {"PredictionRecord": "__init__", "RunCheckpoint": "load"}
CHECKED = ("folder_images", "lgg_slices")


def __getattr__(name: str) -> Any:
    """The guarded form of a function, or of a class one of whose methods may refuse."""
    if name not in WHERE:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, own_name = WHERE[name].rpartition(".")
    if module.startswith("custom.large."):
        require_dask()
    found = getattr(import_module(module), own_name)
    if isinstance(found, type):
        method = METHODS[name]
        parts = {"__doc__": found.__doc__, "__module__": __name__, method: one_line_errors(getattr(found, method))}
        guarded: Any = type(name, (found,), parts)
    else:
        guarded = one_line_errors(with_check_command(found) if name in CHECKED else found)
    globals()[name] = guarded
    return guarded


def __dir__() -> list[str]:
    return [*globals(), *WHERE]
