"""The simulated set on disk: `<folder>/kaggle_3m/PHANTOM_0001/PHANTOM_0001_1.tif`, its `_mask.tif`, and so on."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from hashlib import sha256
from pathlib import Path

import numpy as np
from PIL import Image

from custom.data.cache_folder import cache_folder
from custom.storage.atomic import private_folder
from custom.text.durations import Due

VERSION = 2
README = """\
# Simulated brain MRI, not patients

{num_patients} phantom patients (seed {seed}, version {version}), made by `custom.data.phantom_lgg` of unet-bundle in the layout
of the Kaggle LGG MRI segmentation set: 256×256×3 TIFF slices (pre-contrast T1, FLAIR, post-contrast T1) and masks of 0 and 255.
No image is of a person: contrasts, tumours, artefacts and noise are drawn at random. Scores on it are not scores on patients.

The anatomy is that of the ICBM152 2009a symmetric average brain, from the files that come with nilearn: V. S. Fonov,
A. C. Evans, K. Botteron, C. R. Almli, R. C. McKinstry, D. L. Collins, "Unbiased average age-appropriate atlases for pediatric
studies", NeuroImage 54 (2011) 313-327, doi:10.1016/j.neuroimage.2010.07.033. Its terms:

> Copyright (C) 1993-2004 Louis Collins, McConnell Brain Imaging Centre, Montreal Neurological Institute, McGill University.
> Permission to use, copy, modify, and distribute this software and its documentation for any purpose and without fee is hereby
> granted, provided that the above copyright notice appear in all copies. The authors and McGill University make no
> representations about the suitability of this software for any purpose. It is provided "as is" without express or implied
> warranty. The authors are not responsible for any data loss, equipment damage, property loss, or injury to subjects or
> patients resulting from the use or misuse of this software package.
"""


def phantom_lgg(folder: str | Path | None = None, *, num_patients: int = 24, seed: int = 0) -> Path:
    """The folder of a simulated set in the Kaggle LGG layout, made on first use (half a minute) and reused after.

    The same arguments give the same bytes, and patient k is the same whatever `num_patients`. The set is renamed into place
    when it is complete, so that a killed or a second process leaves no half of it. A line after ten seconds, and then each
    minute, tells how far it has come.

    Args:
        folder: where to make `kaggle_3m`; by default a folder for these settings in the user's cache (`XDG_CACHE_HOME`, else
            `~/.cache`).
        num_patients: at least 1.
        seed: start of all random numbers, at least 0.

    Raises:
        ValueError: if an argument is out of range, `folder` holds another set, or the cache cannot be written.
    """
    if num_patients < 1:
        raise ValueError(f"num_patients must be at least 1, got {num_patients!r}")
    if seed < 0:
        raise ValueError(f"seed must be at least 0, got {seed!r}")
    readme = README.format(num_patients=num_patients, seed=seed, version=VERSION)
    root = (
        Path(folder)
        if folder is not None
        else cache_folder() / f"phantom-v{VERSION}-{sha256(readme.encode()).hexdigest()[:12]}"
    )
    if not (root / "kaggle_3m").exists():
        with _of_cache(root) if folder is None else nullcontext():
            _make(root, readme, num_patients, seed)
    found = root / "kaggle_3m" / "README.md"
    if not found.is_file() or found.read_text(encoding="utf-8") != readme:
        raise ValueError(f"folder: {str(root / 'kaggle_3m')!r} is not the phantom set of these settings; name another folder")
    return root


@contextmanager
def _of_cache(root: Path) -> Iterator[None]:
    """What prevents that a set is written is a line that names the variable by which it lies elsewhere."""
    try:
        yield
    except OSError as error:
        raise ValueError(
            f"{root} cannot be written: {error.strerror or error}; set XDG_CACHE_HOME to a folder that can be"
        ) from None


def _make(root: Path, readme: str, num_patients: int, seed: int) -> None:
    from custom.data.phantom.patient import simulate_patient  # takes torch, which a set that is there does without

    root.mkdir(parents=True, exist_ok=True)
    with private_folder(root) as temporary:
        draft = temporary / "kaggle_3m"
        draft.mkdir()
        (draft / "README.md").write_text(readme, encoding="utf-8")
        due = Due()
        for index in range(num_patients):
            if due():
                print(f"making simulated patient {index + 1} of {num_patients}, once", file=sys.stderr, flush=True)
            _write(draft / f"PHANTOM_{index + 1:04d}", *simulate_patient(index, seed=seed))
        try:
            draft.rename(root / "kaggle_3m")
        except OSError:  # another process was faster: its set is the same
            if not (root / "kaggle_3m").is_dir():
                raise


def _write(folder: Path, images: np.ndarray, masks: np.ndarray) -> None:
    folder.mkdir()
    for number, (image, mask) in enumerate(zip(images, masks, strict=True), start=1):
        Image.fromarray(image).save(folder / f"{folder.name}_{number}.tif")
        Image.fromarray(mask).save(folder / f"{folder.name}_{number}_mask.tif")
