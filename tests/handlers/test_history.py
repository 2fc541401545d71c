"""The course of a training as a table and as curves."""

import pytest
from ignite.engine import Events
from monai.handlers import LrScheduleHandler, TensorBoardStatsHandler, from_engine
from PIL import Image
from torch.optim.lr_scheduler import StepLR

from custom.handlers import History
from custom.storage.tables import read_rows

NAMES = [f"{part}_{name}" for part in ("train", "val") for name in (
    "mean_dice", "median_dice", "mean_iou", "median_iou", "pooled_dice", "pooled_iou", "slice_dice", "positive_slice_dice",
    "mean_sensitivity", "mean_precision",
)]  # fmt: skip


def test_each_epoch_is_a_row(evaluator, trainer, tmp_path):
    validator = evaluator()
    engine = trainer(validator, [History(str(tmp_path), validator)])
    schedule = StepLR(engine.optimizer, step_size=1, gamma=0.5)
    LrScheduleHandler(schedule, print_lr=False).attach(engine)
    losses = []
    engine.add_event_handler(Events.ITERATION_COMPLETED, lambda: losses.append(engine.state.output[0]["loss"]))
    engine.run()
    rows = read_rows(tmp_path / "history.csv")
    assert list(rows[0]) == ["epoch", "lr", "seconds", "train_loss", *NAMES, "val_loss"]
    assert [(row["epoch"], row["lr"]) for row in rows] == [("1", "0.125"), ("2", "0.0625")]
    assert [float(row["train_loss"]) for row in rows] == pytest.approx([sum(losses[:2]) / 2, sum(losses[2:]) / 2], rel=1e-5)
    assert all(float(row["seconds"]) > 0 and float(row["val_mean_dice"]) == 1 for row in rows)
    with Image.open(tmp_path / "curves.png") as picture:
        assert picture.width > picture.height > 300
    assert {path.name for path in tmp_path.iterdir()} == {"history.csv", "curves.png"}


def test_epochs_without_validation_have_blank_cells(evaluator, trainer, tmp_path):
    validator = evaluator()
    trainer(validator, [History(str(tmp_path), validator)], epochs=3, interval=2).run()
    assert [row["val_mean_dice"] for row in read_rows(tmp_path / "history.csv")] == ["", "1", ""]


def test_the_line_of_an_epoch_tells_a_score_only_where_it_was_measured(evaluator, trainer, tmp_path, capsys):
    validator = evaluator()
    trainer(validator, [History(str(tmp_path), validator)], epochs=3, interval=2).run()
    first, second, third, last = capsys.readouterr().out.splitlines()
    assert first.startswith("epoch 1 of 3: loss ") and third.startswith("epoch 3 of 3: loss ")
    assert "val_mean_dice" not in first + third
    assert second.endswith(", val_mean_dice 1.0000, best val_mean_dice 1.0000 in epoch 2")
    assert last.startswith(f"{tmp_path}, best val_mean_dice 1.0000 in epoch 2; ")


def test_a_resumed_run_replaces_the_epochs_that_it_repeats(evaluator, trainer, tmp_path):
    validator = evaluator()
    trainer(validator, [History(str(tmp_path), validator)], epochs=3).run()
    whole = read_rows(tmp_path / "history.csv")

    validator = evaluator()
    resumed = trainer(validator, [History(str(tmp_path), validator)], epochs=4)

    def load():
        resumed.state.epoch, resumed.state.iteration = 2, 4

    resumed.add_event_handler(Events.STARTED, load)
    resumed.run()
    rows = read_rows(tmp_path / "history.csv")
    assert [row["epoch"] for row in rows] == ["1", "2", "3", "4"]
    assert rows[:2] == whole[:2]
    assert rows[2] != whole[2]


def test_other_processes_write_nothing(evaluator, trainer, tmp_path):
    validator = evaluator()
    engine = trainer(validator, [History(str(tmp_path), validator)], epochs=1)
    engine.state.rank = 1
    engine.run()
    assert not list(tmp_path.iterdir())


def test_tensorboard_shows_every_number_of_the_history(evaluator, trainer, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    validator = evaluator([TensorBoardStatsHandler(log_dir=str(tmp_path / "board"), iteration_log=False)])
    loss = from_engine(["loss"], first=True)
    board = TensorBoardStatsHandler(log_dir=str(tmp_path / "board"), tag_name="train_loss", output_transform=loss)
    engine = trainer(validator, [History(str(tmp_path), validator), board])
    engine.run()
    for handler in (board, validator):
        getattr(handler, "close", lambda: None)()
    events = EventAccumulator(str(tmp_path / "board")).Reload()
    assert set(events.Tags()["scalars"]) == {*NAMES, "val_loss", "train_loss"}
    last = read_rows(tmp_path / "history.csv")[-1]
    for name in (*NAMES, "val_loss"):
        assert [event.step for event in events.Scalars(name)] == [1, 2]
        assert events.Scalars(name)[-1].value == pytest.approx(float(last[name]), rel=1e-5)
