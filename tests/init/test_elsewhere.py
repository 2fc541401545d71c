"""Other data than those of a run, or that are checked: the names there are found, where they differ from the expected ones."""

import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
from own_sets import pairs, photographs

from custom.__main__ import main
from custom.data.folders import folder_images
from custom.data.names import Names
from custom.init.elsewhere import FOLDER_IMAGES, settings_elsewhere
from custom.init.layout import find_layout


def slices(*names: str, **more: Any) -> dict[str, Any]:
    return {"_target_": FOLDER_IMAGES, **Names(*names)._asdict(), **more}


def named(settings: dict[str, Any]) -> Names:
    return Names(**{name: settings[f"slices#{name}"] for name in Names._fields})


def test_the_test_part_of_drive_is_read_by_its_own_names(tmp_path: Path) -> None:
    photographs(tmp_path)
    found = settings_elsewhere(tmp_path / "test", slices("images", "1st_manual", "_training", "_manual1"))
    assert named(found) == Names("images", "1st_manual", "_test", "_manual1")
    assert found["slices#ignore_outside"] is False


def test_a_field_of_view_counts_if_it_did_in_the_training(tmp_path: Path) -> None:
    photographs(tmp_path)
    of_run = slices("images", "1st_manual", "_training", "_manual1", "mask", "_training_mask", ignore_outside=True)
    found = settings_elsewhere(tmp_path / "test", of_run)
    assert named(found) == Names("images", "1st_manual", "_test", "_manual1", "mask", "_test_mask")
    assert found["slices#ignore_outside"] is True


def test_names_that_fit_are_kept(tmp_path: Path) -> None:
    pairs(tmp_path, "a/{}.png", "b/{}_c.png")
    assert settings_elsewhere(tmp_path, slices("a", "b", "", "_c")) == {}


def test_names_fit_a_folder_in_which_some_images_have_no_label_where_these_are_left_out(tmp_path: Path) -> None:
    pairs(tmp_path, "a/{}.png", "b/{}_c.png")
    (tmp_path / "b/1_c.png").unlink()
    assert settings_elsewhere(tmp_path, slices("a", "b", "", "_c", only_pairs=True)) == {}


@pytest.mark.parametrize("target", ["custom.targets.lgg_slices", None])
def test_sets_of_another_kind_are_left_alone(target: str | None, tmp_path: Path) -> None:
    assert settings_elsewhere(tmp_path, {"_target_": target}) == {}


def test_a_folder_of_parts_is_refused_lest_the_training_be_scored(tmp_path: Path) -> None:
    photographs(tmp_path)
    with pytest.raises(ValueError, match=f"dataset_dir: images with labels lie in {tmp_path}/training; name that folder"):
        settings_elsewhere(tmp_path, slices("images", "1st_manual", "_x", "_y"))


@pytest.mark.parametrize(
    ("image", "label", "options"),
    [
        ("imagesTr/{}_0000.png", "labelsTr/{}.png", "image_folder imagesTr, label_folder labelsTr, image_suffix _0000"),
        ("{}/1 MRHead.png", "{}/Segmentation.seg.png", "image_suffix 1 MRHead, label_suffix Segmentation.seg"),
        (
            "images/IMG_{}.png",
            "masks/img_{}.png",
            "image_folder images, label_folder masks, image_suffix IMG_*, label_suffix img_*",
        ),
    ],
)
def test_the_check_reads_a_folder_by_the_names_that_init_finds(
    image: str, label: str, options: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pairs(tmp_path, image, label)
    assert main(["check", str(tmp_path), "--input_channels", "1"]) == 0
    first, *report = capsys.readouterr().out.splitlines()
    assert first == f"names         {options}: as init finds them"
    assert "images        6" in report


def test_the_check_names_what_init_does_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs(tmp_path, "images/{}.png", "masks/00{}.png")
    assert main(["check", str(tmp_path), "--input_channels", "1"]) == 2
    assert "masks/001.png: looks like a mask, but no image is called so" in capsys.readouterr().err
    pairs(tmp_path / "set", "images/{}.png", "labels/{}.png")
    assert main(["check", str(tmp_path / "set"), "--input_channels", "1"]) == 0
    assert capsys.readouterr().out.startswith("folder ")


def test_a_test_part_whose_truth_is_kept_back_is_not_scored_by_its_fields_of_view(tmp_path: Path) -> None:
    photographs(tmp_path)
    shutil.rmtree(tmp_path / "test" / "1st_manual")
    known = slices("images", "1st_manual", "_training", "_manual1", ignore_outside=False)
    with pytest.raises(
        ValueError, match="as a field of view is; there are no others; if they are labels, add --slices#"
    ) as told:
        settings_elsewhere(tmp_path / "test", known)
    words = iter(shlex.split(str(told.value).partition("add ")[2]))
    given = {name.removeprefix("--slices#"): next(words) for name in words}
    del known["_target_"]
    assert len(folder_images(tmp_path / "test", **known | given)) == 6
    assert find_layout(tmp_path / "test").notes[-1].startswith("labels mark a large area that is nearly the same in all images")
    assert not find_layout(tmp_path / "training").doubtful
