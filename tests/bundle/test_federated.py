"""train.json and evaluate.json under MONAI's federated client, as benchmarks/federated.py drives them."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import torch

TINY = {"batch_size": 4, "init_features": 2, "patch_size": 32, "val_fraction": 0.34, "device": "cpu", "lr": 0.01}

# The client warns that it executes the config that it is given.
pytestmark = pytest.mark.filterwarnings("ignore:executing the bundle config:UserWarning")


@pytest.fixture(scope="module")
def federated() -> ModuleType:
    path = Path(__file__).parents[2] / "benchmarks" / "federated.py"
    spec = importlib.util.spec_from_file_location("federated", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def folders(federated, tiny_lgg, add_patient, tmp_path) -> list[Path]:
    """Two sites, the first with twice the slices of the second to train on."""
    sites = federated.deal_out(tiny_lgg, tmp_path / "sites", 2, 2)
    add_patient(sites[0])
    return sites


def test_the_average_weighs_each_site_by_its_slices(federated):
    one = {"weight": torch.tensor([0.0, 2.0]), "batches": torch.tensor(4)}
    other = {"weight": torch.tensor([4.0, 2.0]), "batches": torch.tensor(9)}
    mean = federated.average([one, other], [3, 1])
    assert mean["weight"].tolist() == [1.0, 2.0]
    assert mean["batches"].item() == 5 and mean["batches"].dtype == torch.int64


def test_three_rounds_of_averaging_leave_the_mean_of_what_the_sites_trained(federated, folders, tmp_path):
    sites = [
        federated.make_site(f"site_{n}", folder, tmp_path / "runs", local_epochs=1, epochs=3, **TINY)
        for n, folder in enumerate(folders)
    ]
    begun = [federated.weights_of(site) for site in sites]
    assert all(torch.equal(begun[0][name], begun[1][name]) for name in begun[0])

    (averaged,) = federated.train(sites, 3, share=True)

    assert [site.trainer.state.epoch for site in sites] == [3, 3]
    slices = [len(site.trainer.data_loader.dataset) for site in sites]
    assert slices == [6, 3]
    trained = [dict(site.trainer.network.state_dict()) for site in sites]
    for name, mean in averaged.items():
        if mean.is_floating_point():
            expected = (slices[0] * trained[0][name] + slices[1] * trained[1][name]) / sum(slices)
            assert torch.allclose(mean, expected, atol=1e-6), name
    assert not torch.equal(trained[0]["head.weight"], trained[1]["head.weight"])
    assert not torch.equal(begun[0]["head.weight"], averaged["head.weight"])


def test_own_and_averaged_models_are_scored_on_what_each_site_holds_out(federated, folders, tmp_path):
    before = set(federated.BUNDLE.rglob("*"))
    table = federated.simulate(folders, tmp_path / "runs", rounds=1, local_epochs=2, **TINY)
    assert list(table) == ["average", "site 1 alone", "site 2 alone"]
    assert all(len(row) == 2 and all(0 <= score <= 1 for score in row) for row in table.values())
    assert set(federated.BUNDLE.rglob("*")) == before
