"""From a folder to a plan that trains."""

import json
import os
import re
from pathlib import Path

import nibabel
import numpy as np
import pytest
import tifffile
from monai.bundle import ConfigParser
from own_sets import cells, classes, disc, frames_and_films, noise, pairs, photographs, save, volumes
from PIL import Image

from custom.__main__ import main
from custom.data import folder_images
from custom.init import timing
from custom.init.make import make_plan
from custom.init.schedule import LEAST_STEPS
from custom.verbs.train import is_plan_of

CONFIGS = Path(__file__).parents[2] / "bundle" / "configs"


def plan(data: Path, **given: object) -> dict:
    path = data.parent / "plan.json"
    make_plan(str(data), path, given, timed=False)
    return json.loads(path.read_text())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "set").mkdir()
    return tmp_path / "set"


def test_each_setting_of_a_plan_has_its_reason(folder: Path) -> None:
    photographs(folder)
    config = plan(folder)
    settings = {name for name, value in config.items() if not isinstance(value, dict | list | str)}
    assert {"input_channels", "num_classes", "epochs", "batch_size", "patch_size", "early_stopping"} <= settings
    chosen = settings - set(json.loads((CONFIGS / "folder.json").read_text())) - {"validate#batches#batch_size"}
    assert chosen <= config["_desc_"].keys() and all(config["_desc_"].values())


def test_validations_and_the_average_follow_from_the_epochs_that_a_person_asks_for(folder: Path) -> None:
    photographs(folder)
    config = plan(folder, epochs=50)
    assert (config["epochs"], config["_desc_"]["epochs"]) == (50, "as you asked")
    assert config["val_interval"] == "$max(1, @epochs // 25)" and config["_desc_"]["val_interval"] == "25 validations"
    assert config["ema"]["momentum"] == round(10 / (50 * 3), 4)
    assert config["early_stopping"] == -1  # 150 steps


def test_photographs_are_a_mask_in_colour_of_thin_structures(folder: Path) -> None:
    photographs(folder)
    config = plan(folder)
    assert (config["input_channels"], config["num_classes"], config["downsampling"]) == (3, 1, 1)
    assert config["slices"]["field_folder"] == "" and "outside it are background" in config["_desc_"]["slices#field_folder"]
    assert config["dataset_dir"] == str(folder / "training")


def test_a_field_of_view_with_labels_outside_takes_them_out_of_loss_and_scores(folder: Path) -> None:
    for n in range(4):
        save(noise(n, (48, 48)), folder / "images" / f"{n}.png")
        save(np.where(np.indices((48, 48))[0] % 8 < 3, 255, 0).astype(np.uint8), folder / "labels" / f"{n}.png")
        save((np.hypot(*(np.indices((48, 48)) - 24)) < 20).astype(np.uint8) * 255, folder / "fov" / f"{n}.png")
    assert plan(folder)["slices"]["field_folder"] == "fov"


def flat_photographs(folder: Path, label: np.ndarray) -> None:
    """Photographs of several sizes with `_mask` and `_fov` beside them."""
    field = np.hypot(*(np.indices((60, 60)) - 30)) < 25
    for n in range(4):
        columns = slice(0, 60 - 4 * n)
        save(noise(n, (60, 60, 3))[:, columns], folder / f"IMG_{n}.jpg")
        save(label.astype(np.uint8)[:, columns] * 255, folder / f"IMG_{n}_mask.png")
        save(field.astype(np.uint8)[:, columns] * 255, folder / f"IMG_{n}_fov.png")


def test_fields_of_view_beside_the_images_are_no_images(folder: Path) -> None:
    flat_photographs(folder, np.hypot(*(np.indices((60, 60)) - 30)) < 9)
    config = plan(folder)
    slices = config["slices"]
    assert (slices["label_suffix"], slices["field_suffix"], slices["ignore_outside"]) == ("_mask", "_fov", False)
    assert config["_desc_"]["slices#field_suffix"].startswith("_fov marks the field of view; labels outside it are background")
    arguments = {name: value for name, value in slices.items() if name[0] != "_" and "@" not in str(value)}
    items = folder_images(folder, **arguments)
    assert [Path(item["label"]).name for item in items] == [f"IMG_{n}_mask.png" for n in range(4)]
    assert not any("field" in item for item in items)


def test_labels_outside_a_field_of_view_beside_the_images_are_ignored(folder: Path) -> None:
    flat_photographs(folder, np.indices((60, 60))[0] % 12 < 5)
    slices = plan(folder)["slices"]
    assert (slices["field_suffix"], slices["ignore_outside"]) == ("_fov", True)


def test_instances_get_a_class_of_borders(folder: Path) -> None:
    cells(folder)
    config = plan(folder)
    assert (config["border_class"], config["instances"], config["input_channels"]) == (2, True, 1)
    assert config["loss"]["_target_"] == "custom.losses.WeightedCrossEntropy"


@pytest.mark.parametrize("names", [("a7", "0b", "c4"), ("1", "2", "3")])
def test_files_an_object_are_no_classes_however_few(names: tuple[str, ...], folder: Path) -> None:
    for n in range(4):
        save(noise(n), folder / f"{n}" / "images" / "x.png")
        for place, name in enumerate(names):
            save(disc(9 * n + place), folder / f"{n}" / "masks" / f"{name}.png")
    assert plan(folder)["border_class"] == 2


def test_files_that_are_called_as_classes_in_folders_of_masks_are_refused(folder: Path) -> None:
    for n in range(4):
        save(noise(n), folder / f"{n}" / "images" / "x.png")
        for name in ("liver", "spleen")[: 1 + n % 2]:
            save(disc(n), folder / f"{n}" / "masks" / f"{name}.png")
    with pytest.raises(ValueError, match="hold liver, spleen, which recur as classes do, but a file there is an object; join"):
        plan(folder)


def test_three_classes_in_colour_are_counted(folder: Path) -> None:
    classes(folder)
    config = plan(folder)
    assert (config["num_classes"], config["input_channels"]) == (3, 3)
    assert config["_desc_"]["num_classes"] == "labels hold 0, 1, 2: classes, with 0 as background"


def test_classes_without_a_background_are_told(folder: Path) -> None:
    for n in range(6):
        save(noise(n), folder / "images" / f"{n}.png")
        save(disc(n, 1) + disc(n + 50, 1) + 1, folder / "masks" / f"{n}.png")
    reason = plan(folder)["_desc_"]["num_classes"]
    assert reason.startswith(
        "labels hold 1, 2, 3: classes, but none 0, the background, so that all count in the scores; if one"
    )


def test_the_only_folder_of_images_counts_as_one_patient_or_as_asked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs(folder, "images/batch/{}.png", "masks/batch/{}.png")
    command = ["init", str(folder), "--plan", str(folder.parent / "plan.json"), "--init_features", "2", "--device", "cpu"]
    assert main(command) != 0
    assert "or count each image for itself with --slices#patient_pattern '(.+)'" in capsys.readouterr().err
    assert main([*command, "--slices#patient_pattern", "(.+)"]) == 0
    assert "each image for itself" in capsys.readouterr().out


def test_volumes_are_trained_on_slice_by_slice(folder: Path) -> None:
    volumes(folder)
    config = plan(folder)
    assert (config["batch_size"], config["patches_per_image"], config["across_slices"]) == (1, 1, True)


def test_labels_that_lie_elsewhere_are_taken_as_stored_if_asked(folder: Path) -> None:
    volumes(folder)
    for path in (folder / "labelsTr").iterdir():
        nibabel.save(nibabel.Nifti1Image(np.asarray(nibabel.load(path).dataobj), np.diag([2, 2, 2, 1])), path)
    with pytest.raises(ValueError, match="or take it as stored with --label_geometry image"):
        plan(folder)
    assert plan(folder, label_geometry="image")["label_geometry"] == "image"


def test_three_channels_of_a_volume_are_no_colours(folder: Path) -> None:
    for n in range(3):
        save(noise(n, (48, 40, 5, 3)), folder / f"images/{n}.nii.gz")
        save(np.stack([disc(n, 1)] * 5, -1), folder / f"masks/{n}.nii.gz")
    assert plan(folder)["_desc_"]["input_channels"] == "as the files have"


def test_of_a_stack_and_its_labels_the_last_pages_validate(folder: Path) -> None:
    rows, columns = np.indices((48, 40))
    labels = [(np.hypot(rows - 8 - 3 * n, columns - 20) < 9).astype(np.uint8) for n in range(10)]
    tifffile.imwrite(folder / "film.tif", np.stack([noise(n) for n in range(10)]), imagej=True, metadata={"axes": "TYX"})
    tifffile.imwrite(folder / "film_labels.tif", np.stack(labels), imagej=True, metadata={"axes": "TYX"})
    assert plan(folder)["split"]["_target_"] == "custom.targets.sequence_split"


def test_the_only_image_with_a_label_is_to_be_cut(folder: Path) -> None:
    pairs(folder, "slide_{}.tif", "slide_{}_mask.tif", number=1)
    with pytest.raises(ValueError, match=r"slide_1\.tif: is the only image with a label; .* cut it and its label into parts"):
        plan(folder)


def test_equal_colours_are_read_as_grey(folder: Path) -> None:
    for n in range(4):
        save(np.repeat(noise(n)[..., None], 3, -1), folder / f"{n}.png")
        save(disc(n), folder / f"{n}_mask.png")
    config = plan(folder)
    assert (config["input_channels"], config["image_channels"], config["channels"]["_target_"]) == (
        1, None, "custom.transforms.Greyd",
    )  # fmt: skip


def test_pixels_of_255_beside_classes_are_not_judged(folder: Path) -> None:
    for n in range(4):
        save(noise(n), folder / f"{n}.png")
        label = disc(n, 2) | disc(n + 9, 1)
        label[:4] = 255
        save(label.clip(0, 255), folder / f"{n}_mask.png")
    config = plan(folder)
    assert config["ignore_label"] == 255 and config["num_classes"] in (3, 4)


@pytest.mark.parametrize(("labels", "num_classes"), [({"cell": 1}, 1), ({"cell": 1, "dead": 2}, 3)])
def test_pixels_that_dataset_json_calls_ignore_are_not_judged(folder: Path, labels: dict[str, int], num_classes: int) -> None:
    unjudged = len(labels) + 1
    for n in range(4):
        save(noise(n), folder / f"{n}.png")
        label = disc(n, 1) if num_classes == 1 else np.maximum(disc(n, 2), disc(n + 9, 1))
        label[:4] = unjudged
        save(label, folder / f"{n}_mask.png")
    told = {"background": 0, **labels, "ignore": unjudged}  # as nnU-Net 2 writes it
    (folder / "dataset.json").write_text(json.dumps({"labels": told}))
    config = plan(folder)
    assert (config["ignore_label"], config.get("num_classes", 1)) == (unjudged, num_classes)
    assert config["class_names"] == [*told][:-1]


def test_numbers_of_objects_that_are_too_large_are_refused_in_one_line(folder: Path) -> None:
    for n in range(4):  # as of neurons in a brain; to count them one by one took terabytes
        save(noise(n), folder / f"{n}.png")
        tifffile.imwrite(folder / f"{n}_instances.tif", np.where(disc(n, 1), 2**40 + n, 0).astype(np.uint64))
    with pytest.raises(ValueError, match=r"hold 0, 1099511627776.*; save them so"):
        plan(folder)


def test_neighbours_that_look_alike_are_kept_on_one_side(folder: Path) -> None:
    for n in range(12):
        save(noise(n), folder / f"{n}.png")
        rows, columns = np.indices((48, 40))
        save(((np.hypot(rows - 8 - 3 * n, columns - 20) < 9) * 255).astype(np.uint8), folder / f"{n}_mask.png")
    assert plan(folder)["split"]["_target_"] == "custom.targets.sequence_split"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ((0, 7, 90), "neither a mask.*save them so; .*by_hand.md shows how$"),
        ((0, 0, 0), "are empty"),
        ((1, 2, 1), "hold 1 and 2 but no 0, the background, as ilastik exports them; save the background as 0"),
    ],
)
def test_labels_without_a_meaning_are_refused(values: tuple[int, ...], message: str, folder: Path) -> None:
    for n in range(4):
        save(noise(n), folder / f"{n}.png")
        save(np.repeat(np.array(values, np.uint8), 16)[:, None].repeat(40, 1), folder / f"{n}_mask.png")
    with pytest.raises(ValueError, match=message):
        plan(folder)


def test_labels_of_numbers_below_0_are_not_called_empty(folder: Path) -> None:
    for n in range(4):
        save(noise(n), folder / f"{n}.png")
        tifffile.imwrite(folder / f"{n}_mask.tif", np.where(disc(n), -128, 0).astype(np.int8))
    with pytest.raises(ValueError, match=r"hold -128, 0, of which .*_mask\.tif holds -128; that is neither a mask"):
        plan(folder)


@pytest.mark.parametrize("values", [(-1, 1), (-1, 0), (-1, 1, 2, 3)])
def test_labels_in_which_minus_1_may_be_meant_are_refused(values: tuple[int, ...], folder: Path) -> None:
    """As Matlab's -1 for the background, or a signed bit for objects: before, a network was trained on the objects alone."""
    for n in range(4):
        save(noise(n), folder / f"{n}.png")
        tifffile.imwrite(folder / f"{n}_mask.tif", np.array(values, np.int16)[np.indices((48, 40))[0] // 12 % len(values)])
    with pytest.raises(
        ValueError, match=f"hold {', '.join(map(str, values))}, and -1 stands for pixels that nobody judged; save"
    ):
        plan(folder)


@pytest.mark.parametrize("number", [2, 40, 400])
def test_few_images_are_trained_on_for_enough_steps(number: int, folder: Path) -> None:
    from custom.init.choices import choose
    from custom.init.kinds import meaning_of
    from custom.init.layout import find_layout
    from custom.init.pixels import fingerprint

    pairs(folder, "{}.png", "{}_mask.png")
    layout = find_layout(folder)
    found = fingerprint(layout.items())
    found.num_train = number
    choices = choose(layout, found, meaning_of(layout, found), with_gpu=False)
    chosen = {choice.name: choice.value for choice in choices}
    assert chosen["epochs"] * np.ceil(number / chosen["batch_size"]) >= LEAST_STEPS


def test_the_reason_for_the_epochs_counts_the_images_that_are_trained_on(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for patient in range(1, 4):
        pairs(folder, f"images/p{patient}/{{}}.png", f"masks/p{patient}/{{}}.png", number=10 * patient)
    make_plan(str(folder), folder.parent / "plan.json", {"init_features": 2, "patch_size": 32})
    told = " ".join(capsys.readouterr().out.split())
    chosen, printed = re.search(r"epochs \d+ (\d+) steps each", told), re.search(r"steps (\d+) an epoch", told)
    assert chosen and printed and chosen[1] == printed[1] and chosen[1] in ("8", "10", "13")


def test_a_plan_is_never_overwritten(folder: Path) -> None:
    pairs(folder, "{}.png", "{}_mask.png")
    plan(folder)
    with pytest.raises(ValueError, match=r"plan.json exists, and a plan is never overwritten"):
        plan(folder)


def test_a_plan_has_its_name_only_after_its_trial(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs(folder, "{}.png", "{}_mask.png")
    seen: list[list[str]] = []

    def trial(*given: object) -> None:
        seen.append(sorted(path.name for path in folder.parent.glob("*.json")))
        if len(seen) == 1:
            raise KeyboardInterrupt

    monkeypatch.setattr("custom.init.make._try_out", trial)
    with pytest.raises(KeyboardInterrupt):
        plan(folder)
    assert not list(folder.parent.glob("*.json")) and not list(folder.parent.glob(".part-*"))
    assert plan(folder)["num_classes"] == 1
    assert seen == [seen[0], seen[1]] and "plan.json" not in (*seen[0], *seen[1])


def test_of_two_plans_at_once_the_first_stays(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs(folder, "{}.png", "{}_mask.png")
    path = folder.parent / "plan.json"
    monkeypatch.setattr("custom.init.make._try_out", lambda *given: path.write_text("first"))
    with pytest.raises(ValueError, match=r"plan: '.*plan.json' exists, and nothing is overwritten; choose another"):
        plan(folder)
    assert path.read_text() == "first"


def test_a_setting_by_hand_wins(folder: Path) -> None:
    pairs(folder, "{}.png", "{}_mask.png")
    config = plan(folder, epochs=3)
    assert config["epochs"] == 3 and config["_desc_"]["epochs"] == "as you asked"


def test_masks_of_16_bits_may_be_0_and_65535(folder: Path) -> None:
    pairs(folder, "images/{}.png", "masks/{}.png")
    for path in (folder / "masks").iterdir():
        save((np.asarray(Image.open(path)) > 0).astype(np.uint16) * 65535, path)
    assert plan(folder)["num_classes"] == 1


def test_a_misspelt_setting_is_refused_before_a_plan_is_written(folder: Path) -> None:
    pairs(folder, "{}.png", "{}_mask.png")
    with pytest.raises(ValueError, match=r"no setting epoch; did you mean epochs\?"):
        plan(folder, epoch=3)
    assert not (folder.parent / "plan.json").exists()


def test_labels_that_a_person_chooses_are_those_that_are_judged(folder: Path) -> None:
    pairs(folder, "images/{}.png", "masks/{}.png")
    pairs(folder, "images/{}.png", "grades/{}.png")
    for path in (folder / "grades").iterdir():
        save(np.asarray(Image.open(path)) // 255 * 2 + disc(0) // 255, path)
    config = plan(folder, **{"slices#label_folder": "grades"})
    assert config["num_classes"] > 2 and config["slices"]["label_folder"] == "grades"


@pytest.mark.parametrize("make", [photographs, cells, classes, volumes])
def test_three_steps_of_every_kind_of_plan_run(make, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    make(folder)
    path = folder.parent / "plan.json"
    command = ["init", str(folder), "--plan", str(path), "--init_features", "2", "--device", "cpu"]
    assert main(command) == 0
    out = capsys.readouterr().out
    assert "images to train on" in out and "time      about" in out and f"python -m custom train {path}" in out
    parser = ConfigParser()
    parser.read_config([str(CONFIGS / "train.json"), str(path)])
    parser["run_dir"] = str(folder)
    assert parser.get_parsed_content("settings")["epochs"] >= 20


def test_flat_volumes_train_in_one_batch_with_others(folder: Path) -> None:
    frames_and_films(folder)
    path = folder.parent / "plan.json"
    command = ["init", str(folder), "--plan", str(path), "--init_features", "2", "--device", "cpu", "--batch_size", "6"]
    assert main(command) == 0


PLANTED = "$__import__('os').environ.__setitem__('PLANTED', '{}')"


def test_names_of_files_that_look_like_expressions_are_not_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PLANTED", raising=False)
    for n in range(4):
        save(noise(n, (40, 40)), folder / "images" / f"{PLANTED.format(n)}.png")
        save(disc(n, 1, (40, 40)), folder / "labels" / f"{PLANTED.format(n)}.png")
    make_plan(str(folder), folder.parent / "plan.json", {"epochs": 1}, timed=True)
    assert "PLANTED" not in os.environ


def test_folders_whose_names_would_be_expressions_in_a_plan_are_refused(folder: Path) -> None:
    for n in range(4):
        save(noise(n, (40, 40)), folder / "$images" / f"{n}.png")
        save(disc(n, 1, (40, 40)), folder / "$labels" / f"{n}.png")
    with pytest.raises(ValueError, match=r"data: image_folder would be '\$images', which a config takes for an expression"):
        plan(folder)
    assert not (folder.parent / "plan.json").exists()


def test_labels_without_a_meaning_are_told_by_a_file_that_holds_the_rarest_value(folder: Path) -> None:
    pairs(folder, "{}.png", "{}_mask.png")
    label = disc(2)
    label[0, :2] = 254, 1
    save(label, folder / "2_mask.png")
    with pytest.raises(ValueError, match=r"hold 0, 1, 254, 255, of which .*2_mask.png holds (1|254); that is neither a mask"):
        plan(folder)


def test_masks_of_0_and_1_among_masks_of_0_and_255_are_refused(folder: Path) -> None:
    for n in range(6):
        save(noise(n), folder / f"{n}.png")
        save(disc(n, 255 if n % 2 else 1), folder / f"{n}_mask.png")
    with pytest.raises(ValueError, match=r"0_mask.png holds 1, .*1_mask.png holds 255, and no label holds 255 beside another"):
        plan(folder)


def test_photographs_in_a_folder_that_is_called_as_labels_are_no_labels(tmp_path: Path) -> None:
    for n in range(4):
        Image.fromarray(np.dstack([noise(n)] * 3)).save(_made(tmp_path / "labelme") / f"{n}.jpg")
    with pytest.raises(ValueError, match="nothing in .* looks like masks of its 4 images"):
        plan(tmp_path / "labelme")


def _made(path: Path) -> Path:
    path.mkdir(exist_ok=True)
    return path


def test_folders_with_a_hash_are_planned_and_read(tmp_path: Path) -> None:
    pairs(_made(tmp_path / "set #1"), "cy#3/{}.png", "truth@%/{}.png")
    make_plan(str(tmp_path / "set #1"), tmp_path / "plan.json", {"epochs": 1}, timed=False)
    parser = ConfigParser()
    parser.read_config([str(CONFIGS / "train.json"), str(tmp_path / "plan.json")])
    images = sorted(Path(item["image"]) for item in parser.get_parsed_content("slices"))
    assert images == sorted((tmp_path / "set #1" / "cy#3").iterdir())
    assert is_plan_of(tmp_path / "set #1", tmp_path / "plan.json")


def test_a_step_is_timed_with_no_more_images_than_there_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs(folder, "{}.png", "{}_mask.png", number=3)
    make_plan(str(folder), folder.parent / "plan.json", {"epochs": 1, "init_features": 2, "device": "cpu"}, timed=False)
    images: list[int] = []
    cost = timing._cost
    monkeypatch.setattr(timing, "_cost", lambda parser, number: images.append(number) or cost(parser, number))
    found, _ = timing.measure([str(CONFIGS / "train.json"), str(folder.parent / "plan.json")], {"batch_size": 64})
    assert found.num_train == 2 and found.steps == 1 and images == [2 * (timing.STEPS + 1)]


@pytest.mark.parametrize(
    ("labels", "names"),
    [
        ({"0": "background", "1": "edema", "2": "core"}, ["background", "edema", "core"]),
        ({"background": 0, "edema": 1, "core": 2, "ignore": 3}, ["background", "edema", "core"]),
        ({"background": 0, "whole": [1, 2], "core": 2}, []),
        ({"background": 0, "edema": 1}, []),
        ({"background": 0, "edema #1": 1, "core": 2}, []),
    ],
)
def test_classes_are_called_as_in_dataset_json(folder: Path, labels: dict[str, object], names: list[str]) -> None:
    classes(folder)
    (folder / "dataset.json").write_text(json.dumps({"labels": labels}))
    assert plan(folder)["class_names"] == names


def test_outlines_are_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(4):
        line = np.zeros((64, 64), np.uint8)
        line[8:50, 8 : 50 + number] = 255
        line[9:49, 9 : 49 + number] = 0
        save(noise(number, (64, 64)), folder / f"images/{number}.png")
        save(line, folder / f"masks/{number}.png")
    plan(folder)
    told = " ".join(capsys.readouterr().out.split())
    assert (
        "note labels are thin closed lines in 4 of 4, such as" in told and "fill them, as bundle/docs/by_hand.md shows" in told
    )
