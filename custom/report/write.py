"""The file of a report: page, style, script and pictures in one."""

import math
import sys
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from jinja2 import Environment, FileSystemLoader
from tqdm import tqdm

from custom.report.case import Case, decoded, encoded
from custom.report.page import Chart, Page
from custom.storage.atomic import atomic_path
from custom.text.one_line import one_line

HERE = Path(__file__).parent
# Okabe and Ito's palette, which people with any colour vision tell apart: truth begins with blue, prediction with orange.
COLOURS = {
    "truth": ((86, 180, 233), (0, 158, 115), (204, 121, 167)),
    "pred": ((255, 150, 0), (240, 228, 66), (213, 94, 0)),
}
OPACITY = 150


@contextmanager
def only_warned(path: str | Path) -> Iterator[None]:
    """Whatever goes wrong in the block is one line on stderr, since a report must not end the run that it is of."""
    try:
        yield
    except Exception as error:
        tqdm.write(f"warning: {path} is not written: {one_line(error)}", file=sys.stderr)


def write_report(path: str | Path, page: Page) -> None:
    """Writes one HTML file that needs no other file and no network; an earlier one is replaced as a whole."""
    environment = Environment(loader=FileSystemLoader(HERE), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    data = {"charts": [_chart(chart) for chart in page.charts], "rank": page.rank}
    text = environment.get_template("page.html").render(
        page=page,
        columns=list(dict.fromkeys(name for row in page.rows for name in row)),
        examples=[_example(word, case) for word, case in page.examples],
        strip=[_uri(png) for png in page.strip],
        shares=_shares(page),
        key=_key(page.classes),
        data=data,
        cell=_cell,
        style=(HERE / "style.css").read_text(),
        script=(HERE / "script.js").read_text(),
    )
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def _chart(chart: Chart) -> dict[str, Any]:
    series = []
    for one in chart.series:
        kept = [index for index, point in enumerate(one.points) if all(map(math.isfinite, point))]
        labels = [one.labels[index] for index in kept] if one.labels else []
        series.append(one._asdict() | {"points": [one.points[index] for index in kept], "labels": labels})
    return chart._asdict() | {"series": series}


def _example(word: str, case: Case) -> dict[str, Any]:
    labels = {name: decoded(png) for name, png in (("truth", case.truth), ("pred", case.pred)) if png}
    layers = {name: _uri(encoded(_coloured(array, COLOURS[name]))) for name, array in labels.items()}
    return {"word": word, "name": case.name, "shown": case.shown, "scores": case.scores, "image": _uri(case.image), **layers}


def _coloured(labels: np.ndarray[Any, Any], colours: Sequence[tuple[int, int, int]]) -> np.ndarray[Any, Any]:
    """Labels (H, W) as colours (H, W, 4), with nothing where they are 0."""
    table = np.zeros((256, 4), np.uint8)
    table[1:] = [(*colours[(label - 1) % len(colours)], OPACITY) for label in range(1, 256)]
    return table[labels]


def _key(classes: Sequence[str]) -> list[tuple[str, ...]]:
    """Of several classes, without the background, the name and the colours in truth and prediction."""
    if len(classes) < 3:
        return []
    colours = [[f"rgb{colours[number % len(colours)]}" for colours in COLOURS.values()] for number in range(len(classes) - 1)]
    return [(name, *pair) for name, pair in zip(classes[1:], colours, strict=True)]


def _shares(page: Page) -> list[list[float]]:
    """Of each true class the shares that are predicted as each class."""
    if page.confusion is None:
        return []
    return (page.confusion / np.maximum(page.confusion.sum(axis=1, keepdims=True), 1)).tolist()


def _cell(row: Mapping[str, str | float], column: str) -> str:
    value = row.get(column, "")
    if isinstance(value, float):
        return "" if math.isnan(value) else f"{value:.0f}" if value.is_integer() and abs(value) > 1 else f"{value:.3f}"
    return str(value)


def _uri(png: bytes) -> str:
    return f"data:image/png;base64,{b64encode(png).decode()}"
