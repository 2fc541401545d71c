"""A training ends where its loss or its weights are no numbers any more, and what was kept before stays."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ignite.distributed as idist
import torch
from ignite.engine import Events
from monai.engines import IterationEvents, SupervisedTrainer
from torch import Tensor

from custom.networks.weights import read_checkpoint


class CheckFinite:
    """Ends the program with one line and code 1 when the loss, or at the end of an epoch a weight, is NaN or infinite.

    The loss is checked before the step that it would make. In the trainer's handlers put this one before the validation, so
    that nothing is scored, and no checkpoint written, of a network that is lost.

    Args:
        run_dir: folder of the run, whose `last.pt` the line tells of.
    """

    def __init__(self, run_dir: str) -> None:
        self.run_dir = Path(run_dir)

    def attach(self, engine: SupervisedTrainer) -> None:
        """Act on a MONAI trainer."""
        engine.add_event_handler(IterationEvents.LOSS_COMPLETED, self.check_loss)
        engine.add_event_handler(Events.EPOCH_COMPLETED, self.check_weights)

    def check_loss(self, engine: SupervisedTrainer) -> None:
        """Raises `SystemExit`, in all processes, if the loss of one is no number."""
        loss = engine.state.output["loss"].detach()
        finite = bool(torch.isfinite(loss).all())
        if not _in_all_processes(finite):
            raise SystemExit(1 if finite else self._message(engine, f"the loss is {float(loss):g}"))

    def check_weights(self, engine: SupervisedTrainer) -> None:
        """Raises `SystemExit` if a weight, or a running mean or variance, is no number."""
        names = not_finite(engine.network.state_dict())
        if names:
            raise SystemExit(self._message(engine, f"{names[0]} of the network holds NaN or infinite values"))

    def _message(self, engine: SupervisedTrainer, what: str) -> str:
        last = self.run_dir / "last.pt"
        kept = f"{last} is of epoch {read_checkpoint(last)['epoch']}" if last.is_file() else "no epoch was complete"
        files = files_of(engine.state.batch)
        shown = ", ".join(files[:8]) + (f" and {len(files) - 8} more" if len(files) > 8 else "")
        lr = engine.optimizer.param_groups[0]["lr"]
        return (
            f"{what} in epoch {engine.state.epoch}, after the batch of {shown or 'files without names'}; {kept}: "
            f"train anew with a lower lr than {lr:g}, or without these files if their values are odd"
        )


def not_finite(state: Mapping[str, Tensor]) -> list[str]:
    """The names of tensors that hold NaN or infinite values."""
    return [name for name, value in state.items() if not bool(torch.isfinite(value).all())]


def files_of(batch: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> list[str]:
    """The files of the images of a batch, collated or not, each once; the patients' names where there are no files."""
    items = [batch] if isinstance(batch, Mapping) else batch
    names: list[str] = []
    for item in items:
        found = getattr(item.get("image"), "meta", {}).get("filename_or_obj") or item.get("patient_id") or []
        names += [found] if isinstance(found, str) else [str(name) for name in found]
    return list(dict.fromkeys(names))


def _in_all_processes(holds: bool) -> bool:
    if idist.get_world_size() == 1:
        return holds
    return bool(idist.all_reduce(float(holds), op="MIN"))
