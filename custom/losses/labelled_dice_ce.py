"""Dice and cross-entropy over the labelled pixels alone."""

from collections.abc import Callable

import torch
from monai.losses import DiceCELoss, DiceLoss
from monai.networks import one_hot
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, cross_entropy

PART = 64  # images; a multiple of what vector instructions take at once, so that parts round like the whole


class LabelledDiceCELoss(DiceCELoss):
    """MONAI's `DiceCELoss`, to which pixels with a negative label are not there: neither in Dice nor in cross-entropy.

    Where all pixels are labelled it is `DiceCELoss` itself; otherwise it is that of the labelled pixels, as if the others had
    been cut out. Where none is labelled it is 0.

    Args:
        sigmoid: whether the network gives one channel of logits, which a sigmoid makes probabilities.
        softmax: whether it gives several channels, which a softmax makes probabilities.
        to_onehot_y: whether the label holds classes.
        batch: whether Dice is over the whole batch.
    """

    def __init__(self, *, sigmoid: bool = False, softmax: bool = False, to_onehot_y: bool = False, batch: bool = False) -> None:
        super().__init__(sigmoid=sigmoid, softmax=softmax, to_onehot_y=to_onehot_y, batch=batch)
        self.of_probabilities = DiceLoss(batch=batch)

    def forward(self, input: Tensor, target: Tensor) -> Tensor:
        """The loss, a scalar.

        Args:
            input: logits (N, K, H, W[, D]).
            target: labels (N, 1, H, W[, D]): classes or a mask, negative where unlabelled.
        """
        if input.shape[1] == 1 and len(input) > PART and self.dice.batch and not input.requires_grad:
            return self._in_parts(input, target)
        labelled = target >= 0
        if bool(labelled.all()):
            return torch.as_tensor(super().forward(input, target))
        classes = torch.where(labelled, target, 0)
        dice, entropy = self._dice(input, classes, labelled), self._entropy(input, classes, labelled)
        return self.lambda_dice * dice + self.lambda_ce * entropy

    def _dice(self, logits: Tensor, classes: Tensor, labelled: Tensor) -> Tensor:
        several = logits.shape[1] > 1
        probabilities = logits.softmax(1) if several else logits.sigmoid()
        truth = one_hot(classes, logits.shape[1]) if several else classes
        return torch.as_tensor(self.of_probabilities(probabilities * labelled, truth * labelled))

    def _entropy(self, logits: Tensor, classes: Tensor, labelled: Tensor) -> Tensor:
        if logits.shape[1] > 1:
            pixels = cross_entropy(logits, classes[:, 0].long(), reduction="none")[:, None]
        else:
            pixels = binary_cross_entropy_with_logits(logits, classes.to(logits), reduction="none")
        return torch.where(labelled, pixels, 0).sum() / labelled.sum().clamp(min=1)

    def _in_parts(self, logits: Tensor, target: Tensor) -> Tensor:
        """The same of many masks, without gradients: bit for bit on one thread, with one more tensor in memory, not three."""
        axes, values = (0, *range(2, logits.dim())), torch.empty_like(logits)
        parts = [slice(start, start + PART) for start in range(0, len(logits), PART)]

        def fill(pixels: Callable[[Tensor, Tensor, Tensor], Tensor]) -> Tensor:
            """Puts a function of logits, truth and the values so far into these, part by part; 0 where unlabelled."""
            for part in parts:
                truth = target[part]
                values[part] = torch.where(truth >= 0, pixels(logits[part], truth.clamp(min=0), values[part]), 0)
            return values

        predicted = fill(lambda logit, _, __: logit.sigmoid()).sum(axes)
        hits = fill(lambda _, truth, probabilities: probabilities * truth).sum(axes)
        true = fill(lambda _, truth, __: truth).sum(axes)
        whole = hits + 0.5 * (predicted - hits) + 0.5 * (true - hits)
        dice = 1 - (2 * hits + self.dice.smooth_nr) / (2 * whole + self.dice.smooth_dr)
        entropy = fill(lambda logit, truth, _: binary_cross_entropy_with_logits(logit, truth.to(logit), reduction="none"))
        labelled = sum(int((target[part] >= 0).sum()) for part in parts)
        return self.lambda_dice * dice.mean() + self.lambda_ce * entropy.sum() / max(labelled, 1)
