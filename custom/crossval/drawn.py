"""The folds of a cross-validation, drawn from the data that its configs list."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from custom.data.folds import marked_pixels, stratified_folds
from custom.data.splits import check_folds
from custom.settings.rules import as_config

BY_PATIENT = "custom.targets.lgg_split"


def drawn_folds(files: Sequence[Path], settings: Mapping[str, Any], num_folds: int, seed: int) -> list[list[str]]:
    """The patients of each fold: stratified where the configs split by patient, else the parts that the configs cut.

    Args:
        files: configs of the trainings, `train.json` first.
        settings: settings of the trainings, by name.
        num_folds: from 2 to the number of patients.
        seed: start of the random numbers.

    Raises:
        ValueError: if there are no such folds.
    """
    # Imported here, since it takes seconds and errors before it do not.
    from monai.bundle import ConfigParser

    parser = ConfigParser(ConfigParser.load_config_files([str(file) for file in files]))
    parser.update({**as_config(settings), "num_folds": num_folds, "fold": 0})
    items = parser.get_parsed_content("slices")
    patients = {item["patient_id"] for item in items}
    check_folds(0, num_folds, len(patients), "patients")
    if parser["split"]["_target_"] == BY_PATIENT:
        return stratified_folds(marked_pixels(items), num_folds, seed)
    folds = []
    for fold in range(num_folds):
        parser["fold"] = fold
        parser.parse(True)
        folds.append(sorted({item["patient_id"] for item in parser.get_parsed_content("split")["val"]}))
    return folds
