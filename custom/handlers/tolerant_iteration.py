"""The step of an evaluator over images of which some may be broken."""

from typing import Any

from monai.engines import SupervisedEvaluator

from custom.loading.tolerant import FAILURE, SHOWN, reason
from custom.networks.runtimes import ForeignNetwork
from custom.threads import one_thread


def predict_or_skip(engine: SupervisedEvaluator, batch: dict[str, Any]) -> list[Any]:
    """The `iteration_update` of an evaluator over batches of `collate_tolerant`: its own iteration, or why there is none.

    Returns:
        For each image, the decollated and post-processed output, or a dictionary with the key `failure`.
    """
    failures, shown = batch.pop(FAILURE), batch.pop(SHOWN, None)
    try:
        foreign = any(isinstance(module, ForeignNetwork) for module in engine.network.modules())
        with one_thread(foreign):  # which has threads of its own
            outputs = [] if all(failures) else engine._iteration(engine, batch)
    except Exception as error:  # images that the network or the memory cannot take must not end the others
        mend = "; --across_slices False takes one slice at a time" if len(failures) > 1 else ""
        return [{FAILURE: failure or reason(error) + mend} for failure in failures]
    if shown is not None:
        outputs = [{**output, SHOWN: picture} for output, picture in zip(outputs, shown, strict=True)]
    sound = iter(outputs)
    return [{FAILURE: failure} if failure else next(sound) for failure in failures]
