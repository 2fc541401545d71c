"""The folder of one training run: never overwritten, the same for all processes, with the config that made it."""

from datetime import datetime
from pathlib import Path

from custom.configs.in_use import config_in_use, parser_in_use
from custom.handlers.resumed_config import check_same_training
from custom.storage.atomic import remove_leftovers
from custom.storage.json_object import write_json_object
from custom.storage.output_folder import dated_folders
from custom.system.folder_lock import hold_folder
from custom.system.processes import done_by_first


def open_run_dir(parent: str, *, name: str = "", resume: str = "") -> str:
    """The path of a new folder `parent/name` that holds the resolved `config.json`, or of the folder that is resumed.

    With several processes, the first makes the folder and tells the others.

    Args:
        parent: folder of all runs.
        name: name of the new folder; by default the date and time.
        resume: folder of an earlier run, or empty.

    Raises:
        ValueError: if the new folder exists, or the one to resume has no `last.pt`, belongs to a training that still runs, or
            to one with other components.
    """

    def opened() -> str:
        """The folder, held by this process."""
        folder = _existing(str(resume)) if resume else _new(Path(parent), str(name))
        if resume:
            check_same_training(folder, config_in_use())
        hold_folder(folder, "resume" if resume else "run_name")
        remove_leftovers(Path(folder))
        return folder

    return done_by_first(opened)


def _existing(resume: str) -> str:
    if not (Path(resume) / "last.pt").is_file():
        raise ValueError(
            f"resume: {resume!r} holds no last.pt; name the folder of a run, such as runs/{datetime.now():%Y-%m-%d}_…"
        )
    return resume


def _new(parent: Path, name: str) -> str:
    for folder in [parent / name] if name else dated_folders(parent):
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            continue
        _write_configs(folder)
        return str(folder)
    raise ValueError(f"run_name: {str(parent / name)!r} exists, and a run is never overwritten; choose another name")


def _write_configs(folder: Path) -> None:
    """The config that is run, and its metadata, which MONAI looks for beside it when the run is resumed."""
    parser, config = parser_in_use(), config_in_use()
    if parser is None or config is None:
        return
    metadata = parser.get().get(parser.meta_key)
    for name, content in (("config.json", config), *((("metadata.json", metadata),) if metadata else ())):
        write_json_object(folder / name, content)
