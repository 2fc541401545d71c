"""The report of a prediction, of real files."""

import json
import re
from types import SimpleNamespace

import nibabel
import numpy as np
import pytest
from PIL import Image

from custom.files.results import write_mask
from custom.handlers import PredictionReport
from custom.handlers.prediction_report import patient_or_image
from custom.report import decoded
from custom.report.object_sizes import object_sizes


def square(size_px, side_px):
    labels = np.zeros(size_px, np.uint8)
    labels[2 : 2 + side_px, 3 : 3 + side_px] = 1
    return labels


def report(folder, names, failed=None, facts=None, size_px=(30, 20)):
    """The report of pictures (W, H) with a square each, of 1, 2 … pixels."""
    out, images = folder / "out", {}
    lines = [{"weights": "9f"}]
    for number, name in enumerate(names, start=1):
        path = folder / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.random.default_rng(number).integers(0, 255, size_px[::-1], dtype=np.uint8)).save(path)
        labels = square(size_px, number % 9)
        write_mask(labels, mask := out / f"{name}_mask.png", str(path))
        told = object_sizes(labels) | (facts or {})
        lines.append({"name": name, "inputs": "5f", "files": {str(mask.relative_to(out)): 1}, "facts": told})
        images[name] = str(path)
    (out / "predictions.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    record = SimpleNamespace(output_dir=out, path=out / "predictions.jsonl")
    outcome = SimpleNamespace(failed=failed or {}, stopped="")
    writer = SimpleNamespace(record=record, images=images, outcome=outcome, results=SimpleNamespace(num_classes=1))
    return PredictionReport(writer, {"threshold": 0.5, "device": "cpu"}, "models/flair/model.pt"), out


def test_a_report_lists_each_image_with_its_sizes_and_shows_pictures(tmp_path):
    told, out = report(tmp_path, ["a", "b", "c"], failed={"d": "holds NaN"})
    told.write()
    text = (out / "report.html").read_text()
    for word in ("Prediction out", "flair/model.pt", "holds NaN", "<td>9</td>", "threshold", "The smallest first"):
        assert word in text
    assert text.count("<figure>") == 3
    assert "look at" not in text


def test_an_empty_mask_has_no_pixels_and_each_class_its_colour(tmp_path):
    told, out = report(tmp_path, ["a"], facts={"pixels": 0})
    told.writer.results.num_classes = 3
    told.settings["border_class"] = 2
    told.write()
    text = " ".join((out / "report.html").read_text().split())
    assert re.search("<br> pixels 0 ?<", text)
    assert '<i style="background:rgb(255, 150, 0)"></i>class 1' in text
    assert '<i style="background:rgb(240, 228, 66)"></i>border' in text and "(orange)" not in text


@pytest.mark.parametrize("size_px", [(1, 1), (30, 1), (1, 20)])
def test_a_picture_of_one_row_or_column_is_shown_too(size_px, tmp_path):
    told, out = report(tmp_path, ["a"], size_px=size_px)
    assert decoded(told.page(out).examples[0][1].pred).shape == size_px[::-1]


def test_where_weights_are_calibrated_the_most_doubted_are_marked_and_come_first(tmp_path):
    told, out = report(tmp_path, ["a", "b"], facts={"expected": [[1.0, 4, 4]]})
    lines = (out / "predictions.jsonl").read_text().replace("[[1.0, 4, 4]]", "[[3.9, 4, 4]]", 1)
    (out / "predictions.jsonl").write_text(lines)
    page = told.page(out)
    assert [(row["name"], row["look_at"]) for row in page.rows] == [("b", "yes"), ("a", "")]
    assert ("to look at first", "1") in page.facts
    told.write()
    assert (out / "report.html").read_text().count("look at this one") == 1


def test_the_slices_of_a_patient_have_one_row(tmp_path):
    told, out = report(tmp_path, ["p/p_1", "p/p_2", "p/p_3", "q"], facts={"expected": [[1.0, 1, 1]]})
    rows = {row["name"]: row for row in told.page(out).rows}
    assert rows["p"]["pixels"] == 1 + 4 + 9 and rows["p"]["largest"] == 9 and rows["p"]["slices"] == 3
    assert rows["q"]["pixels"] == 16
    assert [patient_or_image(name) for name in ("p/p_1", "other/p_1", "p_1")] == ["p", "other/p_1", "p_1"]


def test_a_report_of_many_images_shows_24_of_them_and_stays_small(tmp_path):
    told, out = report(tmp_path, [f"image_{number:03}" for number in range(60)])
    told.write()
    assert (out / "report.html").stat().st_size < 1e5
    assert (out / "report.html").read_text().count("<figure>") == 24


def test_a_line_that_a_power_cut_left_in_part_is_none(tmp_path):
    told, out = report(tmp_path, ["a", "b"])
    path = out / "predictions.jsonl"
    path.write_text(path.read_text()[:-20])
    assert [row["name"] for row in told.page(out).rows] == ["a"]


def test_a_volume_is_shown_on_its_fullest_slice_and_measured_in_ml(tmp_path):
    labels = np.zeros((9, 8, 5), np.uint8)
    labels[2:5, 2:4, 3] = 1
    volume = nibabel.Nifti1Image(np.random.default_rng(0).normal(size=labels.shape).astype(np.float32), np.diag([2.0, 2, 5, 1]))
    nibabel.save(volume, tmp_path / "v.nii.gz")
    told, out = report(tmp_path, ["a"])
    write_mask(labels, out / "v_mask.nii.gz", str(tmp_path / "v.nii.gz"))
    facts = object_sizes(labels, affine=volume.affine)
    assert facts == {"pixels": 6, "share": 6 / 360, "ml": pytest.approx(0.12), "objects": 1, "largest": 6}
    with (out / "predictions.jsonl").open("a") as record:
        record.write(json.dumps({"name": "v", "inputs": "5f", "files": {"v_mask.nii.gz": 1}, "facts": facts}) + "\n")
    told.writer.images["v"] = str(tmp_path / "v.nii.gz")
    shown = {case.name: case for _, case in told.page(out).examples}
    assert decoded(shown["v"].pred).sum() == 6


def test_objects_are_counted_apart_and_by_class():
    labels = np.array([[1, 1, 0, 2], [0, 0, 0, 2], [3, 0, 1, 0]])
    assert object_sizes(labels) == {
        "pixels": 6, "share": 0.5, "pixels_1": 3, "pixels_2": 2, "pixels_3": 1, "objects": 4, "largest": 2
    }  # fmt: skip
    assert object_sizes(labels, border_class=2)["objects"] == 3
    assert object_sizes(labels, instances=np.where(labels, 7, 0))["largest"] == 6
    assert object_sizes(np.zeros((3, 3))) == {"pixels": 0, "share": 0.0, "objects": 0, "largest": 0}
