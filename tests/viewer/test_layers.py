"""What is shown of a prediction, without a viewer."""

import json
import sys

import nibabel
import numpy as np
import pytest
from PIL import Image

from custom.__main__ import main
from custom.files.results import write_instances, write_mask, write_probabilities
from custom.viewer import layers_of, predictions_in, truth_of


@pytest.fixture
def predicted(tmp_path):
    """Predictions of a picture in grey, whose truth is known, one in colours and a volume (X, Y, Z) = (4, 5, 2)."""
    out, lines = tmp_path / "results", [{"weights": "9f"}]
    (tmp_path / "images").mkdir()
    (tmp_path / "labels").mkdir()
    rng = np.random.default_rng(0)
    for name, shape in (("grey", (6, 7)), ("colour", (6, 7, 3))):
        Image.fromarray(rng.integers(0, 255, shape, dtype=np.uint8)).save(tmp_path / "images" / f"{name}.png")
    Image.fromarray(np.eye(6, 7, dtype=np.uint8) * 255).save(tmp_path / "labels" / "grey.png")
    volume = np.arange(40, dtype=np.float32).reshape(4, 5, 2)
    nibabel.save(nibabel.Nifti1Image(volume, np.diag([1.0, 2, 3, 1])), tmp_path / "images" / "v.nii.gz")
    shapes = {"grey.png": (7, 6), "colour.png": (7, 6), "v.nii.gz": (4, 5, 2)}
    for file, size in shapes.items():
        name, suffix = file.split(".")[0], file.partition(".")[2]
        image = str(tmp_path / "images" / file)
        labels = np.zeros(size, np.uint8)
        labels[1, 2] = 1
        made = {"mask": out / f"{name}_mask.{suffix}"}
        write_mask(labels, made["mask"], image)
        if name == "grey":
            write_instances(labels * 5, made.setdefault("instances", out / "grey_instances.png"), image)
            values = np.stack([0.1 + labels * 0.5, 0.2 + labels * 0.1, 0.7 - labels * 0.6])
            write_probabilities(values, made.setdefault("probability", out / "grey_probability.tif"), image)
            write_probabilities(values[:1] / 4, made.setdefault("uncertainty", out / "grey_uncertainty.tif"), image)
        lines.append(
            {"name": name, "image": image, "inputs": "5f", "files": {str(path.relative_to(out)): 1 for path in made.values()}}
        )
    (out / "predictions.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines) + '{"name": "cut')
    return out


def test_a_picture_has_image_probabilities_uncertainty_truth_and_objects(predicted):
    grey = predictions_in(str(predicted), predicted)[0]
    layers = layers_of(grey, truth_of(grey.image))
    assert [(layer.kind, layer.name.partition(": ")[2]) for layer in layers] == [
        ("image", "image"),
        *(("image", f"probability of class {index}") for index in range(3)),
        ("image", "uncertainty"),
        ("labels", "truth"),
        ("labels", "prediction"),
    ]
    assert all(layer.data.shape == (6, 7) for layer in layers)
    truth, prediction = layers[-2:]
    assert truth.data.max() == 1 and truth.options["contour"] == 2
    assert np.argwhere(prediction.data).tolist() == [[2, 1]] and prediction.data.max() == 5
    assert layers[1].data[2, 1] == pytest.approx(0.6) and not layers[1].options["visible"]


def test_colours_are_shown_as_such_and_a_missing_truth_is_left_out(predicted):
    colour = predictions_in(str(predicted), predicted)[1]
    image, prediction = layers_of(colour, truth_of(colour.image), visible=False)
    assert image.options == {"rgb": True, "visible": False} and image.data.shape == (6, 7, 3)
    assert np.unique(prediction.data).tolist() == [0, 1]


def test_a_volume_lies_slice_by_slice_with_the_front_on_top_and_its_size_in_mm(predicted):
    image, prediction = layers_of(predictions_in(str(predicted), predicted)[2])
    assert image.data.shape == prediction.data.shape == (2, 5, 4)
    assert image.scale == (3.0, 2.0, 1.0)
    assert np.argwhere(prediction.data).tolist() == [[0, 2, 2], [1, 2, 2]]  # x = 1 of 4 and y = 2 of 5, both turned
    assert image.data[1, 2, 2] == 1 * 10 + 2 * 2 + 1


def test_the_newest_predictions_are_shown_by_default_and_a_run_means_those_in_it(predicted, tmp_path):
    root = tmp_path / "bundle"
    for place in ("predictions/old", "runs/mine/predictions"):
        (root / place).mkdir(parents=True)
        (root / place / "predictions.jsonl").write_text((predicted / "predictions.jsonl").read_text())
    assert predictions_in("", root)[0].files["mask"].parent == root / "runs/mine/predictions"
    assert predictions_in("mine", root)[0].files["mask"].parent == root / "runs/mine/predictions"
    assert predictions_in("old", root)[0].files["mask"].parent == root / "predictions/old"


@pytest.mark.parametrize(
    ("name", "says"),
    [("nowhere", "predictions: 'nowhere' is no folder; make some: python -m custom predict"), ("", "predictions: none in")],
)
def test_what_holds_no_predictions_is_one_line(tmp_path, name, says):
    with pytest.raises(ValueError, match=says):
        predictions_in(name, tmp_path)


def test_an_image_that_has_moved_is_told(predicted):
    (predicted.parent / "images" / "grey.png").unlink()
    with pytest.raises(ValueError, match=r"grey\.png: .*; the images must lie where they were predicted"):
        layers_of(predictions_in(str(predicted), predicted)[0])


def test_truth_lies_in_a_folder_that_is_named_or_beside(predicted):
    images = predicted.parent / "images"
    assert truth_of(str(images / "grey.png"), str(predicted)) == predicted / "grey_instances.png"
    Image.new("L", (7, 6)).save(images / "colour_mask.png")
    assert truth_of(str(images / "colour.png")) == images / "colour_mask.png"
    assert truth_of(str(images / "v.nii.gz")) is None
    (images / "v.seg.nrrd").touch()
    assert truth_of(str(images / "v.nii.gz")) == images / "v.seg.nrrd"
    assert truth_of(str(images / "colour.png"), str(images.parent)) is None
    assert truth_of("21_training.tif", str(images)) is None
    Image.new("L", (7, 6)).save(images / "21_manual1.gif")
    assert truth_of("21_training.tif", str(images)) == images / "21_manual1.gif"
    assert truth_of("2_training.tif", str(images)) is None


def test_without_napari_the_verb_says_how_to_install_it(predicted, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "napari", None)
    assert main(["view", str(predicted), "--image", "v"]) == 2
    told = capsys.readouterr()
    assert 'napari is missing: pip install "unet-bundle[napari]"' in told.err
    assert not told.out  # such as that images are in napari
    assert main(["view", str(predicted), "--image", "w"]) == 2
    assert "image: 'w' is not among grey, colour, v; choose one of them\n" in capsys.readouterr().err
    assert main(["view", str(predicted), "--truth", str(predicted.parent)]) == 2
    assert "holds no label that is called as grey" in capsys.readouterr().err


def test_a_segmentation_of_a_dicom_series_is_told_as_such(tmp_path):
    (tmp_path / "segmentation.dcm").touch()
    with pytest.raises(ValueError, match=r"is of a DICOM series; open it with the series in a viewer such as 3D Slicer$"):
        predictions_in(str(tmp_path), tmp_path)


def test_a_folder_of_predictions_is_told_with_the_newest(predicted):
    with pytest.raises(ValueError, match=f"is a folder of predictions; name one of them, such as {predicted}$"):
        predictions_in(str(predicted.parent), predicted)
