"""Real engines on tiny slices."""

from collections.abc import Callable

import pytest
import torch
from monai.data import DataLoader, Dataset
from monai.engines import SupervisedEvaluator, SupervisedTrainer
from monai.handlers import ValidationHandler
from monai.losses import DiceCELoss
from monai.transforms import Activationsd, AsDiscreted, Compose, CopyItemsd
from torch import nn

from custom.metrics import PatientOverlap, ValidationLoss


def slices(num_patients: int = 3) -> list[dict]:
    """Two slices (3, W, H) = (3, 6, 4) of each patient: bright where the truth is, which grows with the slice's number."""
    items = []
    for patient in range(num_patients):
        for slice_index in (1, 2):
            label = torch.zeros(1, 6, 4)
            label[0, 1 : 2 + slice_index, 1:3] = 1
            image = label.repeat(3, 1, 1) + 0.01 * torch.arange(24).view(6, 4) + torch.tensor([0.0, 5.0, 0.0]).view(3, 1, 1)
            items.append({"image": image, "label": label, "patient_id": f"p{patient}", "slice_index": slice_index})
    return items


@pytest.fixture
def evaluator() -> Callable[..., SupervisedEvaluator]:
    """A function that makes an evaluator, by default of a network that is right everywhere."""

    def make(
        handlers: list = (), network: nn.Module | None = None, data: list[dict] | None = None, keep_probability: bool = False
    ) -> SupervisedEvaluator:
        if network is None:
            network = nn.Conv2d(3, 1, 1)
            network.weight.data, network.bias.data = torch.tensor([9.0, 0, 0]).view(1, 3, 1, 1), torch.tensor([-6.0])
        kept = [CopyItemsd("pred", names="probability")] if keep_probability else []
        return SupervisedEvaluator(
            "cpu", DataLoader(Dataset(data or slices()), batch_size=4), network=network,
            postprocessing=Compose([Activationsd("pred", sigmoid=True), *kept, AsDiscreted("pred", threshold=0.5)]),
            key_val_metric={"val_mean_dice": PatientOverlap()}, val_handlers=handlers,
            additional_metrics={"val_loss": ValidationLoss(DiceCELoss(sigmoid=True))},
        )  # fmt: skip

    return make


@pytest.fixture
def trainer() -> Callable[..., SupervisedTrainer]:
    """A function that makes a trainer of an evaluator's network, which it validates before `handlers` act."""

    def make(evaluator: SupervisedEvaluator, handlers: list, epochs: int = 2, interval: int = 1) -> SupervisedTrainer:
        return SupervisedTrainer(
            "cpu", epochs, DataLoader(Dataset(slices()), batch_size=4), evaluator.network,
            torch.optim.SGD(evaluator.network.parameters(), 0.125), DiceCELoss(sigmoid=True),
            postprocessing=Compose([Activationsd("pred", sigmoid=True), AsDiscreted("pred", threshold=0.5)]),
            key_train_metric={"train_mean_dice": PatientOverlap("train_")},
            train_handlers=[ValidationHandler(interval, evaluator), *handlers],
        )  # fmt: skip

    return make
