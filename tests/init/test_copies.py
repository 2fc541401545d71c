"""Images that a data set holds twice."""

from pathlib import Path

import numpy as np
import pytest
from own_sets import disc, noise, save

from custom.init.copies import doubt_about_copies
from custom.init.make import make_plan


def items(folder: Path, *images: tuple[str, int, str]) -> list[dict[str, str]]:
    """A datalist of images with a name, a seed and a patient."""
    for name, seed, _ in images:
        save(noise(seed) if seed else np.zeros((48, 40), np.uint8), folder / name)
    return [{"image": str(folder / name), "patient_id": patient} for name, _, patient in images]


def test_copies_of_images_of_other_patients_are_counted(tmp_path):
    listed = items(tmp_path, ("a.png", 1, "a"), ("b.png", 2, "b"), ("a (1).png", 1, "a (1)"), ("c.png", 1, "c"))
    told = doubt_about_copies(listed)
    assert told.startswith(f"2 images are copies of others, such as {tmp_path}/a (1).png of {tmp_path}/a.png; remove them, ")


@pytest.mark.parametrize(
    "images",
    [
        [("a.png", 1, "a"), ("b.png", 2, "b")],
        [("a/1.png", 1, "a"), ("a/2.png", 1, "a"), ("b/1.png", 2, "b")],
        [("a.png", 0, "a"), ("b.png", 0, "b")],
    ],
    ids=["others", "of one patient", "blank"],
)
def test_other_images_of_a_patients_own_and_blank_ones_are_no_copies(images, tmp_path):
    assert doubt_about_copies(items(tmp_path, *images)) == ""


def test_pages_of_one_stack_are_no_copies(tmp_path):
    assert (
        doubt_about_copies(
            [{"image": f"{items(tmp_path, ('a.tif', 1, 'a'))[0]['image']}[{n}]", "patient_id": str(n)} for n in range(3)]
        )
        == ""
    )


def test_a_file_of_the_same_size_and_middle_is_another_image(tmp_path):
    listed = items(tmp_path, ("a.bmp", 1, "a"), ("b.bmp", 1, "b"))
    content = bytearray(Path(listed[1]["image"]).read_bytes() + bytes(9000))
    for place, item in enumerate(listed):
        content[-1] = place
        Path(item["image"]).write_bytes(content)
    assert doubt_about_copies(listed) == ""


def test_a_plan_tells_of_them(tmp_path, capsys):
    for n in range(4):
        for copy in ("", " (1)"):
            save(noise(n), tmp_path / "set" / "images" / f"im{n}{copy}.png")
            save(disc(n), tmp_path / "set" / "masks" / f"im{n}{copy}.png")
    make_plan(str(tmp_path / "set"), tmp_path / "plan.json", {}, timed=False)
    assert "4 images are copies of others, such as " in " ".join(capsys.readouterr().out.split())
