"""How long a training is: patches a step, steps, epochs and validations, each with its reason."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from custom.data.datalist import Slice
from custom.data.splits import split_by_patient, split_in_sequence
from custom.init.fingerprint import Fingerprint
from custom.init.reasons import Choice

LEAST_STEPS = 2000
LEAST_EPOCHS = 20
VALIDATIONS = 25
PATIENCE = 10
PATCHES_A_STEP = 8
VAL_FRACTIONS = {"ctc": 0.3}  # the setting of its config; that of train.json is 0.2
SLICES_OF_A_VOLUME = 16  # train.json draws so many in an epoch


def schedule(found: Fingerprint, asked: Mapping[str, Any]) -> list[Choice]:
    """The settings from the batch size to the average of the weights.

    Args:
        found: the fingerprint of the data.
        asked: settings that a person chose, from whose epochs and batch size the others follow.
    """
    batch = _batch(found)
    return [*batch, *_length(found, _whole(asked, "batch_size") or batch[0].value, _whole(asked, "epochs"))]


def training_images(items: Sequence[Slice], kind: str, found: Fingerprint, asked: Mapping[str, Any]) -> int:
    """How many images of a set are trained on, as its plan splits it.

    Args:
        items: the datalist.
        kind: that of the layout.
        found: the fingerprint of the data.
        asked: settings that a person chose, those of the split among them.

    Raises:
        ValueError: if the set cannot be split.
    """
    split = split_in_sequence if kind == "ctc" or (kind == "folder" and found.in_sequence) else split_by_patient
    settings = {name: asked[name] for name in ("val_fraction", "fold", "num_folds", "seed") if name in asked}
    return len(split(items, **{"val_fraction": VAL_FRACTIONS.get(kind, 0.2), **settings})["train"])


def _batch(found: Fingerprint) -> list[Choice]:
    training = found.num_train
    if found.volumes:
        return [
            Choice("batch_size", 1, f"a step takes {SLICES_OF_A_VOLUME} slices of one volume"),
            Choice("patches_per_image", 1, "one patch of each of these slices"),
        ]
    images = PATCHES_A_STEP if training >= 8 * PATCHES_A_STEP else max(1, min(4, training // 2))
    patches = PATCHES_A_STEP // images
    reason = f"{training} images train" if images == PATCHES_A_STEP else f"few images train, {training}, so each gives several"
    return [
        Choice("batch_size", images, f"{PATCHES_A_STEP} patches a step"),
        Choice("patches_per_image", patches, reason),
    ]


def _whole(asked: Mapping[str, Any], name: str) -> int:
    """What was asked for, where it is a number above 0; what else it may be is checked with the plan."""
    value = asked.get(name)
    return value if type(value) is int and value > 0 else 0


def _length(found: Fingerprint, batch_size: int, asked_epochs: int) -> list[Choice]:
    steps = math.ceil(found.num_train / batch_size)
    epochs = asked_epochs or max(LEAST_EPOCHS, math.ceil(LEAST_STEPS / steps))
    interval = max(1, epochs // VALIDATIONS)
    share = min(0.2, max(0.002, round(10 / (steps * epochs), 4)))
    why = f"at least {LEAST_STEPS} steps" if epochs > LEAST_EPOCHS else f"each image {LEAST_EPOCHS} times"
    return [
        Choice("epochs", epochs, f"{steps} steps each, {steps * epochs} in all: {why}"),
        Choice("val_interval", interval, f"{epochs // interval} validations"),
        _patience(steps * epochs),
        Choice("ema#momentum", share, "an average of the weights scores better"),
    ]


def _patience(steps: int) -> Choice:
    if steps < LEAST_STEPS:  # ten of its validations would be a few dozen steps, before the learning rate has fallen
        return Choice("early_stopping", -1, f"fewer than {LEAST_STEPS} steps run to their end")
    return Choice("early_stopping", PATIENCE, f"ends after {PATIENCE} validations that add less than 0.001 to the score")
