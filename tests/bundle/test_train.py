"""train.json and its overlays as programs."""

import json
import shutil
from pathlib import Path

import nibabel
import numpy as np
import pytest
import torch
from ignite.engine import Events
from monai.bundle import ConfigWorkflow
from PIL import Image
from torch import nn, optim

from custom.networks import UNet
from custom.storage.tables import read_rows

CONFIGS = Path(__file__).parents[2] / "bundle" / "configs"


def part(workflow: ConfigWorkflow, name: str):
    return workflow.parser.get_parsed_content(name)


@pytest.mark.parametrize("overlays", [(), ("evaluate.json",)])
def test_every_id_of_monai_is_in_place(training, overlays, tmp_path):
    torch.save(UNet(init_features=2).state_dict(), tmp_path / "weights.pt")
    assert training(*overlays, checkpoint=str(tmp_path / "weights.pt")).check_properties() == []


@pytest.mark.parametrize(
    "name",
    [
        "epochs",
        "batch_size",
        "input_channels",
        "num_classes",
        "init_features",
        "lr",
        "early_stopping",
        "cache_mb",
        "batch_augmentation",
    ],
)
def test_a_wrong_setting_is_one_line_and_writes_nothing(training, tmp_path, name):
    with pytest.raises(SystemExit, match=f"^{name} must be"):
        training(**{name: "many"}).run()
    assert not (tmp_path / "runs").exists()


def test_images_with_another_number_of_channels_are_one_line(training, tmp_path):
    with pytest.raises(SystemExit, match="wrong channel count 3, expected 1"):
        training(input_channels=1).run()
    assert not (tmp_path / "runs").exists()


def test_a_slice_that_cannot_be_decoded_is_named_in_one_line(training, tiny_lgg, tmp_path):
    folder = tmp_path / "kaggle_3m"
    shutil.copytree(tiny_lgg, folder)
    broken = next(path for path in sorted(folder.glob("*/*_2.tif")))
    Image.open(tiny_lgg / broken.relative_to(folder)).save(broken, compression="tiff_adobe_deflate")
    content = bytearray(broken.read_bytes())
    content[20:400] = bytes(380)
    broken.write_bytes(content)
    with pytest.raises(SystemExit, match=rf"^{broken} or its label cannot be loaded: .*$"):
        training(dataset_dir=str(folder)).run()


@pytest.mark.parametrize(
    ("settings", "rule"),
    [
        ({"num_classes": 3}, r"whole numbers below num_classes \(3\)"),
        ({"label_threshold": None}, r"whole numbers below num_classes \(1\)"),
    ],
)
def test_labels_that_the_loss_cannot_take_are_one_line_and_write_nothing(training, tmp_path, settings, rule):
    with pytest.raises(SystemExit, match=rf"label cannot be loaded: a label holds 255, but must hold {rule}"):
        training(**settings).run()
    assert not (tmp_path / "runs").exists()


def test_a_run_leaves_all_that_the_readme_names(training, tmp_path):
    training(run_name="mine", epochs=2).run()
    run_dir = tmp_path / "runs" / "mine"
    names = {path.name for path in run_dir.iterdir()}
    assert names >= {
        "config.json", "split.json", "model.pt", "last.pt", "history.csv", "patients.csv", "scores.csv", "report.html",
        "curves.png", "predictions.png", "tensorboard",
    }  # fmt: skip
    assert not any(name.startswith(".") for name in names)
    assert len(read_rows(run_dir / "history.csv")) == 2
    assert json.loads((run_dir / "config.json").read_text())["epochs"] == 2


def test_each_setting_acts_under_its_own_name(training):
    workflow = training(
        epochs=3, batch_size=2, num_classes=3, init_features=4, optimizer="SGD", lr=0.5, weight_decay=0.25,
        min_lr=0.125, early_stopping=2, num_workers=1, label_threshold=0.5,
    )  # fmt: skip
    trainer, network, optimizer = (part(workflow, name) for name in ("train#trainer", "network_def", "optimizer_def"))
    assert trainer.state.max_epochs == 3
    assert trainer.state.device == torch.device("cpu")
    assert trainer.data_loader.batch_size == 2
    assert trainer.data_loader.num_workers == 1
    assert network.head.out_channels == 3
    assert network.encoder[0][0].out_channels == 4
    assert isinstance(optimizer, optim.SGD)
    assert optimizer.defaults["lr"] == 0.5
    assert optimizer.defaults["weight_decay"] == 0.25
    assert part(workflow, "lr_schedule").eta_min == 0.125
    assert part(workflow, "early_stop").patience == 2


def test_input_channels_act(training):
    network = part(training(input_channels=5), "network_def")
    assert isinstance(network.encoder[0][0], nn.Conv2d)
    assert network.encoder[0][0].in_channels == 5


def test_several_classes_train_with_softmax(training, tmp_path):
    training(num_classes=2, run_name="classes", label_threshold=0.5).run()
    assert (tmp_path / "runs" / "classes" / "model.pt").is_file()


def test_a_network_without_padding_trains(training, tmp_path):
    training(padding=False, run_name="valid").run()
    assert (tmp_path / "runs" / "valid" / "model.pt").is_file()


def test_early_stopping_ends_a_training_that_no_longer_improves(training):
    workflow = training(epochs=9, early_stopping=2, lr=1e-30, min_lr=0.0)
    workflow.run()
    assert part(workflow, "train#trainer").state.epoch == 3


def test_the_learning_rate_ends_at_its_minimum(training):
    workflow = training(epochs=2, lr=0.1, min_lr=0.01)
    workflow.run()
    assert part(workflow, "optimizer_def").param_groups[0]["lr"] == pytest.approx(0.01)


def interrupt(engine) -> None:
    raise KeyboardInterrupt


def history_without_seconds(run_dir: Path) -> list[dict[str, str]]:
    return [{k: v for k, v in row.items() if k != "seconds"} for row in read_rows(run_dir / "history.csv")]


@pytest.mark.parametrize(("overlays", "num_workers"), [((), 0), ((), 1), (("ema.json",), 0)])
def test_a_resumed_run_equals_one_that_never_stopped(training, tmp_path, overlays, num_workers):
    settings = {"epochs": 4, "num_workers": num_workers, "early_stopping": 3}
    training(*overlays, run_name="whole", **settings).run()

    broken = training(*overlays, run_name="broken", **settings)
    part(broken, "train#trainer").add_event_handler(Events.EPOCH_STARTED(once=3), interrupt)
    with pytest.raises(KeyboardInterrupt):
        broken.run()
    training(*overlays, resume=str(tmp_path / "runs" / "broken"), **settings).run()

    whole, resumed = (tmp_path / "runs" / name for name in ("whole", "broken"))
    for name in ("model.pt", "last.pt"):
        first, second = (torch.load(run_dir / name, weights_only=True) for run_dir in (whole, resumed))
        network, again = (content.get("state", {}).get("network", content) for content in (first, second))
        assert all(torch.equal(network[key], again[key]) for key in network), name
    assert history_without_seconds(whole) == history_without_seconds(resumed)


@pytest.mark.parametrize("batches", [True, False])
def test_worker_processes_change_nothing_whoever_augments(training, tmp_path, batches):
    for num_workers in (0, 2):
        training(run_name=f"{num_workers}", epochs=2, num_workers=num_workers, batch_augmentation=batches).run()
    one, other = (torch.load(tmp_path / "runs" / name / "model.pt", weights_only=True) for name in ("0", "2"))
    assert all(torch.equal(value, other[name]) for name, value in one.items())


def test_one_setting_gives_the_augmentation_back_to_monai(training):
    for batches, by_item in ((True, 2), (False, 14)):
        workflow = training(batch_augmentation=batches)
        assert len(part(workflow, "augmented").per_item) == by_item
        batch = next(iter(part(workflow, "train#dataloader")))
        given = batch["image"].clone()
        image, label = part(workflow, "train#trainer").prepare_batch(batch, "cpu")
        assert torch.equal(image, given.as_tensor()) != batches and label.shape == (4, 1, 32, 32)


def test_resuming_with_other_settings_is_refused(training, tmp_path):
    training(run_name="first").run()
    with pytest.raises(SystemExit, match=r"resume: lr is 0.5, but .*first was trained with 0.001"):
        training(resume=str(tmp_path / "runs" / "first"), lr=0.5).run()


def test_resuming_on_other_data_is_refused(training, tiny_lgg, add_patient, tmp_path):
    data = tmp_path / "data"
    shutil.copytree(tiny_lgg, data)
    broken = training(run_name="first", epochs=2, dataset_dir=str(data))
    part(broken, "train#trainer").add_event_handler(Events.EPOCH_STARTED(once=2), interrupt)
    with pytest.raises(KeyboardInterrupt):
        broken.run()
    add_patient(data)
    with pytest.raises(SystemExit, match="split.json: holds another split: the data now hold, too, "):
        training(resume=str(tmp_path / "runs" / "first"), epochs=2, dataset_dir=str(data)).run()


def test_a_training_goes_on_after_its_data_were_moved(training, tiny_lgg, tmp_path):
    data, moved = tmp_path / "data", tmp_path / "moved"
    shutil.copytree(tiny_lgg, data)
    broken = training(run_name="first", epochs=2, dataset_dir=str(data))
    part(broken, "train#trainer").add_event_handler(Events.EPOCH_STARTED(once=2), interrupt)
    with pytest.raises(KeyboardInterrupt):
        broken.run()
    data.rename(moved)
    run, other = tmp_path / "runs" / "first", tmp_path / "other"
    shutil.copytree(
        moved, other, ignore=shutil.ignore_patterns(json.loads((run / "split.json").read_text())["val"]["patients"][0])
    )
    with pytest.raises(SystemExit, match="split.json: holds another split: the data no longer hold "):
        training(resume=str(run), epochs=2, dataset_dir=str(other)).run()
    kept = json.loads((run / "config.json").read_text())
    assert kept["dataset_dir"] == str(data)
    training(resume=str(run), epochs=2, dataset_dir=str(moved)).run()
    split = json.loads((run / "split.json").read_text())
    assert split["settings"]["dataset_dir"] == str(moved)
    assert json.loads((run / "config.json").read_text()) == kept | {"dataset_dir": str(moved)}
    assert len((tmp_path / "runs" / "first" / "history.csv").read_text().splitlines()) == 3


@pytest.mark.parametrize("content", [b"", b"cut off", b"PK\x03\x04"])
def test_resuming_from_a_broken_checkpoint_is_one_line(training, tmp_path, content):
    (tmp_path / "last.pt").write_bytes(content)
    with pytest.raises(SystemExit, match=r"checkpoint: .*last.pt is refused"):
        training(resume=str(tmp_path)).run()


def test_resuming_a_complete_run_says_so(training, tmp_path):
    training(run_name="first").run()
    with pytest.raises(SystemExit, match="has all its 1 epochs"):
        training(resume=str(tmp_path / "runs" / "first")).run()


def test_an_average_of_the_weights_is_validated_and_kept_and_the_network_itself_trained_on(training, tmp_path):
    workflow = training("ema.json", run_name="mine", **{"ema#momentum": 0.25})
    name, trainer, network = "head.weight", part(workflow, "train#trainer"), part(workflow, "network")
    averages = [network.state_dict()[name].clone()]

    @trainer.on(Events.ITERATION_COMPLETED)
    def average():
        share = max(0.25, 9 / (9 + trainer.state.iteration))
        averages.append((1 - share) * averages[-1] + share * network.state_dict()[name])

    workflow.run()
    assert len(averages) > 2
    kept, state = (torch.load(tmp_path / "runs" / "mine" / file, weights_only=True) for file in ("model.pt", "last.pt"))
    torch.testing.assert_close(kept[name], averages[-1])
    assert torch.equal(state["state"]["network"][name], network.state_dict()[name])
    assert not torch.equal(kept[name], network.state_dict()[name])
    assert part(workflow, "validate#evaluator").network is part(workflow, "ema").ema_model


def test_a_training_starts_from_a_checkpoint(training, tmp_path):
    training(run_name="first").run()
    checkpoint = tmp_path / "runs" / "first" / "model.pt"
    network = part(training(checkpoint=str(checkpoint)), "network")
    saved = torch.load(checkpoint, weights_only=True)
    assert all(torch.equal(value, saved[name]) for name, value in network.state_dict().items())


def patients_of(run_dir: Path) -> list[str]:
    return [row["patient_id"] for row in read_rows(run_dir / "patients.csv")][:-2]


@pytest.mark.parametrize("part_name", ["val", "train"])
def test_evaluation_scores_the_side_that_the_checkpoint_was_trained_with(training, tmp_path, part_name):
    training(run_name="first", fold=1, num_folds=4).run()
    first, score = tmp_path / "runs" / "first", tmp_path / "runs" / "score"
    # Neither the fold nor the fraction is told again: they stand in the checkpoint's split.json.
    training("evaluate.json", checkpoint=str(first / "model.pt"), part=part_name, run_name="score").run()
    assert patients_of(score) == json.loads((first / "split.json").read_text())[part_name]["patients"]
    assert (score / "predictions.png").is_file()


def test_evaluation_knows_patients_whom_the_training_never_saw(training, add_patient, tmp_path):
    training(run_name="first").run()
    checkpoint = str(tmp_path / "runs" / "first" / "model.pt")
    add_patient(tmp_path / "new")
    for part_name in ("unseen", "all"):
        training(
            "evaluate.json", checkpoint=checkpoint, part=part_name, run_name=part_name, dataset_dir=str(tmp_path / "new")
        ).run()
        assert patients_of(tmp_path / "runs" / part_name) == ["TCGA_NEW"]
    with pytest.raises(SystemExit, match="part: no patient of the data is in 'val'"):
        training("evaluate.json", checkpoint=checkpoint, dataset_dir=str(tmp_path / "new")).run()


def test_without_a_split_beside_the_checkpoint_it_is_drawn_anew_and_said_so(training, tmp_path, capsys):
    training(run_name="first").run()
    (tmp_path / "runs" / "first" / "model.pt").rename(tmp_path / "alone.pt")
    training("evaluate.json", checkpoint=str(tmp_path / "alone.pt"), run_name="score").run()
    assert len(patients_of(tmp_path / "runs" / "score")) == 2
    assert "the split is drawn anew" in capsys.readouterr().err


def test_a_threshold_is_scored_beside_the_network(training, tmp_path):
    training(run_name="first").run()
    training("evaluate.json", checkpoint=str(tmp_path / "runs" / "first" / "model.pt"), run_name="score").run()
    baseline = read_rows(tmp_path / "runs" / "score" / "threshold.csv")
    # The squares of the tiny set are brighter than everything else.
    assert [float(row["dice"]) for row in baseline] == [1.0] * 4


def test_evaluation_finds_the_scores_of_the_training_again(training, tmp_path):
    training(run_name="first", epochs=3, lr=0.01).run()
    checkpoint = str(tmp_path / "runs" / "first" / "model.pt")
    # A training validates slice by slice.
    training("evaluate.json", checkpoint=checkpoint, run_name="score", across_slices=False, largest_object=False).run()
    trained, scored = (read_rows(tmp_path / "runs" / name / "patients.csv") for name in ("first", "score"))
    # In bfloat16 during training, in float32 here.
    for one, other in zip(trained, scored, strict=True):
        assert float(other["dice"]) == pytest.approx(float(one["dice"]), abs=0.02), one["patient_id"]


@pytest.mark.parametrize("across", [True, False])
def test_evaluation_scores_the_masks_that_inference_writes(training, tiny_lgg, tmp_path, across):
    training(run_name="first", epochs=8, lr=0.01).run()
    settings = {
        "checkpoint": str(tmp_path / "runs" / "first" / "model.pt"), "bundle_root": str(tmp_path), "dataset_dir": str(tiny_lgg),
        "init_features": 2, "device": "cpu", "across_slices": across, "largest_object": across,
    }  # fmt: skip
    training("evaluate.json", run_name="score", part="all", **settings).run()
    inference = ConfigWorkflow(
        str(CONFIGS / "inference.json"), workflow_type="inference", logging_file=False,
        output_dir=str(tmp_path / "out"), overlays=False, **settings,
    )  # fmt: skip
    inference.initialize()
    inference.run()
    rows = read_rows(tmp_path / "runs" / "score" / "patients.csv")[:-2]
    masks = {row["patient_id"]: (tmp_path / "out").rglob(f"{row['patient_id']}_*_mask.tif") for row in rows}
    written = {name: sum(np.count_nonzero(Image.open(path)) for path in paths) for name, paths in masks.items()}
    assert written == {row["patient_id"]: int(row["pred_pixels"]) for row in rows}
    assert any(written.values())


@pytest.mark.parametrize(("first", "then"), [((), ("ema.json",)), (("ema.json",), ())])
def test_a_run_with_an_average_is_resumed_with_one_and_no_other(training, tmp_path, first, then):
    broken = training(*first, run_name="broken", epochs=2)
    part(broken, "train#trainer").add_event_handler(Events.EPOCH_STARTED(once=2), interrupt)
    with pytest.raises(KeyboardInterrupt):
        broken.run()
    with pytest.raises(SystemExit, match=r"resume: .*(ema_momentum|resume with the configs it was trained with)"):
        training(*then, resume=str(tmp_path / "runs" / "broken"), epochs=2).run()


def test_an_unknown_part_is_one_line(training):
    with pytest.raises(SystemExit, match="part must be one of train, val, unseen, all, got 'test'"):
        training("evaluate.json", checkpoint="", part="test").run()


def test_evaluation_without_a_checkpoint_is_one_line_and_writes_nothing(training, tmp_path):
    with pytest.raises(SystemExit, match="checkpoint: no file .*models/model.pt"):
        training("evaluate.json").run()
    assert not (tmp_path / "runs").exists()


def test_volumes_train_slice_by_slice_and_are_validated_whole(training, tmp_path):
    rng = np.random.default_rng(0)
    items = []
    for n in range(4):
        label = np.zeros((40, 36, 5), np.uint8)
        label[10:20, 8:18, 1 : 3 + n % 2] = 1
        image = rng.normal(size=(40, 36, 5, 3)).astype(np.float32) + label[..., None]
        paths = {key: str(tmp_path / f"{n}_{key}.nii.gz") for key in ("image", "label")}
        for array, path in ((image, paths["image"]), (label, paths["label"])):
            nibabel.save(nibabel.Nifti1Image(array, np.diag([-1, -1, 4, 1])), path)
        items.append(paths)
    workflow = training(run_name="volumes", **{"train#dataset#data": items[:2], "validate#dataset#data": items[2:]})
    workflow.run()
    rows = read_rows(tmp_path / "runs" / "volumes" / "patients.csv")
    assert [row["slices"] for row in rows[:2]] == ["5", "5"]
    assert [int(row["truth_pixels"]) for row in rows[:2]] == [200, 300]
