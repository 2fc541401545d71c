"""What MkDocs needs besides the pages in bundle/docs: the files of the repository's root, and references from the code."""

import contextlib
import io
import json
import re
import sys
from importlib import import_module
from pathlib import Path
from posixpath import normpath, relpath
from typing import Any

from mkdocs.structure.files import File, Files

ROOT = Path(__file__).parents[1]
DOCS = "bundle/docs"
ROOT_PAGES = {
    "README.md": "index.md",
    "CHANGELOG.md": "CHANGELOG.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "SECURITY.md": "SECURITY.md",
}
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")


def on_config(config: Any) -> Any:
    """Puts pages that the menu does not name under its last entry, so that a new page is never lost."""
    named = json.dumps(config.nav)
    others = [path.name for path in sorted((ROOT / DOCS).glob("*.md")) if f'"{path.name}"' not in named]
    config.nav[-1]["Project"] += others + ["SECURITY.md"] * (ROOT / "SECURITY.md").is_file()
    return config


def on_files(files: Files, config: Any) -> Files:
    """Adds the pages that are not files of bundle/docs; the bundle's own README becomes lgg/, beside the site's first page."""
    readme = files.get_file_from_path("README.md")
    if readme is not None:
        files.remove(readme)
        files.append(File("README.md", config.docs_dir, config.site_dir, config.use_directory_urls, dest_uri="lgg/index.html"))
    pages = {page: (ROOT / name).read_text() for name, page in ROOT_PAGES.items() if (ROOT / name).is_file()}
    pages |= {"reference/configs.md": configs_page(), "reference/verbs.md": verbs_page(), "reference/python.md": python_page()}
    for uri, text in pages.items():
        files.append(File.generated(config, uri, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """The page with links as the site has them; a file of the repository that is no page is named, not linked."""
    names = {uri: name for name, uri in ROOT_PAGES.items()}
    uri = page.file.src_uri
    is_of_root = page.file.generated_by is not None
    source = names.get(uri, uri) if is_of_root else f"{DOCS}/{uri}"
    return LINK.sub(lambda link: site_link(link, source, uri), images_of_root(markdown) if is_of_root else markdown)


def images_of_root(markdown: str) -> str:
    """The page with links to pictures as the site's first page needs them."""
    return re.sub(rf"(!\[[^\]]*\]\(){DOCS}/", r"\1", markdown)


def site_link(link: re.Match[str], source: str, uri: str) -> str:
    """A Markdown link as the site has it.

    Args:
        link: the link as it is written.
        source: the file that holds it, from the repository's root.
        uri: the page that this file is on the site.
    """
    text, target, anchor = link[1], link[2], link[3] or ""
    if "://" in target or source.startswith("reference/"):
        return link[0]
    path = normpath(f"{Path(source).parent.as_posix()}/{target}")
    page = ROOT_PAGES.get(path, path.removeprefix(f"{DOCS}/") if path.startswith(f"{DOCS}/") else "")
    if page:
        return f"[{text}]({relpath(page, Path(uri).parent.as_posix() or '.')}{anchor})"
    return f"`{path}`" if text in path else f"{text} (`{path}`)"


def configs_page() -> str:
    """A table for each config: its components and what `_desc_` says of them."""
    parts = ["# Configs\n\nThe files of `bundle/configs`, and what their components do. Settings have their own page.\n"]
    for path in sorted((ROOT / "bundle/configs").glob("*.json")):
        rows = [row for row in described(json.loads(path.read_text())) if path.name != "metadata.json"]
        if rows:
            table = "".join(f"| `{name}` | {target} | {text} |\n" for name, target, text in rows)
            parts.append(f"## {path.name}\n\n| component | made by | what it does |\n|---|---|---|\n{table}")
    return "\n".join(parts)


def described(config: Any, place: str = "") -> list[tuple[str, str, str]]:
    """Name, `_target_` and `_desc_` of all components in a config that have a description."""
    rows = []
    if isinstance(config, dict):
        text = str(config.get("_desc_") or config.get(f"{place}#_desc_", "")).replace("|", "\\|").replace("<", "&lt;")
        if text:
            rows.append((place, f"`{config['_target_']}`" if "_target_" in config else "", text))
        for name, part in config.items():
            rows += described(part, f"{place}#{name}" if place else name)
    return rows


def verbs_page() -> str:
    """The verbs of `python -m custom` with their `--help`."""
    sys.path.insert(0, str(ROOT))
    verbs = import_module("custom.verbs").VERBS
    parts = ["# Verbs\n\n`python -m custom VERB` runs tasks for which MONAI has no command. `--help` prints this text.\n"]
    for name, verb in verbs.items():
        parts.append(f"## {name}\n\n{verb.help}\n\n```bash\n{verb.example}\n```\n\n```text\n{help_of(name)}\n```\n")
    return "\n".join(parts)


def help_of(verb: str) -> str:
    """What `python -m custom VERB --help` prints."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(SystemExit):
        import_module(f"custom.verbs.{verb}").run(["--help"])
    return printed.getvalue().strip()


def python_page() -> str:
    """The public names of each area of the package, from their docstrings."""
    parts = ["# Python\n\nThe parts that your own program can use. Import each name from the area under which it is listed.\n"]
    return "\n".join(parts + [f"## custom.{area}\n\n::: custom.{area}\n" for area in public_areas()])


def public_areas() -> list[str]:
    """The areas that have public names, in the order of the map in `custom/__init__.py`."""
    package = ROOT / "custom"
    on_the_map = re.findall(r"^    (\w+) ", (package / "__init__.py").read_text(), re.MULTILINE)
    inits = {area: package / area / "__init__.py" for area in on_the_map}
    return [area for area, init in inits.items() if init.is_file() and "__all__" in init.read_text()]
