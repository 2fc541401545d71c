"""The files that a cross-validation ends with: `patients.csv`, `scores.csv`, `folds.csv`, `crossval.md` and `crossval.png`."""

from collections.abc import Sequence
from statistics import fmean, median

from custom.crossval.plan import FOLDS, Plan
from custom.crossval.scores import fold_scores, patient_scores, sums
from custom.figures.folds import draw_folds
from custom.storage.atomic import atomic_path
from custom.storage.tables import SUMS, Cell, write_rows

TITLES = {
    "dice": "Dice", "iou": "IoU", "hd95_mm": "HD95 in mm", "hd95_px": "HD95 in px", "surface_dice": "surface Dice",
    "volume_error": "volume error", "expected_dice": "expected Dice", "look_at": "share to look at first",
}  # fmt: skip
NOT_DRAWN = ("expected_dice", "look_at")
# The ten of which github.com/mateuszbuda/brain-segmentation-pytorch shows scores; its network was chosen by them.
BUDA_TEN = (
    "DU_6404", "CS_6667", "DU_6408", "CS_6668", "DU_5851", "DU_7014", "HT_7879", "HT_7692", "CS_4944", "HT_7616",
)  # fmt: skip


def write_summary(plan: Plan, seed: int = 0) -> str:
    """Writes all files, of the folds that are done, and returns the Markdown.

    Args:
        plan: the cross-validation.
        seed: start of the random numbers of the bootstrap.

    Raises:
        ValueError: if no fold is done.
    """
    rows = patient_scores(plan)
    if not rows:
        raise ValueError(f"resume: no fold of {plan.folder} is done; run them first")
    scores = sums(rows, seed)
    folds = fold_scores(plan)
    text = _markdown(plan, rows, scores, folds, seed)
    write_rows(plan.folder / "patients.csv", rows)
    write_rows(plan.folder / "scores.csv", scores)
    write_rows(plan.folder / "folds.csv", folds)
    with atomic_path(plan.folder / "crossval.md") as temporary:
        temporary.write_text(text)
    shown = {TITLES[name]: [(int(row["fold"]), float(row[name])) for row in rows if name in row] for name in _shown(scores)}
    with atomic_path(plan.folder / "crossval.png") as temporary:
        draw_folds(shown, len(plan.folds)).savefig(temporary, format="png", dpi=100)
    return text


def _shown(scores: Sequence[dict[str, Cell]]) -> list[str]:
    return [name for name in TITLES if name not in NOT_DRAWN and any(line["score"] == name for line in scores)]


def _markdown(
    plan: Plan, rows: Sequence[dict[str, Cell]], scores: Sequence[dict[str, Cell]], folds: Sequence[dict[str, Cell]], seed: int
) -> str:
    done = len({row["fold"] for row in rows})
    lines = [
        f"# {plan.folder.name}: {len(rows)} patients, {done} of {len(plan.folds)} folds",
        "",
        "Each patient is scored by the network of the last epoch of a training that never saw them; nothing was chosen by the",
        "patients scored. In brackets: 95 % of 10 000 bootstrap resamples of the patients "
        f"(seed {seed}). The folds are in `{FOLDS}`, all patients in `patients.csv`.",
        "",
        "| score | patients | mean | median |",
        "|---|---|---|---|",
    ]
    lines += [_line(TITLES.get(str(line["score"]), str(line["score"])), line) for line in scores]
    lines += ["", "| metric of a fold | mean of folds | least | most |", "|---|---|---|---|", *map(_fold_line, folds)]
    return "\n".join([*lines, *_ten(rows), ""])


def _line(title: str, line: dict[str, Cell]) -> str:
    means, medians = (f"{line[name]:.3f} [{line[f'{name}_low']:.3f}, {line[f'{name}_high']:.3f}]" for name in SUMS)
    return f"| {title} | {line['patients']} | {means} | {medians} |"


def _fold_line(line: dict[str, Cell]) -> str:
    values = [float(cell) for name, cell in line.items() if name.startswith("fold_")]
    return f"| `{line['metric']}` | {line['mean']:.3f} | {min(values):.3f} | {max(values):.3f} |"


def _ten(rows: Sequence[dict[str, Cell]]) -> list[str]:
    """The ten patients of Buda's port, if they are among those scored."""
    found = [(name, row) for name in BUDA_TEN for row in rows if str(row["patient_id"]).startswith(f"TCGA_{name}_")]
    if not found:
        return []
    lines = [f"| {name} | {row['fold']} | {row['dice']:.3f} | {row['iou']:.3f} |" for name, row in found]
    dices = [float(row["dice"]) for _, row in found]
    title = f"{len(found)} of the ten patients that github.com/mateuszbuda/brain-segmentation-pytorch was chosen by: "
    return [
        "",
        f"{title}mean Dice {fmean(dices):.3f}, median {median(dices):.3f}",
        "",
        "| patient | fold | Dice | IoU |",
        "|---|---|---|---|",
        *lines,
    ]


def ensemble_of(plan: Plan) -> str:
    """What `--checkpoint` takes to predict with all folds together."""
    return f"[{','.join(str(plan.fold_dir(fold) / 'model.pt') for fold in range(len(plan.folds)))}]"
