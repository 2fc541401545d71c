"""Instances as the label of a training."""

import numpy as np
import pytest
import torch

from custom.transforms import FieldOfInterestd, WeightedLabeld, border_weight_map, cells_and_borders, separate_touching

INSTANCES = np.array([[0, 1, 1, 2, 2, 0, 0, 3], [0, 1, 1, 2, 2, 0, 0, -1]])


def test_the_label_is_the_mask_of_separated_cells_and_their_weights():
    data = {"label": torch.ones(1, 2, 8), "instances": torch.tensor(INSTANCES)[None], "image": "kept"}
    result = WeightedLabeld("label", w0=7, sigma=3)(data)
    assert result.keys() == {"label", "image"} and result["label"].dtype == torch.float32
    assert result["label"][0].tolist() == [[0, 1, 0, 0, 1, 0, 0, 1], [0, 1, 0, 0, 1, 0, 0, -1]]
    expected = border_weight_map(separate_touching(INSTANCES), w0=7, sigma=3)
    np.testing.assert_array_equal(result["label"][1], expected)


def test_touching_cells_are_parted_as_far_as_is_asked():
    data = {"label": torch.ones(1, 2, 10), "instances": torch.tensor([[[1, 1, 1, 1, 2, 2, 2, 2, 2, 0]] * 2])}
    label = WeightedLabeld("label", gap_px=4, w0=7, sigma=3)(data)["label"]
    separated = np.array([[1, 1, 0, 0, 0, 0, 2, 2, 2, 0]] * 2)
    assert label[0].tolist() == separated.clip(max=1).tolist()
    np.testing.assert_array_equal(label[1], border_weight_map(separated, w0=7, sigma=3))


def test_what_parts_touching_cells_may_be_a_class_with_the_same_weights():
    data = {"label": torch.ones(1, 2, 8), "instances": torch.tensor(INSTANCES)[None]}
    background, border = (WeightedLabeld("label", border_class=number)(data)["label"] for number in (0, 2))
    assert border[0].tolist() == cells_and_borders(INSTANCES).tolist() != background[0].tolist()
    assert torch.equal(border[1], background[1])


def test_cells_of_a_mask_are_its_components():
    mask = torch.tensor(INSTANCES.clip(max=1))[None].float()
    instances = torch.tensor([[0, 1, 1, 1, 1, 0, 0, 2], [0, 1, 1, 1, 1, 0, 0, -1]])[None]
    expected = WeightedLabeld("label")({"label": mask, "instances": instances})["label"]
    assert torch.equal(WeightedLabeld("label")({"label": mask})["label"], expected)
    with pytest.raises(
        ValueError, match="border weights are for cells and background, but a label holds 2; mark cells alone, or train without"
    ):
        WeightedLabeld("label")({"label": mask * 2})


def test_the_share_of_cells_may_be_that_of_the_whole_training_set():
    data = {"label": torch.ones(1, 2, 8), "instances": torch.tensor(INSTANCES)[None]}
    weight = WeightedLabeld("label", w0=0, cell_fraction=0.1)(data)["label"][1]
    assert weight.unique().tolist() == pytest.approx([0, 0.5 / 0.9, 5])


def test_without_w0_and_balance_every_labelled_pixel_weighs_one():
    data = {"label": torch.ones(1, 2, 8), "instances": torch.tensor(INSTANCES)[None]}
    weight = WeightedLabeld("label", w0=0, class_balance=False)(data)["label"][1]
    assert weight.tolist() == [[1] * 8, [1] * 7 + [0]]


def test_background_near_the_border_is_unlabelled_and_cells_stay():
    instances = torch.tensor([[[1, 0, 0, 0, 0], [1, 0, 0, 2, 0], [0, 0, 0, 2, 0], [0, 0, 3, 0, 0]]])
    result = FieldOfInterestd("instances", border_px=1)({"instances": instances})["instances"]
    assert result.tolist() == [[[1, -1, -1, -1, -1], [1, 0, 0, 2, -1], [-1, 0, 0, 2, -1], [-1, -1, 3, -1, -1]]]
    unsigned = {"instances": instances.to(torch.uint8)}
    assert FieldOfInterestd("instances", border_px=1)(unsigned)["instances"].tolist() == result.tolist()
    with pytest.raises(ValueError, match="border_px must be at least 0, got -1"):
        FieldOfInterestd("instances", border_px=-1)
