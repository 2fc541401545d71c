"""Prediction of many images: what comes out is written, what failed is reported."""

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from ignite.engine import Engine, Events

from custom.command_line.door import ended_by
from custom.handlers.prediction_outcome import PredictionOutcome
from custom.handlers.prediction_record import PredictionRecord
from custom.handlers.result_files import ResultFiles, Written
from custom.storage.disk_full import DiskFullError
from custom.system.folder_lock import release_folder
from custom.system.processes import done_by_first, gathered, rank

Item = Mapping[str, Any]
Writing = tuple[str, list[tuple[Item, "Future[Written]"]]]
MOST_THREADS = 4


class PredictionWriter:
    """Writes `<name>_mask`, and on request `_instances`, `_probability` and `_overlay.png`, in folders like the images'.

    Outputs are written while the network computes the next ones, and noted in the record when their files are safe on the disk.
    A failure is one line on stderr; so is, at the end, the number of images predicted and failed. A full disk ends the run.

    Args:
        data: the datalist: `image`, the path, and `name`.
        batches: indices into it of the images of each series, in the order in which the engine runs.
        record: what notes the finished images in the folder of the results, which is made when the engine starts.
        num_classes: 1 for masks, otherwise the number of labels.
        instances: whether to number the connected components of the mask, 1, 2 …, in a file of 16 bits.
        overlays: whether to draw the contour of the prediction on the image; of a volume, on the slice with most of it.
        min_size_px: instances of fewer pixels are dropped, ≥ 0; the mask keeps them.
        border_class: class of the mask that parts touching cells; 0 for none.
    """

    def __init__(
        self,
        data: Sequence[Item],
        batches: Collection[list[int]],
        record: PredictionRecord,
        num_classes: int = 1,
        instances: bool = False,
        overlays: bool = True,
        min_size_px: int = 0,
        border_class: int = 0,
    ) -> None:
        self.batches = [[data[index] for index in batch] for batch in batches]
        self.images = {str(item["name"]): str(item["image"]) for item in data}
        self.record = record
        self.results = ResultFiles(record.output_dir, num_classes, instances, overlays, min_size_px, border_class)
        self.outcome = PredictionOutcome(self.images)

    def attach(self, engine: Engine) -> None:
        """Act on an evaluator."""
        engine.add_event_handler(Events.STARTED, self.start)
        engine.add_event_handler(Events.ITERATION_COMPLETED, self)

    def run(self, engine: Engine) -> None:
        """Run an evaluator to which this is attached, if there is anything to predict, and say what became of the images.

        What is predicted when the run is interrupted is still written. Several processes wait for each other at the beginning
        and the end, and the first speaks for all.
        """
        try:
            if any(gathered(bool(self.batches))):
                self._in_one_line(self.record.begin)
            try:
                if self.batches:
                    engine.run()
            finally:
                self._finish(engine)
            self._join()
        finally:
            release_folder(self.record.output_dir)
        if rank() == 0:
            self.outcome.summarise(self.record.kept, self.record.output_dir)

    def start(self, engine: Engine) -> None:
        """Begin with the first batch, of images as they are now."""
        self._threads = ThreadPoolExecutor(MOST_THREADS, "writer")
        told = [(batch, self.record.inputs_of(batch)) for batch in self.batches]
        self._coming = iter([(item, inputs) for batch, inputs in told for item in batch])
        self._writing: Writing | None = None

    def __call__(self, engine: Engine) -> None:
        """Begin to write the outputs of a step, of images of one series, when those of the step before it are written."""
        outputs: Any = engine.state.output
        coming = [next(self._coming) for _ in outputs]
        self._wait(engine)
        if coming:
            items, inputs = [item for item, _ in coming], coming[0][1]
            begun = [self._threads.submit(self.results.write, *one) for one in zip(items, outputs, strict=True)]
            self._writing = inputs, list(zip(items, begun, strict=True))

    def exit_if_any_failed(self) -> None:
        """End the program with code 1 if an image failed, or the disk was full."""
        self.outcome.exit_if_any_failed()

    def _wait(self, engine: Engine) -> None:
        """Note what is written of a batch, and report what failed."""
        if self._writing is None or self.outcome.stopped:
            return
        (inputs, writing), self._writing = self._writing, None
        done: dict[str, Written] = {}
        try:
            for item, future in writing:
                written = future.result()
                if written.failure:
                    self.record.forget(item["name"])
                    self.outcome.skip(item["name"], written.failure)
                else:
                    done[item["name"]] = written
            files = {name: one.files for name, one in done.items()}
            besides = {name: {"image": os.path.abspath(self.images[name]), "facts": one.facts} for name, one in done.items()}
            self.record.add(inputs, files, besides)
            for one in done.values():
                self.outcome.add(one.facts)
        except DiskFullError as error:
            self.outcome.stopped = f"{error}{self._go_on}"
            engine.terminate()

    def _finish(self, engine: Engine) -> None:
        if hasattr(self, "_threads"):
            self._wait(engine)
            self._threads.shutdown(cancel_futures=True)

    def _join(self) -> None:
        """Tell each process what all have done, and put the record into one file."""
        self.outcome.join()
        if not self.outcome.stopped:
            self._in_one_line(lambda: done_by_first(lambda: self.record.end(self.images)))

    def _in_one_line(self, action: Callable[[], None]) -> None:
        try:
            action()
        except OSError as error:
            raise ended_by(error, f"{error}{self._go_on if isinstance(error, DiskFullError) else ''}") from None

    @property
    def _go_on(self) -> str:
        return f", then go on with --resume True --output_dir {self.record.output_dir}"
