"""Several networks that predict together: the mean of their probabilities."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import log_softmax, logsigmoid


class Ensemble(nn.Module):
    """A network whose probabilities are the mean of those of its members, each of which sees an image once.

    It returns the logits of that mean, so that it takes the place of a single network everywhere. They are computed from
    logarithms, lest probabilities near 0 and 1 be rounded.

    Args:
        members: networks of one kind, at least one: a `UNet`, or one that another runtime computes.

    Raises:
        ValueError: if there is no member.
    """

    def __init__(self, members: Sequence[nn.Module]) -> None:
        super().__init__()
        if not members:
            raise ValueError("members must hold at least one network, got none")
        self.members = nn.ModuleList(members)
        first: Any = members[0]
        # What inferers ask a network.
        self.depth, self.padding = int(first.depth), bool(first.padding)
        self.memory_format = getattr(first, "memory_format", torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        """Logits (N, K, H', W') in float32 of an image (N, C, H, W)."""
        logits = [member(x).float() for member in self.members]
        logs = [_log_probabilities(each) for each in logits]
        mean = torch.logsumexp(torch.stack(logs), dim=0)  # but for a constant, which is common to all classes
        return mean if logits[0].shape[1] > 1 else mean[:, 1:] - mean[:, :1]


def _log_probabilities(logits: Tensor) -> Tensor:
    """Logarithms of the probabilities (N, max(K, 2), H, W) of all classes, the background first."""
    if logits.shape[1] == 1:
        return torch.cat([logsigmoid(-logits), logsigmoid(logits)], dim=1)
    return log_softmax(logits, dim=1)


def refuse_unlike(told: Mapping[str, Mapping[str, Any]]) -> None:
    """Makes sure that networks can predict together.

    Args:
        told: for each file of weights what it tells of itself, such as its architecture, its classes and its normalisation.

    Raises:
        ValueError: naming the first thing in which one differs from the first.
    """
    (first, wanted), *others = told.items()
    for path, found in others:
        for name in sorted(wanted.keys() | found.keys()):
            one, other = wanted.get(name, "unknown"), found.get(name, "unknown")
            if one != other:
                raise ValueError(
                    f"checkpoint: {path} cannot predict together with {first}: its {name} is {other!r}, not {one!r}; "
                    "name networks of one kind"
                )
