"""Recipes of training compared, on noise: each is trained for its budget, scored once, kept, and set beside the default."""

import pytest
from epoch import ROOT
from recipes import run_all
from recipes_budget import schedule_of
from recipes_named import RECIPES

from custom.command_line.bundle_command import BundleCommand
from custom.storage.tables import read_rows

TINY = {"batch_size": 2, "init_features": 2, "depth": 3, "patch_size": 32, "val_fraction": 0.5}


@pytest.mark.parametrize("steps", [1, 3, 39, 40, 41, 387, 3000])
def test_a_schedule_has_the_steps_that_were_asked_for(steps):
    schedule = schedule_of(steps)
    assert schedule["epochs"] * schedule["train#trainer#epoch_length"] == pytest.approx(steps, rel=0.02, abs=0.5)
    assert schedule["val_interval"] == schedule["epochs"] <= 80


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_names_what_the_configs_have(name):
    configs = [str(ROOT / "bundle" / "configs" / config) for config in RECIPES[name].configs]
    BundleCommand(tuple(configs), RECIPES[name].settings, "training").check()


def test_recipes_are_trained_and_scored_on_the_same_patients_and_kept(tiny_lgg, tmp_path, capsys):
    names, out = ["default", "dice"], tmp_path / "recipes"
    assert run_all(names, out, tiny_lgg, 0.002, **TINY) == []
    default, dice = read_rows(out / "recipes.csv")
    assert (default["recipe"], dice["recipe"], default["patients"], default["difference"]) == ("default", "dice", "2", "")
    assert float(dice["difference"]) == pytest.approx(float(dice["dice_mean"]) - float(default["dice_mean"]), abs=1e-5)
    assert all(int(row["steps"]) >= 1 and 0 < float(row["cpu_min"]) < 1 for row in (default, dice))
    lines = (out / "recipes.md").read_text().splitlines()
    assert len(lines) == 4 and lines[3].startswith("| Dice alone | ")
    written = {path: path.stat().st_mtime_ns for path in out.rglob("model.pt")}
    assert len(written) == 2
    assert run_all(names, out, tiny_lgg, 0.002, **TINY) == []
    assert {path: path.stat().st_mtime_ns for path in out.rglob("model.pt")} == written


def test_a_recipe_that_fails_does_not_end_the_others(tiny_lgg, tmp_path, capsys):
    assert run_all(["default"], tmp_path, tiny_lgg, 0.002, **TINY, loss={"_target_": "torch.nn.Identity"}) == ["default"]
    assert "default failed: " in capsys.readouterr().err


def test_another_budget_wants_another_folder(tiny_lgg, tmp_path, capsys):
    (tmp_path / "budget.json").write_text('{"minutes": 7, "default_steps": 1}')
    assert run_all(["default"], tmp_path, tiny_lgg, 1, **TINY) == ["default"]
    assert "was begun with 7, got 1; choose another folder" in capsys.readouterr().err
