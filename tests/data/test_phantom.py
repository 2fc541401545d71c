import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations

import numpy as np
import pytest
from PIL import Image

from custom.data import kaggle_lgg, phantom_lgg
from custom.data.phantom.patient import simulate_patient
from custom.metrics import best_threshold


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image)


@pytest.fixture(scope="module")
def two_patients(tmp_path_factory):
    return phantom_lgg(tmp_path_factory.mktemp("phantom"), num_patients=2)


@pytest.mark.parametrize(("argument", "value"), [("num_patients", 0), ("seed", -1)])
def test_arguments_out_of_range_are_refused(tmp_path, argument, value):
    with pytest.raises(ValueError, match=f"{argument} must be at least"):
        phantom_lgg(tmp_path, **{argument: value})


@pytest.mark.parametrize("settings", [{"num_patients": 3}, {"num_patients": 2, "seed": 1}])
def test_a_set_of_other_settings_is_not_taken_for_this_one(two_patients, settings):
    with pytest.raises(ValueError, match="name another folder"):
        phantom_lgg(two_patients, **settings)


def test_the_real_set_is_not_taken_for_the_phantom(tmp_path):
    (tmp_path / "kaggle_3m").mkdir()
    (tmp_path / "kaggle_3m" / "README.md").write_text("LGG Segmentation Dataset")
    with pytest.raises(ValueError, match="not the phantom set"):
        phantom_lgg(tmp_path)


def test_the_layout_is_kaggles(two_patients):
    items = kaggle_lgg(two_patients)
    assert {item["patient_id"] for item in items} == {"PHANTOM_0001", "PHANTOM_0002"}
    assert [item["slice_index"] for item in items if item["patient_id"] == "PHANTOM_0002"] == list(range(1, 22))
    assert items[9]["image"].endswith(os.path.join("kaggle_3m", "PHANTOM_0001", "PHANTOM_0001_10.tif"))
    for item in items:
        image, mask = pixels(item["image"]), pixels(item["label"])
        assert (image.shape, image.dtype, mask.shape, mask.dtype) == ((256, 256, 3), np.uint8, (256, 256), np.uint8)
        assert set(np.unique(mask)) <= {0, 255}


def test_the_readme_says_that_it_is_simulated_and_names_its_source(two_patients):
    text = (two_patients / "kaggle_3m" / "README.md").read_text()
    assert all(words in text for words in ("Simulated", "No image is of a person", "ICBM152", "Fonov", "Copyright (C)"))


def test_the_set_is_made_once_in_the_users_cache(two_patients, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr("custom.text.durations.FIRST_LINE_S", 0)
    folder = phantom_lgg(num_patients=1)
    assert capsys.readouterr().err == "making simulated patient 1 of 1, once\n"
    assert folder.parent == tmp_path / "unet-bundle"
    assert_same_first_patient(folder, two_patients)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    assert phantom_lgg(num_patients=1) == folder
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before


def assert_same_first_patient(folder, other):
    """To the byte, whatever the number of patients."""
    one, two = (sorted((root / "kaggle_3m" / "PHANTOM_0001").iterdir()) for root in (folder, other))
    assert [path.name for path in one] == [path.name for path in two]
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]


def test_patients_and_seeds_differ(two_patients):
    slices = [pixels(two_patients / f"kaggle_3m/PHANTOM_000{k}/PHANTOM_000{k}_10.tif") for k in (1, 2)]
    slices.append(simulate_patient(0, seed=1)[0][9])
    assert all(not np.array_equal(one, other) for one, other in combinations(slices, 2))


def test_a_killed_process_leaves_no_set_and_the_next_makes_it(tmp_path):
    code = f"from custom.data import phantom_lgg; phantom_lgg({str(tmp_path)!r}, num_patients=1000)"
    with subprocess.Popen([sys.executable, "-c", code]) as process:
        deadline = time.monotonic() + 120
        while not (begun := any(tmp_path.glob(".*/kaggle_3m/PHANTOM_0001"))) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert begun and process.poll() is None
        process.kill()
    assert not (tmp_path / "kaggle_3m").exists()
    assert len(kaggle_lgg(phantom_lgg(tmp_path, num_patients=1))) == 23


def test_two_at_once_end_with_one_whole_set(two_patients, tmp_path):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: phantom_lgg(tmp_path, num_patients=1), range(2)))
    assert [path.name for path in tmp_path.iterdir()] == ["kaggle_3m"]
    assert_same_first_patient(tmp_path, two_patients)


def test_some_patients_lack_sequences_as_in_the_real_set(two_patients):
    complete = pixels(two_patients / "kaggle_3m/PHANTOM_0001/PHANTOM_0001_10.tif")
    lacks_post, lacks_both = (simulate_patient(index)[0] for index in (13, 5))
    assert [equal_to_flair(images) for images in (complete, lacks_post, lacks_both)] == [[], [2], [0, 2]]


def equal_to_flair(images):
    return [channel for channel in (0, 2) if np.array_equal(images[..., channel], images[..., 1])]


def test_tumours_and_brightness_are_those_of_the_real_set(two_patients):
    for folder in sorted((two_patients / "kaggle_3m").glob("PHANTOM_*")):
        number = len(list(folder.iterdir())) // 2
        images = np.stack([pixels(folder / f"{folder.name}_{k}.tif") for k in range(1, number + 1)])
        masks = np.stack([pixels(folder / f"{folder.name}_{k}_mask.tif") for k in range(1, number + 1)]) > 0
        assert 0.001 < masks.mean() < 0.04
        assert 0.1 < masks.any((1, 2)).mean() < 0.8
        brain = images[number // 2, 90:170, 90:170, 1]
        assert 15 < np.median(brain) < 110
        assert np.median(images[..., 1][masks]) > np.median(brain)
        assert images[:, :10, :10].mean() < 15


def test_no_threshold_on_flair_finds_the_tumours(two_patients):
    assert best_threshold(kaggle_lgg(two_patients)).value < 0.5


def test_a_cache_that_cannot_be_written_is_one_line_with_its_variable(monkeypatch, tmp_path):
    (tmp_path / "cache").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    with pytest.raises(ValueError, match=r"cache/unet-bundle/.* cannot be written: Not a directory; set XDG_CACHE_HOME to a"):
        phantom_lgg(num_patients=1)
