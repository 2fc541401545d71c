"""The documents name only what exists: tests, files, parts of the package, and commands."""

import ast
import re
import shlex
from functools import cache
from importlib import import_module
from pathlib import Path

import pytest

from custom.command_line.parser import Parser
from custom.figures.commands import add_figures

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "bundle/docs").glob("*.md"))]


@cache
def defined_in(path: Path) -> set[str]:
    functions = ast.walk(ast.parse(path.read_text())) if path.is_file() else []
    return {node.name for node in functions if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def missing_tests(text: str) -> list[str]:
    named = re.findall(r"(tests/[\w/]+\.py)::(\w+)", text)
    return [f"{path}::{name}" for path, name in named if name not in defined_in(ROOT / path)]


def missing_links(text: str, folder: Path) -> list[str]:
    links = re.findall(r"\]\(([^)#\s]+)", text)
    return [link for link in links if "://" not in link and not (folder / link).exists()]


def missing_anchors(text: str, page: Path) -> list[str]:
    """Links to a title that their page has not."""
    links = re.findall(r"\]\(([\w./]*\.md)?#([^)\s]+)", text)
    return [f"{file}#{anchor}" for file, anchor in links if anchor not in anchors_of(page.parent / file if file else page)]


def anchors_of(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def missing_parts(text: str) -> list[str]:
    return [name for name in re.findall(r"`(custom(?:\.\w+)+)`", text) if not is_importable(name)]


def is_importable(name: str) -> bool:
    """Whether a dotted name is a module, or a name in one."""
    *modules, last = name.split(".")
    try:
        return hasattr(import_module(".".join(modules)), last) or bool(import_module(name))
    except ImportError:
        return False


def figure_commands(text: str) -> list[list[str]]:
    lines = text.replace("\\\n", " ").splitlines()
    return [shlex.split(line)[4:] for line in lines if line.startswith("python -m custom figure ")]


def test_what_is_missing_is_found():
    assert missing_tests("`tests/bundle/test_docs.py::test_that_is_not_there`, `tests/bundle/none.py::test_it`") == [
        "tests/bundle/test_docs.py::test_that_is_not_there",
        "tests/bundle/none.py::test_it",
    ]
    assert missing_links("[a](figures/none.png) [b](https://a.b) [c](#here) [d](README.md)", ROOT) == ["figures/none.png"]
    page = ROOT / "bundle/docs/README.md"
    assert missing_anchors("[a](scores.md#none) [b](#scores) [c](scores.md#the-split-is-by-patient)", page) == [
        "scores.md#none"
    ]
    assert missing_parts("`custom.networks.UNet` `custom.networks.VNet` `custom.inferers.tiles` `custom.none.x`") == [
        "custom.networks.VNet",
        "custom.none.x",
    ]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_tests_files_and_parts_that_a_document_names_exist(document):
    text = document.read_text()
    assert missing_tests(text) == []
    assert missing_links(text, document.parent) == []
    assert missing_anchors(text, document) == []
    assert missing_parts(text) == []


def test_the_index_lists_each_page_once():
    index = (ROOT / "bundle/docs/README.md").read_text().partition("## All pages")[2]
    pages = sorted(path.name for path in (ROOT / "bundle/docs").glob("*.md") if path.name != "README.md")
    assert sorted(re.findall(r"\]\((\w+\.md)\)", index)) == pages


def test_the_paper_is_held_by_tests_in_every_area():
    named = re.findall(r"tests/([\w/]+)\.py::", (ROOT / "bundle/docs/paper.md").read_text())
    assert len(named) >= 40
    assert {path.split("/")[0] for path in named} >= {"networks", "inferers", "losses", "transforms", "metrics", "figures"}


def test_the_commands_that_draw_figures_are_understood():
    commands = figure_commands((ROOT / "bundle/docs/paper.md").read_text())
    parser = Parser()
    add_figures(parser)
    assert {parser.parse_args(command).name for command in commands} == {
        "architecture",
        "overlap-tile",
        "border-weights",
        "elastic",
    }
