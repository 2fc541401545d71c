"""The loss of a validation, which MONAI's evaluator does not compute."""

from collections.abc import Callable, Mapping

from ignite.engine import Engine, Events
from ignite.metrics import Average, MetricUsage
from monai.engines import IterationEvents
from torch import Tensor


class ValidationLoss(Average):
    """Mean loss over the batches of an evaluator, from the logits, before post-processing turns them into labels.

    For MONAI's engines, as `additional_metrics={"val_loss": ValidationLoss(loss)}`.

    Args:
        loss: function of logits and labels, such as `DiceCELoss`.
    """

    def __init__(self, loss: Callable[[Tensor, Tensor], Tensor]) -> None:
        def loss_of(output: Mapping[str, Tensor]) -> Tensor:
            """The loss of one output of the engine."""
            return loss(output["pred"].float(), output["label"])

        super().__init__(output_transform=loss_of)

    def attach(self, engine: Engine, name: str) -> None:  # type: ignore[override]
        """Act on a MONAI evaluator."""
        super().attach(
            engine, name, MetricUsage(Events.EPOCH_STARTED, Events.EPOCH_COMPLETED, IterationEvents.FORWARD_COMPLETED)
        )
