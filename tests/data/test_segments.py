"""Labels of 3D Slicer, whose segments have names, that disagree on the number of a segment."""

import re
from pathlib import Path

import nrrd
import numpy as np
import pytest

from custom.data import check_dataset, folder_images
from custom.files import read_header

SPACE = {"space": "left-posterior-superior", "space directions": np.diag([1.0, 1, 3]), "space origin": [0, 0, 0]}


def save_case(folder: Path, name: str, *segments: str, first: int = 1) -> Path:
    """An image and its label, of which the segments are numbered as they come."""
    values = np.random.default_rng(len(name)).integers(0, 90, (12, 10, 3)).astype(np.int16)
    label = np.zeros(values.shape, np.uint8)
    header: dict[str, object] = dict(SPACE)
    for place, segment in enumerate(segments):
        label[2 * place : 2 * place + 2] = place + first
        header |= {
            f"Segment{place}_Name": segment,
            f"Segment{place}_LabelValue": str(place + first),
            f"Segment{place}_Layer": "0",
        }
    nrrd.write(str(folder / f"{name}.nrrd"), values, SPACE)
    nrrd.write(str(folder / f"{name}.seg.nrrd"), label, header)
    return folder / f"{name}.seg.nrrd"


def test_the_header_tells_the_numbers_of_segments_by_their_names(tmp_path):
    assert read_header(save_case(tmp_path, "a", "tumour", "oedema")).segments == (("tumour", 1), ("oedema", 2))
    assert read_header(save_case(tmp_path, "b", "left", "left", "right")).segments == (("right", 3),)
    assert read_header(tmp_path / "a.nrrd").segments == ()


def test_segments_that_were_made_in_another_order_are_refused_by_check_and_training(tmp_path):
    save_case(tmp_path, "a", "tumour", "oedema")
    save_case(tmp_path, "b", "Oedema", "tumour")
    message = r"b\.seg\.nrrd: its segment 'Oedema' has the number 1, in a\.seg\.nrrd 2, and numbers are the classes; number all"
    assert len(problems := check_dataset(tmp_path, in_channels=1, num_classes=3).problems) == 1
    with pytest.raises(ValueError, match=message):
        folder_images(tmp_path)
    assert re.match(message, problems[0])


@pytest.mark.parametrize(
    "others",
    [("tumour",), ("tumour ", "Oedema"), ("Tumor", "edema"), ("necrosis",)],
    ids=["one is missing", "letter case", "another spelling", "another name"],
)
def test_segments_that_agree_or_have_other_names_are_read(others, tmp_path):
    save_case(tmp_path, "a", "tumour", "oedema")
    save_case(tmp_path, "b", *others)
    assert len(folder_images(tmp_path)) == 2


def test_names_that_3d_slicer_gave_mean_nothing(tmp_path):
    save_case(tmp_path, "a", "Segment_1", "Segment_2", "Segment_2_1")
    save_case(tmp_path, "b", "Segment_2_1", "Segment_2", "Segment_1")
    assert len(folder_images(tmp_path)) == 2
