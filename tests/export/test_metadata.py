"""What the metadata of a bundle say of weights for another task."""

import json

import pytest

from custom.bundle_root import bundle_root
from custom.export import export_bundle
from custom.export.document import configs_of_the_data
from custom.export.metadata import without_claims

PUBLISHED = json.loads((bundle_root() / "configs" / "metadata.json").read_text())
OF_BRAINS = ("glioma", "brain", "FLAIR", "T1", "MR", "LGG", '"tiff"')


@pytest.mark.parametrize("names", [[], ["background", "FLAIR abnormality"]])
def test_weights_of_the_bundles_task_keep_what_is_told_of_it(names):
    assert without_claims(PUBLISHED, PUBLISHED, names) == PUBLISHED


def test_what_somebody_wrote_of_their_own_weights_stays():
    own = {**PUBLISHED, "name": "vessels", "image_classes": "green"}
    told = without_claims(own, PUBLISHED, ["background", "vessel"])
    assert (told["name"], told["image_classes"], told["task"]) == ("vessels", "green", "Segmentation")


def test_an_export_of_nuclei_tells_nothing_of_brains(tmp_path):
    root = export_bundle(bundle_root() / "models" / "nuclei" / "model.pt", tmp_path / "dist")
    metadata = json.loads((root / "configs" / "metadata.json").read_text())
    told = json.dumps({key: value for key, value in metadata.items() if key != "changelog"})
    assert not [word for word in OF_BRAINS if word in told or word in (root / "docs" / "README.md").read_text()]
    assert (
        "\"['configs/train.json','configs/nuclei.json','configs/evaluate.json']\"" in (root / "docs" / "README.md").read_text()
    )
    assert metadata["network_data_format"]["outputs"]["pred"]["channel_def"] == {
        "0": "background",
        "1": "nucleus",
        "2": "border",
    }


@pytest.mark.parametrize("told", [3, None, ["../evil.json", None, "ema.json", "missing.json", {}]])
def test_a_strange_record_names_no_configs(told):
    assert configs_of_the_data(bundle_root(), {"training": {"configs": told}}) == ["train.json", "evaluate.json"]
