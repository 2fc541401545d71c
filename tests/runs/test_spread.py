"""An evaluation and a prediction on several workers: the results of one process."""

import json
import multiprocessing
import re
import shutil

import pytest
from distributed import LocalCluster
from large_images import write_weights
from torch import distributed
from workers import configured, prediction, run_both

from custom.loading import batches_of_process, patients_of_process
from custom.runs.spread import spread

RECORD = "predictions.jsonl"


@pytest.fixture(scope="module")
def ran(tiny_lgg, tmp_path_factory):
    """A folder with what one worker and two made of the same patients."""
    folder = tmp_path_factory.mktemp("spread")
    checkpoint, _ = write_weights(folder, in_channels=3, across_slices=True)
    shutil.copytree(tiny_lgg, folder / "images")
    (folder / "images" / "TCGA_XX_0001_20000101" / "TCGA_XX_0001_20000101_2.tif").write_bytes(b"broken")
    common = {
        "bundle_root": str(folder),
        "dataset_dir": str(tiny_lgg),
        "checkpoint": checkpoint,
        "part": "all",
        "device": "cpu",
    }
    context = multiprocessing.get_context("spawn")  # threads of this process would be missing in a fork of it
    for number in (1, 2):
        evaluation = configured(["train.json", "evaluate.json"], {**common, "run_name": str(number)})
        both = evaluation, prediction(folder, f"out-{number}")
        processes = [context.Process(target=run_both, args=(*both, rank, number, folder)) for rank in range(number)]
        for process in processes:
            process.start()
        for process in processes:
            process.join()
        assert [process.exitcode for process in processes] == [0] * number
    return folder


@pytest.mark.slow
def test_two_workers_write_the_tables_of_one_process(ran):
    for name in ("patients.csv", "scores.csv"):
        one, two = ((ran / "runs" / str(number) / name).read_bytes() for number in (1, 2))
        assert one == two
        assert one.count(b"\n") > 5


def results(folder):
    """The bytes of all results, and the sections of the report but for the last, which tells the time."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    report = files.pop("report.html").decode()
    return files, re.findall(r"<h2.*?(?=<h2|$)", report, re.S)[:-1]


@pytest.mark.slow
def test_two_workers_write_the_predictions_of_one_process(ran):
    one, two = (results(ran / f"out-{number}") for number in (1, 2))
    assert one == two
    assert sorted(one[0])[-1] == RECORD and one[0][RECORD].count(b"\n") == 12  # of twelve images one is broken


@pytest.mark.slow
def test_a_worker_without_an_image_waits_for_the_others(ran):
    one, two = (results(ran / f"lone-{number}") for number in (1, 2))
    assert one == two and len(one[0]) == 3  # mask, overlay, record


@pytest.mark.slow
def test_predictions_of_workers_that_were_killed_go_on_to_the_same_files(ran):
    out = ran / "out-killed"
    shutil.copytree(ran / "out-2", out)
    head, *lines = (out / RECORD).read_text().splitlines(keepends=True)
    first, second = ([line for line in lines if f"TCGA_XX_000{number}" in line] for number in (0, 3))
    (out / RECORD).write_text("".join([head, *first]))
    (out / "predictions.1.jsonl").write_text("".join(second) + '{"name": "cut')
    for line in set(lines) - {*first, *second}:
        for name in json.loads(line)["files"]:
            (out / name).unlink()
    with pytest.raises(SystemExit, match="1"):
        prediction(ran, str(out), dataset_dir=str(ran / "images"), resume=True).run()
    assert results(out) == results(ran / "out-1")


@pytest.mark.slow
def test_a_scheduler_runs_a_prediction_and_tells_why_one_fails(ran, monkeypatch, capsys):
    monkeypatch.chdir(ran)
    make = {"n_workers": 1, "processes": False, "protocol": "tcp://", "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(**make) as cluster:
        code = spread(prediction(ran, "out-dask"), cluster.scheduler_address, 1, "results: there", "")
        assert code == 1  # of the broken image
        assert "results: there" in capsys.readouterr().out.splitlines()
        with pytest.raises(ValueError, match=r"^output_dir: 'out-dask' is not empty, [^\n]*; mend it$"):
            spread(prediction(ran, "out-dask"), cluster.scheduler_address, 1, "results: there", "; mend it")
    assert results(ran / "out-dask") == results(ran / "out-1")


def test_each_process_has_whole_patients_and_too_few_are_told(monkeypatch):
    items = [{"image": f"{patient}_{n}.tif", "patient_id": patient} for patient in "abc" for n in range(2)] + [
        {"image": "d.png"}
    ]
    batches = [[0, 1], [2, 3], [4, 5]]
    assert patients_of_process(items) == items and batches_of_process(batches) == batches
    monkeypatch.setattr(distributed, "is_initialized", lambda: True)
    monkeypatch.setattr(distributed, "get_world_size", lambda: 2)
    for rank, patients in enumerate(("ac", "bd")):
        monkeypatch.setattr(distributed, "get_rank", lambda rank=rank: rank)
        assert {item.get("patient_id", item["image"][0]) for item in patients_of_process(items)} == set(patients)
        assert batches_of_process(batches) == batches[rank::2]
    monkeypatch.setattr(distributed, "get_rank", lambda: 0)
    with pytest.raises(SystemExit, match="^1 patients are too few for 2 workers: take --workers 1$"):
        patients_of_process(items[:2])
