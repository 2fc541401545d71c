"""All runs of a folder as a table."""

from collections.abc import Sequence
from pathlib import Path

from rich.table import Table

from custom.runs.differences import as_options, differing_settings
from custom.runs.state import RunState, read_run

CONFIG = "config.json"


def find_runs(parent: Path) -> tuple[list[RunState], list[str]]:
    """The runs below a folder, the oldest first, and a line for each that cannot be read.

    A folder without a config, such as that of a cross-validation, is searched for runs, too.

    Raises:
        ValueError: if there is no such folder, or no run in it.
    """
    if not parent.is_dir():
        raise ValueError(f"runs: no folder {str(parent)!r}; name that of your runs, such as --runs bundle/runs")
    below = [path for path in parent.iterdir() if path.is_dir()]
    nested = [path.parent for one in below if not (one / CONFIG).is_file() for path in one.glob(f"*/{CONFIG}")]
    runs, failures = [], []
    for folder in [*(one for one in below if (one / CONFIG).is_file()), *nested]:
        try:
            runs.append(read_run(folder))
        except ValueError as error:
            failures.append(str(error))
    if not runs and not failures:
        raise ValueError(f"runs: no run in {str(parent)!r}; train first: python -m custom train DATA")
    return sorted(runs, key=lambda run: (run.begun, run.folder)), failures


def runs_table(runs: Sequence[RunState], parent: Path) -> Table:
    """Name, begin, epochs and best score of each run, and the settings that are not the same in all."""
    settings = differing_settings(runs)
    table = Table("name", box=None, pad_edge=False, header_style="bold")
    for title in ("begun", "epochs", "best score"):
        table.add_column(title, no_wrap=True)
    table.add_column("settings that differ", overflow="fold")
    for number, run in enumerate(runs):
        begun, name = f"{run.begun:%Y-%m-%d %H:%M}", str(run.folder.relative_to(parent))
        table.add_row(name, begun, epochs_of(run), best_of(run), as_options(settings, number))
    return table


def epochs_of(run: RunState) -> str:
    """Done and planned epochs: `12/40`, `12/40 stopped early`, or `evaluation`."""
    if run.is_evaluation:
        return "evaluation"
    return f"{run.done}/{run.planned or '?'}{' stopped early' if run.stopped_early else ''}"


def best_of(run: RunState) -> str:
    """The best score: `val_mean_dice 0.9120, epoch 7`."""
    if run.best is None:
        return "none yet"
    return f"{run.best.name} {run.best.value:.4f}{f', epoch {run.best.epoch}' if run.best.epoch else ''}"
