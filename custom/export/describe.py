"""The record of weights that a training left without one, or whose scores are known from elsewhere."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from custom.bundle_root import bundle_root
from custom.data.digest import data_digest
from custom.export.configs import bundle_configs
from custom.export.record import exported_record, parser_of, settings_of_export
from custom.export.trained_on import slices_of_training
from custom.export.weights import load_network
from custom.networks.record_file import remove_foreign_record, write_record
from custom.settings.table import RECORDED


def describe(
    checkpoint: str | Path,
    overlays: Sequence[str | Path] = (),
    *,
    dataset_dir: str = "",
    scores: Mapping[str, float] | None = None,
    bundle: str | Path | None = None,
) -> Path:
    """Writes `<name>.json` beside weights; what one that lies there tells of them besides is kept.

    Args:
        checkpoint: the weights.
        overlays: the configs of the training behind `train.json`, in their order.
        dataset_dir: the data of the training, for their digest; empty to leave that out.
        scores: scores of the validation, if known.
        bundle: folder with `configs/` to start from; by default this package's own.

    Returns:
        The path of the record.

    Raises:
        ValueError: if weights and configs do not belong together.
    """
    checkpoint = Path(checkpoint)
    remove_foreign_record(checkpoint)
    configs = bundle_configs(bundle_root(bundle), checkpoint, overlays)
    inference = _as_trained(configs, checkpoint)
    settings = settings_of_export(inference, checkpoint)
    record = exported_record(inference, settings, load_network(inference, checkpoint), checkpoint)
    training = {"configs": ["train.json", *(Path(path).name for path in overlays)], **record["training"]}
    if dataset_dir:
        items = slices_of_training(configs["train.json"], dataset_dir, checkpoint)
        training["data"] = {"sha256": data_digest(items), "images": len(items)}
    if scores:
        training["scores"] = dict(scores)
    path = checkpoint.with_suffix(".json")
    write_record({**record, "training": training}, path, {checkpoint.name: checkpoint})
    return path


def _as_trained(configs: Mapping[str, dict[str, Any]], checkpoint: Path) -> dict[str, Any]:
    """`inference.json` with what `train.json` and its overlays set of all that a record holds."""
    train = parser_of(configs["train.json"], checkpoint)
    told = {name: train.get_parsed_content(name) for name in RECORDED if name in configs["train.json"]}
    return {**configs["inference.json"], **told, "channels": configs["train.json"]["channels"]}
