"""Data sets whose files do not belong together, for the check and for a training."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
from PIL import Image
from trust.broken_files import PIXELS
from trust.cases import Case
from trust.doors import check, prediction, training

GREY = PIXELS[..., 0]
MASK = np.where(GREY > 200, 255, 0).astype(np.uint8)
VOLUME = np.random.default_rng(3).integers(0, 9, (8, 9, 4)).astype(np.int16)


def files(**named: Any) -> Callable[[Path], None]:
    """Pictures and volumes of arrays by their path, in which `__` is a slash and `_dot_` a dot, below data/."""

    def plant(folder: Path) -> None:
        (folder / "data").mkdir(exist_ok=True)
        for name, values in named.items():
            path = folder / "data" / name.replace("__", "/").replace("_dot_", ".")
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(path, values)

    return plant


def _write(path: Path, values: Any) -> None:
    if values is None:
        path.mkdir()
    elif path.suffix in (".png", ".tif", ".jpg"):
        Image.fromarray(values).save(path)
    elif isinstance(values, tuple):
        nibabel.save(nibabel.Nifti1Image(*values), path)
    else:
        path.write_bytes(values)


def pair(image: Any, label: Any, suffix: str = "png") -> Callable[[Path], None]:
    """Two images with their labels; of the first, these."""
    sound = (VOLUME[::-1], np.eye(4)) if suffix == "nii" else GREY[::-1]
    mask = ((VOLUME > 4).astype(np.uint8), np.eye(4)) if suffix == "nii" else MASK
    return files(
        **{f"a_dot_{suffix}": image, f"a_mask_dot_{suffix}": label, f"b_dot_{suffix}": sound, f"b_mask_dot_{suffix}": mask}
    )


TRAIN = {"input_channels": 1, "image_channels": None}
SHIFTED, TURNED = np.eye(4) + np.eye(4, k=3) * 3, np.diag([-1.0, 1, 1, 1])
SPECKLED = (np.float32(VOLUME) + np.float32(0.5), np.eye(4))
UNFIT: dict[str, tuple[Callable[[Path], None], str]] = {
    "a mask of another size": (pair(GREY, MASK[:20]), "a_mask.png: its shape differs from its image's: 20×48 against 40×48"),
    "a mask of colours": (
        pair(GREY, np.dstack([MASK, GREY, MASK])),
        "a_mask.png: its 3 channels differ, a mask has 1: save it as grey",
    ),
    "a volume's mask elsewhere": (
        pair((VOLUME, np.eye(4)), (VOLUME // 8, SHIFTED), "nii"),
        "a_mask.nii: its affine places it elsewhere than its image a.nii, by up to 3 voxels",
    ),
    "a volume's mask mirrored": (
        pair((VOLUME, np.eye(4)), (VOLUME // 8, TURNED), "nii"),
        "a_mask.nii: its affine places it elsewhere than its image a.nii",
    ),
    "a mask of fewer slices": (
        pair((VOLUME, np.eye(4)), (VOLUME[..., :2], np.eye(4)), "nii"),
        "a_mask.nii: its shape differs from its image's: 8×9×2 against 8×9×4",
    ),
    "a mask of several volumes": (
        pair((VOLUME, np.eye(4)), (np.stack([VOLUME // 8] * 2, -1), np.eye(4)), "nii"),
        "a_mask.nii: wrong channel count 2, a mask has 1: save one label map, of segments that do not overlap",
    ),
    "a volume whose mask is a picture": (
        files(a_dot_nii=(VOLUME, np.eye(4)), a_mask_dot_png=MASK),
        "a_mask.png: is a volume or its image is, not both",
    ),
    "two images of one name": (files(a_dot_png=GREY, a_dot_tif=GREY, a_mask_dot_png=MASK), "has the same name as a.png"),
    "two masks of one image": (
        files(a_dot_png=GREY, a_mask_dot_png=MASK, a_masks_dot_png=MASK),
        "has the same name as a_mask.png",
    ),
    "two folders of images": (
        files(images__a_dot_png=GREY, imgs__a_dot_png=GREY, labels__a_dot_png=MASK),
        "has the folders images, imgs; say which with --slices#image_folder and --slices#label_folder",
    ),
    "two folders of labels": (
        files(images__a_dot_png=GREY, masks__a_dot_png=MASK, labels__a_dot_png=MASK),
        "has the folders labels, masks; say which with --slices#image_folder and --slices#label_folder",
    ),
    "nothing": (files(), "holds no images"),
    "text alone": (files(notes_dot_txt=b"none"), "holds no images"),
}
VALUES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a mask of grey values": (pair(GREY, GREY), "a_mask.png: wrong mask values 0, 1, 2"),
    "a mask of fractions": (pair((VOLUME, np.eye(4)), SPECKLED, "nii"), "a_mask.nii: wrong mask values 0.5, 1.5"),
    "a mask of negative numbers": (
        pair((VOLUME, np.eye(4)), (VOLUME * -1, np.eye(4)), "nii"),
        "a_mask.nii: wrong mask values -8",
    ),
    "masks that mark nothing": (
        files(a_dot_png=GREY, a_mask_dot_png=MASK * 0, b_dot_png=GREY[::-1], b_mask_dot_png=MASK * 0),
        "all masks mark nothing: they are 0 everywhere",
    ),
    "a mask alone": (files(a_dot_png=GREY, a_mask_dot_png=MASK, c_mask_dot_png=MASK), "c_mask.png: orphan mask"),
    "an image alone": (files(a_dot_png=GREY, a_mask_dot_png=MASK, c_dot_png=GREY[::-1]), "c.png: missing mask c_mask.png"),
}
LEFT_OUT: dict[str, tuple[Callable[[Path], None], str]] = {
    "a mask alone": (files(a_dot_png=GREY, a_mask_dot_png=MASK, c_mask_dot_png=MASK), "c_mask.png: no image of that name"),
    "an image alone": (files(a_dot_png=GREY, a_mask_dot_png=MASK, c_dot_png=GREY), "c.png: no label of that name"),
    "one patient": (files(a_dot_png=GREY, a_mask_dot_png=MASK), "a split by patient needs at least 2 patients, got 1: a"),
    "a mask of grey values": (
        pair(GREY, GREY),
        "a.png or its label cannot be loaded: a label holds 2, but must hold 0 and 1, or 0 and 255",
    ),
    "a mask of fractions": (
        pair((VOLUME, np.eye(4)), SPECKLED, "nii"),
        "a.nii or its label cannot be loaded: a label holds 0.5, but must hold 0 and 1, or 0 and 255",
    ),
}
SETTINGS: dict[str, tuple[dict[str, Any], str]] = {
    "a folder that is not there": ({"slices#image_folder": "x", "slices#label_folder": "y"}, "dataset_dir: no folder 'x'"),
    "one folder of two": ({"slices#image_folder": "x"}, "image_folder and label_folder must be given together, or neither"),
    "a folder outside": (
        {"slices#image_folder": "../x", "slices#label_folder": "y"},
        "image_folder, label_folder and field_folder must be names in dataset_dir, got '../x'",
    ),
    "a suffix that no name has": ({"slices#label_suffix": "_truth"}, "no label of that name"),
    "no field of view": ({"slices#field_suffix": "_field"}, "no mask of the field of view of that name; set field_suffix"),
    "more folds than patients": ({"num_folds": 9, "fold": 0}, "num_folds must be a whole number in 2..2"),
    "another number of channels": ({"image_channels": 3}, "wrong channel count 1, expected 3"),
}
COLLIDING: dict[str, tuple[Callable[[Path], None], str]] = {
    "nothing": (files(), "holds no images"),
    "masks alone": (files(a_mask_dot_png=MASK), "holds no images"),
    "no folder": (
        lambda folder: None,
        "dataset_dir must be an existing folder or image, the URL of a large image, or empty, got '{}/data'",
    ),
}


CASES = [
    *(Case(f"check {name}", check(), says, plant) for name, (plant, says) in VALUES.items()),
    *(Case(f"train on {name}", training("folder.json", **TRAIN), says, plant) for name, (plant, says) in UNFIT.items()),
    *(Case(f"train on {name}", training("folder.json", **TRAIN), says, plant) for name, (plant, says) in LEFT_OUT.items()),
    *(
        Case(f"train with {name}", training("folder.json", **TRAIN | settings), says, pair(GREY, MASK))
        for name, (settings, says) in SETTINGS.items()
    ),
    *(Case(f"predict {name}", prediction(checkpoint=""), says, plant) for name, (plant, says) in COLLIDING.items()),
]
