"""The temperature of weights, from the command line to a probability map."""

import json

import numpy as np
import pytest
import tifffile
import torch
from scipy.special import expit, logit
from unets import made
from workflows import workflow

from custom.__main__ import main
from custom.data import kaggle_lgg, split_by_patient, write_split
from custom.networks.record import new_record
from custom.networks.record_file import write_record

NORMALISATION = [{"name": "NormalizeChannelsd"}]


@pytest.fixture
def checkpoint(tmp_path, tiny_lgg):
    """Weights with a record and a split, of a network that nobody trained."""
    network = made(in_channels=3)
    torch.save(network.state_dict(), tmp_path / "model.pt")
    record = new_record(
        {"threshold": 0.5, "across_slices": True}, network, channels={"name": "Identityd"}, normalisation=NORMALISATION
    )
    write_record(record, tmp_path / "model.json", {"model.pt": tmp_path / "model.pt"})
    write_split(split_by_patient(kaggle_lgg(tiny_lgg), val_fraction=0.5), tmp_path / "split.json")
    return tmp_path / "model.pt"


def probabilities(checkpoint, tiny_lgg, name):
    out = checkpoint.parent / name
    workflow(
        "infer", "inference.json", bundle_root=str(checkpoint.parent), dataset_dir=str(next(tiny_lgg.iterdir())),
        checkpoint=str(checkpoint), output_dir=str(out), probability_maps=True, overlays=False, largest_object=False,
    ).run()  # fmt: skip
    maps, masks = (sorted(out.rglob(f"*_{kind}.tif")) for kind in ("probability", "mask"))
    return [np.stack([tifffile.imread(path) for path in paths]) for paths in (maps, masks)]


def test_probability_maps_take_the_temperature_and_masks_stay(checkpoint, tiny_lgg, capsys):
    before, mask = probabilities(checkpoint, tiny_lgg, "before")
    words = ["--checkpoint", str(checkpoint), "--dataset_dir", str(tiny_lgg), "--device", "cpu"]
    assert main(["calibrate", *words, "--dry_run"]) == 0
    assert "temperature" not in (checkpoint.parent / "model.json").read_text()
    assert main(["calibrate", *words]) == 0
    said = capsys.readouterr().out
    temperature = json.loads((checkpoint.parent / "model.json").read_text())["output"]["temperature"]
    assert f"temperature {temperature:.3f} from 2 patients" in said and temperature != 1
    assert "no temperature makes these probabilities true; train the network longer" in said  # nobody trained it
    after, mask_after = probabilities(checkpoint, tiny_lgg, "after")
    doubt = (before > 1e-4) & (before < 1 - 1e-4)
    np.testing.assert_allclose(after[doubt], expit(logit(before[doubt]) / temperature), atol=1e-4)
    assert np.abs(after - before).max() > 0.01
    np.testing.assert_array_equal(mask, mask_after)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"epoch": 3}, "epoch is no setting of this config, and nothing in it refers to @epoch; did you mean epochs?"),
        ({"batch_size": "four"}, "batch_size must be a whole number from 1 to 65536, got 'four'"),
    ],
)
def test_a_config_of_the_run_that_somebody_broke_is_one_line(checkpoint, tiny_lgg, capsys, content, message):
    checkpoint.with_name("config.json").write_text(json.dumps(content))
    assert main(["calibrate", "--checkpoint", str(checkpoint), "--dataset_dir", str(tiny_lgg), "--device", "cpu"]) == 2
    assert capsys.readouterr().err.splitlines()[-1] == f"python -m custom calibrate: {message}"
    assert "temperature" not in checkpoint.with_name("model.json").read_text()


def test_weights_without_a_record_are_one_line(checkpoint, tiny_lgg, capsys):
    (checkpoint.parent / "model.json").unlink()
    assert main(["calibrate", "--checkpoint", str(checkpoint), "--dataset_dir", str(tiny_lgg), "--device", "cpu"]) == 2
    assert f"{checkpoint} has no record; `python -m custom record" in capsys.readouterr().err


def test_the_data_of_the_run_are_taken_where_none_are_named(checkpoint, tiny_lgg, capfd):
    checkpoint.with_name("config.json").write_text(json.dumps({"dataset_dir": str(tiny_lgg)}))
    assert main(["calibrate", "--checkpoint", str(checkpoint), "--device", "cpu", "--dry_run"]) == 0
    said, errors = capfd.readouterr()
    assert "from 2 patients" in said and "arenot specified" not in said + errors
