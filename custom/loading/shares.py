"""What each of several processes takes: images in a training, patients or batches of them in an evaluation or a prediction."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from monai.data import DistributedSampler

from custom.system.processes import processes, rank


def process_share(dataset: Any, *, shuffle: bool, even_divisible: bool) -> DistributedSampler:
    """MONAI's `DistributedSampler`, after a look at whether there is an image for each process.

    Ends the program with one line, which the first process says, and code 1 if there is not.

    Args:
        dataset: the images, at least one for each process.
        shuffle: whether each epoch has an order of its own.
        even_divisible: whether images repeat so that all shares are of one size.
    """
    images = len(dataset)
    if images < processes():
        line = (
            f"{images} images to {'train on' if shuffle else 'validate on'} are too few for {processes()} processes, of which "
            f"each needs one: start {max(images, 1)} (--nproc_per_node={max(images, 1)}), or give more images"
        )
        raise SystemExit(line if rank() == 0 else 1)
    return DistributedSampler(dataset, even_divisible=even_divisible, shuffle=shuffle)


def patients_of_process(data: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The items of every patient whose turn it is; of a lone process all.

    Ends the program with one line, which the first process says, and code 1 if there is no patient for each process.

    Args:
        data: items in order; one without a `patient_id` is a patient of its own.
    """
    patients = [str(item.get("patient_id", item["image"])) for item in data]
    turns = {patient: turn for turn, patient in enumerate(dict.fromkeys(patients))}
    if 1 < processes() > len(turns):
        line = f"{len(turns)} patients are too few for {processes()} workers: take --workers {max(len(turns), 1)}"
        raise SystemExit(line if rank() == 0 else 1)
    return [item for item, patient in zip(data, patients, strict=True) if turns[patient] % processes() == rank()]


def batches_of_process(batches: Iterable[list[int]]) -> list[list[int]]:
    """Every n-th of some batches for the n-th of the processes, which may be none; of a lone process all.

    Args:
        batches: the same on every process, such as `SeriesBatches`.
    """
    return list(batches)[rank() :: processes()]
