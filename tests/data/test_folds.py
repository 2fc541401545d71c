import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from custom.data import institution, kaggle_lgg, marked_pixels, split_by_patient, stratified_folds, written_fold

laws = settings(max_examples=50)
SITES = ("CS", "DU", "EZ", "FG", "HT")
sizes_of_patients = st.dictionaries(
    st.builds(lambda site, number: f"TCGA_{site}_{number:04}_20000101", st.sampled_from(SITES), st.integers(0, 99)),
    st.integers(0, 50),
    min_size=2,
    max_size=40,
)


@pytest.mark.parametrize(
    ("name", "found"),
    [("TCGA_DU_5849_19950405", "DU"), ("TCGA-HT-7473-01", "HT"), ("mine/TCGA_A7_1_2", "A7"), ("retina_03", "")],
)
def test_the_institution_stands_in_names_of_the_cancer_genome_atlas_alone(name, found):
    assert institution(name) == found


def test_a_hand_of_each_institution_is_dealt_after_the_other():
    names = {f"TCGA_CS_{size}_x": size for size in (1, 2, 3, 7, 8)} | {f"TCGA_DU_{size}_x": size for size in (4, 5, 6, 9)}
    folds = stratified_folds(names, 3)
    assert [Counter(map(institution, fold)) for fold in folds] == [{"CS": 2, "DU": 1}, {"CS": 2, "DU": 1}, {"CS": 1, "DU": 2}]
    # Of each hand of like sizes every fold has one.
    for hand in ((1, 2, 3), (4, 5, 6)):
        assert sorted(sum(names[name] in hand for name in fold) for fold in folds) == [1, 1, 1]


@laws
@given(sizes=sizes_of_patients, data=st.data(), seed=st.integers(0, 99))
def test_folds_part_the_patients_and_each_institution_evenly(sizes, data, seed):
    num_folds = data.draw(st.integers(2, len(sizes)))
    folds = stratified_folds(sizes, num_folds, seed)
    assert sorted(name for fold in folds for name in fold) == sorted(sizes)
    for site in (None, *SITES):
        numbers = [sum(site in (None, institution(name)) for name in fold) for fold in folds]
        assert max(numbers) - min(numbers) <= 1


@laws
@given(sizes=sizes_of_patients, shuffler=st.randoms(use_true_random=False))
def test_folds_do_not_depend_on_the_order_of_the_patients(sizes, shuffler):
    shuffled = dict(shuffler.sample(list(sizes.items()), len(sizes)))
    assert stratified_folds(shuffled, 2, 5) == stratified_folds(sizes, 2, 5)


def test_another_seed_gives_other_folds():
    sizes = {f"p{number}": number for number in range(20)}
    assert len({str(stratified_folds(sizes, 4, seed)) for seed in range(5)}) == 5


def test_stratified_folds_leave_the_split_of_the_shipped_weights_as_it_was():
    bundle = Path(__file__).parents[2] / "bundle"
    recorded = json.loads((bundle / "models/held_out/split.json").read_text())
    patients = recorded["train"]["patients"] + recorded["val"]["patients"]
    items = [{"patient_id": name} for name in patients]
    held_out = split_by_patient(items, val_fraction=0.2, seed=0)["val"]
    assert sorted(item["patient_id"] for item in held_out) == recorded["val"]["patients"]


def test_the_pixels_of_all_labels_of_a_patient_are_counted(tiny_lgg):
    items = kaggle_lgg(tiny_lgg)
    # Two of the three slices of each patient have a square of 12×10.
    assert marked_pixels(items) == {item["patient_id"]: 240 for item in items}


def test_a_label_that_cannot_be_read_is_named(tmp_path):
    Image.fromarray(np.zeros((4, 4, 3), np.uint8)).save(tmp_path / "a.png")
    (tmp_path / "a_mask.png").write_bytes(b"none")
    with pytest.raises(ValueError, match=rf"^{tmp_path}/a_mask\.png: "):
        marked_pixels([{"patient_id": "a", "label": str(tmp_path / "a_mask.png")}])


@pytest.mark.parametrize(
    ("content", "fold", "message"),
    [
        (None, 0, "folds: .*folds.json cannot be read: No such file or directory; `python -m custom crossval` writes"),
        ('{"folds": 3}', 0, "holds no folds"),
        ("[" * 100_000, 0, "folds: .*folds.json is no JSON: .*; `python -m custom crossval` writes"),
        ('{"folds": [{"a": 1}]}', 0, "holds no folds"),
        ('{"folds": [["a"], ["b"]]}', 2, r"fold must be a whole number in 0\.\.1, got 2"),
        ('{"folds": [["a"], ["c"]]}', 0, "patient b is in the data and not in the file; use the data that"),
        ('{"folds": [["a", "b"], ["c"]]}', 0, "patient c is in the file and not in the data"),
    ],
)
def test_a_fold_that_does_not_exist_is_one_line(tmp_path, content, fold, message):
    path = tmp_path / "folds.json"
    if content:
        path.write_text(content)
    with pytest.raises(ValueError, match=message) as error:
        written_fold([{"patient_id": "a"}, {"patient_id": "b"}], path, fold)
    assert "\n" not in str(error.value)


def test_a_written_fold_is_the_validation_side(tmp_path):
    items = [{"patient_id": name, "slice_index": index} for name in "abc" for index in (1, 2)]
    (tmp_path / "folds.json").write_text('{"folds": [["a", "c"], ["b"]]}')
    split = written_fold(items, tmp_path / "folds.json", 0)
    assert split == {"train": items[2:4], "val": items[:2] + items[4:]}
