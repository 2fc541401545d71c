"""What an output folder holds, image by image, and which weights and settings it was made with: `predictions.jsonl`.

::

    {"weights": "9f3c…", "settings": {"threshold": 0.5, …}}                         the first line
    {"name": "p/p_1", "image": "/data/p/p_1.tif", "inputs": "52b1…", "files": {"p/p_1_mask.tif": 65700, …}, "facts": {…}}
                                                                                    one line for each image

A line is appended when the files that it names are safe on the disk, so that nothing half-written counts. Of several processes
each appends to a file of its own (`custom.storage.record_parts`).
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from custom.handlers.inputs_digest import digest_of_inputs
from custom.handlers.made_with import differences, made_with, parts_of
from custom.storage.atomic import remove_leftovers, synced
from custom.storage.disk_full import disk_full_in_one_line
from custom.storage.output_folder import refuse_other_files
from custom.storage.record_parts import RECORD, is_head, lines_of, part_of, results_in, write_as_one
from custom.system.folder_lock import hold_folder
from custom.system.processes import done_by_first, rank

Items = Sequence[Mapping[str, Any]]


class PredictionRecord:
    """Whether an image is predicted already, by the same weights and settings and from the same files; and what is.

    Args:
        output_dir: folder of the results.
        checkpoint: file of the weights.
        settings: by name; of a device its type counts.
        components: transforms and inferers by name, of which the settings count. A transform that reads further files of an
            image tells them by its method `also_reads(path)`.
        resume: whether results in the folder are kept; without, it is taken to be new.

    Raises:
        ValueError: if the folder holds results of other weights or settings, or no weights are named.
    """

    def __init__(
        self,
        output_dir: str,
        checkpoint: str,
        settings: Mapping[str, Any],
        components: Mapping[str, Any],
        resume: bool = False,
    ) -> None:
        if not str(checkpoint):
            raise ValueError("checkpoint must name weights, got ''; without them a network predicts at random")
        self.output_dir = Path(output_dir)
        self.path = self.output_dir / RECORD
        self.head = made_with(checkpoint, settings, components)
        self.readers = [part for one in components.values() for part in parts_of(one) if hasattr(part, "also_reads")]
        self.finished: dict[str, dict[str, Any]] = {}
        self.stale: set[str] = set()
        self.kept = 0
        self.goes_on = resume and self.path.exists()
        if self.goes_on:
            if rank() == 0:
                hold_folder(self.output_dir, "output_dir")
                remove_leftovers(self.output_dir)  # also where all is predicted, so that nothing begins
            self._read()

    def __call__(self, items: Items) -> bool:
        """Whether the results of all images of a batch are here; they are counted as kept, or else leave the record."""
        if not self.finished:
            return False
        inputs = self.inputs_of(items)
        whole = all(self._is_whole(item["name"], inputs) for item in items)
        if whole:
            self.kept += len(items)
        else:
            self.stale |= {item["name"] for item in items}
        return whole

    def inputs_of(self, items: Items) -> str:
        """A digest of the files of a batch as they are now: names, sizes and times of change."""
        return digest_of_inputs(items, self.readers)

    def begin(self) -> None:
        """Make the folder ready: what killed programs left there is removed, and a new record gets its first line.

        Of several processes, which all must have read the record, the first does it.
        """
        done_by_first(self._make_ready)

    def end(self, names: Iterable[str]) -> None:
        """Put all lines into one file, in the order of these images, when all processes are done; the first calls it."""
        if self.path.exists():
            order = {name: number for number, name in enumerate(names)}
            lines = results_in(lines_of(self.path))
            with disk_full_in_one_line(self.output_dir):
                write_as_one(self.path, [self.head, *sorted(lines.values(), key=lambda line: order.get(line["name"], -1))])

    def add(self, inputs: str, written: Mapping[str, Sequence[Path]], besides: Mapping[str, Mapping[str, Any]]) -> None:
        """Note the files of images of a batch.

        Args:
            inputs: the digest of the batch, of when it was read.
            written: for the name of each image its files, which are whole.
            besides: for the name of each image what its line tells, too: `image`, its path, and `facts` for the report.
        """
        lines = []
        for name, files in written.items():
            sizes = {file.relative_to(self.output_dir).as_posix(): file.stat().st_size for file in files}
            lines.append(json.dumps({"name": name, "inputs": inputs, "files": sizes, **besides[name]}) + "\n")
        with disk_full_in_one_line(self.output_dir):
            for folder in {file.parent for files in written.values() for file in files}:
                synced(folder)
            with part_of(self.path, rank()).open("a") as record:
                record.write("".join(lines))
                record.flush()
                os.fsync(record.fileno())

    def forget(self, name: str) -> None:
        """Remove an earlier result of an image that has changed and could not be predicted again."""
        for file in self.finished.get(name, {}).get("files", {}):
            (self.output_dir / file).unlink(missing_ok=True)

    def _make_ready(self) -> None:
        with disk_full_in_one_line(self.output_dir):
            self.output_dir.mkdir(parents=True, exist_ok=True)
            hold_folder(self.output_dir, "output_dir")
            remove_leftovers(self.output_dir)
            if not self.goes_on:  # another program may have begun and ended since the folder was found empty
                refuse_other_files(self.output_dir)
            write_as_one(self.path, [self.head, *(line for name, line in self.finished.items() if name not in self.stale)])

    def _read(self) -> None:
        lines = lines_of(self.path)
        if not lines or not is_head(lines[0]):
            raise ValueError(f"output_dir: {self.path} is broken; name another folder")
        if other := ", ".join(differences(lines[0], self.head)):
            raise ValueError(f"output_dir: {str(self.output_dir)!r} was predicted with other {other}; name another folder")
        self.finished = results_in(lines)

    def _is_whole(self, name: str, inputs: str) -> bool:
        line = self.finished.get(name)
        return line is not None and line["inputs"] == inputs and all(map(self._has_size, line["files"].items()))

    def _has_size(self, file: tuple[str, int]) -> bool:
        path = self.output_dir / file[0]
        return path.is_file() and path.stat().st_size == file[1]
