"""A patient of many slices is predicted in windows: the files are those of all slices at once, and steps stay small."""

import numpy as np
import pytest
import tifffile
import torch
from conftest import write_patient
from workflows import workflow

from custom.networks import UNet

WINDOW = 3


@pytest.fixture
def patient(tmp_path):
    """Eight slices of 48×40 pixels, of which the fifth holds NaN."""
    write_patient(tmp_path / "data", "p", 8, (48, 40), 0)
    torch.manual_seed(0)
    torch.save(UNet(init_features=2, depth=2).state_dict(), tmp_path / "model.pt")
    broken = np.full((48, 40, 3), np.nan, np.float32)
    tifffile.imwrite(tmp_path / "data" / "p" / "p_5.tif", broken, photometric="rgb")
    return tmp_path


def predicted(folder, name, **settings):
    """The bytes of all results, and how many slices the network was given in each step."""
    out = folder / name
    prediction = workflow(
        "infer", "inference.json", bundle_root=str(folder), dataset_dir=str(folder / "data"), output_dir=str(out),
        checkpoint=str(folder / "model.pt"), probability_maps=True, **settings,
    )  # fmt: skip
    prediction.parser.get_parsed_content("settings")
    given = []
    prediction.parser.get_parsed_content("network").register_forward_pre_hook(lambda _, inputs: given.append(len(inputs[0])))
    with pytest.raises(SystemExit):
        prediction.run()
    files = (path for path in out.rglob("*") if path.suffix in (".tif", ".png"))
    return {str(path.relative_to(out)): path.read_bytes() for path in files}, given


@pytest.mark.parametrize("largest_object", [True, False])
def test_windows_give_the_files_of_all_slices_at_once(patient, capfd, largest_object):
    whole, at_once = predicted(patient, "whole", largest_object=largest_object)
    parts, steps = predicted(patient, "parts", largest_object=largest_object, **{"windows#most_px": WINDOW * 48 * 40})
    assert len(whole) == 3 * 7
    assert parts == whole
    assert max(at_once) > max(steps) == WINDOW
    told = capfd.readouterr().err
    assert told.count("7 predicted, 1 failed") == 2
    assert told.count("p_5.tif: ") == 2
