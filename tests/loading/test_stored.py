"""A cache as small as the files, and draws by seed, epoch and item."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from monai.data import CacheDataset, DataLoader
from monai.transforms import Compose, EnsureChannelFirstd, LoadImaged, NormalizeIntensityd, RandSpatialCropSamplesd
from PIL import Image

from custom.handlers import EpochSeed
from custom.loading.shelf import Shelf
from custom.loading.stored import StoredSlices

pytestmark = pytest.mark.usefixtures("own_cache")


@pytest.fixture
def data(tmp_path: Path) -> list[dict[str, str]]:
    rng, items = np.random.default_rng(0), []
    for number in range(5):
        paths = {
            "image": str(tmp_path / f"{number}.png"),
            "label": str(tmp_path / f"{number}_mask.png"),
            "patient_id": str(number),
        }
        Image.fromarray(rng.integers(0, 256, (40, 36, 3), np.uint8)).save(paths["image"])
        Image.fromarray(rng.integers(0, 2, (40, 36), np.uint8)).save(paths["label"])
        items.append(paths)
    return items


def transforms(crop: bool = True) -> Compose:
    keys = ["image", "label"]
    chain = [LoadImaged(keys), EnsureChannelFirstd(keys), NormalizeIntensityd("image", channel_wise=True)]
    return Compose([*chain, RandSpatialCropSamplesd(keys, (8, 8), 2, random_size=False)] if crop else chain)


def test_a_negative_limit_is_an_error(data):
    with pytest.raises(ValueError, match="cache_mb must be at least 0, got -1"):
        StoredSlices(data, transforms(), cache_mb=-1)


def test_masks_to_train_on_that_mark_nothing_are_refused(data):
    for item in data[1:]:
        Image.fromarray(np.zeros((40, 36), np.uint8)).save(item["label"])
    StoredSlices(data, transforms(), seed=0)
    with pytest.raises(SystemExit, match=r"1_mask.png and all 4 masks to train on mark nothing: they are 0 everywhere"):
        StoredSlices(data[1:], transforms(), seed=0)
    StoredSlices(data[1:], transforms())  # to validate on


@pytest.mark.parametrize("cache_mb", [100, 0.01, 0])
def test_items_are_those_of_monais_cache_bit_for_bit_in_memory_and_in_the_file(data, cache_mb, own_cache):
    ours, monais = (
        StoredSlices(data, transforms(False), cache_mb=cache_mb),
        CacheDataset(data, transforms(False), progress=False),
    )
    assert len(ours) == 5
    for _ in range(2):
        for item, expected in zip(ours, monais, strict=True):
            assert item.keys() == expected.keys() and item["patient_id"] == expected["patient_id"]
            for key in ("image", "label"):
                assert type(item[key]) is type(expected[key]) and item[key].dtype == expected[key].dtype
                assert torch.equal(item[key], expected[key]) and torch.equal(item[key].affine, expected[key].affine)
                assert item[key].meta["filename_or_obj"] == expected[key].meta["filename_or_obj"]
            item["image"][:] = 0
            item["image"].meta["filename_or_obj"] = "changed"
    assert (ours.shelf.bytes_in_memory <= cache_mb * 2**20) and (ours.shelf.bytes_in_file > 0) == (cache_mb < 1)
    assert not any(path.is_file() for path in own_cache.rglob("*"))  # the file has no name, so none is left behind


def test_the_cache_takes_a_quarter_of_the_memory(data):
    shelf = StoredSlices(data, transforms(False)).shelf
    assert shelf.bytes_in_memory <= 0.27 * 5 * 4 * 40 * 36 * 4


def test_worker_processes_read_the_file(data):
    dataset = StoredSlices(data, transforms(False), cache_mb=0)
    batch = next(iter(DataLoader(dataset, batch_size=5, num_workers=2)))
    assert torch.equal(batch["image"], torch.stack([item["image"] for item in dataset]))


def test_a_disk_that_fails_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"cache_mb: beyond it the cache goes to .*file/folder, which fails: Not a directory"):
        Shelf(0, tmp_path / "file" / "folder").keep({"image": np.zeros((1, 9, 9))})


def test_a_broken_file_is_named_in_one_line(data):
    shutil.copy(__file__, data[3]["image"])
    with pytest.raises(SystemExit, match=r"^.*3\.png or its label cannot be loaded: "):
        StoredSlices(data, transforms())


def crops(
    dataset: StoredSlices, num_workers: int = 0, order: list[int] | None = None, batch_size: int = 2
) -> dict[tuple, list]:
    """The patches of an epoch by their draws."""
    found = {}
    loader = DataLoader(dataset, batch_size=batch_size, sampler=order or range(5), num_workers=num_workers)
    for batch in loader:
        found |= {tuple(draw): image.tolist() for draw, image in zip(batch["draw"].tolist(), batch["image"], strict=True)}
    return found


def test_crops_draw_by_seed_epoch_and_item_whatever_the_workers_the_order_and_the_batch(data):
    dataset = StoredSlices(data, transforms(), seed=3)
    first = crops(dataset)
    assert first.keys() == {(3, 0, item, patch) for item in range(5) for patch in range(2)}
    assert first == crops(dataset, num_workers=2) == crops(dataset, order=[4, 1, 0, 3, 2], batch_size=3)
    assert first[3, 0, 0, 0] != first[3, 0, 0, 1]
    dataset.epoch = 1
    assert [*crops(dataset).values()] != [*first.values()] != [*crops(StoredSlices(data, transforms(), seed=4)).values()]


def test_without_a_seed_there_are_no_draws(data):
    assert "draw" not in StoredSlices(data, transforms())[0][0]


def test_indices_beyond_the_items_are_none(data):
    dataset = StoredSlices(data, transforms(), seed=3)
    assert dataset[-1][0]["draw"].tolist() == [3, 0, 4, 0]
    with pytest.raises(IndexError):
        dataset[5]


def test_the_handler_tells_the_epoch(data):
    from ignite.engine import Engine

    dataset, engine = StoredSlices(data, transforms(), seed=3), Engine(lambda *_: None)
    EpochSeed(3, dataset).attach(engine)
    engine.run([0], max_epochs=2)
    assert dataset.epoch == 2
