"""Softmax cross-entropy with a weight for each pixel.

Equation 1 of Ronneberger, Fischer and Brox (2015), arXiv:1505.04597, where ℓ(x) is the true class of pixel x::

    E = −Σ w(x) · log p_ℓ(x)(x)      p = softmax of the logits      (the paper prints E without the sign)
"""

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from custom.networks.cropping import crop_to


class WeightedCrossEntropy(nn.Module):
    """The energy of equation 1, divided by the number of labelled pixels.

    The paper gives a sum; the mean makes the learning rate independent of the tile's size and of how much of it is labelled.
    It is not divided by Σ w: then weights ten times as high would cost the same, and a border pixel would cost the less the
    more borders its tile has. Weight 1 everywhere, or none, is plain cross-entropy.

    MONAI's trainers call `loss(pred, label)`, so the weight travels as the label's second channel: after the last random
    transform `ConcatItemsd(keys=["label", "weight"], name="label")`. A train metric wants the label alone: in the trainer's
    postprocessing `Lambdad` with `"keys": "label", "func": "$operator.itemgetter(slice(0, 1))"`.

    Args:
        ignore_index: label of unlabelled pixels, which neither cost nor count.
    """

    def __init__(self, ignore_index: int = -1) -> None:
        super().__init__()
        self.ignore_index = ignore_index

    def forward(self, logits: Tensor, label: Tensor, weight: Tensor | None = None) -> Tensor:
        """The loss, a scalar; 0 where nothing is labelled.

        Args:
            logits: (N, K, H, W) with K ≥ 2 classes, background among them.
            label: (N, 1, H', W') classes 0 … K - 1 of any dtype; or (N, 2, H', W') with the weight as second channel.
                H' ≥ H and W' ≥ W: of a larger label the centre is taken, where the logits of a valid network belong.
            weight: (N, 1, H', W') ≥ 0, or None for 1.

        Raises:
            ValueError: if a shape does not fit, a label is no class, or the weight comes twice.
        """
        label, weight = self._checked(logits, label, weight)
        labelled = label != self.ignore_index
        classes = torch.where(labelled, label, 0).long()
        if int(classes.min()) < 0 or int(classes.max()) >= logits.shape[1]:
            raise ValueError(
                f"label must hold classes 0..{logits.shape[1] - 1} as the logits do, or {self.ignore_index} where unlabelled, "
                f"got {int(classes.min())}..{int(classes.max())}; turn instances into a mask first"
            )
        loss = cross_entropy(logits, classes[:, 0], reduction="none")[:, None]
        counts = labelled if weight is None else labelled & (weight != 0)
        if weight is not None:
            loss = loss * weight
        return torch.where(counts, loss, 0).sum() / labelled.sum().clamp(min=1)

    def _checked(self, logits: Tensor, label: Tensor, weight: Tensor | None) -> tuple[Tensor, Tensor | None]:
        """Label and weight (N, 1, H, W) of the logits' size."""
        if logits.ndim != 4 or logits.shape[1] < 2:
            raise ValueError(
                f"logits must be (N, K, H, W) with K >= 2 classes, got {tuple(logits.shape)}; set num_classes to 2 or more"
            )
        if label.ndim == 4 and label.shape[1] == 2:
            if weight is not None:
                raise ValueError("weight was given both as the label's second channel and as an argument; leave one out")
            label, weight = label[:, :1], label[:, 1:]
        for name, tensor in (("label", label), ("weight", weight)):
            if tensor is not None and not _covers(tensor, logits):
                raise ValueError(
                    f"{name} must be (N, 1, H, W), at least as large as the logits {tuple(logits.shape)}, "
                    f"got {tuple(tensor.shape)}"
                )
        return crop_to(label, logits), None if weight is None else crop_to(weight, logits)


def _covers(tensor: Tensor, logits: Tensor) -> bool:
    if tensor.ndim != 4 or tensor.shape[:2] != (logits.shape[0], 1):
        return False
    return tensor.shape[2] >= logits.shape[2] and tensor.shape[3] >= logits.shape[3]
