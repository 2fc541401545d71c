"""What is said of a step that did not fit the memory."""

from typing import Any

from ignite.engine import Engine
from monai.engines import SupervisedTrainer


def what_to_halve(engine: Engine) -> str:
    """Says which step did not fit the memory, and which settings make it smaller."""
    state: Any = engine.state
    count, _, *size = state.batch["image"].shape
    mend = f"--batch_size {max(1, count // 2)}"
    if isinstance(engine, SupervisedTrainer):
        mend += ", a smaller --patch_size or fewer --init_features"
    return (
        f"out of memory: a step on {count} images of {'×'.join(map(str, size))} pixels does not fit that of {state.device}; "
        f"take {mend}"
    )
