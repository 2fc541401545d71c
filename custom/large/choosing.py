"""The settings of a job, from what was asked for, what the record of the weights says, and the image."""

import json
import sys
from secrets import token_hex
from typing import Any

from torch import Tensor

from custom.bundle_root import bundle_version
from custom.inferers.context import network_context
from custom.inferers.memory import first_width
from custom.large.plan import levels, planned
from custom.large.settings import Settings
from custom.large.sources import Source
from custom.large.starting import digest
from custom.large.written import written_at
from custom.networks import read_record, restored_unet
from custom.networks.knowledge import record_of
from custom.networks.record import architecture_arguments, class_names
from custom.transforms.recorded_channels import recorded_channels

Z_SCORE = [{"name": "NormalizeChannelsd"}]


def chosen_settings(
    source: Source, image: dict[str, Any], out: str, checkpoint: str, given: dict[str, Any],
    block: tuple[int, int] | None, version: str, probabilities: bool,
) -> tuple[Settings, dict[str, Tensor]]:  # fmt: skip
    """The settings of a job and the tensors of its network; what weights do that a job does not is told in a note.

    Args:
        source: the image.
        image: what `open_source` takes for it.
        out: the Zarr group to write.
        checkpoint: weights with a record.
        given: settings in place of the record's; None for the record's own.
        block: rows and columns of a block, or None.
        version: OME-Zarr's version.
        probabilities: whether they are written.

    Raises:
        ValueError: if the image does not suit the weights, or an argument breaks its rule.
    """
    if version not in ("0.4", "0.5"):
        raise ValueError(f"ome_version must be 0.4 or 0.5, got {version!r}")
    recorded = read_record(checkpoint)
    record = recorded | {name: value for name, value in given.items() if value is not None}
    _check_in_use(recorded, record)
    _check_normalisation(checkpoint)
    _check_channels(source, record)
    _tell_left_out(source, record)
    network = restored_unet(checkpoint)
    tensors = dict(network.state_dict())
    shape, border_class = source.shape, record["border_class"]
    context, width = network_context(network), first_width(network)
    grid = planned((shape[0], *shape[2:]), context, record["downsampling"], width, block)  # type: ignore[arg-type]
    settings = Settings(
        image=image, shape=list(shape), axes=source.axes if source.channel is None else source.axes.replace("c", ""),
        dtype=str(source.array.dtype), out=out,
        network=architecture_arguments(record), weights=digest(tensors), channels=dict(record["channels"]),
        threshold=float(record["threshold"]), temperature=float(record["temperature"]),
        downsampling=record["downsampling"], border_class=border_class, min_size_px=record["min_size_px"],
        instances=bool(record["instances"]), probabilities=probabilities,
        block=list(grid.block), levels=levels(grid), version=version,
        classes=class_names(record["class_names"], record["num_classes"], border_class), bundle=bundle_version(),
        written=written_at(source), job_id=token_hex(8),
    )  # fmt: skip
    return settings, tensors


def _check_in_use(recorded: dict[str, Any], record: dict[str, Any]) -> None:
    if record["num_classes"] > 1 and record["threshold"] != recorded["threshold"]:
        raise ValueError(
            f"threshold parts one class from the background, and these weights have {record['num_classes']}; leave it out"
        )
    if not record["instances"] and record["min_size_px"] != recorded["min_size_px"]:
        raise ValueError(
            "min_size_px is the least size of objects, which are not numbered; set instances, too, or leave it out"
        )


def _tell_left_out(source: Source, record: dict[str, Any]) -> None:
    """Of a lone slice nothing is left out: `AcrossSlicesInferer` leaves it as it is, too."""
    largest = record.get("largest_object", record["num_classes"] == 1)
    done = [
        *(["average neighbouring slices"] if record["across_slices"] else []),
        *(["keep the largest object"] if largest else []),
    ]
    if source.shape[2] > 1 and done:
        print(f"note: predict would {' and '.join(done)} of a stack with these weights; segment does not", file=sys.stderr)


def _check_normalisation(checkpoint: str) -> None:
    recorded = (record_of(checkpoint) or {}).get("input", {}).get("normalisation")
    if recorded not in (None, Z_SCORE):
        raise ValueError(
            f"checkpoint: {checkpoint} was trained on images normalised by {json.dumps(recorded)}, "
            "and segment takes the z-score of each channel; use inference.json"
        )


def _check_channels(source: Source, record: dict[str, Any]) -> None:
    transform = recorded_channels(record)
    name, channels = type(transform).__name__, source.shape[1]
    if name == "NeighbouringSlicesd":
        raise ValueError("checkpoint: these weights take neighbouring slices, which segment has not; use inference.json")
    wanted = {"Greyd": (1, 3), "OneChanneld": (1, getattr(transform, "num_channels", 1))}.get(name, (record["input_channels"],))
    if channels not in wanted:
        words = " or ".join(map(str, sorted(set(wanted))))
        raise ValueError(f"IN {source.url!r} has {channels} channels, and the weights take {words}; choose one with --channel")
