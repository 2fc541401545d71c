"""What recipes.py found, in a row for each recipe: recipes.csv and recipes.md."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from recipes_named import RECIPES

from custom.runs.comparison import compare
from custom.runs.state import cases_of
from custom.storage.atomic import atomic_path
from custom.storage.tables import Cell, write_rows

RESULT = "recipe.json"  # beside the weights: what their training took
COLUMNS = (
    "recipe", "mean Dice", "median", "below 0.5", "minus default [95 %]", "better / worse", "parameters", "steps", "CPU min",
)  # fmt: skip


def finished(out: Path) -> list[str]:
    """The recipes that were trained and scored."""
    return [name for name in RECIPES if (out / "runs" / name / "evaluation" / "scores.csv").is_file()]


def row_of(name: str, out: Path) -> dict[str, Cell]:
    """What a recipe took and reached, and how far it is from the default on the same patients."""
    of_recipe, of_default = (cases_of(out / "runs" / each / "evaluation") for each in (name, "default"))
    dices = [float(case["dice"]) for case in of_recipe.values()]
    row: dict[str, Cell] = {"recipe": name, **json.loads((out / "runs" / name / RESULT).read_text())}
    row |= {"dice_mean": float(np.mean(dices)), "dice_median": float(np.median(dices))}
    row |= {"below_half": sum(dice < 0.5 for dice in dices), "patients": len(dices)}
    if name == "default" or not of_default:
        return row
    result = compare(of_default, of_recipe)
    difference = dict(zip(("difference", "low", "high"), result.difference, strict=True))
    return {**row, **difference, "p_value": result.p_value, "better": result.better, "worse": result.worse}


def markdown(rows: Sequence[dict[str, Cell]]) -> str:
    """The table, the default first and the others from best to worst."""
    lines = [f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    for row in sorted(rows, key=lambda row: (row["recipe"] != "default", -float(row["dice_mean"]))):
        differs = "difference" in row
        cells = (
            RECIPES[str(row["recipe"])].title,
            f"{row['dice_mean']:.3f}",
            f"{row['dice_median']:.3f}",
            row["below_half"],
            f"{row['difference']:+.3f} [{row['low']:+.3f}, {row['high']:+.3f}]" if differs else "",
            f"{row['better']} / {row['worse']}" if differs else "",
            f"{row['parameters'] / 1e6:.2f} M",
            row["steps"],
            f"{row['cpu_min']:.1f}",
        )
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def write_tables(out: Path) -> None:
    """Writes both files anew, of the recipes that are done."""
    rows = [row_of(name, out) for name in finished(out)]
    if rows:
        write_rows(out / "recipes.csv", rows)
    with atomic_path(out / "recipes.md") as temporary:
        temporary.write_text(markdown(rows))
