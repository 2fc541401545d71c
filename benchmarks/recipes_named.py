"""The recipes that recipes.py compares: each is train.json with overlays, and with what it changes in them."""

from pathlib import Path
from typing import Any, NamedTuple

CROP = {
    "_target_": "custom.transforms.RandSlicesd",
    "keys": ["image", "label"],
    "label_key": "label",
    "patches": {
        "_target_": "RandCropByPosNegLabeld", "keys": ["image", "label"], "label_key": "labelled",
        "spatial_size": ["@patch_size", "@patch_size"], "num_samples": 1, "allow_smaller": True,
    },
}  # fmt: skip
PLANAR = {"spatial_dims": 2, "in_channels": "@input_channels", "out_channels": "@num_classes"}
WIDTHS = [16, 32, 64, 128, 256]
SMOOTH_DICE = {"_target_": "DiceLoss", "sigmoid": True, "batch": True, "smooth_nr": 1.0, "smooth_dr": 1.0}
BUDAS_AUGMENTATION = [
    CROP,
    {"_target_": "RandFlipd", "keys": ["image", "label"], "prob": 0.5, "spatial_axis": 1},
    {
        "_target_": "RandAffined", "keys": ["image", "label"], "prob": 1, "rotate_range": 0.26, "scale_range": [0.05, 0.05],
        "mode": ["bilinear", "nearest"], "padding_mode": "reflection",
    },
]  # fmt: skip
POSITIVE, NEGATIVE = (f"augmentation#transforms#0#patches#{side}" for side in ("pos", "neg"))


class Recipe(NamedTuple):
    """A way to train.

    Attributes:
        title: what it changes, as the table shows it.
        settings: what is set over the configs, by name.
        overlays: configs behind train.json.
    """

    title: str
    settings: dict[str, Any]
    overlays: tuple[str, ...] = ("ema.json",)

    @property
    def configs(self) -> tuple[str, ...]:
        """The configs of the recipe, the base first."""
        return ("train.json", *self.overlays)

    def settings_for(self, dataset_dir: Path, shared: dict[str, Any]) -> dict[str, Any]:
        """The settings of a training: those of all recipes, and those of this one."""
        return {"dataset_dir": str(dataset_dir.resolve()), "device": "cpu", "seed": 0, **shared, **self.settings}


def network(name: str, **arguments: Any) -> dict[str, Any]:
    """A network of MONAI in the place of the bundle's."""
    return {"network_def": {"_target_": name, **PLANAR, **arguments}}


RECIPES = {
    "default": Recipe("`train.json` with `ema.json`", {}),
    "width_24": Recipe("24 channels at the first level", {"init_features": 24}),
    "no_ema": Recipe("no average of the weights", {}, ()),
    "basic_unet": Recipe(
        "MONAI `BasicUNet`, 16 to 256 channels", network("BasicUNet", features=[*WIDTHS, 16]),
    ),
    "dynunet": Recipe(
        "MONAI `DynUNet`, 16 to 256 channels",
        network("DynUNet", kernel_size=[3] * 5, strides=[1, 2, 2, 2, 2], upsample_kernel_size=[2] * 4, filters=WIDTHS),
    ),
    "dice": Recipe("Dice alone", {"loss": {"_target_": "DiceLoss", "sigmoid": True, "batch": True}}),
    "monai_unet": Recipe(
        "MONAI `UNet`, residual, 16 to 256 channels", network("UNet", channels=WIDTHS, strides=[2] * 4, num_res_units=2),
    ),
    "neighbours": Recipe(
        "the slices before and behind as further channels",
        {"input_channels": 9, "image_channels": 3},
        ("neighbours.json", "ema.json"),
    ),
    "buda": Recipe(
        "near Buda's: 32 channels, Dice, constant rate of 1e-4, weak augmentation, whole slices",
        {
            "init_features": 32, "loss": SMOOTH_DICE, "lr": 1e-4, "min_lr": 1e-4, "patch_size": 256,
            "augmentation": {"_target_": "Compose", "transforms": BUDAS_AUGMENTATION},
            "augmented#transforms": "$@augmentation.transforms",
        },
        (),
    ),
    "tumour_0": Recipe("no patch centred on tumour on purpose", {POSITIVE: 0, NEGATIVE: 1}),
    "tumour_75": Recipe("three quarters of the patches centred on tumour", {POSITIVE: 3, NEGATIVE: 1}),
    "no_augmentation": Recipe("crops alone, no augmentation", {"augmented#transforms": "$@augmentation.transforms[:2]"}),
    "no_elastic": Recipe("no elastic deformation", {"augmentation#transforms#6#prob": 0}),
    "no_missing": Recipe(
        "no missing sequences", {"missing_sequences": {"_target_": "Identityd", "keys": "image"}},
    ),
    "tversky": Recipe(
        "Tversky loss, misses weighted 0.7, false alarms 0.3",
        {"loss": {"_target_": "TverskyLoss", "sigmoid": True, "batch": True, "alpha": 0.3, "beta": 0.7}},
    ),
    "dice_of_images": Recipe("Dice of each image rather than of the batch", {"loss#batch": False}),
    "width_32": Recipe("32 channels at the first level", {"init_features": 32}),
    "seed_1": Recipe(
        "the default with seed 1, and the same patients", {"seed": 1, "split#seed": 0, "split_record#seed": 0},
    ),
}  # fmt: skip
