"""The tables of a run folder: CSV with a header, written as a whole."""

import csv
import io
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


def read_rows(
    path: str | Path, numbers: Sequence[str] = (), names: Sequence[str] = (), *, only_numbers: bool = False
) -> list[dict[str, str]]:
    """The rows of a CSV file, every cell as text; none if there is no such file.

    Args:
        path: file that is read.
        numbers: columns that must hold a number in each row, or nothing.
        names: columns that must hold something in each row.
        only_numbers: whether all columns but `names` must hold numbers, or nothing.

    Raises:
        ValueError: if the file is broken, or ends within a line.
    """
    if not Path(path).exists():
        return []
    try:
        with Path(path).open(newline="", encoding="utf-8-sig") as file:
            rows = _parsed(file.read())
        for place, row in enumerate(rows, 1):
            _check(row, f"row {place}", numbers, names, only_numbers)
    except (ValueError, csv.Error) as error:
        raise ValueError(f"{path} is broken ({error}); take it from the run again, or remove it") from None
    return rows


def _parsed(text: str) -> list[dict[str, str]]:
    if not text.endswith(("\n", "\r")):
        raise ValueError("its last line is cut off" if text.strip("\0") else "it is empty")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _check(row: Mapping[str, str], which: str, numbers: Sequence[str], names: Sequence[str], only_numbers: bool) -> None:
    if None in row:
        raise ValueError(f"{which} has more cells than the first line")
    for name in (*names, *numbers, *row):
        if not isinstance(row.get(name), str) or (name in names and not row[name]):
            raise ValueError(f"{which} has no {name}")
    for name in (*numbers, *(name for name in row if only_numbers and name not in names)):
        number(row[name])


def read_patients(folder: Path) -> list[dict[str, str]]:
    """The rows of a run's `patients.csv`, the last of which may be those of `SUMS`; none if there is no such file.

    Raises:
        ValueError: if the file is broken.
    """
    return read_rows(folder / "patients.csv", ("slices", "dice", "iou"), ("patient_id",))


def read_scores(folder: Path) -> dict[str, str]:
    """The values in a run's `scores.csv` by metric, blank where there is none; nothing if there is no such file.

    Raises:
        ValueError: if the file is broken.
    """
    return {row["metric"]: row["value"] for row in read_rows(folder / "scores.csv", ("value",), ("metric",))}


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
