"""Predictions beside the truth as one picture."""

import numpy as np
import pytest
import torch
from monai.data import DataLoader, Dataset, MetaTensor
from monai.engines import SupervisedEvaluator
from PIL import Image
from torch import nn

from custom.figures import draw_predictions
from custom.handlers import Cases, PredictionFigure
from custom.metrics import PatientOverlap


def handlers(folder, **settings) -> tuple[Cases, PredictionFigure]:
    cases = Cases()
    return cases, PredictionFigure(str(folder), cases, **settings)


def test_each_patient_shows_its_largest_truth_upright(evaluator, tmp_path):
    both = handlers(tmp_path)
    evaluator(both).run()
    first, second, third = both[1].examples()
    assert [example.caption for example in (first, second, third)] == [
        "worst: p0, slice 2, Dice 1.00", "median: p1, slice 2, Dice 1.00", "best: p2, slice 2, Dice 1.00",
    ]  # fmt: skip
    # Slices come as (W, H) = (6, 4).
    assert first.truth.tolist() == [[0, 0, 0, 0, 0, 0], [0, 1, 1, 1, 0, 0], [0, 1, 1, 1, 0, 0], [0, 0, 0, 0, 0, 0]]
    assert np.array_equal(first.pred, first.truth)
    assert first.image[1, 2] > 200 and first.image[0, 0] < 50
    assert both[1].heading() == "all 3 patients"
    with Image.open(tmp_path / "predictions.png") as picture:
        picture.load()
    assert [path.name for path in tmp_path.iterdir()] == ["predictions.png"]


def numbered(count: int) -> list[dict]:
    """Pictures of one patient each, of which number n has n unlit truth pixels that the network misses."""
    items = []
    for number in range(count):
        label, image = torch.zeros(1, 6, 6), torch.zeros(3, 6, 6)
        label[0, :2], image[0, :2] = 1, 1
        label[0, 2, :number] = 1
        items.append({"image": image, "label": label, "patient_id": f"p{number}", "slice_index": number})
    return items


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("p0/left_3.png", "left_3"), ("p0_0002.tif", "slice 2"), ("p0/t2.nii.gz", "slice 2"),
        ("p0/12.png", "12"), ("p0/stack.tif[7]", "slice 7"),
    ],
)  # fmt: skip
def test_a_picture_of_a_patient_with_several_is_told_by_its_file(file, told, evaluator, tmp_path):
    both, data = handlers(tmp_path), numbered(3)[1:]
    for item in data:
        item |= {"patient_id": "p0", "image": MetaTensor(item["image"], meta={"filename_or_obj": file})}
    evaluator(both, data=data).run()
    (example,) = both[1].examples()
    assert example.caption.split(", ")[:2] == ["worst: p0", told]


def test_worst_median_and_best_are_shown_of_images_that_are_told_as_such(evaluator, tmp_path):
    both = handlers(tmp_path, num_patients=3, title="simulated phantom")
    evaluator(both, data=numbered(5)).run()

    assert [example.caption.rsplit(",")[0] for example in both[1].examples()] == ["worst: p4", "median: p2", "best: p0"]
    assert both[1].heading() == "worst, median and best of 5 images, simulated phantom"
    figure = draw_predictions(both[1].examples(), both[1].heading())
    assert both[1].heading() in [text.get_text() for text in figure.texts]


def test_unlabelled_pixels_are_no_truth_to_look_for_and_are_drawn_as_background(evaluator, tmp_path):
    data = []
    for number, unlabelled in enumerate((slice(3, 6), slice(0, 0)), start=1):
        label = torch.zeros(1, 6, 4)
        label[0, 1 : 2 + number, 1:3] = 1
        image = label.repeat(3, 1, 1)
        label[0, unlabelled] = -1  # more pixels than the other slice has truth
        data.append({"image": image, "label": label, "patient_id": "p0", "slice_index": number})
    both = handlers(tmp_path)
    for items, caption in ((data, "worst: p0, slice 2, Dice 1.00"), (data[:1], "worst: p0, Dice 1.00")):
        evaluator(both, data=items).run()
        (shown,) = both[1].examples()
        assert shown.caption == caption and set(shown.truth.ravel().tolist()) == {0, 1}


def test_a_figure_keeps_the_best_validation(evaluator, tmp_path):
    engine = evaluator(handlers(tmp_path))
    engine.run(1)
    before = (tmp_path / "predictions.png").read_bytes()
    engine.network.bias.data += 20
    engine.run(2)
    assert (tmp_path / "predictions.png").read_bytes() == before


def test_other_processes_write_nothing(evaluator, tmp_path):
    engine = evaluator(handlers(tmp_path))
    engine.state.rank = 1
    engine.run()
    assert not list(tmp_path.iterdir())


def test_a_volume_shows_its_axial_slice_with_most_truth_front_up(tmp_path):
    # Axes run to the right and the front: a lesion on the right, in front, in the last of three slices.
    label = torch.zeros(1, 5, 4, 3)
    label[0, 4, 3, 2] = 1
    image = MetaTensor(label * 8 - 4, meta={"filename_or_obj": "folder/scan.nii.gz"})
    both = handlers(tmp_path)
    SupervisedEvaluator(
        "cpu", DataLoader(Dataset([{"image": image, "label": label}])), network=nn.Identity(),
        postprocessing=lambda data: data | {"pred": (data["pred"] > 0).float()},
        key_val_metric={"val_mean_dice": PatientOverlap()}, val_handlers=both,
    ).run()  # fmt: skip
    (example,) = both[1].examples()
    assert example.caption == "worst: scan.nii.gz, slice 2, Dice 1.00"
    assert example.truth.shape == (4, 5)
    assert np.argwhere(example.truth).tolist() == [[0, 0]]
    assert both[1].heading() == "all 1 patient"


def test_a_long_picture_is_kept_small(evaluator, tmp_path):
    label = torch.zeros(1, 1200, 8)
    label[0, 400:700, 2:6] = 1
    both = handlers(tmp_path)
    evaluator(both, data=[{"image": label.repeat(3, 1, 1), "label": label, "patient_id": "long", "slice_index": 0}]).run()

    assert both[1].examples()[0].image.shape == (3, 400)
    assert both[0].best[0].scores["dice"] == pytest.approx(1)
