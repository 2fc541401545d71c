"""What a training writes about its weights."""

from collections.abc import Mapping, Sequence
from typing import Any

from monai.transforms import Compose
from torch import nn

from custom.configs.in_use import files_in_use
from custom.data.digest import data_digest
from custom.handlers.saved_run import undistributed
from custom.networks.knowledge import DEFAULTS
from custom.networks.record import finite_scores, new_record
from custom.transforms.recorded_channels import described_channels
from custom.transforms.recorded_steps import described_steps


class TrainingRecord:
    """The record of the weights that a training makes; what is known when it starts is gathered then.

    Args:
        settings: the training's settings, by their names.
        network: the network that is trained.
        channels: which channels of an image the network sees.
        preprocessing: the transform that images pass before the network.
        items: the datalist that is trained on.
    """

    def __init__(
        self,
        settings: Mapping[str, Any],
        network: nn.Module,
        channels: Any,
        preprocessing: Compose,
        items: Sequence[Mapping[str, Any]],
    ) -> None:
        self.settings = {"threshold": DEFAULTS["threshold"], **settings}
        self.network = undistributed(network)
        self.channels = described_channels(channels)
        self.normalisation = described_steps(preprocessing)
        self.training: dict[str, Any] = {
            "configs": files_in_use(),
            "data": {"sha256": data_digest(items), "images": len(items)},
        }

    def __call__(self, scores: Mapping[str, Any]) -> dict[str, Any]:
        """The record with the scores of a validation."""
        return new_record(
            self.settings,
            self.network,
            channels=self.channels,
            normalisation=self.normalisation,
            **self.training,
            scores=finite_scores(scores.items()),
        )
