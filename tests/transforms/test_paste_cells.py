"""Cells pasted into their own image."""

import numpy as np
import pytest
import torch
from monai.data import MetaTensor
from numpy.typing import NDArray
from scipy import ndimage

from custom.transforms import RandPasteCellsd, cut_cell, paste_cell, turn_cell


def made() -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """An image (1, 40, 50) of two cells, with labels 2 and 7; each pixel of the first is different."""
    instances = np.zeros((40, 50), np.int64)
    instances[5:9, 6:12] = 2
    instances[20:30, 30:40] = 7
    image = np.where(instances == 7, 50.0, 1.0)[None]
    image[0, 5:9, 6:12] = 100 + np.arange(24).reshape(4, 6)
    return image.astype(np.float32), instances


def test_a_cell_is_pasted_as_it_was_under_a_new_label() -> None:
    image, instances = made()
    pasted, changed = paste_cell(image, instances, cut_cell(image, instances, 2, halo_px=0), row=32, column=10)
    assert np.array_equal(pasted[0, 30:34, 7:13], image[0, 5:9, 6:12])
    assert np.array_equal(np.argwhere(changed == 8), np.argwhere(np.pad(np.ones((4, 6)), ((30, 6), (7, 37)))))
    unchanged = changed != 8
    assert np.array_equal(pasted[0, unchanged], image[0, unchanged]) and np.array_equal(
        changed[unchanged], instances[unchanged]
    )


def test_a_turned_cell_is_numpys() -> None:
    image, instances = made()
    cell = cut_cell(image, instances, 2, halo_px=0)
    assert np.array_equal(turn_cell(cell, 1, False).pixels[0], np.rot90(image[0, 5:9, 6:12]))
    assert np.array_equal(turn_cell(cell, 2, True).pixels[0], np.flipud(image[0, 5:9, 6:12]))
    assert turn_cell(cell, 3, True).mask.shape == turn_cell(cell, 3, True).opacity.shape == (6, 4)


def test_the_surroundings_fade_out_and_hold_no_other_cell() -> None:
    image, instances = made()
    instances[7, 14] = 3
    cell = cut_cell(image, instances, 2, halo_px=3)
    assert cell.mask.shape == (10, 12) and (cell.opacity[cell.mask] == 1).all()
    assert cell.opacity[5, 2:0:-1].tolist() == [0.75, 0.5]
    assert cell.opacity[0, 0] == 0 and cell.opacity[5, 11] == 0


@pytest.mark.parametrize(("row", "visible"), [(0, 12), (-1, 6)])
def test_a_cell_is_cut_off_at_the_border_and_refused_where_most_of_it_would_be(row: int, visible: int) -> None:
    image, instances = made()
    cell = cut_cell(image, instances, 2, halo_px=2)
    pasted, changed = paste_cell(image, instances, cell, row, 25)
    assert (changed == 8).sum() == (visible if 2 * visible >= 24 else 0)
    assert np.array_equal(pasted, image) == (2 * visible < 24)


def test_a_cell_that_would_be_mostly_covered_refuses_the_other() -> None:
    image, instances = made()
    large = cut_cell(image, instances, 7, halo_px=2)
    assert np.array_equal(paste_cell(image, instances, large, 7, 9)[1], instances)
    _, changed = paste_cell(image, instances, large, 12, 9)
    assert (changed == 2).sum() == 12 and (changed == 8).sum() == 100


def test_unlabelled_pixels_stay_so_beside_a_pasted_cell() -> None:
    image, instances = made()
    instances[:, :20] = np.where(instances[:, :20] == 0, -1, instances[:, :20])
    _, changed = paste_cell(image, instances, cut_cell(image, instances, 2, halo_px=4), 30, 10)
    assert (changed == 8).sum() == 24
    assert np.array_equal(changed[:, :20] == -1, (instances[:, :20] == -1) & (changed[:, :20] != 8))


@pytest.mark.parametrize("arguments", [{"number": 0}, {"touching": 1.5}, {"halo_px": -1}])
def test_a_number_out_of_range_is_named(arguments: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=f"{next(iter(arguments))} must lie in"):
        RandPasteCellsd("image", **arguments)  # type: ignore[arg-type]


def data() -> dict[str, torch.Tensor]:
    image, instances = made()
    return {"image": MetaTensor(image), "instances": MetaTensor(instances[None].astype(np.float32))}


def test_the_seed_decides_and_the_data_given_are_not_changed() -> None:
    given = data()
    first, again = (RandPasteCellsd("image", prob=1).set_random_state(5)(given) for _ in range(2))
    assert torch.equal(first["image"], again["image"]) and torch.equal(first["instances"], again["instances"])
    assert first["instances"].max() > 7 and first["instances"].dtype == torch.float32
    assert torch.equal(given["image"], data()["image"]) and torch.equal(given["instances"], data()["instances"])


def test_nothing_is_pasted_without_a_cell_or_by_chance() -> None:
    given = data()
    assert RandPasteCellsd("image", prob=0)(given)["image"] is given["image"]
    given["instances"] = torch.zeros(1, 40, 50)
    assert torch.equal(RandPasteCellsd("image", prob=1)(given)["image"], given["image"])


def test_small_cells_are_pasted_more_often_by_the_inverse_of_their_size() -> None:
    _, instances = made()
    transform = RandPasteCellsd("image", number=1).set_random_state(0)
    drawn = [(transform.randomize(instances), transform.pastes[0].label)[1] for _ in range(1000)]
    assert drawn.count(2) == pytest.approx(1000 * 100 / 124, abs=40)
    instances[instances == 2] = 0
    instances[0, :4], instances[20:30, 10:20] = 1, 4
    drawn = [(transform.randomize(instances), transform.pastes[0].label)[1] for _ in range(1000)]
    assert drawn.count(1) == pytest.approx(800, abs=40)


def test_cells_put_beside_others_touch_them_more_often_than_those_put_anywhere() -> None:
    def touching(share: float) -> int:
        transform = RandPasteCellsd("image", number=1, touching=share, prob=1).set_random_state(0)
        drawn = [transform(data())["instances"][0].numpy() for _ in range(60)]
        pasted = [ndimage.binary_dilation(instances == 8, np.ones((3, 3))) for instances in drawn]
        return sum(bool(np.isin(instances[near], (2, 7)).any()) for instances, near in zip(drawn, pasted, strict=True))

    assert touching(1) > 30 > touching(0)
