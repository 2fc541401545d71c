"""Copies the best network of a finished training to where a server looks for it."""

import shutil
from contextlib import ExitStack
from pathlib import Path

from ignite.engine import Events
from monai.engines import SupervisedTrainer
from tqdm import tqdm

from custom.networks.published import publish_digest
from custom.storage.atomic import atomic_path


class PublishWeights:
    """Copies a run's `model.pt` and its record over those in `models_dir` when the training is complete, each file whole.

    The first time, the weights that were there are kept beside it as `model_shipped.pt`, which is never written again. A
    training that is stopped changes nothing. `SHA256SUMS` beside the weights tells of the new ones. The other forms of the
    weights, `model.ts` and `model.onnx`, stay as they are.

    Args:
        run_dir: folder of the run.
        models_dir: folder that exists.
    """

    def __init__(self, run_dir: str, models_dir: str) -> None:
        self.best = Path(run_dir) / "model.pt"
        self.published = Path(models_dir) / "model.pt"

    def attach(self, engine: SupervisedTrainer) -> None:
        """Act on a MONAI trainer."""
        engine.add_event_handler(Events.COMPLETED, self)

    def __call__(self, engine: SupervisedTrainer) -> None:
        """Keep the old and publish the new weights, on the first process."""
        if engine.state.rank != 0:
            return
        if not self.best.is_file():
            tqdm.write(f"no validation gave a score: {self.published} stays as it was")
            return
        shipped = self.published.with_name("model_shipped.pt")
        if self.published.is_file() and not shipped.exists():
            _copy(self.published, shipped)
        _copy(self.best, self.published)
        publish_digest(self.published)
        tqdm.write(f"published {self.best} as {self.published}; {shipped.name} holds the weights from before any training")


def _copy(source: Path, target: Path) -> None:
    """Copies weights, and their record if there is one; a record of other weights does not stay."""
    record = source.with_suffix(".json")
    with ExitStack() as stack:
        shutil.copyfile(source, stack.enter_context(atomic_path(target)))
        if record.is_file():
            shutil.copyfile(record, stack.enter_context(atomic_path(target.with_suffix(".json"))))
        else:
            target.with_suffix(".json").unlink(missing_ok=True)
