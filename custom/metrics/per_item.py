"""Metrics that keep a record of each item while an engine runs, and score all records of all processes together."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from ignite.engine import Engine
from ignite.exceptions import NotComputableError
from ignite.metrics import Metric

from custom.system.processes import gathered, rank

Key = tuple[str, str]


class PerItem(Metric):
    """Numbers in `engine.state.metrics`, each under `prefix` and its name, of records of the single items.

    The name that it is attached under holds the number called `headline`. `engine.state.metric_details[name]` holds `rows`.

    A slice is known by `patient_id` and `slice_index` of its batch: the slices of a patient may be spread over batches and
    processes, and one that a distributed sampler repeats counts once. Without a `patient_id` each image file is a patient, or
    each item if it has no file name; without a `slice_index` each item counts.

    Args:
        prefix: what the names of the numbers begin with.
    """

    headline: ClassVar[str]

    def __init__(self, prefix: str = "val_") -> None:
        self.prefix = prefix
        super().__init__()

    @abstractmethod
    def record(self, item: Mapping[str, Any], result: Mapping[str, Any]) -> Any:
        """What is kept of an item of the batch and its post-processed output."""

    @abstractmethod
    def scores(self, records: Mapping[Key, Any]) -> dict[str, float]:
        """The numbers, of records in the order of their keys."""

    def rows(self, records: Mapping[Key, Any]) -> list[dict[str, str | int | float]]:
        """Rows of a table; by default none."""
        return []

    def reset(self) -> None:
        """Forget all records."""
        self._records: dict[Key, Any] = {}
        self._updates = 0

    def iteration_completed(self, engine: Engine) -> None:
        """Keep records of a batch."""
        state: Any = engine.state
        self.update((state.batch, state.output))

    def update(self, output: tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]) -> None:
        """Keep records of decollated items.

        Args:
            output: the batch and the output.

        Raises:
            ValueError: if an item or its output cannot be scored.
        """
        for item, result in zip(*output, strict=True):
            self._updates += 1
            self._records[self._key(item)] = self.record(item, result)

    def compute(self) -> dict[str, float]:
        """The numbers without prefix, over all processes.

        Raises:
            NotComputableError: if there is no record.
        """
        return self.scores(self.gathered())

    def completed(self, engine: Engine, name: str) -> None:
        """Put numbers and rows into the engine's state."""
        records = self.gathered()
        scores = self.scores(records)
        state: Any = engine.state
        state.metrics |= {name: scores[self.headline]} | {self.prefix + key: value for key, value in scores.items()}
        state.metric_details[name] = self.rows(records)

    def _key(self, item: Mapping[str, Any]) -> Key:
        number = f"{rank()}.{self._updates}"
        return patient_of(item) or number, str(int(item["slice_index"])) if "slice_index" in item else number

    def gathered(self) -> dict[Key, Any]:
        """Records of all items that any process saw; sorted, so that means do not depend on who saw what, to the last bit.

        Raises:
            NotComputableError: if there is no record.
        """
        merged = {key: record for part in gathered(self._records) for key, record in part.items()}
        if not merged:
            raise NotComputableError(f"{type(self).__name__} must see at least one item before it can be computed")
        return dict(sorted(merged.items()))


def patient_of(item: Mapping[str, Any]) -> str:
    """Whose an item is: its `patient_id`, else the path of its image, else an empty string."""
    path = getattr(item.get("image"), "meta", {}).get("filename_or_obj", "")
    return str(item.get("patient_id", path))
