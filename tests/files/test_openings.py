"""Each file is opened at most once for its header and once for its pixels, and without torch or MONAI."""

import json
import subprocess
import sys
from pathlib import Path

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
import tifffile
from PIL import Image

ITK = (".nrrd", ".mha")  # opened by ITK too, out of Python's sight
COUNT = """
import json, sys
from collections import Counter
openings = Counter()
def hook(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)) and str(args[0]).startswith(FOLDER):
        openings[str(args[0])] += 1
FOLDER = sys.argv[1]
import custom.data, custom.files, tifffile, imagecodecs, PIL.Image, nibabel
sys.addaudithook(hook)
"""


def openings(folder: Path, code: str) -> dict[str, int]:
    """How often a program opens each file of a folder."""
    program = f"{COUNT}\n{code}\nprint(json.dumps(openings))"
    done = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {str(Path(path).relative_to(folder)): number for path, number in json.loads(done.stdout.splitlines()[-1]).items()}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two images of each format with their labels."""
    for part in ("images", "labels"):
        (tmp_path / part).mkdir()
    rng = np.random.default_rng(0)
    for number in range(2):
        for part, top in (("images", 200), ("labels", 2)):
            picture = rng.integers(0, top, (24, 40)).astype(np.uint8)
            for suffix in (".png", ".bmp"):
                Image.fromarray(picture).save(tmp_path / part / f"{suffix[1:]}{number}{suffix}")
            tifffile.imwrite(tmp_path / part / f"tif{number}.tif", picture.astype(np.uint16))
            tifffile.imwrite(tmp_path / part / f"lzw{number}.tif", picture, compression="lzw")
            volume = rng.integers(0, top, (4, 5, 6)).astype(np.uint8)
            for suffix in (".nii", ".nii.gz"):
                nibabel.save(nibabel.Nifti1Image(volume, np.eye(4)), tmp_path / part / f"v{suffix[-2:]}{number}{suffix}")
            for suffix in (".nrrd", ".mha"):
                sitk.WriteImage(sitk.GetImageFromArray(volume), str(tmp_path / part / f"{suffix[1:]}{number}{suffix}"))
    return tmp_path


def test_headers_are_read_in_one_opening_however_often_they_are_asked_for(folder):
    asked = "custom.data.folder_images(FOLDER, 1)"
    assert set(openings(folder, f"{asked}; {asked}; custom.data.list_images(FOLDER)").values()) == {1}


def test_check_and_training_open_each_file_once_for_its_header_and_once_for_its_pixels(folder):
    check = (
        "report = custom.data.check_dataset(FOLDER, in_channels=1); "
        "assert all('duplicate' in problem for problem in report.problems), report.problems"
    )
    counted = openings(folder, check)
    assert {name.partition("/")[0] for name in counted} == {"images", "labels"}
    assert {name: number for name, number in counted.items() if number > 2 and not name.endswith(ITK)} == {}
    training = (
        "items = custom.data.folder_images(FOLDER, 1); "
        "[(custom.files.read_image(item['image']), custom.files.read_label(item['label'])) for item in items]"
    )
    assert {number for name, number in openings(folder, training).items() if not name.endswith(ITK)} == {2}


def test_a_mask_is_written_without_opening_its_image_again(folder):
    code = (
        "import numpy; from custom.files.results import write_mask; image = FOLDER + '/images/vgz0.nii.gz'; "
        "custom.files.read_header(image); read = custom.files.read_image(image); "
        "write_mask(read.values > 50, custom.files.names.Path(FOLDER, 'out', 'v_mask.nii.gz'), image)"
    )
    assert openings(folder, code)["images/vgz0.nii.gz"] == 2


def test_files_and_data_import_neither_torch_nor_monai():
    modules = "custom.files.results, custom.files.shown_slice, custom.data"
    program = f"import sys, {modules}; print(sorted({{'torch', 'monai'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
