"""The documentation site: it builds without a warning, and its pages say what they should."""

import re
from pathlib import Path

import pytest
from documented import ROOT
from mkdocs.commands.build import build
from mkdocs.config import load_config

from custom.settings import SETTINGS
from custom.verbs import VERBS


@pytest.fixture(scope="module")
def site(tmp_path_factory) -> Path:
    """The built site; a warning, such as of a broken link, ends the build with an error."""
    folder = tmp_path_factory.mktemp("site")
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(folder), strict=True))
    return folder


def words_of(page: Path) -> str:
    return re.sub(r"<[^>]+>", "", page.read_text())


def test_every_page_can_be_reached_from_the_menu(site):
    menu = (site / "index.html").read_text()
    pages = {path.stem for path in (ROOT / "bundle/docs").glob("*.md")} - {"README"} | {"lgg", "CHANGELOG", "CONTRIBUTING"}
    assert not [name for name in pages if f'href="{name}/"' not in menu]


def test_the_reference_holds_every_verb_config_setting_and_area(site):
    verbs, configs, parts = (words_of(site / "reference" / name / "index.html") for name in ("verbs", "configs", "python"))
    assert not [name for name in VERBS if f"usage: python -m custom {name}" not in verbs]
    assert "train.json" in configs and "equation 1 of the paper" in configs
    assert "UNet" in parts and "OverlapTileInferer" in parts and "border_weight_map" in parts
    public = [path.parent.name for path in ROOT.glob("custom/*/__init__.py") if "__all__" in path.read_text()]
    assert [area for area in public if f"custom.{area}" not in parts] == []
    assert not [name for name in SETTINGS if name not in words_of(site / "settings" / "index.html")]


def test_links_to_files_that_are_no_page_are_named_instead(site):
    assert "data_license.txt" in (site / "lgg" / "index.html").read_text()
    assert "models/split.json (bundle/models/split.json)" not in words_of(site / "lgg" / "index.html")
    assert 'href="../../' not in (site / "index.html").read_text()
