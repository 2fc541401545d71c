"""The layout of the Cell Tracking Challenge."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from custom.data import cell_tracking_frames


def save(path: Path, dtype: type = np.uint8) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.ones((6, 4), dtype)).save(path)


@pytest.fixture
def sequences(tmp_path: Path) -> Path:
    """Sequence 01 with gold truth of frames 2 and 11 of three, and 02 with silver truth of frame 0."""
    for time in (2, 3, 11):
        save(tmp_path / "01" / f"t{time:03}.tif")
    for time in (11, 2):
        save(tmp_path / "01_GT" / "SEG" / f"man_seg{time:03}.tif", np.uint16)
    save(tmp_path / "01_GT" / "TRA" / "man_track003.tif", np.uint16)
    save(tmp_path / "02" / "t000.tif")
    save(tmp_path / "02_ST" / "SEG" / "man_seg000.tif", np.uint16)
    return tmp_path


def test_an_unknown_truth_is_refused(sequences: Path) -> None:
    with pytest.raises(ValueError, match="truth must be one of GT, ST, got 'gold'"):
        cell_tracking_frames(sequences, truth="gold")


@pytest.mark.parametrize("folder", ["", "nowhere"])
def test_no_folder_is_one_line(folder: str) -> None:
    with pytest.raises(ValueError, match=f"dataset_dir: no folder '{folder}'"):
        cell_tracking_frames(folder)


def test_a_folder_without_truth_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"holds no <sequence>_GT/SEG/man_seg<time>.tif"):
        cell_tracking_frames(tmp_path)


def test_a_truth_without_its_frame_is_named(sequences: Path) -> None:
    (sequences / "01" / "t011.tif").unlink()
    with pytest.raises(ValueError, match=r"man_seg011.tif: its frame .*t011.tif is missing"):
        cell_tracking_frames(sequences)


def test_annotated_frames_alone_in_order_of_time(sequences: Path) -> None:
    items = cell_tracking_frames(sequences)
    assert [(item["patient_id"], item["slice_index"]) for item in items] == [("01/t002", 2), ("01/t011", 11)]
    assert [Path(item["label"]).name for item in items] == ["man_seg002.tif", "man_seg011.tif"]


def test_silver_truth_on_request(sequences: Path) -> None:
    assert [item["patient_id"] for item in cell_tracking_frames(sequences, truth="ST")] == ["02/t000"]


def test_a_frame_that_is_all_border_is_named(sequences: Path) -> None:
    with pytest.raises(ValueError, match="t002.tif: has 6×4 pixels, of which a border of 2 leaves none; set --border_px"):
        cell_tracking_frames(sequences, border_px=2)
    assert len(cell_tracking_frames(sequences, border_px=1)) == 2
