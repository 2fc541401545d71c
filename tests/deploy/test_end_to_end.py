"""The comparison of the routes; the routes themselves run in `make deploy`."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from end_to_end import compare, run

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_a_program_that_fails_is_shown_with_what_it_said():
    with pytest.raises(ValueError, match=r"(?s)exited with 3:\nsomething broke"):
        run(sys.executable, "-c", "print('something broke'); raise SystemExit(3)")


def test_masks_are_the_same_only_if_every_voxel_is_and_one_is_marked(capsys):
    mask = np.zeros((2, 3, 2), np.uint8)
    assert not compare({"one": mask, "other": mask})
    mask[1, 2, 0] = 1
    assert compare({"one": mask, "other": mask.copy()})
    assert not compare({"one": mask, "same": mask, "flipped": mask[::-1]})
    assert [line.split()[1:] for line in capsys.readouterr().out.splitlines()[-3:]] == [
        ["1", "of", "12", "voxels", "marked"],
        ["1", "voxels", "marked,", "0", "differ"],
        ["1", "voxels", "marked,", "2", "differ"],
    ]


def test_every_requirement_is_pinned():
    lines = [line for line in (DEPLOY / "requirements.txt").read_text().splitlines() if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", line) for line in lines)
    assert "monai-deploy-app-sdk==4.0.0" in lines


def test_both_environments_have_the_same_versions_of_what_computes():
    ours = (DEPLOY.parent / "constraints.txt").read_text().lower().splitlines()
    theirs = (DEPLOY / "requirements.txt").read_text().lower().splitlines()
    for name in ("torch", "monai", "numpy", "nibabel", "scipy", "pydicom", "highdicom"):
        assert [line for line in ours if line.startswith(f"{name}==")] == [
            line for line in theirs if line.startswith(f"{name}==")
        ]
