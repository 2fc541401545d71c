"""The tables of a run folder: CSV with a header, written as a whole."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import numpy as np

from custom.storage.atomic import atomic_path

Cell = str | int | float
SUMS = ("mean", "median")  # what the last rows of patients.csv are called
COUNTS = ("patient_id", "slices", "truth_pixels", "pred_pixels")  # columns of patients.csv that are no scores


def write_rows(path: str | Path, rows: Sequence[Mapping[str, Cell]]) -> None:
    """Rows as CSV; columns in the order in which they first occur, blank where a row lacks one or its number is NaN.

    Floating-point numbers have six significant digits.
    """
    columns = list(dict.fromkeys(name for row in rows for name in row))
    with atomic_path(path) as temporary, temporary.open("w", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: _text(value) for name, value in row.items()} for row in rows)


def read_rows(path: str | Path, numbers: Sequence[str] = (), *, only_numbers: bool = False) -> list[dict[str, str]]:
    """The rows of a CSV file, every cell as text; none if there is no such file.

    Args:
        path: file that is read.
        numbers: columns that must hold a number in each row, or nothing.
        only_numbers: whether all other columns must, too.

    Raises:
        ValueError: if the file is broken.
    """
    if not Path(path).is_file():
        return []
    try:
        with Path(path).open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        for place, row in enumerate(rows, 1):
            if None in row:
                raise ValueError(f"row {place} has more cells than the first line")
            for name in dict.fromkeys((*numbers, *(row if only_numbers else ()))):
                if not isinstance(row.get(name), str):
                    raise ValueError(f"row {place} has no {name}")
                float(row[name] or 0)
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{path} is broken ({error}); take it from the run again, or remove it") from None
    return rows


def mean_and_median(rows: Iterable[Mapping[str, Cell]], name_column: str) -> list[dict[str, Cell]]:
    """Two rows that hold `mean` and `median` in `name_column` and these numbers of every other column.

    Rows that lack a column, or whose number there is NaN, do not count in it; of no number at all both are NaN.
    """
    rows = list(rows)
    names = dict.fromkeys(name for row in rows for name in row if name != name_column)
    columns = {name: [float(row[name]) for row in rows if name in row and not np.isnan(float(row[name]))] for name in names}
    return [
        {name_column: title} | {name: float(function(values)) if values else np.nan for name, values in columns.items()}
        for title, function in (("mean", np.mean), ("median", np.median))
    ]


def number(cell: str | None) -> float:
    """The number in a cell of a table; NaN for a blank one."""
    return float(cell) if cell else np.nan


def _text(value: Cell) -> Cell:
    if isinstance(value, float):
        return "" if np.isnan(value) else f"{value:.6g}"
    return value
