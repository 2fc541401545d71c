"""A network of MONAI in the place of the bundle's, by an overlay with `network_def`."""

import json

import pytest
from workflows import workflow

from custom.export import export_bundle
from custom.storage.tables import read_rows

BASIC = {
    "network_def": {
        "_target_": "BasicUNet", "spatial_dims": 2, "in_channels": "@input_channels", "out_channels": "@num_classes",
        "features": [2, 2, 4, 4, 4, 2],
    }
}  # fmt: skip


@pytest.fixture
def overlay(tmp_path):
    path = tmp_path / "basic.json"
    path.write_text(json.dumps(BASIC))
    return path


@pytest.fixture
def weights(training, overlay, tmp_path):
    training(str(overlay), "ema.json", run_name="mine").run()
    return tmp_path / "runs" / "mine" / "model.pt"


def predict(*overlays, **settings) -> None:
    workflow("infer", "inference.json", *overlays, **settings).run()


def test_another_network_trains_scores_and_predicts(weights, training, overlay, tiny_lgg, tmp_path, capsys):
    training(str(overlay), "evaluate.json", run_name="scored", checkpoint=str(weights), bfloat16=True).run()
    rows = read_rows(tmp_path / "runs" / "scored" / "patients.csv")
    assert len(rows) == 2 + 2 and all(0 <= float(row["dice"]) <= 1 for row in rows)
    predict(overlay, checkpoint=str(weights), dataset_dir=str(tiny_lgg), output_dir=str(tmp_path / "out"))
    assert len(list((tmp_path / "out").rglob("*_mask.*"))) == 12
    assert "assumed" not in capsys.readouterr().err


def test_its_record_tells_no_architecture_of_a_unet(weights):
    network = json.loads(weights.with_suffix(".json").read_text())["network"]
    assert network == {"class": "monai.networks.nets.basic_unet.BasicUNet", "in_channels": 3, "out_channels": 1}


def test_its_weights_are_refused_for_the_bundles_own_network(weights, overlay, tiny_lgg, tmp_path):
    with pytest.raises(SystemExit, match=r"network_def must be 'monai.*BasicUNet', with which .*, got custom"):
        predict(checkpoint=str(weights), dataset_dir=str(tiny_lgg), output_dir=str(tmp_path / "out"))
    with pytest.raises(ValueError, match="network_def must be custom.networks.UNet, got BasicUNet"):
        export_bundle(weights, tmp_path / "exported", overlays=[overlay])
