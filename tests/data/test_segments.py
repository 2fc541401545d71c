"""Labels of 3D Slicer, whose segments have names, that disagree on the number of a segment."""

import json
import re
from pathlib import Path

import nibabel
import nrrd
import numpy as np
import pytest
from own_sets import disc, noise, save

from custom.data import check_dataset, folder_images
from custom.data.names_beside import names_beside
from custom.files import read_header
from custom.init.make import make_plan

SPACE = {"space": "left-posterior-superior", "space directions": np.diag([1.0, 1, 3]), "space origin": [0, 0, 0]}


def save_case(folder: Path, name: str, *segments: str, first: int = 1) -> Path:
    """An image and its label, of which the segments are numbered as they come."""
    values = np.random.default_rng(len(name)).integers(0, 90, (12, 10, 3)).astype(np.int16)
    label = np.zeros(values.shape, np.uint8)
    header: dict[str, object] = dict(SPACE)
    for place, segment in enumerate(segments):
        label[2 * place : 2 * place + 2] = place + first
        header |= {
            f"Segment{place}_Name": segment,
            f"Segment{place}_LabelValue": str(place + first),
            f"Segment{place}_Layer": "0",
        }
    nrrd.write(str(folder / f"{name}.nrrd"), values, SPACE)
    nrrd.write(str(folder / f"{name}.seg.nrrd"), label, header)
    return folder / f"{name}.seg.nrrd"


def test_the_header_tells_the_numbers_of_segments_by_their_names(tmp_path):
    assert read_header(save_case(tmp_path, "a", "tumour", "oedema")).segments == (("tumour", 1), ("oedema", 2))
    assert read_header(save_case(tmp_path, "b", "left", "left", "right")).segments == (("right", 3),)
    assert read_header(tmp_path / "a.nrrd").segments == ()


def test_segments_that_were_made_in_another_order_are_refused_by_check_and_training(tmp_path):
    save_case(tmp_path, "a", "tumour", "oedema")
    save_case(tmp_path, "b", "Oedema", "tumour")
    message = r"b\.seg\.nrrd: its segment 'Oedema' has the number 1, in a\.seg\.nrrd 2, and numbers are the classes; number all"
    assert len(problems := check_dataset(tmp_path, in_channels=1, num_classes=3).problems) == 1
    with pytest.raises(ValueError, match=message):
        folder_images(tmp_path)
    assert re.match(message, problems[0])


@pytest.mark.parametrize(
    "others",
    [("tumour",), ("tumour ", "Oedema"), ("Tumor", "edema"), ("necrosis",)],
    ids=["one is missing", "letter case", "another spelling", "another name"],
)
def test_segments_that_agree_or_have_other_names_are_read(others, tmp_path):
    save_case(tmp_path, "a", "tumour", "oedema")
    save_case(tmp_path, "b", *others)
    assert len(folder_images(tmp_path)) == 2


def test_names_that_3d_slicer_gave_mean_nothing(tmp_path):
    save_case(tmp_path, "a", "Segment_1", "Segment_2", "Segment_2_1")
    save_case(tmp_path, "b", "Segment_2_1", "Segment_2", "Segment_1")
    assert len(folder_images(tmp_path)) == 2


def numbered(folder: Path, name: str, *segments: str, first: int = 1) -> Path:
    """An image and its label, of which nothing tells the segments."""
    path = save_case(folder, name, *segments, first=first)
    values, _ = nrrd.read(str(path))
    nrrd.write(str(path), values, SPACE)
    return path


def made_by_mitk(folder: Path, name: str, *segments: str) -> None:
    path = numbered(folder, name, *segments)
    labels = [{"name": segment, "value": number} for number, segment in enumerate(segments, 1)]
    told = {"org.mitk.multilabel.segmentation.labelgroups": json.dumps([{"labels": labels}])}
    nrrd.write(str(path), nrrd.read(str(path))[0], SPACE | told)


def with_a_colour_table(folder: Path, name: str, *segments: str) -> None:
    numbered(folder, name, *segments)
    rows = ["# Color table file", "0 Background 0 0 0 0", *(f"{n} {one} 9 9 9 255" for n, one in enumerate(segments, 1))]
    (folder / f"{name}.seg_ColorTable.ctbl").write_text("\n".join(rows))


def with_a_colour_table_of_newer_versions(folder: Path, name: str, *segments: str) -> None:
    numbered(folder, name, *segments)
    rows = ["LabelValue,Name,Color_R,Color_G,Color_B,Color_A", "0,Background,0,0,0,0"]
    rows += [f'{number},"{one}",9,9,9,255' for number, one in enumerate(segments, 1)]
    (folder / f"{name}.seg_ColorTable.csv").write_text("\n".join(rows))


@pytest.mark.parametrize("write", [made_by_mitk, with_a_colour_table, with_a_colour_table_of_newer_versions])
@pytest.mark.parametrize(("other", "problems"), [(("oedema", "tumour"), 1), (("tumour", "oedema"), 0), (("tumour",), 0)])
def test_names_of_mitk_and_of_a_colour_table_are_compared_too(write, other, problems, tmp_path):
    write(tmp_path, "a", "tumour", "oedema")
    write(tmp_path, "b", *other)
    found = check_dataset(tmp_path, in_channels=1, num_classes=3).problems
    assert len(found) == problems
    assert all("'oedema' has the number 1, in a.seg.nrrd 2" in line for line in found)


def test_a_colour_table_belongs_to_the_label_map_that_3d_slicer_exported_with_it(tmp_path):
    (tmp_path / "Segmentation_ColorTable.csv").write_text("LabelValue,Name\n1,tumour\n2,left lung\n")
    assert names_beside(tmp_path / "Segmentation-label.nii.gz") == (("tumour", 1), ("left lung", 2))
    (tmp_path / "broken_ColorTable.csv").write_text(f"1,{'a' * 200_000}\n")
    assert names_beside(tmp_path / "broken-label.nrrd") == ()
    assert names_beside(tmp_path / "Segmentation-label.png") == names_beside(tmp_path / "other-label.nrrd") == ()


@pytest.mark.parametrize("groups", ["{", "[1]", '[{"labels": 3}]', '[{"labels": [{"name": "a"}]}]', "[{}]", "null"])
def test_names_that_mitk_did_not_write_are_left_out(groups, tmp_path):
    path = numbered(tmp_path, "a", "tumour")
    nrrd.write(str(path), nrrd.read(str(path))[0], SPACE | {"org.mitk.multilabel.segmentation.labelgroups": groups})
    assert read_header(path).segments == ()


@pytest.mark.parametrize(("second", "refused"), [("oedema tumour", True), ("tumour oedema", False), ("tumour", False)])
def test_labels_that_labelme_numbered_image_by_image_are_refused(second, refused, tmp_path):
    # labelme_json_to_dataset numbers the objects of each image as they were drawn, and writes their names beside.
    for n, names in enumerate(["tumour oedema", second] * 2):
        folder = tmp_path / "set" / f"a{n}_json"
        save(noise(n, (48, 40, 3)), folder / "img.png")
        save(disc(n, 1), folder / "label.png")
        (folder / "label_names.txt").write_text("\n".join(["_background_", *names.split()]) + "\n")
    if not refused:
        assert make_plan(str(tmp_path / "set"), tmp_path / "plan.json", {}, timed=False).is_file()
        return
    with pytest.raises(
        ValueError, match=r"label\.png: its segment 'oedema' has the number 1, in a0_json/label\.png 2, and .*labelme2voc"
    ):
        make_plan(str(tmp_path / "set"), tmp_path / "plan.json", {}, timed=False)


def by_totalsegmentator(folder: Path, name: str, **numbers: int) -> Path:
    """A label map with names, as TotalSegmentator writes it with `--ml`."""
    save(np.zeros((12, 10, 3), np.int16), folder / f"{name}.nii.gz")
    image = nibabel.Nifti1Image(np.resize(np.array([0, *numbers.values()], np.uint8), (12, 10, 3)), np.eye(4))
    rows = [
        f'<Label Key="{number}" Red="0.8" Green="0.2" Blue="0.2" Alpha="1"><![CDATA[{segment}]]></Label>\n'
        for segment, number in numbers.items()
    ]
    table = f'<?xml version="1.0" encoding="UTF-8"?> <CaretExtension> <LabelTable>{"".join(rows)}</LabelTable></CaretExtension>'
    image.header.extensions.append(nibabel.nifti1.Nifti1Extension(0, table.encode()))
    nibabel.save(image, folder / f"{name}_mask.nii.gz")
    return folder / f"{name}_mask.nii.gz"


def test_names_in_an_extension_of_a_nifti_must_agree(tmp_path):
    first = by_totalsegmentator(tmp_path, "a", kidney_right=2, liver=5)
    by_totalsegmentator(tmp_path, "b", spleen=1, liver=5)
    assert read_header(first).segments == (("kidney_right", 2), ("liver", 5))
    assert read_header(tmp_path / "a.nii.gz").segments == ()
    assert len(folder_images(tmp_path)) == 2
    by_totalsegmentator(tmp_path, "c", liver=6)
    with pytest.raises(ValueError, match=r"c_mask\.nii\.gz: its segment 'liver' has the number 6, in a_mask\.nii\.gz 5, and"):
        folder_images(tmp_path)


def test_other_extensions_of_a_nifti_tell_no_names(tmp_path):
    image = nibabel.Nifti1Image(np.zeros((4, 4, 2), np.uint8), np.eye(4))
    for code, content in ((6, b"<Label Key='1'>"), (2, b"\x08\x00\x05\x00"), (0, b"<LabelTable><Label Key='x'>a</Label>\xff")):
        image.header.extensions.append(nibabel.nifti1.Nifti1Extension(code, content))
    nibabel.save(image, tmp_path / "a.nii.gz")
    assert read_header(tmp_path / "a.nii.gz").segments == ()


def test_names_in_the_table_of_bids_must_agree(tmp_path):
    for name, rows in (("a", "1\tliver\t#ff0000\n2\tspleen\t#00ff00\n"), ("b", "1\tspleen\t#00ff00\n2\tliver\t#ff0000\n")):
        save(np.zeros((12, 10, 3), np.int16), tmp_path / f"{name}.nii.gz")
        save(np.resize(np.array([0, 1, 2], np.uint8), (12, 10, 3)), tmp_path / f"{name}_mask.nii.gz")
        (tmp_path / f"{name}_mask.tsv").write_text(f"index\tname\tcolor\n{rows}")
    assert names_beside(tmp_path / "a_mask.nii.gz") == (("liver", 1), ("spleen", 2))
    with pytest.raises(ValueError, match=r"b_mask\.nii\.gz: its segment 'spleen' has the number 1, in a_mask\.nii\.gz 2, and"):
        folder_images(tmp_path)
    (tmp_path / "b_mask.tsv").write_text("onset\tduration\n1\t2\n")
    assert len(folder_images(tmp_path)) == 2
