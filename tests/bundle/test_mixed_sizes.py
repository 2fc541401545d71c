"""Patients whose slices differ in size."""

import json

import pytest
from conftest import write_patient

from custom.storage.tables import read_rows


@pytest.mark.parametrize("overlays", [(), ("folder.json",)])
def test_patients_of_unequal_slice_sizes_train_and_all_their_slices_are_validated(training, tmp_path, overlays):
    data = tmp_path / "data"
    for number, size_px in enumerate([(48, 40), (64, 64), (40, 56), (48, 40)]):
        write_patient(data, f"P_{number}", num_slices=3, size_px=size_px, seed=number)
    training(*overlays, dataset_dir=str(data), run_name="mine", input_channels=3, batch_size=4).run()
    run_dir = tmp_path / "runs" / "mine"
    held_out = json.loads((run_dir / "split.json").read_text())["val"]
    rows = read_rows(run_dir / "patients.csv")[:-2]
    assert sum(int(row["slices"]) for row in rows) == 6, held_out
