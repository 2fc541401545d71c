"""How often is the flag "look at this one" right?

    python benchmarks/look_at.py RUN [--poor 0.8]

RUN is the folder of an evaluation, whose patients.csv has the Dice and the expected Dice of each patient. Flagged are those
whose expected Dice is below the limit; poor are those whose Dice is below `--poor`. The second line takes for each patient a
limit from the others alone: half way between the median expected Dice of the poor and of the good.
"""

import argparse
from pathlib import Path

import numpy as np

from custom.metrics.patient_doubt import LOOK_BELOW
from custom.storage.tables import SUMS, read_rows


def counts(expected: np.ndarray, limits: np.ndarray, poor: np.ndarray) -> str:
    """How many patients a limit flags, and how many of them score poorly, as a sentence."""
    flagged = expected < limits
    return f"{flagged.sum()} of {len(poor)} flagged, {(flagged & poor).sum()} of them poor, of {poor.sum()} poor ones in all"


def limits_of_others(expected: np.ndarray, poor: np.ndarray) -> np.ndarray:
    """For each patient the limit that the others give: halfway between the medians of poor and good ones."""
    others = ~np.eye(len(poor), dtype=bool)
    return np.array([np.mean([np.median(expected[of & part]) for part in (poor, ~poor)]) for of in others])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--poor", type=float, default=0.8)
    args = parser.parse_args()
    rows = [row for row in read_rows(args.run / "patients.csv") if row["patient_id"] not in SUMS]
    expected, dice = (np.array([float(row[name]) for row in rows]) for name in ("expected_dice", "dice"))
    poor = dice < args.poor
    print(f"expected Dice below {LOOK_BELOW}: {counts(expected, np.full(len(rows), LOOK_BELOW), poor)}")
    print(f"limit of the other patients: {counts(expected, limits_of_others(expected, poor), poor)}")


if __name__ == "__main__":
    main()
