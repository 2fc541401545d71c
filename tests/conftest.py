"""Tiny data that several tests share."""

import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from absl.logging import get_absl_handler
from hypothesis import HealthCheck, settings
from PIL import Image

# The same examples in every run, however slow the machine: a red test is a change of the code.
settings.register_profile("fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("fixed")

# As soon as logging is configured anew, absl closes the stream that its handler has, were it pytest's; never this one.
get_absl_handler().python_handler.stream = sys.__stderr__


def write_patient(folder: Path, patient_id: str, num_slices: int, size_px: tuple[int, int], seed: int) -> None:
    """Slices of noise, every second one with a bright square that its mask marks."""
    rng = np.random.default_rng(seed)
    (folder / patient_id).mkdir(parents=True)
    for slice_index in range(1, num_slices + 1):
        image = rng.integers(20, 80, (*size_px, 3), dtype=np.uint8)
        mask = np.zeros(size_px, np.uint8)
        if slice_index % 2:
            top, left = rng.integers(4, size_px[0] - 20), rng.integers(4, size_px[1] - 20)
            mask[top : top + 12, left : left + 10] = 255
            image[mask > 0] += 120
        stem = folder / patient_id / f"{patient_id}_{slice_index}"
        Image.fromarray(image).save(f"{stem}.tif")
        Image.fromarray(mask).save(f"{stem}_mask.tif")


@pytest.fixture(autouse=True)
def signals_as_before() -> Iterator[None]:
    """Ctrl-C ends the tests, whatever a config that a test began made of it."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the user's cache."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def tiny_lgg(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four patients with three slices of 48×40 each, in Kaggle's layout."""
    folder = tmp_path_factory.mktemp("lgg") / "kaggle_3m"
    for number in range(4):
        write_patient(folder, f"TCGA_XX_{number:04}_20000101", num_slices=3, size_px=(48, 40), seed=number)
    return folder


@pytest.fixture
def add_patient() -> Callable[[Path], None]:
    """A function that adds the patient TCGA_NEW to a folder in Kaggle's layout."""
    return lambda folder: write_patient(folder, "TCGA_NEW", num_slices=3, size_px=(48, 40), seed=9)


@pytest.fixture
def bundle_root(tmp_path: Path) -> Path:
    """An empty folder to stand for the bundle's root, so that runs and predictions stay out of the tree."""
    return tmp_path / "bundle"


@pytest.fixture
def write_series(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes voxels (slices, rows, columns) as an MR series under shuffled names, into `tmp_path / "series"`.

    `cosines` are those of rows and columns, `origin` is in LPS millimetres, `spacing_mm` between slices, rows and columns;
    further keywords replace attributes in each file.
    """
    from make_dicom import write_series

    return lambda *args, **kwargs: write_series(tmp_path / "series", *args, **kwargs)
