"""Whom images are of: whoever is seen twice must stay on one side of the split."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from custom.data import folder_images
from custom.data.check import check_dataset
from custom.data.patients import patients_of

VISITS = [f"p{patient}/visit_{visit}/{name}" for patient in range(5) for visit in (1, 2) for name in "ab"]
GRADES = [f"{grade}/p{patient}/{name}" for grade in ("high", "low") for patient in range(5) for name in "ab"]

SITES = [f"Center {site}/p{patient}/{name}" for site in range(9) for patient in range(3) for name in "ab"]
FOLDERS = [f"folder{patient}/{part}/{name}" for patient in range(9) for part in ("one", "two") for name in "ab"]


def whom(names: list[str]) -> list[str]:
    return patients_of([(Path(name), Path(name)) for name in names], len(names))


@pytest.mark.parametrize(
    ("names", "patients"),
    [
        (["1", "2"], ["1", "2"]),
        (["p1/1", "p1/2", "p2/1"], ["p1", "p1", "p2"]),
        (["all/p1/1", "all/p1/2", "all/p2/1"], ["all/p1", "all/p1", "all/p2"]),
        (VISITS, [name.partition("/")[0] for name in VISITS]),
        (GRADES, [name.rpartition("/")[0] for name in GRADES]),
        (SITES, [name.rpartition("/")[0] for name in SITES]),
        (FOLDERS, [name.partition("/")[0] for name in FOLDERS]),
        (["sub-01_ses-1_T1w", "sub-01_ses-2_T1w", "sub-02_T1w"], ["sub-01", "sub-01", "sub-02"]),
        (["sub-01/ses-1/anat/sub-01_ses-1_T1w", "sub-01/ses-2/anat/sub-01_ses-2_T1w"], ["sub-01", "sub-01"]),
        (["sub-01_T1w", "b"], ["sub-01_T1w", "b"]),
    ],
    ids=[
        "alone",
        "folders",
        "folders in one",
        "visits",
        "grades",
        "sites",
        "no folds",
        "BIDS",
        "BIDS in folders",
        "not all BIDS",
    ],
)
def test_a_patient_is_told_by_folders_and_by_names_of_bids(names: list[str], patients: list[str]) -> None:
    assert whom(names) == patients


def test_the_stacks_of_a_patient_are_of_one() -> None:
    pages = [(Path(f"p{p}/{s}"), Path(f"p{p}/{s}/{page}")) for p in range(3) for s in "ab" for page in range(2)]
    assert patients_of(pages, 6) == ["p0"] * 4 + ["p1"] * 4 + ["p2"] * 4


def test_training_and_check_count_the_same_patients(tmp_path: Path) -> None:
    for number, name in enumerate(VISITS):
        for kind in ("images", "labels"):
            path = tmp_path / kind / f"{name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(np.full((8, 9), number if kind == "images" else number % 2, np.uint8)).save(path)
    patients = {item["patient_id"] for item in folder_images(tmp_path)}
    assert patients == {f"p{patient}" for patient in range(5)} == check_dataset(tmp_path, in_channels=1).patients
