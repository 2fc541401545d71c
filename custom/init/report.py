"""The plan as a person reads it: what was found, what is chosen and why, and what the training will cost."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table

from custom.init.fingerprint import Fingerprint
from custom.init.layout import Layout
from custom.init.reasons import Choice
from custom.init.timing import Cost, Counts
from custom.text.durations import duration


def print_found(out: Console, layout: Layout, found: Fingerprint) -> None:
    """What the folder holds."""
    objects = found.objects
    low, high = found.intensities
    size = "×".join(map(str, found.sizes.most_common(1)[0][0]))
    others = len(found.sizes) - 1
    more = f" and {others} other size{'s' * (others > 1)}" if others else ""
    rows = {
        "data": layout.root,
        "images": f"{found.num_images}, {' and '.join(found.formats)}, {size}{more}; values {low:.0f} to {high:.0f}",
        "labels": f"{found.num_read} read; share of pixels {_shares(found)}",
        "objects": f"up to {objects.width_px():.0f} px wide, the thinnest structures {objects.thinnest_px():.0f} px",
        "patients": f"{found.num_patients}" if found.num_patients < found.num_images else "each image for itself",
    }
    for name, text in rows.items():
        out.print(f"{name:<10}{text}")
    print_notes(out, layout.notes)


def print_notes(out: Console, notes: Iterable[str]) -> None:
    """A line for each note that is not empty."""
    for note in filter(None, notes):
        out.print(f"{'note':<10}{note}")


def print_choices(out: Console, choices: Sequence[Choice], reasons: dict[str, str]) -> None:
    """A row for each setting, and for what else has a reason."""
    table = Table("setting", "value", "why", box=None, pad_edge=False, header_style="bold")
    for choice in choices:
        table.add_row(choice.name, str(choice.value), choice.reason)
    for name in reasons.keys() - {choice.name for choice in choices}:
        table.add_row(name, "", reasons[name])
    out.print()
    out.print(table, soft_wrap=False)


def print_cost(out: Console, counts: Counts, cost: Cost, cached_mb: float) -> None:
    """Numbers of both sides of the split, steps, memory and time."""
    total = counts.steps * counts.epochs
    out.print()
    out.print(f"{'split':<10}{counts.num_train} images to train on, {counts.num_val} to validate on")
    steps = f"{counts.steps} an epoch, {counts.epochs} epochs, {total} in all"
    out.print(f"{'steps':<10}{steps}; {counts.validations} validations")
    out.print(f"{'memory':<10}{cost.memory_mb / 1024:.1f} GB (measured), with {cached_mb / 1024:.1f} GB of images")
    pace = f"{cost.step_s:.2f} s a step, {cost.image_s:.2f} s an image validated"
    out.print(f"{'time':<10}about {duration(counts.seconds(cost))}: {pace}")


def _shares(found: Fingerprint) -> str:
    if len(found.shares) > 8:
        return f"of objects {1 - found.shares.get(0, 0):.1%}"
    return ", ".join(f"of {value} {share:.1%}" for value, share in found.shares.items())
