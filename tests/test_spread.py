"""An evaluation on several workers: the tables of one process."""

import multiprocessing
from pathlib import Path

import pytest
from large_images import write_weights
from torch import distributed

from custom.bundle_command import BundleCommand
from custom.loading import patients_of_process
from custom.spread import run_share

CONFIGS = Path(__file__).parents[1] / "bundle" / "configs"


@pytest.mark.slow
def test_two_workers_write_the_tables_of_one_process(tiny_lgg, tmp_path):
    checkpoint, _ = write_weights(tmp_path, in_channels=3)
    common = {
        "bundle_root": str(tmp_path),
        "dataset_dir": str(tiny_lgg),
        "checkpoint": checkpoint,
        "part": "all",
        "device": "cpu",
    }
    context = multiprocessing.get_context("spawn")  # threads of this process would be missing in a fork of it
    for number in (1, 2):
        configs = tuple(str(CONFIGS / name) for name in ("train.json", "evaluate.json"))
        command = BundleCommand(configs, {**common, "run_name": str(number)})
        place = f"file://{tmp_path}/meeting-{number}"
        processes = [context.Process(target=run_share, args=(command, rank, number, place, rank)) for rank in range(number)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0] * number
    for name in ("patients.csv", "scores.csv"):
        one, two = ((tmp_path / "runs" / str(number) / name).read_bytes() for number in (1, 2))
        assert one == two
        assert one.count(b"\n") > 5


def test_each_process_has_whole_patients_and_too_few_are_told(monkeypatch):
    items = [{"image": f"{patient}_{n}.tif", "patient_id": patient} for patient in "abc" for n in range(2)] + [
        {"image": "d.png"}
    ]
    assert patients_of_process(items) == items
    monkeypatch.setattr(distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(distributed, "get_world_size", lambda: 2)
    for rank, patients in enumerate(("ac", "bd")):
        monkeypatch.setattr(distributed, "get_rank", lambda rank=rank: rank)
        assert {item.get("patient_id", item["image"][0]) for item in patients_of_process(items)} == set(patients)
    monkeypatch.setattr(distributed, "get_rank", lambda: 0)
    with pytest.raises(SystemExit, match="^1 patients are too few for 2 workers: take --workers 1$"):
        patients_of_process(items[:2])
