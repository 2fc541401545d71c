"""The patients that each of several processes takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from torch import distributed


def patients_of_process(data: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The items of every patient whose turn it is; of a lone process all.

    Ends the program with one line, which the first process says, and code 1 if there is no patient for each process.

    Args:
        data: items in order; one without a `patient_id` is a patient of its own.
    """
    if not distributed.is_initialized():
        return list(data)
    rank, processes = distributed.get_rank(), distributed.get_world_size()
    patients = [str(item.get("patient_id", item["image"])) for item in data]
    turns = {patient: turn for turn, patient in enumerate(dict.fromkeys(patients))}
    if len(turns) < processes:
        line = f"{len(turns)} patients are too few for {processes} workers: take --workers {max(len(turns), 1)}"
        raise SystemExit(line if rank == 0 else 1)
    return [item for item, patient in zip(data, patients, strict=True) if turns[patient] % processes == rank]
