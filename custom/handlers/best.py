"""When the pictures and tables of a validation are written."""

from monai.engines import Evaluator


def is_best(engine: Evaluator) -> bool:
    """Whether this is the first process and the evaluator's epoch the best so far, which a single evaluation always is."""
    state = engine.state
    return bool(state.rank == 0 and state.best_metric_epoch == state.epoch)
