"""What the configs name, and only that, ends the program."""

import inspect
import json
import subprocess
import sys
from pathlib import Path
from pydoc import locate

import pytest

from custom import data, networks, targets

ROOT = Path(__file__).parents[1]
CONFIGS = [
    *(ROOT / "bundle" / "configs").glob("*.json"),
    ROOT / "custom" / "crossval" / "run.py",
]  # which writes some for each fold


def test_each_is_named_by_a_config_and_documented_as_the_function_is():
    written = "".join(path.read_text() for path in CONFIGS)
    for name, function in targets.WHERE.items():
        assert json.dumps(f"custom.targets.{name}") in written, name
        assert inspect.getdoc(getattr(targets, name)) == inspect.getdoc(locate(function))
    with pytest.raises(AttributeError, match="nothing"):
        targets.nothing  # noqa: B018


def test_what_others_run_without_our_libraries_imports_none_of_them():
    """MONAI Deploy has no matplotlib, tensorboard nor nilearn."""
    code = """
import sys
sys.modules.update(dict.fromkeys(("matplotlib", "tensorboard", "nilearn", "SimpleITK")))
from custom.targets import read_record, recorded_channels
assert recorded_channels(read_record("")).keys == ("image",)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


def test_a_function_raises_what_it_documents_and_its_target_ends_the_program(tmp_path):
    for function, target, arguments in (
        (data.folder_images, targets.folder_images, [tmp_path / "none"]),
        (data.lgg_slices, targets.lgg_slices, [str(tmp_path)]),
        (data.given_split, targets.given_split, [[], []]),
        (networks.load_weights, targets.load_weights, [networks.UNet(1, 1, 1), "none.pt"]),
    ):
        with pytest.raises(ValueError) as raised:
            function(*arguments)
        with pytest.raises(SystemExit) as ended:
            target(*arguments)
        assert str(ended.value).startswith(str(raised.value))
        assert inspect.signature(target) == inspect.signature(function)
