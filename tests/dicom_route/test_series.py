"""The verb `predict`: a DICOM series in, a DICOM Segmentation and a NIfTI mask out."""

import gzip
import json
import re
import shutil
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pydicom
import pytest
import torch
from enhanced_mr import to_enhanced
from make_dicom import write_series as make_series
from read_seg import labels_at, marked_points

from custom.__main__ import main
from custom.bundle_root import bundle_root
from custom.dicom_route import series as dicom_route
from custom.dicom_route.report import slice_numbers
from custom.export import describe
from custom.files.dicom import Series
from custom.networks import UNet
from custom.storage import atomic

AXIAL, SAGITTAL = (1, 0, 0, 0, 1, 0), (0, 1, 0, 0, 0, -1)
OBLIQUE = (0.936293364, -0.275095847, 0.218350663, 0.289629478, 0.956425085, -0.036957013)


def head(num_slices: int = 6, rows: int = 40, columns: int = 32) -> np.ndarray:
    """Noise with a bright box that is not symmetric in any axis."""
    voxels = np.random.default_rng(2).integers(100, 300, (num_slices, rows, columns))
    voxels[num_slices // 3 :, 5:20, 18:28] += 900
    return voxels


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    """Weights of a tiny network of one channel that marks about half of the pixels of noise."""
    torch.manual_seed(0)
    network = UNet(in_channels=1, init_features=2).eval()
    with torch.no_grad():
        probe = torch.randn(1, 1, 64, 64)
        network.head.bias -= network(probe).median()
        network.head.weight *= 10
        network.head.bias *= 10
    torch.save(network.state_dict(), tmp_path / "tiny.pt")
    describe(tmp_path / "tiny.pt", [Path(__file__).parents[2] / "bundle" / "configs" / "flair.json"])
    return tmp_path / "tiny.pt"


def predict(series_dir: Path, out: Path, checkpoint: Path, *more: str) -> int:
    command = ["predict", str(series_dir), "--out", str(out), "--checkpoint", str(checkpoint), "--init-features", "2"]
    return main([*command, "--device", "cpu", *more])


@pytest.mark.parametrize(
    ("num_slices", "cosines"),
    [(6, AXIAL), (6, SAGITTAL), (6, OBLIQUE), (1, AXIAL), (1, OBLIQUE)],
    ids=["6 axial", "6 sagittal", "6 oblique", "1 axial", "1 oblique"],
)
def test_the_seg_marks_the_same_places_in_the_patient_as_the_nifti(write_series, tmp_path, checkpoint, cosines, num_slices):
    series_dir = write_series(head(num_slices), cosines)
    assert predict(series_dir, tmp_path / "out", checkpoint, "--nifti") == 0

    mask = nibabel.load(tmp_path / "out" / "mask.nii.gz")
    labels = np.asarray(mask.dataobj)
    assert labels.shape == (32, 40, num_slices)
    assert 0.02 < labels.mean() < 0.98
    found = labels_at(marked_points(tmp_path / "out" / "segmentation.dcm"), mask.affine, labels.shape)
    assert np.array_equal(found, labels)


def test_a_lone_sagittal_slice_is_refused_for_a_network_would_see_rows_of_one_pixel(write_series, tmp_path, checkpoint, capsys):
    assert predict(write_series(head(1), SAGITTAL), tmp_path / "out", checkpoint) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert "the series cannot be predicted: is a single slice that is not axial; save it as PNG or TIFF" in line
    assert not (tmp_path / "out").exists()


KEYWORDS = """AccessionNumber InstitutionName OperatorsName PatientComments PatientID PatientName PerformingPhysicianName
ProtocolName ReferringPhysicianName RequestedProcedureDescription SeriesDescription StationName StudyDescription StudyID"""
PLANTED = {keyword: "PLANTED^NAME" if "Name" in keyword else "PLANTED" for keyword in KEYWORDS.split()}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, 0),
        ({"SeriesDescription": "PLANTED FLAIR"}, 0),
        ({"Modality": "CT"}, 2),
        ({"PixelSpacing": [0, 0]}, 2),
        ({"ImageType": ["ORIGINAL", "PRIMARY", "MOSAIC"]}, 2),
    ],
)
def test_what_a_header_says_of_the_patient_is_in_no_line_log_or_name_of_a_file(
    write_series, tmp_path, checkpoint, capfd, caplog, more, code
):
    caplog.set_level(0)
    series_dir = write_series(head(), **{**PLANTED, **more})
    make_series(tmp_path / "series" / "other", head(3), **PLANTED, SeriesNumber=9, Modality="CT")
    assert predict(series_dir, tmp_path / "out", checkpoint, "--nifti") == code
    written = {path.name: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.name != "segmentation.dcm"}
    assert sorted(written) == (["mask.nii.gz", "report.html"] if code == 0 else [])
    told = [*capfd.readouterr(), caplog.text, written.get("report.html", b"").decode()]
    told += [gzip.decompress(written["mask.nii.gz"]).decode("latin-1")] if code == 0 else []
    assert "PLANTED" not in "".join(told)
    assert (tmp_path / "out").exists() == (code == 0)


def test_the_volume_lies_in_the_folder_of_the_results_and_goes_as_does_that_of_a_killed_program(
    write_series, tmp_path, checkpoint, monkeypatch
):
    out, seen = tmp_path / "out", []
    left = out / f".part-999999999-{atomic._machine()}-abc_folder"
    left.mkdir(parents=True)
    (left / "series.nii").write_bytes(b"voxels")
    save = nibabel.save
    monkeypatch.setattr(nibabel, "save", lambda *of: (seen.append(of[1].parent.stat().st_mode & 0o777), save(*of)))
    monkeypatch.setattr("tempfile.mkdtemp", None)  # nothing lies in the folder that all share
    assert predict(write_series(head()), out, checkpoint) == 0
    assert seen == [0o700] and sorted(path.name for path in out.iterdir()) == ["report.html", "segmentation.dcm"]


def test_the_seg_names_its_images_patient_and_maker(write_series, tmp_path, checkpoint):
    series_dir = write_series(head())
    predict(series_dir, tmp_path / "out", checkpoint)
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["report.html", "segmentation.dcm"]
    segmentation: Any = pydicom.dcmread(tmp_path / "out" / "segmentation.dcm")
    source: Any = pydicom.dcmread(next(series_dir.iterdir()))
    for keyword in ("PatientID", "PatientName", "StudyInstanceUID", "FrameOfReferenceUID"):
        assert segmentation[keyword] == source[keyword]
    assert segmentation.SeriesInstanceUID != source.SeriesInstanceUID
    assert (segmentation.Modality, segmentation.SegmentationType) == ("SEG", "BINARY")
    segment = segmentation.SegmentSequence[0]
    assert (segment.SegmentLabel, segment.SegmentAlgorithmType) == ("FLAIR abnormality", "AUTOMATIC")
    images = {pydicom.dcmread(path).SOPInstanceUID for path in series_dir.iterdir()}
    groups = segmentation.PerFrameFunctionalGroupsSequence
    referenced = {g.DerivationImageSequence[0].SourceImageSequence[0].ReferencedSOPInstanceUID for g in groups}
    assert referenced <= images


def test_a_series_without_what_anonymisers_remove_is_predicted(write_series, tmp_path, checkpoint):
    series_dir = write_series(head())
    removed = ("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime", "StudyID")
    for path in series_dir.iterdir():
        image: Any = pydicom.dcmread(path)
        for keyword in (*removed, "AccessionNumber", "ReferringPhysicianName", "SeriesNumber", "SliceThickness"):
            delattr(image, keyword)
        image.save_as(path)
    assert predict(series_dir, tmp_path / "out", checkpoint) == 0
    assert len(marked_points(tmp_path / "out" / "segmentation.dcm")) > 0


def test_a_series_that_does_not_call_itself_flair_is_predicted_and_told(write_series, tmp_path, checkpoint, capsys):
    assert predict(write_series(head(), SeriesDescription="T1 SE"), tmp_path / "out", checkpoint) == 0
    assert capsys.readouterr().err == "Note: the series is not called FLAIR; the weights know FLAIR alone\n"


def test_words_burned_into_the_pixels_are_told(write_series, tmp_path, checkpoint, capsys):
    assert predict(write_series(head(), BurnedInAnnotation="YES"), tmp_path / "out", checkpoint) == 0
    assert "Note: words are burned into the pixels, by the header; pictures of report.html may name" in capsys.readouterr().err


def test_no_line_says_what_the_series_or_the_patient_is_called(write_series, tmp_path, checkpoint, capsys):
    series_dir = write_series(head(), SeriesDescription="SECRET", PatientName="SECRET^S")
    make_series(tmp_path / "series" / "more", head(), SeriesDescription="SECRET", PatientName="SECRET^S", SeriesNumber=9)
    assert predict(series_dir, tmp_path / "out", checkpoint) == 2
    assert predict(series_dir, tmp_path / "out", checkpoint, "--series", "9") == 0
    captured = capsys.readouterr()
    assert "9 (6 slices)" in captured.err and "SECRET" not in captured.err + captured.out


def test_what_lies_beside_the_series_is_told_in_one_line(write_series, tmp_path, checkpoint, capsys):
    series_dir = write_series(head())
    make_series(series_dir / "scout", head(3), SeriesNumber=1, ImageType=["ORIGINAL", "PRIMARY", "LOCALIZER"])
    assert predict(series_dir, tmp_path / "out", checkpoint) == 0
    assert capsys.readouterr().err == "Note: left out: series 1 (3 files, localizer)\n"


def test_the_chosen_one_of_several_series_is_predicted(write_series, tmp_path, checkpoint):
    series_dir = write_series(head())
    other = make_series(series_dir / "more", head(4), SeriesNumber=9)
    assert predict(series_dir, tmp_path / "out", checkpoint, "--series", "9") == 0
    segmentation: Any = pydicom.dcmread(tmp_path / "out" / "segmentation.dcm")
    uid = pydicom.dcmread(next(other.iterdir())).SeriesInstanceUID
    assert segmentation.ReferencedSeriesSequence[0].SeriesInstanceUID == uid


def test_an_enhanced_image_is_predicted_as_its_single_images(write_series, tmp_path, checkpoint):
    series_dir = write_series(head(), OBLIQUE)
    predict(series_dir, tmp_path / "single", checkpoint)
    to_enhanced(series_dir)
    predict(series_dir, tmp_path / "enhanced", checkpoint)
    single, enhanced = (marked_points(tmp_path / name / "segmentation.dcm") for name in ("single", "enhanced"))
    assert len(single) > 0 and np.allclose(single, enhanced, atol=1e-6)


def test_nothing_found_is_a_seg_without_a_marked_pixel(write_series, tmp_path, checkpoint, capsys):
    assert predict(write_series(head()), tmp_path / "out", checkpoint, "--threshold", "0.999999") == 0
    assert len(marked_points(tmp_path / "out" / "segmentation.dcm")) == 0
    assert capsys.readouterr().out.startswith("0.0 ml marked: ")


def test_the_volume_is_told_in_millilitres(write_series, tmp_path, checkpoint, capsys):
    predict(write_series(head()), tmp_path / "out", checkpoint, "--nifti")
    out = tmp_path / "out"
    volume_ml = np.asarray(nibabel.load(out / "mask.nii.gz").dataobj).sum() * 4 * 0.75 * 1.25 / 1000
    assert (
        capsys.readouterr().out == f"{volume_ml:.1f} ml marked: {out}/segmentation.dcm, {out}/mask.nii.gz, {out}/report.html\n"
    )


def pixels_by_slice(report: str) -> dict[str, int]:
    """The column `pixels` of the table of slices."""
    rows = re.findall(r"<tr><td>(slice \d+)</td><td>(\d+)</td>", report)
    return {name: int(pixels) for name, pixels in rows}


def test_the_report_shows_each_slice_by_its_number_in_the_viewer(write_series, tmp_path, checkpoint):
    series_dir = write_series(head())
    for path in series_dir.iterdir():
        image: Any = pydicom.dcmread(path)
        image.InstanceNumber += 100
        image.save_as(path)
    assert predict(series_dir, tmp_path / "out", checkpoint, "--nifti") == 0
    report = (tmp_path / "out" / "report.html").read_text()
    labels = np.asarray(nibabel.load(tmp_path / "out" / "mask.nii.gz").dataobj)
    numbers = {
        float(image.ImagePositionPatient[2]): int(image.InstanceNumber) for image in map(pydicom.dcmread, series_dir.iterdir())
    }
    expected = {f"slice {numbers[place]}": int(labels[:, :, k].sum()) for k, place in enumerate(sorted(numbers))}
    assert pixels_by_slice(report) == expected
    assert report.count("<figure>") == 6
    for told in ("Prediction of a DICOM series", "tiny.pt", f"{np.count_nonzero(labels.any(axis=(0, 1)))} of 6", "threshold"):
        assert told in report


def test_the_report_of_calibrated_weights_says_whether_to_look(write_series, tmp_path, checkpoint):
    record = json.loads(checkpoint.with_suffix(".json").read_text())
    record["output"]["temperature"] = 3.0
    checkpoint.with_suffix(".json").write_text(json.dumps(record))
    assert predict(write_series(head()), tmp_path / "out", checkpoint) == 0
    report = (tmp_path / "out" / "report.html").read_text()
    assert float(re.search(r"expected Dice</dt><dd>(0\.\d+)<", report)[1]) < 0.9
    assert "look at this one" in report


def test_slices_without_numbers_of_their_own_are_counted():
    def numbers(*values: int | None) -> list[int]:
        images = [pydicom.Dataset() for _ in values]
        for image, value in zip(images, values, strict=True):
            if value:
                image.InstanceNumber = value
        return slice_numbers(Series(images, np.zeros((1, 1, len(values)), np.float32), np.eye(4)))

    assert numbers(7, 5, 3) == [7, 5, 3]
    assert numbers(7, 7, 3) == numbers(7, None, 3) == [1, 2, 3]


def test_a_report_that_fails_is_a_warning_and_the_seg_stays(write_series, tmp_path, checkpoint, monkeypatch, capsys):
    def broken(*args, **kwargs):
        raise RuntimeError("no page")

    monkeypatch.setattr(dicom_route, "write_report", broken)
    assert predict(write_series(head()), tmp_path / "out", checkpoint) == 0
    assert f"warning: {tmp_path}/out/report.html is not written: no page\n" in capsys.readouterr().err
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["segmentation.dcm"]


def refused(capsys: pytest.CaptureFixture[str], tmp_path: Path, code: int) -> str:
    """The one line on stderr, after making sure that nothing was written."""
    assert code == 2
    assert not (tmp_path / "out").exists()
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.count("\n") == 1
    return captured.err


def test_a_series_that_cannot_be_used_is_one_line_and_writes_nothing(write_series, tmp_path, checkpoint, capsys):
    series_dir = write_series(head(), Modality="CT")
    line = refused(capsys, tmp_path, predict(series_dir, tmp_path / "out", checkpoint))
    assert line.startswith(f"python -m custom predict: {series_dir}/IM") and "modality CT" in line


def test_weights_of_three_channels_are_one_line_and_write_nothing(write_series, tmp_path, capsys):
    torch.save(UNet(in_channels=3, init_features=2).state_dict(), tmp_path / "three.pt")
    line = refused(capsys, tmp_path, predict(write_series(head()), tmp_path / "out", tmp_path / "three.pt"))
    assert "input_channels must be 3, with which" in line and "three.pt was trained, got 1" in line


@pytest.mark.parametrize(("option", "message"), [("--threshold=2", "threshold must be"), ("--device=moon", "device must be")])
def test_a_wrong_setting_is_one_line_and_writes_nothing(write_series, tmp_path, checkpoint, capsys, option, message):
    assert message in refused(capsys, tmp_path, predict(write_series(head()), tmp_path / "out", checkpoint, option))


def test_missing_weights_are_one_line_and_write_nothing(write_series, tmp_path, capsys):
    assert "no file" in refused(capsys, tmp_path, predict(write_series(head()), tmp_path / "out", tmp_path / "none.pt"))


def test_a_folder_that_is_no_bundle_is_one_line_and_writes_nothing(write_series, tmp_path, checkpoint, capsys):
    more = f"--bundle-root={tmp_path / 'none'}"
    line = refused(capsys, tmp_path, predict(write_series(head()), tmp_path / "out", checkpoint, more))
    assert "bundle_root: no configs/train.json, inference.json and metadata.json below" in line and "/none'" in line


def test_weights_are_named_by_their_run_as_for_images(write_series, tmp_path, checkpoint, capsys):
    run, series_dir = tmp_path / "bundle" / "runs" / "mine", write_series(head())
    run.mkdir(parents=True)
    shutil.copytree(bundle_root() / "configs", tmp_path / "bundle" / "configs")
    for file, name in ((checkpoint, "model.pt"), (checkpoint.with_suffix(".json"), "model.json")):
        shutil.copyfile(file, run / name)
    bundle = f"--bundle_root={tmp_path / 'bundle'}"
    assert predict(series_dir, tmp_path / "one", "mine", bundle) == 0
    assert predict(series_dir, tmp_path / "two", f"[mine,{checkpoint}]", bundle) == 0
    assert predict(series_dir, tmp_path / "three", "other", bundle) == 2
    assert "run: no folder 'other' here or in" in capsys.readouterr().err


def test_results_are_never_overwritten(write_series, tmp_path, checkpoint, capsys):
    series_dir = write_series(head())
    predict(series_dir, tmp_path / "out", checkpoint)
    before = (tmp_path / "out" / "segmentation.dcm").read_bytes()
    assert predict(series_dir, tmp_path / "out", checkpoint) == 2
    assert "is not empty" in capsys.readouterr().err
    assert (tmp_path / "out" / "segmentation.dcm").read_bytes() == before


def test_a_write_that_fails_is_one_line_and_leaves_no_half_of_a_result(write_series, tmp_path, checkpoint, monkeypatch, capsys):
    def full(*args, **kwargs):
        raise OSError("no space left")

    series_dir = write_series(head())
    monkeypatch.setattr("highdicom.seg.Segmentation.save_as", full)
    assert predict(series_dir, tmp_path / "out", checkpoint, "--nifti") == 2
    assert capsys.readouterr().err == "python -m custom predict: no space left\n"
    assert not (tmp_path / "out").exists()
