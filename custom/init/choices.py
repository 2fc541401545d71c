"""Settings of a training, each with the reason, as they follow from a fingerprint."""

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from custom.init.class_names import FILE, class_names
from custom.init.fingerprint import Fingerprint
from custom.init.kinds import Labels
from custom.init.layout import Layout
from custom.init.reasons import Choice
from custom.init.schedule import schedule

SIGHT_PX = 190  # width of the image that decides an output of the network of five levels
STRIDE_PX = 16
THIN_PX = 5
CELL_PX = 48


def choose(
    layout: Layout, found: Fingerprint, labels: Labels, with_gpu: bool, asked: Mapping[str, Any] = MappingProxyType({})
) -> list[Choice]:
    """The settings of the plan, in the order in which a person asks for them.

    Args:
        layout: where the data's images and labels are.
        found: their fingerprint.
        labels: what the labels mean.
        with_gpu: whether the training will have a GPU.
        asked: settings that a person chose; what follows from epochs and batch size follows from theirs.
    """
    factor = downsampling(found, labels)
    patch = patch_size(found, labels, factor.value)
    return [
        *_channels(layout, found),
        *_classes(labels, layout, asked.get("num_classes", labels.num_classes)),
        *_cells(found, labels, factor.value, layout),
        factor,
        Choice("init_features", *((32, "a GPU is there") if with_gpu else (16, "a narrow network, since there is no GPU"))),
        patch,
        *schedule(found, asked),
        *_after(layout, found),
    ]


def _channels(layout: Layout, found: Fingerprint) -> list[Choice]:
    if layout.kind == "lgg":
        return [Choice("input_channels", 3, "the three sequences of the LGG set")]
    if found.grey:
        return [
            Choice("input_channels", 1, "red, green and blue are equal in all images: they are read as grey"),
            Choice("image_channels", None, "grey images are taken as well"),
        ]
    if len(found.channels) > 1:
        some = " and ".join(f"{channels} ({number})" for channels, number in found.channels.most_common())
        return [
            Choice("input_channels", 1, f"channels differ, {some}: colour becomes grey"),
            Choice("image_channels", None, "grey and coloured images are read"),
        ]
    channels = next(iter(found.channels))
    colours = {1: "grey images"} if found.volumes else {1: "grey images", 3: "coloured images"}
    return [Choice("input_channels", channels, colours.get(channels, "as the files have"))]


def _classes(labels: Labels, layout: Layout, num_classes: int) -> list[Choice]:
    choices = [] if labels.instances else [Choice("num_classes", labels.num_classes, labels.reason)]
    if choices and (names := class_names(layout.root, num_classes)):
        choices.append(Choice("class_names", names, f"{FILE} tells them"))
    if labels.ignore_label is not None:
        choices.append(Choice("ignore_label", labels.ignore_label, f"{labels.ignore_label} marks pixels that nobody judged"))
    return choices


def _cells(found: Fingerprint, labels: Labels, factor: int, layout: Layout) -> list[Choice]:
    """The class of borders, for instances."""
    if not labels.instances:
        return []
    touching = sum(found.objects.touching) / max(len(found.objects.touching), 1)
    if layout.kind == "ctc":
        return [Choice("border_class", 2, f"instances, {touching:.0%} of which touch: a class for borders keeps them apart")]
    smallest = max(4, round(min(found.objects.areas, default=16) / 2))
    return [
        Choice("border_class", 2, f"{labels.reason}, {touching:.0%} of which touch: a class for borders keeps them apart"),
        Choice("gap_px", 2 if factor == 1 else 4 * factor, "width of these borders"),
        Choice("min_size_px", min(smallest, 64), "half the pixels of the smallest object; anything smaller is dropped"),
    ]


def downsampling(found: Fingerprint, labels: Labels) -> Choice:
    """The factor by which the network sees images smaller, so that it sees objects whole."""
    objects = found.objects
    wide = objects.extent_px() if labels.instances else objects.width_px()
    wanted = math.ceil(wide / (CELL_PX if labels.instances else SIGHT_PX))
    allowed = max(1, int(objects.thinnest_px() // 3))  # structures thinner than 3 px are lost
    factor = max(1, min(wanted, allowed, 4))
    seen = f"objects are {wide:.0f} px wide, and the network sees {SIGHT_PX} px"
    thin = f"; the thinnest structures are {objects.thinnest_px():.0f} px"
    return Choice("downsampling", factor, seen + (thin if factor < wanted or objects.thinnest_px() < 2 * THIN_PX else ""))


def patch_size(found: Fingerprint, labels: Labels, factor: int) -> Choice:
    """Height and width of a training patch, a multiple of what the network needs, and no larger than an image needs."""
    thin = not labels.instances and not found.volumes and found.objects.thinnest_px() < THIN_PX
    wanted, multiple = (128 if thin else 192) * factor, STRIDE_PX * factor
    largest = max(found.size_px)
    if largest < wanted:
        return Choice("patch_size", math.ceil(largest / multiple) * multiple, f"whole images of {largest} px")
    if thin:
        return Choice("patch_size", wanted, "thin structures need little around them, and more patches teach more")
    return Choice("patch_size", wanted, f"about the {SIGHT_PX} px that the network sees{f', {factor} times' * (factor > 1)}")


def _after(layout: Layout, found: Fingerprint) -> list[Choice]:
    if layout.kind == "lgg":
        return []
    together = "slices of a volume agree with their neighbours" if found.volumes else "images are no slices of a volume"
    return [
        Choice("across_slices", found.volumes, together),
        Choice("largest_object", False, "there may be several objects"),
    ]
