import numpy as np
import pytest
from PIL import Image

from custom.metrics import best_threshold, threshold_dice


def write_slice(folder, patient_id, slice_index, image, mask):
    paths = [str(folder / f"{patient_id}_{slice_index}{suffix}.tif") for suffix in ("", "_mask")]
    for path, array in zip(paths, (image, mask), strict=True):
        Image.fromarray(np.asarray(array)).save(path)
    return {"image": paths[0], "label": paths[1], "patient_id": patient_id, "slice_index": slice_index}


def pixels(path):
    with Image.open(path) as image:
        return np.asarray(image)


def flair(values):
    """An image whose FLAIR holds the values; the other sequences would mislead."""
    values = np.array(values, np.uint8)
    return np.stack([255 - values, values, np.zeros_like(values)], axis=-1)


@pytest.fixture
def random_items(tmp_path):
    rng = np.random.default_rng(0)
    items = []
    for patient_id, slices in (("a", 3), ("b", 1), ("c", 2)):
        for slice_index in range(1, slices + 1):
            mask = rng.random((6, 9)) < 0.3
            image = rng.integers(0, 256, (6, 9, 3)) // 2 + 100 * mask[..., None]
            items.append(write_slice(tmp_path, patient_id, slice_index, image.astype(np.uint8), np.uint8(255) * mask))
    return items


def test_no_items_are_refused():
    with pytest.raises(ValueError, match="at least one slice"):
        best_threshold([])


@pytest.mark.parametrize("threshold", [-1, 256])
def test_a_threshold_outside_the_range_is_refused(random_items, threshold):
    with pytest.raises(ValueError, match="threshold must lie in"):
        threshold_dice(random_items, threshold)


@pytest.mark.parametrize("channel", [-1, 3])
def test_a_channel_that_is_not_there_is_refused(random_items, channel):
    with pytest.raises(ValueError, match=r"channel must lie in 0\.\.2"):
        best_threshold(random_items, channel=channel)


def test_pixels_that_are_not_bytes_are_refused(tmp_path):
    item = write_slice(tmp_path, "a", 1, np.ones((2, 2), np.float32), np.ones((2, 2), np.uint8))
    with pytest.raises(ValueError, match="uint8"):
        best_threshold([item], channel=0)


def test_a_mask_of_another_size_is_refused(tmp_path):
    item = write_slice(tmp_path, "a", 1, flair([[1, 2]]), np.uint8([[0], [255]]))
    with pytest.raises(ValueError, match="they must be alike"):
        best_threshold([item])


def test_a_patient_is_scored_as_one_volume(tmp_path):
    items = [
        write_slice(tmp_path, "a", 1, flair([[10, 90], [20, 80]]), np.uint8([[0, 255], [0, 255]])),
        write_slice(tmp_path, "a", 2, flair([[85, 10], [10, 10]]), np.uint8([[0, 0], [0, 0]])),
    ]
    assert threshold_dice(items, 79) == {"a": pytest.approx(2 * 2 / (3 + 2))}
    assert threshold_dice(items, 80) == {"a": pytest.approx(2 * 1 / (2 + 2))}
    assert best_threshold(items) == (pytest.approx(0.8), 20)


def test_nothing_found_where_nothing_is_scores_one(tmp_path):
    item = write_slice(tmp_path, "a", 1, flair([[10, 20]]), np.uint8([[0, 0]]))
    assert threshold_dice([item], 20) == {"a": 1}
    assert threshold_dice([item], 19.5) == {"a": 0}


def test_masks_of_one_count_as_masks_of_255(tmp_path, random_items):
    ones = [
        write_slice(
            tmp_path,
            f"{item['patient_id']}1",
            item["slice_index"],
            Image.open(item["image"]),
            pixels(item["label"]) // 255,
        )
        for item in random_items
    ]
    assert best_threshold(ones) == best_threshold(random_items)


@pytest.mark.parametrize("channel", [0, 1, 2])
def test_the_best_threshold_is_the_best_of_all_tried_one_by_one(random_items, channel):
    def stack(patient_id, key):
        return np.stack([pixels(item[key]) for item in random_items if item["patient_id"] == patient_id])

    volumes = {patient_id: (stack(patient_id, "image")[..., channel], stack(patient_id, "label") > 0) for patient_id in "abc"}
    slow = [
        {key: 2 * ((image > t) & truth).sum() / ((image > t).sum() + truth.sum()) for key, (image, truth) in volumes.items()}
        for t in range(256)
    ]
    for threshold in (0, 99, 128, 255):
        assert threshold_dice(random_items, threshold, channel=channel) == pytest.approx(slow[threshold])
    means = [np.mean(list(scores.values())) for scores in slow]
    assert best_threshold(random_items, channel=channel) == (pytest.approx(max(means)), int(np.argmax(means)))
