"""Whether a training that is resumed has the components that it began with; `RunCheckpoint` compares the settings.

Where its data lie may change, once the split of what lies there now is that of the run.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from custom.configs.in_use import config_in_use
from custom.storage.json_object import as_stored, read_json_object, write_json_object
from custom.storage.split_file import write_split
from custom.system.processes import rank

MEND = "take it from the training again"
# What a network is trained on and how; another of these would train something else.
COMPARED = (
    "augmentation augmented channels contrast grey_values labelled labelling loss lr_schedule missing_sequences network_def "
    "optimizer_def pasting preprocessing scaling shifting smoothing weighting"
).split()


def check_same_training(run_dir: str, config: Mapping[str, Any] | None) -> None:
    """Makes sure that a config trains as the `config.json` of a run did.

    Args:
        run_dir: folder of the run; without a `config.json` nothing is compared.
        config: that of the training that is to go on; None to compare nothing.

    Raises:
        ValueError: naming the first part of a component that differs.
    """
    path = Path(run_dir) / "config.json"
    if config is None or not path.is_file():
        return
    before, now = read_json_object(path, "resume", MEND), as_stored(config)
    for name in COMPARED:
        if name in before and name in now and (found := _first_difference(name, before[name], now[name])):
            part, old, new = found
            raise trained_otherwise(run_dir, part, _short(new), _short(old))


def record_split(split: Mapping[str, Sequence[Mapping[str, Any]]], path: str | Path, **settings: Any) -> None:
    """Writes who is on which side, then into the `config.json` beside it where the data of the config in use lie.

    Args:
        split: items of each side.
        path: the file to write.
        settings: what the split was made with.

    Raises:
        ValueError: if the file exists and holds another split; then `config.json` stays as it is.
    """
    write_split(split, path, **settings)
    beside, config = Path(path).with_name("config.json"), config_in_use()
    if config is None or rank() != 0 or not beside.is_file():
        return
    stored, place = read_json_object(beside, "resume", MEND), {"dataset_dir": config.get("dataset_dir")}
    if stored != stored | place:
        write_json_object(beside, stored | place)


def trained_otherwise(run_dir: str | Path, part: str, now: str, before: str) -> ValueError:
    """What refuses to go on with a run where something is not as it was.

    Args:
        run_dir: folder of the run.
        part: name of what differs.
        now: what it is, in words.
        before: what it was when the run began.
    """
    return ValueError(
        f"resume: {part} is {now}, but {run_dir} was trained with {before}; "
        f"give the same, or use its config: --config_file {Path(run_dir) / 'config.json'} --resume {run_dir}"
    )


def _first_difference(name: str, before: Any, now: Any) -> tuple[str, Any, Any] | None:
    if isinstance(before, dict) and isinstance(now, dict):
        pairs = [(key, before.get(key), now.get(key)) for key in {**before, **now} if key != "_desc_"]
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        pairs = [(str(place), *values) for place, values in enumerate(zip(before, now, strict=True))]
    else:
        return None if before == now else (name, before, now)
    found = (_first_difference(f"{name}#{key}", old, new) for key, old, new in pairs)
    return next((one for one in found if one), None)


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) < 60 else f"{text[:57]}…"
