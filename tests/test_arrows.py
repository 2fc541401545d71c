"""Imports point one way, so that a module can be read, and used, without what is built on it."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parents[1]
MODULES = sorted((ROOT / "custom").rglob("*.py"))
# Who may import what is built on all else: each area itself, and the door.
LAST = {"handlers": {"handlers"}, "export": {"export", "verbs"}, "verbs": {"verbs", "__main__"}, "__main__": set[str]()}
LEAVES = ("networks/sizes.py", "networks/cropping.py", "inferers/tiles.py", "metrics/contingency.py")
HEAVY = {"torch", "monai"}


@cache
def imports(module: Path) -> list[str]:
    """What a module imports, also within functions: `custom.files.kinds`, `torch`."""
    found: list[str] = []
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.module and not node.level, f"{module}: names what it imports in full"
            found += [f"custom.{alias.name}" for alias in node.names] if node.module == "custom" else [node.module]
    return found


def area(module: Path) -> str:
    """The folder in `custom` that a module lies in, or its own name."""
    return module.relative_to(ROOT / "custom").with_suffix("").parts[0]


def edges() -> Iterator[tuple[str, str, Path]]:
    """Area, imported area and module of each import of ours in ours."""
    for module in MODULES:
        for name in imports(module):
            if name.startswith("custom."):
                yield area(module), name.split(".")[1], module


def test_nothing_imports_what_is_built_on_all_else():
    assert [(str(module), to) for own, to, module in edges() if own not in LAST.get(to, {own})] == []


def test_areas_need_each_other_in_one_direction():
    needs: dict[str, set[str]] = {}
    for own, to, _ in edges():
        needs.setdefault(own, set()).update({to} - {own})
    TopologicalSorter(needs).prepare()  # raises a CycleError that names the areas of a circle


def test_files_need_nothing_of_ours_but_their_storage_and_words():
    assert {to for own, to, _ in edges() if own == "files"} == {"files", "storage", "text"}
    assert {to for own, to, _ in edges() if own == "storage"} == {"storage"}
    assert {to for own, to, _ in edges() if own == "text"} == set()


def test_data_are_read_without_a_command_line():
    assert [str(module) for own, to, module in edges() if own in ("data", "loading", "report") and to == "command_line"] == []


def test_arithmetic_needs_nothing_of_ours():
    assert [name for leaf in LEAVES for name in imports(ROOT / "custom" / leaf) if name.startswith("custom")] == []


def test_data_need_neither_torch_nor_monai_but_to_draw_simulated_patients():
    plain = [module for module in MODULES if area(module) in ("data", "files", "storage", "viewer")]
    heavy = {module.parent.name for module in plain for name in imports(module) if name.split(".")[0] in HEAVY}
    assert heavy == {"phantom"}
