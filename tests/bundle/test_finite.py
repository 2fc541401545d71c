"""A training that meets NaN ends with a word, and what it kept before stays whole."""

from pathlib import Path

import nibabel
import numpy as np
import pytest
import torch
from ignite.engine import Events

from custom.handlers.finite import not_finite
from custom.storage.tables import read_rows


def part(workflow, name: str):
    return workflow.parser.get_parsed_content(name)


def kept(run_dir: Path) -> int:
    """The epoch of last.pt, after a look at every weight of it and of model.pt."""
    last, best = (torch.load(run_dir / name, weights_only=True) for name in ("last.pt", "model.pt"))
    assert not not_finite(best) and not not_finite(last["state"]["network"])
    return int(last["epoch"])


def volumes(folder: Path, bad: str, value: float) -> list[dict[str, str]]:
    """Four volumes; in the second the image or the label has one bad voxel."""
    items = []
    for number in range(4):
        label = np.zeros((40, 40, 2), np.float32)
        label[5:20, 5:20] = 1
        arrays = {"image": np.stack([label * 3 + 1] * 3, -1), "label": label}
        if number == 1:
            arrays[bad][3, 4, 1] = value
        items.append({key: str(folder / f"{number}_{key}.nii.gz") for key in arrays})
        for key, array in arrays.items():
            nibabel.save(nibabel.Nifti1Image(array, np.eye(4)), items[-1][key])
    return items


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
@pytest.mark.parametrize("bad", ["image", "label"])
def test_an_image_or_label_with_such_a_value_is_named_before_training(training, tmp_path, bad, value):
    items = volumes(tmp_path, bad, value)
    rule = rf"1_{bad}.nii.gz holds (NaN or infinite values|values above 1e15) in \d of \d+ places; write it again without"
    with pytest.raises(SystemExit, match=rule):
        training(run_name="bad", **{"train#dataset#data": items[:2], "validate#dataset#data": items[2:]}).run()
    assert not (tmp_path / "runs" / "bad").exists() or not list((tmp_path / "runs" / "bad").glob("*.pt"))


def poison(network: torch.nn.Module) -> None:
    next(network.parameters()).data[0] = torch.nan


def test_a_loss_of_nan_ends_the_run_before_the_step_names_the_files_and_keeps_the_last_good_epoch(training, tmp_path):
    workflow = training(epochs=4, run_name="mine")
    trainer = part(workflow, "train#trainer")
    trainer.add_event_handler(Events.EPOCH_STARTED(once=3), lambda: poison(part(workflow, "network")))
    with pytest.raises(SystemExit) as ended:
        workflow.run()
    message, run_dir = str(ended.value), tmp_path / "runs" / "mine"
    assert message.startswith("the loss is nan in epoch 3, after the batch of ") and "\n" not in message
    assert message.count("_20000101_") == 4 and ".tif" in message  # a batch of four
    assert f"{run_dir / 'last.pt'} is of epoch {kept(run_dir)}: train anew with a lower lr than 0.0" in message
    assert len(read_rows(run_dir / "history.csv")) == 2


@pytest.mark.parametrize("overlays", [(), ("ema.json",)])
def test_weights_of_nan_after_the_last_step_of_an_epoch_are_neither_validated_nor_kept(training, tmp_path, overlays):
    workflow = training(*overlays, epochs=3, run_name="mine")
    trainer = part(workflow, "train#trainer")
    last_step = 2 * part(workflow, "train#dataloader").__len__()
    trainer.add_event_handler(Events.ITERATION_COMPLETED(once=last_step), lambda: poison(part(workflow, "network")))
    with pytest.raises(
        SystemExit, match=r"^encoder.*weight of the network holds NaN or infinite values in epoch 2, after the batch"
    ):
        workflow.run()
    assert kept(tmp_path / "runs" / "mine") == 1
    assert part(workflow, "validate#evaluator").state.epoch == 1


def test_a_learning_rate_that_is_far_too_high_ends_with_one_line_and_without_a_checkpoint(training, tmp_path):
    with pytest.raises(
        SystemExit, match=r"^(the loss is|.* holds NaN).*epoch was complete: train anew with a lower lr than 1e\+30"
    ):
        training(lr=1e30, optimizer="SGD", run_name="mine", batch_norm=False, epochs=3).run()
    assert not list((tmp_path / "runs" / "mine").glob("*.pt"))
