"""Images whose fourth channel is declared as alpha, and is dropped; images of which some are negatives."""

from pathlib import Path

import numpy as np
import pytest
import tifffile
from own_sets import disc, noise, save
from PIL import Image

from custom.data import check_dataset
from custom.files import read_header
from custom.init.make import make_plan

NOTE = "alpha, which is dropped, is not the same everywhere in "


def make_set(folder: Path, *alphas: np.ndarray) -> Path:
    for n, alpha in enumerate(alphas):
        (folder / "images").mkdir(parents=True, exist_ok=True)
        # As tifffile writes an array (H, W, 4) unless it is told otherwise: red, green, blue and alpha.
        tifffile.imwrite(folder / "images" / f"{n}.tif", np.dstack([noise(n, (48, 40, 3)), alpha]))
        save(disc(n, 1), folder / "masks" / f"{n}.png")
    return folder


def test_check_and_plan_note_that_a_fourth_channel_may_be_lost(tmp_path, capsys):
    folder = make_set(tmp_path / "set", *[noise(n + 9, (48, 40)) for n in range(3)])
    assert [note.partition(";")[0] for note in check_dataset(folder).notes] == [f"{NOTE}3 images, such as images/0.tif"]
    make_plan(str(folder), tmp_path / "plan.json", {}, timed=False)
    assert f"{NOTE}3 images, such as {folder}/images/0.tif" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize("opacity", [255, 0])
def test_an_alpha_that_is_the_same_everywhere_is_not_told_of(opacity, tmp_path, capsys):
    folder = make_set(tmp_path / "set", *[np.full((48, 40), opacity, np.uint8)] * 3)
    make_plan(str(folder), tmp_path / "plan.json", {}, timed=False)
    assert not check_dataset(folder).notes and NOTE not in capsys.readouterr().out


def test_the_alpha_of_a_label_is_not_told_of(tmp_path):
    folder = make_set(tmp_path, np.full((48, 40), 255, np.uint8))
    mask = disc(0, 255)
    Image.fromarray(np.dstack([mask, mask, mask, mask])).save(folder / "masks" / "0.png")
    assert not check_dataset(folder).notes


@pytest.mark.parametrize(("white", "told"), [((0, 3), 2), ((), 0), (range(4), 0)], ids=["some", "none", "all"])
def test_check_and_plan_note_that_0_is_white_in_some_images_alone(white, told, tmp_path, capsys):
    folder = tmp_path / "set"
    for n in range(4):
        save(disc(n, 1), folder / "masks" / f"{n}.png")
        (folder / "images").mkdir(exist_ok=True)
        tifffile.imwrite(folder / "images" / f"{n}.tif", noise(n), photometric="miniswhite" if n in white else "minisblack")
    notes = check_dataset(folder, in_channels=1).notes
    assert len(notes) == bool(told)
    make_plan(str(folder), tmp_path / "plan.json", {}, timed=False)
    printed = " ".join(capsys.readouterr().out.split())
    if told:
        assert notes[0].startswith(
            "0 is declared as white in 2 images, such as images/0.tif, of 4, and read as stored; if they"
        )
    assert ("0 is declared as white in 2 images, such as" in printed) == bool(told)


def test_an_inverting_table_of_imagej_changes_how_numbers_are_shown_alone(tmp_path):
    tifffile.imwrite(tmp_path / "a.tif", noise(0), imagej=True, photometric="miniswhite")
    assert not read_header(tmp_path / "a.tif").white_is_zero


TURNED = "the tag of orientation (EXIF) turns "


@pytest.mark.parametrize(
    ("size", "orientation", "of_label", "told"),
    [((48, 40), 3, 1, 2), ((48, 48), 6, 1, 2), ((48, 40), 3, 3, 0), ((48, 40), 1, 1, 0), ((40, 48), 6, 1, 0)],
    ids=["upside down", "a square on its side", "the label, too", "upright", "fits as turned alone"],
)
def test_check_and_plan_note_that_a_tag_turns_images_and_not_their_labels(size, orientation, of_label, told, tmp_path, capsys):
    folder = tmp_path / "set"
    for n in range(3):
        for part, array, tag in (
            ("images", noise(n, (*size, 3)), orientation if n else 1),
            ("masks", disc(n, 255, size[::-1] if orientation > of_label and orientation >= 5 and n else size), of_label),
        ):
            (folder / part).mkdir(parents=True, exist_ok=True)
            exif = Image.Exif()
            exif[274] = tag if n else 1
            Image.fromarray(array).save(folder / part / f"{n}.png", exif=exif)
    report = check_dataset(folder)
    assert not report.problems
    assert [note.partition(",")[0] for note in report.notes] == [f"{TURNED}{told} images"] * bool(told)
    make_plan(str(folder), tmp_path / "plan.json", {}, timed=False)
    assert (f"{TURNED}{told} images, such as {folder}/images/1.png" in " ".join(capsys.readouterr().out.split())) == bool(told)
