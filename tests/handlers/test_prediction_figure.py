"""Predictions beside the truth as one picture."""

import numpy as np
import pytest
import torch
from monai.data import DataLoader, Dataset, MetaTensor
from monai.engines import SupervisedEvaluator
from PIL import Image
from torch import nn

from custom.figures import draw_predictions
from custom.handlers import PredictionFigure
from custom.metrics import PatientOverlap


def examples(handler: PredictionFigure) -> list:
    return [example for _, example in handler._slices.values()]


def test_each_patient_shows_its_largest_truth_upright(evaluator, tmp_path):
    handler = PredictionFigure(str(tmp_path), num_patients=2)
    evaluator([handler]).run()
    first, second = examples(handler)
    assert first.caption == "p0, slice 2: Dice 1.00"
    assert second.caption == "p1, slice 2: Dice 1.00"
    # Slices come as (W, H) = (6, 4).
    assert first.truth.tolist() == [[0, 0, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0], [0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0]]
    assert np.array_equal(first.pred, first.truth)
    assert first.image[0, 5] == pytest.approx(5 + 0.2)  # FLAIR, the second channel
    with Image.open(tmp_path / "predictions.png") as picture:
        picture.load()
    assert [path.name for path in tmp_path.iterdir()] == ["predictions.png"]


def test_unlabelled_pixels_are_no_truth_to_look_for_and_are_drawn_as_background(evaluator, tmp_path):
    data = []
    for number, unlabelled in enumerate((slice(3, 6), slice(0, 0)), start=1):
        label = torch.zeros(1, 6, 4)
        label[0, 1 : 2 + number, 1:3] = 1
        image = label.repeat(3, 1, 1)
        label[0, unlabelled] = -1  # more pixels than the other slice has truth
        data.append({"image": image, "label": label, "patient_id": "p0", "slice_index": number})
    handler = PredictionFigure(str(tmp_path), num_patients=1)
    for items, caption in ((data, "p0, slice 2: Dice 1.00"), (data[:1], "p0, slice 1: Dice 1.00")):
        evaluator([handler], data=items).run()
        (shown,) = examples(handler)
        assert shown.caption == caption and set(shown.truth.ravel().tolist()) == {0, 1}


def test_a_figure_keeps_the_best_validation(evaluator, tmp_path):
    engine = evaluator([PredictionFigure(str(tmp_path))])
    engine.run(1)
    before = (tmp_path / "predictions.png").read_bytes()
    engine.network.bias.data += 20
    engine.run(2)
    assert (tmp_path / "predictions.png").read_bytes() == before


def test_other_processes_keep_and_write_nothing(evaluator, tmp_path):
    handler = PredictionFigure(str(tmp_path))
    engine = evaluator([handler])
    engine.state.rank = 1
    engine.run()
    assert not list(tmp_path.iterdir())
    assert not examples(handler)


def test_a_volume_shows_its_axial_slice_with_most_truth_front_up(tmp_path):
    # Axes run to the right and the front: a lesion on the right, in front, in the last of three slices.
    label = torch.zeros(1, 5, 4, 3)
    label[0, 4, 3, 2] = 1
    image = MetaTensor(label * 8 - 4, meta={"filename_or_obj": "folder/scan.nii.gz"})
    handler = PredictionFigure(str(tmp_path))
    SupervisedEvaluator(
        "cpu", DataLoader(Dataset([{"image": image, "label": label}])), network=nn.Identity(),
        postprocessing=lambda data: data | {"pred": (data["pred"] > 0).float()},
        key_val_metric={"val_mean_dice": PatientOverlap()}, val_handlers=[handler],
    ).run()  # fmt: skip
    (example,) = examples(handler)
    assert example.caption == "scan.nii.gz, slice 2: Dice 1.00"
    assert example.truth.shape == (4, 5)
    assert np.argwhere(example.truth).tolist() == [[0, 0]]


def test_unlabelled_pixels_are_not_scored_and_borders_between_cells_are_cells(tmp_path):
    handler = PredictionFigure(str(tmp_path), num_classes=3, border_class=2)
    handler.reset(None)
    output = {
        "image": torch.zeros(1, 2, 3),
        "pred": torch.tensor([[[1, 2, 1], [0, 1, 0]]]),
        "label": torch.tensor([[[1, 1, -1], [0, 2, -1]]]),
    }
    handler._collect({"patient_id": "a"}, output)
    assert examples(handler)[0].caption == "a: Dice 1.00"
    assert examples(handler)[0].pred.T.tolist() == output["pred"][0].tolist()
    assert examples(handler)[0].truth.T.tolist() == [[1, 1, 0], [0, 2, 0]]


def test_a_title_is_drawn(evaluator, tmp_path):
    handler = PredictionFigure(str(tmp_path), title="simulated phantom")
    evaluator([handler]).run()
    figure = draw_predictions(examples(handler), handler.title)
    assert "simulated phantom" in [text.get_text() for text in figure.texts]
