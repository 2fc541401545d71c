"""The slices that are scored, by the split beside the weights."""

import pytest

from custom.data import evaluation_slices, write_split


def _slices(*patients: str) -> list[dict[str, str]]:
    return [{"image": f"{patient}_1.tif", "label": f"{patient}_1_mask.tif", "patient_id": patient} for patient in patients]


@pytest.mark.parametrize(
    ("there", "note"),
    [
        (["A", "B", "C", "D", "E"], ""),
        (["B", "C", "D", "E", "F"], ""),
        (["A", "C", "D", "E"], "note: the data lack 1 of the patients in 'val' of split.json: B\n"),
        (["A", "C"], "note: the data lack 3 of the patients in 'val' of split.json: B, D, E\n"),
    ],
)
def test_patients_that_the_data_lost_since_the_training_are_told(tmp_path, capsys, there, note):
    write_split({"train": _slices("A"), "val": _slices("B", "C", "D", "E")}, tmp_path / "split.json")
    chosen = evaluation_slices(_slices(*there), part="val", checkpoint=str(tmp_path / "model.pt"))
    assert [item["patient_id"] for item in chosen["val"]] == [name for name in there if name in "BCDE"]
    assert capsys.readouterr().err == note


def test_only_the_first_of_many_lost_patients_are_named(tmp_path, capsys):
    write_split({"train": _slices("A"), "val": _slices("B", "C", "D", "E", "F")}, tmp_path / "split.json")
    evaluation_slices(_slices("A", "B"), part="val", checkpoint=str(tmp_path / "model.pt"))
    assert capsys.readouterr().err == "note: the data lack 4 of the patients in 'val' of split.json: C, D, E, …\n"


@pytest.mark.parametrize("there", [["A", "B"], ["A", "A", "B", "B", "B"]])
def test_images_that_patients_lost_or_won_since_the_training_are_told(tmp_path, capsys, there):
    write_split({"train": _slices("A"), "val": _slices("B", "B")}, tmp_path / "split.json")
    evaluation_slices(_slices(*there), part="val", checkpoint=str(tmp_path / "model.pt"))
    note = f"note: the data hold {len(there)} images of the patients of split.json, which counts 3\n"
    assert capsys.readouterr().err == note
