"""What an output folder knows of the results in it."""

import json
import os
import subprocess

import pytest
from monai.transforms import Compose, Spacingd

from custom.handlers import PredictionRecord, new_output_dir
from custom.storage.atomic import temporary_beside
from custom.transforms import AxialSlicesd, NeighbouringSlicesd, NormalizeChannelsd

SETTINGS = {"threshold": 0.5, "device": "cuda:0", "num_workers": 0, "checkpoint": "model.pt"}


@pytest.fixture
def folder(tmp_path):
    """Weights, and two images of a patient."""
    (tmp_path / "model.pt").write_bytes(b"weights")
    for number in (1, 2):
        (tmp_path / f"p_{number}.tif").write_bytes(b"image")
    return tmp_path


def items(folder):
    return [{"image": str(folder / f"p_{number}.tif"), "name": f"p/p_{number}"} for number in (1, 2)]


def record(folder, resume=True, components=None, **settings):
    return PredictionRecord(
        str(folder / "out"), str(folder / "model.pt"), SETTINGS | settings, components or {"preprocessing": Compose([])}, resume
    )


@pytest.fixture
def written(folder):
    """A folder with the masks of both."""
    first = record(folder, resume=False)
    first.begin()
    batch = items(folder)
    files = {item["name"]: [folder / "out" / f"{item['name']}_mask.tif"] for item in batch}
    (folder / "out" / "p").mkdir()
    for (file,) in files.values():
        file.write_bytes(b"mask")
    first.add(first.inputs_of(batch), files, {name: {"facts": {"pixels": 9}} for name in files})
    return folder


def test_results_of_the_same_weights_settings_and_files_are_kept(written):
    again = record(written, device="cuda:1", num_workers=2)
    assert again(items(written)) and again.kept == 2


@pytest.mark.parametrize("resume", [False, True])
def test_what_another_program_has_written_meanwhile_is_not_overwritten(folder, resume):
    late = record(folder, resume)
    record(folder, resume=False).begin()
    before = (folder / "out" / "predictions.jsonl").read_bytes()
    with pytest.raises(ValueError, match=r"out' is not empty, .*, or go on with --resume True$"):
        late.begin()
    assert (folder / "out" / "predictions.jsonl").read_bytes() == before


def test_without_resume_or_a_record_nothing_is_kept(written):
    assert not record(written, resume=False)(items(written))
    (written / "out" / "predictions.jsonl").unlink()
    assert not record(written)(items(written))


@pytest.mark.parametrize("change", ["grown", "touched", "mask lost", "mask cut", "another slice"])
def test_what_has_changed_is_predicted_again_with_its_whole_batch(written, change):
    batch = items(written)
    if change == "grown":
        (written / "p_2.tif").write_bytes(b"image, longer")
    if change == "touched":
        os.utime(written / "p_2.tif", ns=(1, 1))
    if change == "mask lost":
        (written / "out/p/p_2_mask.tif").unlink()
    if change == "mask cut":
        (written / "out/p/p_2_mask.tif").write_bytes(b"ma")
    if change == "another slice":
        (written / "p_3.tif").write_bytes(b"image")
        batch.append({"image": str(written / "p_3.tif"), "name": "p/p_3"})
    assert not record(written)(batch)


def test_other_weights_are_refused_in_one_line(written):
    (written / "model.pt").write_bytes(b"other weights")
    with pytest.raises(
        ValueError, match=r"^output_dir: '[^']*out' was predicted with other weights \(SHA-256 \w{12}…, not [^\n]*$"
    ):
        record(written)


def test_other_settings_are_refused_in_one_line_that_names_them(written):
    with pytest.raises(ValueError, match=r"other device \(cuda, not cpu\), threshold \(0\.5, not 0\.3\); name another folder$"):
        record(written, threshold=0.3, device="cpu")
    with pytest.raises(ValueError, match="was predicted with other preprocessing; name another folder$"):
        record(written, components={"preprocessing": Compose([NormalizeChannelsd("image")])})


def test_a_setting_of_a_transform_within_others_counts(folder):
    heads = [
        record(
            folder,
            components={
                "preprocessing": Compose([AxialSlicesd("image", axcodes="RAS", labels=None), Spacingd("image", pixdim=pixdim)])
            },
        )
        for pixdim in ((1, 1, 1), (1, 1, 1), (1, 1, 2))
    ]
    assert heads[0].head == heads[1].head != heads[2].head


def test_a_line_that_was_cut_is_no_result_and_the_next_ones_are_whole(written):
    path = written / "out" / "predictions.jsonl"
    path.write_bytes(path.read_bytes()[:-20])
    again = record(written)
    batch = items(written)
    assert not again(batch)
    again.begin()
    files = {item["name"]: [written / "out" / f"{item['name']}_mask.tif"] for item in batch}
    again.add(again.inputs_of(batch), files, {name: {} for name in files})
    assert record(written)(batch)


@pytest.mark.parametrize(
    "head",
    ['{"weights": 3, "settings": {}, "components": {}}', '{"weights": "a", "settings": [], "components": {}}', "[]", "["],
)
def test_a_first_line_that_is_none_is_told_in_one_line(written, head):
    path = written / "out" / "predictions.jsonl"
    path.write_text("\n".join([head, *path.read_text().splitlines()[1:]]) + "\n")
    with pytest.raises(ValueError, match=r"^output_dir: [^\n]*predictions\.jsonl is broken; name another folder$"):
        record(written)


@pytest.mark.parametrize("change", ['"files": []', '"files": "a"', '"inputs": 3'])
def test_a_line_of_odd_values_is_no_result(written, change):
    path = written / "out" / "predictions.jsonl"
    name = change.partition(":")[0]
    head, *lines = path.read_text().splitlines()
    odd = [json.dumps({**json.loads(line), **json.loads(f"{{{change}}}")}) for line in lines if name in line]
    path.write_text("\n".join([head, *odd]) + "\n")
    assert not record(written)(items(written))


def test_the_slices_beside_an_image_count_where_the_network_sees_them(folder):
    components = {"preprocessing": Compose([NeighbouringSlicesd("image")])}
    first = items(folder)[:1]
    inputs = record(folder, components=components).inputs_of(first)
    os.utime(folder / "p_2.tif", ns=(1, 1))
    assert record(folder, components=components).inputs_of(first) != inputs


def test_a_folder_without_a_record_cannot_go_on_but_leftovers_alone_can(tmp_path):
    (tmp_path / ".part-1-00000000-a_b.tif").touch()
    assert new_output_dir(str(tmp_path), resume=True) == str(tmp_path)
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ValueError, match=r"holds no predictions\.jsonl, .*name another folder$"):
        new_output_dir(str(tmp_path), resume=True)
    with pytest.raises(ValueError, match="name the folder of the prediction that goes on with --output_dir"):
        new_output_dir(resume=True)
    with pytest.raises(ValueError, match=r"resume must be True or False, got 'out'"):
        new_output_dir("out", resume="out")


def test_a_folder_with_a_record_tells_how_to_go_on(tmp_path):
    (tmp_path / "predictions.jsonl").touch()
    with pytest.raises(ValueError, match=r"is not empty, .*, or go on with --resume True$"):
        new_output_dir(str(tmp_path))


def test_a_prediction_without_weights_is_refused(folder):
    with pytest.raises(ValueError, match=r"^checkpoint must name weights, got ''; without them a network predicts at random$"):
        PredictionRecord(str(folder / "out"), "", SETTINGS, {})


def test_a_folder_that_cannot_be_made_is_refused_before_anything_is_predicted(tmp_path):
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to("nowhere")
    with pytest.raises(ValueError, match=r"^output_dir: nothing can be written in '[^']*file'; name another folder$"):
        new_output_dir(str(tmp_path / "file" / "below" / "it"))
    with pytest.raises(ValueError, match=r"^output_dir: '[^']*link' is a file, or a link to nothing; name a folder$"):
        new_output_dir(str(tmp_path / "link"))


def test_what_a_killed_program_left_goes_also_where_all_is_predicted(written):
    (written / "out" / ".part-1-00000000-k2v8_mask.tif").write_bytes(b"of another machine")
    with subprocess.Popen(["true"]) as dead:
        pass
    left = temporary_beside(written / "out" / "report.html")
    left = left.with_name(left.name.replace(f"-{os.getpid()}-", f"-{dead.pid}-"))
    left.write_bytes(b"of this one")
    assert record(written)(items(written)) and not left.exists()
    assert [file.name for file in (written / "out").glob(".part-*")] == [".part-1-00000000-k2v8_mask.tif"]
