"""`--checkpoint "[a.pt,b.pt]"` through the configs."""

import json

import numpy as np
import pytest
import tifffile
from workflows import workflow

from custom.__main__ import main


@pytest.fixture
def runs(training, tmp_path):
    """The folders of two trainings on the halves of four patients."""
    for fold in (0, 1):
        training(run_name=f"fold_{fold}", fold=fold, num_folds=2, seed=0).run()
    return [tmp_path / "runs" / f"fold_{fold}" for fold in (0, 1)]


def predict(checkpoint, tiny_lgg, tmp_path, name):
    workflow(
        "infer", "inference.json", bundle_root=str(tmp_path), dataset_dir=str(next(tiny_lgg.iterdir())), checkpoint=checkpoint,
        output_dir=str(tmp_path / name), probability_maps=True, overlays=False, across_slices=False, largest_object=False,
    ).run()  # fmt: skip
    return {path.name: tifffile.imread(path) for path in sorted((tmp_path / name).rglob("*_probability.*"))}


def test_two_networks_predict_the_mean_of_their_probabilities(runs, tiny_lgg, tmp_path):
    files = [str(run / "model.pt") for run in runs]
    one, other = (predict(file, tiny_lgg, tmp_path, f"alone_{number}") for number, file in enumerate(files))
    both = predict(f"[{','.join(files)}]", tiny_lgg, tmp_path, "both")
    assert both.keys() == one.keys() and len(both) == 3
    for name in both:
        np.testing.assert_allclose(both[name], (one[name] + other[name]) / 2, atol=1e-5)
        assert not np.allclose(one[name], other[name], atol=1e-5)
    plain = [
        f"--{name}={value}" for name, value in (("probability_maps", True), ("across_slices", False), ("largest_object", False))
    ]
    images, out = str(next(tiny_lgg.iterdir())), str(tmp_path / "verb")
    assert main(["predict", images, "--checkpoint", f"[{files[0]},{runs[1]}]", "--output_dir", out, *plain]) == 0
    assert len(list((tmp_path / "verb").rglob("*_probability.*"))) == 3
    for path in sorted((tmp_path / "verb").rglob("*_probability.*")):
        assert np.array_equal(tifffile.imread(path), both[path.name])
    records = [(tmp_path / name / "predictions.jsonl").read_text().splitlines()[0] for name in ("both", "alone_0", "alone_1")]
    assert len({json.loads(head)["weights"] for head in records} - {""}) == 3


def test_an_ensemble_is_scored_on_patients_that_no_member_saw(runs, training, capsys):
    files = [str(run / "model.pt") for run in runs]
    # What one fold kept apart, the other was trained on.
    with pytest.raises(SystemExit, match="no patient of the data is in 'val' of"):
        training("evaluate.json", run_name="scored", checkpoint=files).run()
    training("evaluate.json", run_name="all", checkpoint=f"[{','.join(files)}]", part="all").run()
    assert (runs[0].parent / "all" / "scores.csv").is_file()
    recorded = json.loads((runs[1] / "split.json").read_text())
    (runs[0] / "split.json").write_text(json.dumps(recorded))
    training("evaluate.json", run_name="kept_apart", checkpoint=files).run()
    scored = (runs[0].parent / "kept_apart" / "patients.csv").read_text()
    assert all(name in scored for name in recorded["val"]["patients"])
    assert not any(name in scored for name in recorded["train"]["patients"])


def test_a_training_starts_from_one_file(training):
    with pytest.raises(SystemExit, match=r"^checkpoint: one file of weights must be named here, got "):
        training(run_name="started", checkpoint="[a.pt,b.pt]").run()
