"""Folders and files that may not be read or written: the program must say which, in one line.

Root may read and write all; so the program runs in a child that has given up this right.
"""

import ctypes
import os
from pathlib import Path

from trust.full_disks import outcome_in_child
from trust.predictions import prediction, segmentation
from trust.scenario import Scenario
from trust.scenarios import export
from trust.trainings import training

PATIENT = "data/kaggle_3m/TCGA_XX_0001_20000101"
IMAGE = f"{PATIENT}/TCGA_XX_0001_20000101_1.tif"
CAP_VERSION, RIGHTS = 0x20080522, 0b110  # to pass by permissions when writing, and when reading
# What is tried, on which place, and its permissions.
CLOSED: dict[str, tuple[Scenario, str, int]] = {
    "a prediction of a patient that may not be read": (prediction(), PATIENT, 0),
    "a prediction of an image that may not be read": (prediction(), IMAGE, 0),
    "a prediction with weights that may not be read": (prediction(), "model.pt", 0),
    "a prediction into a folder that may not be written": (prediction(), "out", 0o555),
    "a training on a patient that may not be read": (training(epochs=1), PATIENT, 0),
    "a training on an image that may not be read": (training(epochs=1), IMAGE, 0),
    "a training into a folder that may not be written": (training(epochs=1), "runs", 0o555),
    "an export of weights that may not be read": (export(), "model.pt", 0),
    "an export into a folder that may not be written": (export(), "out", 0o555),
    "a segmentation of chunks that may not be read": (segmentation(), "in.zarr/0", 0),
    "a segmentation with weights that may not be read": (segmentation(), "weights.pt", 0),
}


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def refused(scenario: Scenario, folder: Path, place: str, mode: int) -> list[str]:
    """What is wrong with how a program ends that may not read or write a place.

    Args:
        scenario: the program.
        folder: an empty one, of the program.
        place: folder or file in it; a folder is made unless it is there.
        mode: permissions of the place.
    """

    def run() -> None:
        _without_rights()
        scenario.run(folder)

    scenario.prepare(folder)
    closed = folder / place
    if not closed.exists():
        closed.mkdir()
    if place == "runs":
        (closed / "another").mkdir()  # or the scenario would make the folder anew
    before = closed.stat().st_mode
    closed.chmod(mode)
    try:
        outcome = outcome_in_child(run, folder)
    finally:
        closed.chmod(before)
    wrong = scenario.wrong(folder) + [line for line in outcome.lines if "Traceback" in line]
    if outcome.code == 0:
        wrong.append("ended with 0")
    if len([line for line in outcome.lines if str(closed) in line]) != 1:
        wrong.append(f"does not name {place} in one line: {outcome.lines[-3:]}")
    return wrong


def _without_rights() -> None:
    """Gives up the right of root to pass by permissions."""
    if os.geteuid():
        return
    libc, header, data = ctypes.CDLL(None, use_errno=True), _Header(CAP_VERSION, 0), (ctypes.c_uint32 * 6)()
    if libc.capget(ctypes.byref(header), data):
        raise OSError(ctypes.get_errno(), "capget")
    data[0] &= ~RIGHTS  # those in effect; then come those that may be, and those that are inherited
    if libc.capset(ctypes.byref(header), data):
        raise OSError(ctypes.get_errno(), "capset")
