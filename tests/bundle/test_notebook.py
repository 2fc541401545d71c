"""notebooks/quickstart.ipynb runs from its first cell to its last, and is kept with its pictures."""

import re

import nbformat
import pytest
from documented import ROOT
from nbclient import NotebookClient

NOTEBOOK = ROOT / "notebooks" / "quickstart.ipynb"


def outputs(notebook) -> list:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def printed(notebook) -> str:
    return "".join(output.text for output in outputs(notebook) if output.output_type == "stream")


def pictures(notebook) -> int:
    return sum("image/png" in output.get("data", {}) for output in outputs(notebook))


def test_the_notebook_is_kept_with_its_pictures_and_without_this_machines_paths_or_progress():
    notebook = nbformat.read(NOTEBOOK, 4)
    assert pictures(notebook) >= 6
    assert not re.search(r"/home/|/root/|/work/|\d+%\|", printed(notebook))
    assert NOTEBOOK.stat().st_size < 3e6


@pytest.mark.slow
def test_the_notebook_runs_offline_in_a_small_form(monkeypatch):
    monkeypatch.setenv("QUICKSTART_SMALL", "1")
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    notebook = nbformat.read(NOTEBOOK, 4)
    before = pictures(notebook)
    NotebookClient(
        notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": str(NOTEBOOK.parent)}}
    ).execute()
    assert pictures(notebook) == before
    assert "largest difference of tiles and one pass: 0.0" in printed(notebook)
    assert "mine_mask.png" in printed(notebook)
