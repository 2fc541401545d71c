"""What hypothesis thinks of: whatever is given, the answer is a value or one line, never another error.

`python -m trust.fuzz --minutes 10`, from the folder of the tests, looks for so long with ever new examples. Formats that ITK
reads are left out, since a library must not be fed what may end it.
"""

import argparse
import json
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from trust.broken_files import encoded, nifti, packed
from trust.doors import CONFIGS, outcome_of, verb

from custom.configs.values import check_settings
from custom.data.images import list_images
from custom.data.splits import split_by_patient, split_in_sequence
from custom.export.configs import resolve
from custom.files import read_image
from custom.inferers.tiles import Context, spans
from custom.networks.record import settings_in
from custom.settings import SETTINGS

WHOLE = {
    ".png": encoded("PNG"), ".tif": encoded("TIFF"), ".gif": encoded("GIF"), ".bmp": encoded("BMP"), ".jpg": encoded("JPEG"),
    ".nii": nifti(), ".nii.gz": packed(nifti()),
}  # fmt: skip
HEADER = 400  # bytes, in which most that is told of a file lies
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@st.composite
def broken(draw: Callable[..., Any], kinds: tuple[str, ...] = tuple(WHOLE)) -> tuple[str, bytes]:
    """A suffix, and a file of that kind of which some bytes are others, or which is cut."""
    suffix = draw(st.sampled_from(kinds))
    content = bytearray(WHOLE[suffix])
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, min(HEADER, len(content)) - 1) | st.integers(0, len(content) - 1))
        content[place] = draw(st.integers(0, 255))
    return suffix, bytes(content[: draw(st.just(len(content)) | st.integers(1, len(content)))])


def one_line(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
    """What a function gives; None if it refuses in one line."""
    try:
        return function(*arguments, **options)
    except ValueError as error:
        assert str(error).strip() and "\n" not in str(error).replace(";\n", ""), str(error)
        return None


@given(file=broken())
def readers(file: tuple[str, bytes]) -> None:
    """A file is read whole, or refused in one line."""
    suffix, content = file
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"a{suffix}"
        path.write_bytes(content)
        image = one_line(read_image, path)
    assert image is None or image.values.shape[: len(image.header.size)] == image.header.size


@given(file=broken(), label=broken())
def checks(file: tuple[str, bytes], label: tuple[str, bytes]) -> None:
    """The check of a data set ends with 0, 1 or 2."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "data").mkdir()
        (Path(folder) / "data" / f"a{file[0]}").write_bytes(file[1])
        (Path(folder) / "data" / f"a_mask{label[0]}").write_bytes(label[1])
        outcome = verb("check", "{}/data")(Path(folder))
    assert outcome.code in (0, 1, 2) and not any("Traceback" in line for line in outcome.lines), outcome


names = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=12)


@given(names=st.lists(st.tuples(names, st.sampled_from(["", "/", "_mask"]), st.sampled_from([*WHOLE, ""])), max_size=5))
def datalists(names: list[tuple[str, str, str]]) -> None:
    """Files of any names are listed once each, or refused in one line."""
    with tempfile.TemporaryDirectory() as folder:
        for name, kind, suffix in names:
            path = Path(folder) / (f"{name}/a{suffix}" if kind == "/" else f"{name}{kind}{suffix}")
            if name not in (".", "..") and not path.exists() and not any(one.is_file() for one in path.parents):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(WHOLE.get(suffix, b"text"))
        found = one_line(list_images, folder) or []
    assert len({item["name"].lower() for item in found}) == len(found)


@given(patients=st.lists(st.text(max_size=4), max_size=12), fraction=st.floats(), fold=st.none() | st.integers(-1, 9))
def splits(patients: list[str], fraction: float, fold: int | None) -> None:
    """Each item is on one side, and no patient on both; or it is refused."""
    items = [{"patient_id": patient, "number": number} for number, patient in enumerate(patients)]
    for split in (split_by_patient, split_in_sequence):
        found = one_line(split, items, val_fraction=fraction, fold=fold, num_folds=3, seed=1)
        if found:
            assert sorted(item["number"] for side in found.values() for item in side) == list(range(len(items)))
            assert all(found.values())
            on = [{item["patient_id"] for item in side} for side in found.values()]
            assert split is split_in_sequence or not on[0] & on[1]


@given(name=st.sampled_from(sorted(SETTINGS)), value=values)
def setting(name: str, value: Any) -> None:
    """A value keeps its rule, or is refused."""
    found = one_line(check_settings, **{name: value})
    assert found is None or SETTINGS[name].rule.holds(value)


@given(record=st.dictionaries(st.sampled_from(["schema", "network", "input", "output", "training"]), values))
def records(record: dict[str, Any]) -> None:
    """A record tells settings that keep their rules, or is refused."""
    found = one_line(settings_in, json.loads(json.dumps(record)), "model.json") or {}
    assert all(SETTINGS[name].rule.holds(value) for name, value in found.items() if name in SETTINGS)


@given(overlay=st.dictionaries(st.sampled_from(["epochs", "lr", "run", "network_def#depth", "train#x", "é", "%a"]), values))
def overlays(overlay: dict[str, Any]) -> None:
    """An overlay is merged, or refused."""
    configs = {name: json.loads((CONFIGS / name).read_text()) for name in ("train.json", "inference.json")}
    one_line(resolve, configs, {}, {"mine.json": overlay})


@given(size=st.integers(1, 3000), tile=st.integers(1, 900), margin=st.integers(0, 9), depth=st.integers(0, 4))
def tiles(size: int, tile: int, margin: int, depth: int) -> None:
    """Tiles hold each pixel once, begin on multiples of the stride and lie in the image."""
    stride = 2**depth
    context = Context(margin * stride, stride)
    found = one_line(lambda: list(spans(size, tile, context)))
    if found:
        assert [span.start for span in found] == [0, *(span.stop for span in found[:-1])] and found[-1].stop >= size
        assert all(span.start % stride == 0 for span in found)


PROPERTIES: tuple[Callable[[], None], ...] = (readers, checks, datalists, splits, setting, records, overlays, tiles)
QUIET = {"deadline": None, "suppress_health_check": list(HealthCheck), "database": None}


def main() -> int:
    """Looks for so many minutes, and prints what each property met."""
    parser = argparse.ArgumentParser(prog="python -m trust.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    looking = settings(max_examples=100, derandomize=False, phases=[Phase.generate, Phase.shrink], **QUIET)
    properties = [looking(prop) for prop in PROPERTIES]
    end, number, bad = time.monotonic() + 60 * options.minutes, 0, set()
    while time.monotonic() < end:
        for prop in properties:
            outcome = outcome_of(prop)
            number += 100
            if outcome.code:
                bad.add(prop.__name__)
                print(f"bad: {prop.__name__}: {outcome.lines[-1]}", flush=True)
    print(f"{number} tried, {len(bad)} bad: fuzz")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
