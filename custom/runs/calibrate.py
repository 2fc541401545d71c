"""The temperature of trained weights, from patients whom they were not trained on."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

import numpy as np
from ignite.engine import Events
from monai.bundle import ConfigWorkflow

from custom.command_line.bundle_command import bundle_config
from custom.metrics import calibration_error, fit_temperature, logit_counts, reliability_at
from custom.metrics.temperature import Counts, at_an_end
from custom.networks.record_file import read_record_file
from custom.settings.rules import as_config
from custom.storage.json_object import write_json_object
from custom.transforms.meta import plain

PARTS = 2  # the patients are halved, and each half is judged at the temperature of the other


class Calibration(NamedTuple):
    """What a calibration found.

    Attributes:
        temperature: fitted to all patients.
        patients: how many there are.
        before: `reliability_counts` of the pixels as predicted.
        after: the same, each half of the patients at the temperature of the other half.
    """

    temperature: float
    patients: int
    before: Counts
    after: Counts

    def __str__(self) -> str:
        """The bins of both reliability diagrams, and the errors."""
        lines = ["probability  predicted  found    calibrated: predicted  found"]
        number = self.before.shape[1]
        for index, (one, other) in enumerate(zip(self.before.T, self.after.T, strict=True)):
            lines.append(f"{index / number:.1f} … {(index + 1) / number:.1f}    {_means(one)}                  {_means(other)}")
        before, after = calibration_error(self.before), calibration_error(self.after)
        lines.append(
            f"temperature {self.temperature:.3f} from {self.patients} patients; "
            f"expected calibration error {before:.5f}, and {after:.5f} at the temperature of the other half of them"
        )
        if at_an_end(self.temperature):
            lines.append("no temperature makes these probabilities true; train the network longer")
        return "\n".join(lines)


def _means(counts: Any) -> str:
    """Mean probability and share of foreground of a bin."""
    pixels, probabilities, true = counts
    return f"{probabilities / pixels:9.3f}  {true / pixels:5.3f}" if pixels else f"{'–':>9}  {'–':>5}"


def calibrate(
    checkpoint: str | Path,
    dataset_dir: str,
    *,
    bundle: Path,
    configs: Sequence[str] = (),
    part: str = "val",
    device: str | None = None,
) -> Calibration:
    """Predicts the patients of a side of the split of weights, as an evaluation does, and fits the temperature.

    Args:
        checkpoint: weights of a mask.
        dataset_dir: folder of the data; empty for that of the run, or for the simulated set if there is no `config.json`.
        bundle: folder that holds `configs/`.
        configs: overlays of the training behind `train.json`; not asked where a `config.json` lies beside the weights.
        part: `"val"`, or `"unseen"` for patients on neither side.
        device: such as `"cpu"`; None for a GPU if there is one.

    Raises:
        ValueError: if there are fewer than two patients, or the weights are of classes.
    """
    beside = Path(checkpoint).with_name("config.json")
    overlays = [str(beside)] if beside.is_file() else [bundle_config(bundle, config) for config in configs]
    told = {"device": device, "dataset_dir": as_config(str(dataset_dir)) if dataset_dir else ""}
    settings = {name: value for name, value in told.items() if value}
    workflow = ConfigWorkflow(
        [bundle_config(bundle, "train"), *overlays, bundle_config(bundle, "evaluate")], workflow_type="train",
        meta_file=str(bundle / "configs" / "metadata.json"), logging_file=str(bundle / "configs" / "logging.conf"),
        bundle_root=as_config(str(bundle)),
        checkpoint=as_config(str(checkpoint)), part=part, largest_object=False, resume="", **settings,
    )  # fmt: skip
    workflow.initialize()
    workflow.parser.get_parsed_content("settings")
    if workflow.parser.get_parsed_content("num_classes") != 1:
        raise ValueError(f"checkpoint: {checkpoint} is of classes; a temperature is found for masks alone")
    counts = list(_counts(workflow.parser).values())
    if len(counts) < PARTS:
        raise ValueError(
            f"part: a calibration needs at least {PARTS} patients in {part!r}, got {len(counts)}; take another, or more data"
        )
    halves = [np.sum(counts[start::PARTS], axis=0) for start in range(PARTS)]
    after = [reliability_at(halves[own], fit_temperature(halves[1 - own])) for own in range(PARTS)]
    total = np.sum(counts, axis=0)
    return Calibration(fit_temperature(total), len(counts), reliability_at(total), np.sum(after, axis=0))


def _counts(parser: Any) -> dict[str, Counts]:
    """The `logit_counts` of each patient."""
    alone: dict[str, Any] = {
        "key_val_metric": None,
        "additional_metrics": None,
        "postprocessing": None,
        "val_handlers": [],
        "amp": False,
    }
    parser.update({f"validate#evaluator#{name}": value for name, value in alone.items()})
    counts: dict[str, Counts] = {}

    def add(engine: Any) -> None:
        """Counts the pixels of a batch that are judged."""
        for item, output in zip(engine.state.batch, engine.state.output, strict=True):
            logits, label = (plain(output[key]).cpu().float().numpy() for key in ("pred", "label"))
            judged = label[:1] >= 0
            found = logit_counts(logits=logits[judged], truth=label[:1][judged] > 0)
            counts[item["patient_id"]] = counts.get(item["patient_id"], 0) + found

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="axcodes")
        evaluator = parser.get_parsed_content("validate#evaluator")
        evaluator.add_event_handler(Events.ITERATION_COMPLETED, add)
        evaluator.run()
    return dict(sorted(counts.items()))


def record_temperature(checkpoint: str | Path, temperature: float) -> Path:
    """Writes a temperature into the record beside weights, and returns its path.

    Raises:
        ValueError: if there is no record, or it is broken.
    """
    record = read_record_file(checkpoint)
    if record is None:
        mend = f"`python -m custom record --checkpoint {quote(str(checkpoint))}` writes one"
        raise ValueError(f"checkpoint: {checkpoint} has no record; {mend}")
    record["output"] = {**record.get("output", {}), "temperature": round(temperature, 4)}
    path = Path(checkpoint).with_suffix(".json")
    write_json_object(path, record)
    return path
