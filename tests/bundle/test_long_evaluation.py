"""A patient of many slices is scored in windows: the scores are those of all slices at once, and steps stay small."""

import json

import numpy as np
import pytest
import torch
from conftest import write_patient
from PIL import Image
from workflows import CONFIGS, workflow

from custom.networks import UNet

WINDOW = 3
SLICES = {"p": 8, "q": 3, "r": 7}  # the second fits a window, and the last window of the third is of one slice
FILES = ("scores.csv", "patients.csv", "predictions.png")
CLASSES = {"num_classes": 3, "largest_object": False, "label_threshold": None, "class_names": [], "ignore_label": 255}


@pytest.fixture
def patients(tmp_path):
    """Slices of 48×40 pixels with masks."""
    for seed, (patient_id, slices) in enumerate(SLICES.items()):
        write_patient(tmp_path / "data", patient_id, slices, (48, 40), seed)
    return tmp_path


def with_classes(folder):
    """Makes labels of masks: a second class in the upper half, and pixels on the left to ignore."""
    for path in folder.glob("data/*/*_mask.tif"):
        mask = np.array(Image.open(path)) // 255
        mask[:20] *= 2
        mask[:, :3] = 255
        Image.fromarray(mask).save(path)


def weights(folder, channels=3, num_classes=1, number=1):
    """The checkpoint of untrained networks, of several an ensemble."""
    paths = []
    for seed in range(number):
        torch.manual_seed(seed)
        network = UNet(in_channels=channels, out_channels=num_classes, init_features=2, depth=2)
        paths.append(str(folder / f"{seed}.pt"))
        torch.save(network.state_dict(), paths[-1])
    return paths[0] if number == 1 else f"[{','.join(paths)}]"


def scored(folder, name, overlays=(), **settings):
    """All results, to the last bit, and how many slices the network was given in each step."""
    evaluation = workflow(
        "train", "train.json", *overlays, "evaluate.json", bundle_root=str(folder), dataset_dir=str(folder / "data"),
        run_name=name, part="all", **settings,
    )  # fmt: skip
    evaluation.parser.get_parsed_content("settings")
    given = []
    network = evaluation.parser.get_parsed_content("network")
    network.register_forward_pre_hook(lambda _, inputs: given.append(len(inputs[0])))
    evaluation.run()
    state = evaluation.parser.get_parsed_content("validate#evaluator").state
    files = {file: (folder / "runs" / name / file).read_bytes() for file in FILES}
    return {**files, "unrounded": repr((state.metrics, state.metric_details))}, given


def same_in_windows(folder, **settings):
    whole, at_once = scored(folder, "whole", **settings)
    parts, steps = scored(folder, "parts", **settings, **{"windows#most_px": WINDOW * 48 * 40})
    assert "val_loss" in whole["unrounded"] and "hd95_px" in whole["unrounded"]
    assert parts == whole
    assert max(at_once) > max(steps) == WINDOW


@pytest.mark.parametrize(
    "settings",
    [
        {"largest_object": True},
        {"largest_object": False},
        {"across_slices": False, "largest_object": True},
        {"across_slices": False, "largest_object": False},
        {"average": True, "num_workers": 1},
    ],
    ids=str,
)
def test_windows_give_the_scores_of_all_slices_at_once(patients, settings):
    same_in_windows(patients, checkpoint=weights(patients), **settings)


def test_windows_give_the_scores_of_classes_with_pixels_to_ignore(patients):
    with_classes(patients)
    same_in_windows(patients, checkpoint=weights(patients, num_classes=3), **CLASSES)


def test_windows_give_the_scores_of_one_channel_and_of_an_ensemble(patients):
    flair = json.loads((CONFIGS / "flair.json").read_text())
    channels = {name: flair[name] for name in ("image_channels", "channels")}  # which trained weights would have recorded
    same_in_windows(patients, overlays=["flair.json"], checkpoint=weights(patients, channels=1, number=2), **channels)
