"""What MONAI Label and MONAI Deploy import of ours needs no package that their environments lack."""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

REPO = Path(__file__).parents[2]
CONFIGS = REPO / "bundle" / "configs"

# Imports with some packages missing, as an environment without them would.
IMPORT = """
import importlib, sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in MISSING:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
MISSING, names = sys.argv[1].split(","), sys.argv[2:]
sys.meta_path.insert(0, Missing())
for name in names:
    module, _, attribute = name.rpartition(".")
    getattr(importlib.import_module(module), attribute)
"""


def normal(name: str) -> str:
    """The name of a package as indices compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def named(lines: list[str]) -> set[str]:
    """The packages that lines of requirements name."""
    return {normal(match[0]) for line in lines if (match := re.match(r"[A-Za-z][\w.-]*", line))}


def missing(requirements: Path) -> list[str]:
    """The import names of our own dependencies that an environment lacks."""
    project = tomllib.loads((REPO / "pyproject.toml").read_text())["project"]
    wanted = named([*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)])
    lacking = wanted - named(requirements.read_text().splitlines()) - {"unet-bundle"}
    return sorted(top for top, names in packages_distributions().items() if {normal(name) for name in names} <= lacking)


def targets() -> list[str]:
    """What the configs of an exported bundle name of ours."""
    text = "".join((CONFIGS / name).read_text() for name in ("train.json", "evaluate.json", "inference.json", "flair.json"))
    return sorted(set(re.findall(r'"_target_": "(custom\.[\w.]+)"', text)))


def of_the_app() -> list[str]:
    """What MONAI Deploy's application imports of ours."""
    tree = ast.parse((REPO / "deploy" / "app.py").read_text())
    froms = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and str(node.module).startswith("custom")]
    return [f"{node.module}.{alias.name}" for node in froms for alias in node.names]


@pytest.mark.parametrize(
    ("requirements", "names"),
    [("integrations/monai_label/constraints.txt", targets()), ("deploy/requirements.txt", of_the_app())],
    ids=["MONAI Label", "MONAI Deploy"],
)
def test_the_environment_of_a_client_has_what_it_imports(requirements, names):
    lacking = missing(REPO / requirements)
    assert "imagecodecs" in lacking and names
    done = subprocess.run([sys.executable, "-c", IMPORT, ",".join(lacking), *names], cwd=REPO, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr.splitlines()[-1]
