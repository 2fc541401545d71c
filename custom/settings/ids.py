"""Misspelt IDs of a config, found without importing anything that it names, nor MONAI."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from custom.settings.table import LISTED, SETTINGS
from custom.settings.walk import references, texts
from custom.text.nearest import did_you_mean

# What the configs of the bundle hold beside settings; a test keeps this list equal to them.
COMPONENTS = frozenset(
    "augmentation augmented batches cases channels contrast dataloader dataset doubt_scores early_stop ema evaluator "
    "finalize finite grey_values handlers images imports inferer initialize interruption kept_state labelled labelling loss "
    "lr_schedule missing_sequences network network_def optimizer_def pasting patient_table postprocessing predicted "
    "prediction_figure preprocessing record report results_dir run run_dir scaling scored_network segmentation series "
    "settings shifting slices smoothing split split_record surface_scores train training validate weighting weights "
    "weights_record windows writer".split()
)
SECTIONS = ("train", "validate")
IN_SECTIONS = frozenset(
    "additional_metrics batches dataloader dataset evaluator handlers inferer key_metric postprocessing preprocessing sampler "
    "trainer".split()
)
# What MONAI adds: metadata, an option of its command line, and what its settings of MLflow hold.
OF_MONAI = frozenset(
    "_meta_ evaluator experiment_name is_not_rank0 output_dir run_name save_execute_config tracking_uri trainer use_click "
    "validator".split()
)
TRACKED = "tracking_uri"  # what every config has that MONAI has joined with its settings of MLflow
MEND = "; correct the name, or take it out"


def check_ids(config: Mapping[str, Any]) -> None:
    """Makes sure that a config holds no misspelt ID, without importing anything that it names.

    Args:
        config: a whole config, without metadata.

    Raises:
        ValueError: naming the first ID that no config of the bundle knows and that nothing refers to.
    """
    referred = {reference for _, value in texts(config) for reference in references(value)}
    kind = "train" if "train" in config else "inference"
    others = {"train", "inference", "evaluate"} - {kind}
    of_monai = OF_MONAI if TRACKED in config else OF_MONAI - SETTINGS.keys()  # `output_dir` is a name of both
    top = {reference.split("::")[0] for reference in referred} | COMPONENTS | of_monai | {"_desc_"}  # reasons of settings
    for key in config:
        row = SETTINGS.get(key)
        if key not in top and not (row and set(row.configs) - others):
            inside = [name for name in SETTINGS if name.endswith(f"#{key}") and name.partition("#")[0] in config]
            hint = f"; it is a setting of {row.configs[0]}.json" if row else did_you_mean(key, [*top, *SETTINGS], LISTED)
            hint = f"; did you mean {inside[0]}?" if inside else hint
            raise ValueError(f"{key} is no setting of this config, and nothing in it refers to @{key}{hint}")
    for section in SECTIONS:
        part = config.get(section, {})
        for key in part if isinstance(part, dict) else ():
            if key not in IN_SECTIONS and f"{section}::{key}" not in referred:
                raise ValueError(
                    f"{section}#{key} is unknown, and nothing refers to @{section}#{key}{did_you_mean(key, IN_SECTIONS, MEND)}"
                )


def check_ids_of_run(config: Mapping[str, Any], path: Path, argument: str) -> None:
    """Makes sure that the `config.json` of a training holds no misspelt ID, whose setting would be passed over in silence.

    Args:
        config: what the file holds; one without a `train` is of another program, and taken as it is.
        path: the file.
        argument: name of the argument or option that led to the file; the error begins with it.

    Raises:
        ValueError: naming the file and the first such ID.
    """
    if "train" in config:
        try:
            check_ids(config)
        except ValueError as error:
            raise ValueError(f"{argument}: {path} is refused: {error}") from None
