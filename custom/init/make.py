"""From a folder to a plan: each part of `custom.init` in turn, with what it found printed as it comes."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from shlex import quote
from typing import Any

from rich.console import Console

from custom.command_line.bundle_command import BundleCommand, bundle_config, known_bundle, shown
from custom.command_line.terminal import console
from custom.data.datalist import Slice
from custom.data.label_values import inverted
from custom.init.choices import choose
from custom.init.copies import doubt_about_copies
from custom.init.fingerprint import Fingerprint
from custom.init.kinds import Labels, meaning_of
from custom.init.layout import Layout, find_layout
from custom.init.overlay import OVERLAYS, overlay, write_overlay
from custom.init.patient_doubts import doubt_about_patients
from custom.init.patients import pattern_of
from custom.init.pixels import fingerprint
from custom.init.reasons import AS_ASKED, Choice
from custom.init.report import print_choices, print_cost, print_found, print_notes
from custom.init.schedule import training_images
from custom.storage.new_path import new_path

NAMES = ("image_folder", "label_folder", "image_suffix", "label_suffix")
PATTERN = "slices#patient_pattern"
CUT = "some must be kept to validate on: cut it and its label into parts, a file each, such as 2 × 2"


def make_plan(
    data: str, path: Path | None, given: dict[str, Any], *, timed: bool = True, at_once: dict[str, Any] | None = None
) -> Path:
    """Writes the plan for a folder, and prints it.

    Args:
        data: the folder.
        path: the plan's file; None for one in the current folder with the data folder's name.
        given: settings that a person chose.
        timed: whether to run three steps, to tell time and memory.
        at_once: settings of a training that follows at once, which the plan does not keep; None if none follows.

    Raises:
        ValueError: if there is nothing to train on in the folder, or a plan is there already.
    """
    root = known_bundle()
    BundleCommand(tuple(bundle_config(root, name) for name in ("train", *OVERLAYS)), given).check()
    called = {name: str(given[f"slices#{name}"]) for name in NAMES if f"slices#{name}" in given}
    layout = find_layout(data, called, given.get("slices#only_pairs") is True)
    path = path or Path(f"{Path(data).expanduser().resolve().name}.json")
    if path.exists():
        raise ValueError(f"plan: {path} exists, and a plan is never overwritten; remove it, or name another with --plan")
    items, pattern = _datalist(layout, given)
    out = console()
    found, labels = _looked_at(out, layout, items, pattern, given)
    config = _chosen(out, layout, found, labels, pattern, given, root / "configs")
    if asked := ", ".join(f"{name} {value}" for name, value in (at_once or {}).items() if name in config):
        out.print(f"\n{'but now':<10}{asked}, as you asked; the plan keeps its own")
    with new_path(path, "plan") as untried:
        write_overlay(config, untried)
        _try_out(BundleCommand((bundle_config(root, "train"), str(untried)), {}, "training"), found, out, timed, at_once or {})
    if at_once is None:
        out.print(f"\nplan written: {path}; next:\n  python -m custom train {quote(shown(path))}")
    else:
        out.print(f"\nplan written: {path}; the training begins")
    return path


def _datalist(layout: Layout, given: Mapping[str, Any]) -> tuple[list[Slice], str]:
    """The datalist of a layout, and the pattern by which names of its images share a patient; empty for none."""
    geometry = str(given.get("label_geometry", "file"))
    items = layout.items(label_geometry=geometry)
    if len(items) < 2:
        raise ValueError(f"data: {items[0]['image']}: is the only image with a label; {CUT}")
    pattern = str(given.get(PATTERN, pattern_of(items))) if layout.kind == "folder" else ""
    return layout.items(pattern, geometry) if pattern else items, pattern


def _looked_at(
    out: Console, layout: Layout, items: Sequence[Slice], pattern: str, given: Mapping[str, Any]
) -> tuple[Fingerprint, Labels]:
    """What the data hold and what their labels mean, printed with what is doubtful."""
    found = fingerprint(items)
    found.num_train = training_images(items, layout.kind, found, given)
    print_found(out, layout, found)
    if layout.kind == "folder" and PATTERN not in given:
        print_notes(out, [doubt_about_patients(items, pattern, layout.names.image_suffix)])
    labels = meaning_of(layout, found)
    print_notes(out, [*_doubts(found, labels), doubt_about_copies(items)])
    return found, labels


def _chosen(
    out: Console, layout: Layout, found: Fingerprint, labels: Labels, pattern: str, given: Mapping[str, Any], configs: Path
) -> dict[str, Any]:
    """The plan as a config, whose settings are printed with their reasons."""
    choices = [choice for choice in choose(layout, found, labels, _has_gpu(), given) if choice.name not in given]
    choices += [Choice(name, value, AS_ASKED) for name, value in given.items()]
    config = overlay(layout, found, labels, choices, configs, pattern)
    print_choices(out, choices, config["_desc_"])
    return config


def _doubts(found: Fingerprint, labels: Labels) -> Iterator[str]:
    """What may be meant otherwise than it is read; empty texts among it."""
    if labels.num_classes == 1:
        yield inverted(sum(share for value, share in found.shares.items() if value not in (0, labels.ignore_label)))
    if labels.instances:
        yield found.doubt
    yield from found.label_doubts.notes()
    yield from found.image_doubts.notes()


def _try_out(command: BundleCommand, found: Fingerprint, out: Console, timed: bool, at_once: dict[str, Any]) -> None:
    """Checks the training that a plan asks for and, if `timed`, prints what three steps of it tell of its cost."""
    command.check()
    if timed:
        from custom.init.timing import measure

        print_cost(out, *measure(command.configs, at_once), cached_mb=found.megabytes)


def _has_gpu() -> bool:
    import torch

    return torch.cuda.is_available()
