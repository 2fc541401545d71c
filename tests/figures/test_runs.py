"""Contours on images, panels of predictions, curves."""

import numpy as np
import pytest

from custom.figures import CONTOURS, Example, best_epoch, draw_curves, draw_predictions, overlay

BLUE, ORANGE = CONTOURS["truth"], CONTOURS["prediction"]


def where(picture: np.ndarray, colour: tuple[int, int, int]) -> list[str]:
    return ["".join(".#"[int(hit)] for hit in line) for line in (picture == colour).all(axis=-1)]


def test_an_overlay_has_the_prediction_inside_its_border_and_the_truth_around():
    image, mask = np.arange(42).reshape(6, 7), np.zeros((6, 7), np.uint8)
    mask[2:5, 2:5] = 1
    picture = overlay(image, mask, mask)
    assert picture.shape == (6, 7, 3)
    assert picture.dtype == np.uint8
    assert where(picture, ORANGE) == [".......", ".......", "..###..", "..#.#..", "..###..", "......."]
    assert where(picture, BLUE)[:2] == [".......", "..###.."]
    assert where(overlay(image, mask), BLUE) == ["......."] * 6


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
def test_an_overlay_shows_flair_of_three_channels_else_the_first(channels):
    image = np.random.default_rng(0).random((6, 7, channels))
    mask = np.zeros((6, 7))
    assert np.array_equal(overlay(image, mask), overlay(image[..., 1 if channels == 3 else 0], mask))


def test_an_overlay_stretches_the_image_to_black_and_white():
    image = np.linspace(-3, 40, 10000).reshape(100, 100)
    picture = overlay(image, np.zeros((100, 100)))
    assert (picture.min(), picture.max()) == (0, 255)
    assert np.array_equal(picture[..., 0], picture[..., 2])
    assert overlay(np.full((4, 5), 7), np.zeros((4, 5))).max() == 0


@pytest.mark.parametrize(("number", "size"), [(1, (4, 6)), (3, (256, 200)), (8, (1000, 700))])
def test_predictions_of_any_number_and_size_fit_the_figure(number, size):
    mask = np.zeros(size)
    mask[1:-2, 1:-2] = 1
    figure = draw_predictions([Example(f"p{n}", mask, mask, mask) for n in range(number)], "title")
    assert [text.get_text() for text in figure.texts] == [*(f"p{n}" for n in range(number)), "title"]
    canvas = figure.images[0].get_array()
    assert canvas.shape[:2] == (round(figure.bbox.height), round(figure.bbox.width))
    assert max(canvas.shape) < 2500
    assert (canvas == ORANGE).all(axis=-1).any()
    assert (canvas == BLUE).all(axis=-1).any()


HISTORY = [
    {"epoch": "1", "train_loss": "0.9", "val_mean_dice": "", "train_mean_dice": "0.25"},
    {"epoch": "2", "train_loss": "0.5", "val_mean_dice": "0.75", "train_mean_dice": "0.5"},
    {"epoch": "3", "train_loss": "0.4", "val_mean_dice": "0.5", "train_mean_dice": "0.75"},
]


def test_the_best_epoch_is_the_first_with_the_highest_dice():
    assert best_epoch(HISTORY) == (2, 0.75)
    assert best_epoch([*HISTORY, {**HISTORY[1], "epoch": "4"}]) == (2, 0.75)
    assert best_epoch(HISTORY[:1]) is None


def test_curves_leave_out_what_is_blank_and_mark_the_best():
    losses, scores = draw_curves(HISTORY, "simulated").axes
    assert {line.get_label(): line.get_xydata().tolist() for line in losses.lines[:1]} == {
        "training": [[1, 0.9], [2, 0.5], [3, 0.4]]
    }
    drawn = {line.get_label(): line.get_xydata().tolist() for line in scores.lines}
    assert drawn["Dice, validation"] == [[2, 0.75], [3, 0.5]]
    assert drawn["best: Dice 0.750, epoch 2"][0][0] == 2
    assert "IoU, validation" not in drawn
