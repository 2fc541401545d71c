import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custom.data import split_by_patient, split_in_sequence

laws = settings(max_examples=30)
datalists = st.lists(
    st.builds(
        lambda patient, number: {"patient_id": f"p{patient}", "slice_index": number}, st.integers(0, 12), st.integers(1, 99)
    ),
    min_size=2,
    max_size=60,
).filter(lambda items: len(patients(items)) > 1)


def patients(items: list[dict[str, Any]]) -> set[str]:
    return {item["patient_id"] for item in items}


def slices(num_patients: int, num_slices: int = 3) -> list[dict[str, Any]]:
    return [{"patient_id": f"p{n:02}", "slice_index": i} for n in range(num_patients) for i in range(1, num_slices + 1)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"val_fraction": 0.0}, "val_fraction must lie between 0 and 1, got 0.0"),
        ({"val_fraction": 1}, "val_fraction must lie between 0 and 1, got 1"),
        ({"val_fraction": float("nan")}, "val_fraction must lie between 0 and 1, got nan"),
        ({"fold": 5}, r"fold must be a whole number in 0\.\.4, got 5"),
        ({"fold": -1}, r"fold must be a whole number in 0\.\.4, got -1"),
        ({"fold": 1.5}, r"fold must be a whole number in 0\.\.4, got 1\.5"),
        ({"fold": 0, "num_folds": 1}, r"num_folds must be a whole number in 2\.\.6 .*got 1"),
        ({"fold": 0, "num_folds": 7}, r"num_folds must be a whole number in 2\.\.6 .*got 7"),
    ],
)
def test_an_argument_out_of_range_is_named(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        split_by_patient(slices(6), **arguments)


def test_one_patient_cannot_be_split() -> None:
    with pytest.raises(ValueError, match="at least 2 patients, got 1: .*; images of one folder"):
        split_by_patient(slices(1))


def test_a_seed_gives_this_split_on_every_machine() -> None:
    assert patients(split_by_patient(slices(6), val_fraction=0.34, seed=0)["val"]) == {"p02", "p04"}
    assert patients(split_by_patient(slices(6), fold=1, num_folds=3, seed=0)["val"]) == {"p02", "p05"}


def test_sides_keep_the_order_given() -> None:
    split = split_by_patient(slices(6)[::-1])
    for items in split.values():
        assert items == [item for item in slices(6)[::-1] if item in items]


def test_another_seed_gives_another_split() -> None:
    assert len({frozenset(patients(split_by_patient(slices(20), seed=seed)["val"])) for seed in range(5)}) > 1


@pytest.mark.parametrize(("val_fraction", "number"), [(0.001, 1), (0.2, 2), (0.25, 2), (0.5, 5), (0.999, 9)])
def test_the_fraction_is_of_patients_and_leaves_both_sides_some(val_fraction: float, number: int) -> None:
    assert len(patients(split_by_patient(slices(10), val_fraction=val_fraction)["val"])) == number


@laws
@given(items=datalists, val_fraction=st.floats(0.01, 0.99), seed=st.integers(0, 1000))
def test_no_patient_is_on_both_sides_and_no_slice_is_lost(items: list[dict[str, Any]], val_fraction: float, seed: int) -> None:
    split = split_by_patient(items, val_fraction=val_fraction, seed=seed)
    assert patients(split["train"]) and patients(split["val"])
    assert not patients(split["train"]) & patients(split["val"])
    assert sorted(map(str, split["train"] + split["val"])) == sorted(map(str, items))


@laws
@given(items=datalists, shuffler=st.randoms(use_true_random=False), fold=st.sampled_from([None, 0, 1]))
def test_the_split_is_independent_of_the_order_of_items(
    items: list[dict[str, Any]], shuffler: random.Random, fold: int | None
) -> None:
    shuffled = shuffler.sample(items, len(items))
    one, other = (split_by_patient(order, fold=fold, num_folds=2, seed=3) for order in (items, shuffled))
    assert patients(one["val"]) == patients(other["val"])


@laws
@given(items=datalists, data=st.data(), seed=st.integers(0, 1000))
def test_folds_partition_the_patients_evenly(items: list[dict[str, Any]], data: st.DataObject, seed: int) -> None:
    num_folds = data.draw(st.integers(2, len(patients(items))))
    folds = [patients(split_by_patient(items, fold=fold, num_folds=num_folds, seed=seed)["val"]) for fold in range(num_folds)]
    assert sorted(patient for fold in folds for patient in fold) == sorted(patients(items))
    assert max(map(len, folds)) - min(map(len, folds)) <= 1


def test_a_split_by_slice_leaks_patients_where_ours_does_not() -> None:
    items = slices(88, num_slices=30)
    by_slice = random.Random(0).sample(items, len(items))
    number = len(items) // 5
    assert patients(by_slice[:number]) & patients(by_slice[number:]) == patients(items)

    split = split_by_patient(items)
    assert not patients(split["train"]) & patients(split["val"])


def test_a_sequence_is_cut_at_its_end_or_into_folds() -> None:
    frames = [{"patient_id": str(time)} for time in range(13)]

    def val(**arguments: Any) -> list[int]:
        split = split_in_sequence(frames, **arguments)
        assert sorted(patients(split["train"]) | patients(split["val"]), key=int) == [str(time) for time in range(13)]
        assert not patients(split["train"]) & patients(split["val"])
        return [int(item["patient_id"]) for item in split["val"]]

    assert val(val_fraction=0.3) == [9, 10, 11, 12]
    assert val(val_fraction=0.001) == [12] and len(val(val_fraction=0.999)) == 12
    folds = [val(fold=fold, num_folds=4) for fold in range(4)]
    assert folds == [[0, 1, 2], [3, 4, 5], [6, 7, 8], [9, 10, 11, 12]]


@pytest.mark.parametrize(
    ("number", "arguments", "message"),
    [
        (1, {}, "a split needs at least 2 images, got 1"),
        (6, {"val_fraction": 1.0}, "val_fraction must lie between 0 and 1, got 1.0"),
        (6, {"fold": 4}, r"fold must be a whole number in 0\.\.3, got 4"),
        (3, {"fold": 0, "num_folds": 4}, r"num_folds must be a whole number in 2\.\.3 \(the number of images\), got 4"),
    ],
)
def test_a_sequence_that_cannot_be_split_is_an_error(number: int, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        split_in_sequence([{"patient_id": str(time)} for time in range(number)], **arguments)
