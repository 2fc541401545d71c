"""The plan as a config: an overlay for `train.json` that holds the layout, the choices and, in `_desc_`, their reasons."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from custom.bundle_root import AGAIN
from custom.init.fingerprint import Fingerprint
from custom.init.kinds import Labels
from custom.init.layout import Layout
from custom.init.reasons import AS_ASKED, Choice
from custom.init.schedule import VALIDATIONS
from custom.settings.rules import as_config, is_plain
from custom.storage.disk_full import is_disk_full
from custom.storage.json_object import read_json_object

OVERLAYS = ("folder", "nuclei", "ctc", "ema")  # from which a plan takes parts
FEW = 0.005  # share of the labelled pixels


def overlay(
    layout: Layout,
    found: Fingerprint,
    labels: Labels,
    choices: Sequence[Choice],
    configs: Path,
    patient_pattern: str = "",
) -> dict[str, Any]:
    """The config, which stands behind `train.json` alone.

    Args:
        layout: where the data's images and labels are.
        found: their fingerprint.
        labels: what the labels mean.
        choices: settings with reasons.
        configs: folder of the bundle's configs, parts of which it takes over.
        patient_pattern: regular expression that tells patients by the names of images; empty for none.
    """
    reasons = {choice.name: choice.reason for choice in choices}
    config: dict[str, Any] = {"_desc_": reasons, "dataset_dir": as_config(str(layout.root))}
    config |= _base(layout, labels, configs)
    settings = {choice.name: choice.value for choice in choices}
    config["ema"] = {**config["ema"], "momentum": settings.pop("ema#momentum")}
    config |= settings
    if reasons.get("val_interval") != AS_ASKED:
        config["val_interval"] = f"$max(1, @epochs // {VALIDATIONS})"  # so that --epochs can be set alone
    if settings.get("image_channels", 0) is None and not labels.instances:
        config["channels"] = {
            "_target_": "custom.transforms.Greyd", "_desc_": reasons["input_channels"],
            "keys": "image", "channels": "@input_channels",
        }  # fmt: skip
    if layout.kind == "folder":
        config["slices"]["patient_pattern"] = as_config(patient_pattern)
        _name_files(config["slices"], layout, found, reasons)
        _split(config, found, reasons)
    return config


def write_overlay(config: dict[str, Any], path: Path) -> None:
    """Writes a plan.

    Raises:
        ValueError: if its folder is not there, or cannot be written.
        OSError: if the disk is full.
    """
    try:
        path.write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n")
    except OSError as error:
        if is_disk_full(error):
            raise
        raise ValueError(
            f"plan: nothing can be written in {str(path.parent)!r}: {error.strerror}; name another with --plan"
        ) from None


def _base(layout: Layout, labels: Labels, configs: Path) -> dict[str, Any]:
    """What the layout and the kind of labels ask for, from the bundle's own overlays."""

    def read(name: str) -> dict[str, Any]:
        """An overlay of the bundle."""
        return read_json_object(configs / f"{name}.json", "bundle_root", AGAIN)

    average = read("ema")
    if layout.kind == "lgg":
        return average
    if layout.kind == "ctc":
        return {**read("ctc"), **average}
    folder = read("folder")
    if not labels.instances:
        return {**folder, **average}
    return {
        **folder,
        **read("nuclei"),
        "slices": folder["slices"],
        "class_names": ["background", "object", "border"],
        **average,
    }


def _name_files(slices: dict[str, Any], layout: Layout, found: Fingerprint, reasons: dict[str, str]) -> None:
    names: dict[str, Any] = layout.names._asdict()
    called = layout.names.field_folder or layout.names.field_suffix
    if called and found.field_outside < FEW:
        # Masks beside the images must be named, lest they be taken for images.
        names |= {"ignore_outside": False} if layout.names.field_beside else {"field_folder": "", "field_suffix": ""}
        reason = (
            f"{called} marks the field of view; labels outside it are background, so the network learns to mark nothing "
            "there, also where an image comes without such a mask"
        )
    else:
        reason = "marks the field of view: what is outside takes no part in loss and scores"
    if called:
        reasons["slices#field_folder" if layout.names.field_folder else "slices#field_suffix"] = reason
    for name, value in names.items():
        if not is_plain(value):
            raise ValueError(
                f"data: {name} would be {value!r}, which a config takes for an expression; rename what is called so"
            )
    slices |= as_config(names)
    slices["_desc_"] = "images and labels, by the names that were found"


def _split(config: dict[str, Any], found: Fingerprint, reasons: dict[str, str]) -> None:
    """Neighbours that look alike stay on one side of the split."""
    if not found.in_sequence:
        grouped = found.num_patients < found.num_images
        reasons["split"] = "at random, no patient or folder on both sides" if grouped else "at random, each image for itself"
        return
    near, far = found.alike
    reasons["split"] = f"labels of neighbours are alike (Dice {near:.2f}, of others {far:.2f}): the last images validate"
    config["split"] = {
        "_target_": "custom.targets.sequence_split", "_desc_": reasons["split"],
        "items": "@slices", "val_fraction": "@val_fraction", "fold": "@fold", "num_folds": "@num_folds",
    }  # fmt: skip
