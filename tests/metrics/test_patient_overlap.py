"""Dice and IoU by patient in MONAI's engines, in one process and in two."""

import multiprocessing

import numpy as np
import pytest
import torch
from ignite.exceptions import NotComputableError
from monai.data import DataLoader, Dataset, MetaTensor
from monai.engines import SupervisedEvaluator, SupervisedTrainer
from monai.losses import DiceCELoss
from monai.transforms import Activationsd, AsDiscreted, Compose
from torch import nn

from custom.metrics import PatientOverlap, ValidationLoss, overlap_scores

POSTPROCESSING = Compose([Activationsd("pred", sigmoid=True), AsDiscreted("pred", threshold=0.5)])


def items(num_slices: int = 7) -> list[dict]:
    """Slices of two patients in turn; the logits of `nn.Identity` are their images."""
    generator = torch.Generator().manual_seed(3)
    return [
        {
            "image": torch.randn((1, 5, 4), generator=generator),
            "label": (torch.rand((1, 5, 4), generator=generator) < 0.3).float(),
            "patient_id": "ab"[number % 2],
            "slice_index": number,
        }
        for number in range(num_slices)
    ]


def evaluate(data: list[dict], batch_size: int = 3, **kwargs) -> SupervisedEvaluator:
    evaluator = SupervisedEvaluator(
        "cpu", DataLoader(Dataset(data), batch_size=batch_size), network=nn.Identity(),
        key_val_metric={"val_mean_dice": PatientOverlap()}, **{"postprocessing": POSTPROCESSING, **kwargs},
    )  # fmt: skip
    evaluator.run()
    return evaluator


def counts(item: dict) -> list[int]:
    pred, truth = item["image"] > 0, item["label"] > 0
    return [int((pred & truth).sum()), int((pred & ~truth).sum()), int((~pred & truth).sum())]


def test_logits_are_refused():
    with pytest.raises(ValueError, match=r"pred must hold whole numbers in 0..1, .*; threshold it"):
        evaluate(items(), postprocessing=None)


def test_nothing_counted_is_an_error():
    with pytest.raises(NotComputableError, match="at least one item"):
        PatientOverlap().compute()


@pytest.mark.parametrize("batch_size", [1, 3, 7])
def test_an_evaluator_shows_the_scores_of_the_volumes(batch_size):
    data = items()
    state = evaluate(data, batch_size).state
    scores = overlap_scores(np.array([[counts(item)] for item in data]), [item["patient_id"] for item in data])
    assert state.metrics == pytest.approx({f"val_{name}": value for name, value in scores.items()})
    assert state.best_metric == state.metrics["val_mean_dice"]
    assert [(row["patient_id"], row["slices"]) for row in state.metric_details["val_mean_dice"]] == [("a", 4), ("b", 3)]


def test_a_repeated_slice_counts_once():
    data = items()
    assert evaluate([*data, *data[:3]]).state.metrics == evaluate(data).state.metrics


def test_an_evaluation_forgets_the_one_before():
    evaluator = evaluate(items())
    first = dict(evaluator.state.metrics)
    evaluator.data_loader = DataLoader(Dataset(items(2)), batch_size=2)
    evaluator.state.epoch_length = 1
    evaluator.run()
    assert evaluator.state.metrics == evaluate(items(2)).state.metrics != first


def test_without_patients_each_file_is_one():
    data = items(4)
    for item, name in zip(data, ("x/scan.nii", "x/scan.nii", "y/scan.nii", "y/scan.nii"), strict=True):
        item["image"] = MetaTensor(item["image"], meta={"filename_or_obj": name})
    bare = [{key: item[key] for key in ("image", "label")} for item in data]
    rows = evaluate(bare).state.metric_details["val_mean_dice"]
    assert [(row["patient_id"], row["slices"]) for row in rows] == [("x/scan.nii", 2), ("y/scan.nii", 2)]


def test_without_patients_and_files_each_item_is_one():
    bare = [{key: item[key] for key in ("image", "label")} for item in items(4)]
    state = evaluate(bare).state
    assert [row["slices"] for row in state.metric_details["val_mean_dice"]] == [1, 1, 1, 1]
    assert state.metrics["val_mean_dice"] == pytest.approx(state.metrics["val_slice_dice"])


def test_several_classes_and_volumes_are_scored():
    truth = torch.tensor([0, 1, 2, 2]).view(1, 2, 2, 1).expand(1, 2, 2, 3)
    logits = nn.functional.one_hot(truth[0].clamp(max=1), 3).permute(3, 0, 1, 2).float()
    evaluator = SupervisedEvaluator(
        "cpu", DataLoader(Dataset([{"image": logits, "label": truth, "patient_id": "a"}])), network=nn.Identity(),
        postprocessing=AsDiscreted("pred", argmax=True), key_val_metric={"val_mean_dice": PatientOverlap(num_classes=3)},
    )  # fmt: skip
    evaluator.run()
    (row,) = evaluator.state.metric_details["val_mean_dice"]
    # Label 1 is found but given to the two pixels of label 2 as well: Dice 2 / (2 + 2) and 0.
    assert (row["slices"], row["dice_1"], row["dice_2"], row["truth_pixels_2"]) == (3, 0.5, 0, 6)
    assert evaluator.state.metrics["val_mean_dice"] == 0.25


def test_a_trainer_has_the_same_numbers_under_its_own_names():
    network = nn.Conv2d(1, 1, 3, padding=1)
    trainer = SupervisedTrainer(
        "cpu", 2, DataLoader(Dataset(items()), batch_size=2), network, torch.optim.SGD(network.parameters(), 0.1),
        DiceCELoss(sigmoid=True), postprocessing=POSTPROCESSING, key_train_metric={"train_mean_dice": PatientOverlap("train_")},
    )  # fmt: skip
    trainer.run()
    assert len(trainer.state.metrics) == 10
    assert all(
        name.startswith("train_") and (0 <= value <= 1 or name == "train_mean_precision")
        for name, value in trainer.state.metrics.items()
    )


def test_the_validation_loss_is_that_of_the_logits():
    data, loss = items(6), DiceCELoss(sigmoid=True)
    evaluator = evaluate(data, additional_metrics={"val_loss": ValidationLoss(loss)})
    batches = [[torch.stack([item[key] for item in data[i : i + 3]]) for key in ("image", "label")] for i in (0, 3)]
    assert evaluator.state.metrics["val_loss"] == pytest.approx(np.mean([loss(*batch).item() for batch in batches]))


def of_slices(slices: list[int]) -> PatientOverlap:
    metric = PatientOverlap()
    data = items()
    for n in slices:
        metric.update(([data[n]], [{"pred": data[n]["image"] > 0, "label": data[n]["label"]}]))
    return metric


def count_in_process(rank: int, store: str, answers) -> None:
    torch.set_num_threads(1)
    torch.distributed.init_process_group("gloo", init_method=f"file://{store}", rank=rank, world_size=2)
    # Slice 0 is repeated, as samplers do to give each process as many.
    answers.put(of_slices([[0, 2, 4, 6], [1, 3, 5, 0]][rank]).compute())
    torch.distributed.destroy_process_group()


@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_two_processes_have_the_scores_of_one(tmp_path):
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    processes = [context.Process(target=count_in_process, args=(rank, str(tmp_path / "store"), answers)) for rank in range(2)]
    for process in processes:
        process.start()
    assert [answers.get(timeout=60) for _ in processes] == [of_slices(list(range(7))).compute()] * 2
    for process in processes:
        process.join(timeout=60)


def test_unlabelled_pixels_and_the_weights_of_a_training_do_not_count():
    label = torch.tensor([[[1, 1, 0, -1, -1]], [[9, 9, 9, 9, 9]]])
    metric = PatientOverlap()
    metric.update(([{"patient_id": "a"}], [{"pred": torch.tensor([[[1, 0, 0, 1, 0]]]), "label": label}]))
    assert metric.compute()["mean_dice"] == pytest.approx(2 / 3)


def test_borders_between_cells_count_as_cells():
    pred, label = torch.tensor([[[1, 2, 0]]]), torch.tensor([[[2, 1, 1]]])
    for border_class, expected in ((2, 4 / 5), (0, 0)):
        metric = PatientOverlap(num_classes=3, border_class=border_class)
        metric.update(([{"patient_id": "a"}], [{"pred": pred, "label": label}]))
        assert metric.compute()["mean_dice"] == pytest.approx(expected)


def test_a_slice_of_which_nothing_is_judged_does_not_score():
    volume = torch.tensor([[[[1, -1], [0, -1]]]])  # (1, 1, 2, 2): the second slice is unlabelled
    found = {"pred": torch.tensor([[[[0, 0], [1, 0]]]]), "label": volume}
    nothing = {"pred": torch.zeros(1, 2, 2), "label": torch.full((1, 2, 2), -1)}
    metric = PatientOverlap()
    metric.update(([{"patient_id": "a"}, {"patient_id": "b"}], [found, nothing]))
    assert metric.compute()["mean_dice"] == metric.compute()["slice_dice"] == 0
    metric.reset()
    metric.update(([{"patient_id": "b"}], [nothing]))
    assert np.isnan(metric.compute()["mean_dice"])
