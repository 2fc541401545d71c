"""The result of one pass, to the last bit, for any block size and kind of image."""

from contextlib import nullcontext

import numpy as np
import pytest
import tifffile
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from large_images import noise, one_pass, stored, write_weights, write_zarr

from custom.__main__ import main
from custom.files import read_pixels
from custom.large import segment
from custom.transforms import CalibratedProbabilitiesd


def run(image, folder, checkpoint, **options):
    out = str(folder / f"out-{len(list(folder.iterdir()))}.zarr")
    result = segment(image, out, checkpoint=checkpoint, scheduler="synchronous", **options)
    assert result.failed == []
    return out


@settings(max_examples=6)
@given(
    size=st.tuples(st.integers(150, 230), st.integers(150, 230)),
    block=st.tuples(st.integers(48, 120), st.integers(48, 120)),
    classes=st.sampled_from([1, 3]), padding=st.booleans(), factor=st.sampled_from([1, 2, 3]), seed=st.integers(0, 99),
)  # fmt: skip
def test_blocks_of_any_size_give_the_labels_of_one_pass(tmp_path_factory, size, block, classes, padding, factor, seed):
    folder = tmp_path_factory.mktemp("blocks")
    checkpoint, network = write_weights(folder, classes=classes, padding=padding, downsampling=factor, seed=seed)
    image = noise(*size, seed=seed)
    step = 2 * factor
    block = tuple(max(side // step, 1) * step for side in block)
    path = write_zarr(folder / "in.zarr", image, "yx", chunks=(37, 53))
    out = run(path, folder, checkpoint, block=block, probabilities=True, instances=True, min_size_px=seed % 9)
    probabilities, labels, instances = one_pass(network, image[None], factor=factor, min_size_px=seed % 9)
    assert 0 < np.mean(labels > 0) < 1
    assert np.array_equal(stored(out, "probabilities/0"), probabilities[:, 0])
    assert np.array_equal(stored(out, "labels/segmentation/0"), labels)
    assert np.array_equal(stored(out, "labels/instances/0"), instances)


@pytest.mark.parametrize(("classes", "factor"), [(1, 1), (3, 1), (1, 2)])
def test_a_stack_is_predicted_slice_by_slice_and_its_objects_are_numbered_in_three_dimensions(tmp_path, classes, factor):
    border = 2 if classes == 3 else 0
    checkpoint, network = write_weights(
        tmp_path, classes=classes, in_channels=2, border_class=border, temperature=1.7, downsampling=factor
    )
    image = noise(5, 2, 150, 170).transpose(1, 0, 2, 3).copy()
    path = write_zarr(tmp_path / "in.zarr", image, "czyx", chunks=(1, 2, 64, 64))
    out = run(path, tmp_path, checkpoint, block=(80, 128), probabilities=True, instances=True, min_size_px=5)
    probabilities, labels, instances = one_pass(network, image, factor=factor, border_class=border, min_size_px=5)
    calibrated = CalibratedProbabilitiesd("pred", 1.7)({"pred": torch.from_numpy(probabilities)})["pred"]
    assert np.allclose(stored(out, "probabilities/0"), calibrated, rtol=0, atol=1e-6)
    assert not np.allclose(probabilities, calibrated, rtol=0, atol=1e-2)
    assert np.array_equal(stored(out, "labels/segmentation/0"), labels)
    assert np.array_equal(stored(out, "labels/instances/0"), instances)


def test_what_predict_does_with_a_stack_and_segment_does_not_is_told(tmp_path, capsys):
    checkpoint, _ = write_weights(tmp_path, across_slices=True, largest_object=True)
    run(write_zarr(tmp_path / "lone.zarr", noise(40, 40), "yx"), tmp_path, checkpoint)
    assert "note" not in capsys.readouterr().err
    run(write_zarr(tmp_path / "stack.zarr", noise(2, 40, 40), "zyx"), tmp_path, checkpoint)
    told = "note: predict would average neighbouring slices and keep the largest object of a stack with these weights; "
    assert told + "segment does not" in capsys.readouterr().err


@pytest.mark.parametrize(("block", "processes"), [((256, 256), 0), ((64, 64), 1)])
def test_a_lone_block_starts_no_cluster(tmp_path, monkeypatch, block, processes):
    started = []

    def no_cluster(*given):
        started.append(given)
        raise ValueError("a cluster was to start")

    monkeypatch.setattr("custom.large.running.dask_client", no_cluster)
    checkpoint, network = write_weights(tmp_path)
    image, out = noise(150, 170), str(tmp_path / "out.zarr")
    path = write_zarr(tmp_path / "in.zarr", image, "yx")
    with pytest.raises(ValueError, match="a cluster was to start") if processes else nullcontext():
        segment(path, out, checkpoint=checkpoint, block=block, workers=2)
        assert np.array_equal(stored(out, "labels/segmentation/0"), one_pass(network, image[None])[1])
    assert len(started) == processes


def test_weights_that_want_another_normalisation_are_refused(tmp_path):
    checkpoint, _ = write_weights(tmp_path, normalisation=[])
    with pytest.raises(ValueError, match=r"was trained on images normalised by \[\], and segment takes the z-score"):
        run(write_zarr(tmp_path / "lone.zarr", noise(40, 40), "yx"), tmp_path, checkpoint)


@pytest.mark.parametrize("classes", [1, 3])
def test_labels_objects_and_their_numbers_are_those_of_predict(tmp_path, classes):
    """Random weights tell columns from rows, and so do numbers, and borders between objects that are equally far away."""
    objects = {"border_class": 2, "instances": True, "min_size_px": 3}
    checkpoint, _ = write_weights(tmp_path, classes=classes, **(objects if classes > 1 else {}))
    (tmp_path / "in").mkdir()
    image = str(tmp_path / "in" / "a.tif")
    tifffile.imwrite(image, noise(150, 170))
    out, masks = run(image, tmp_path, checkpoint, block=(64, 96)), tmp_path / "masks"
    assert main(["predict", image, "--checkpoint", checkpoint, "--output_dir", str(masks)]) == 0
    whole = 255 if classes == 1 else 1
    assert np.array_equal(stored(out, "labels/segmentation/0") * whole, read_pixels(masks / "a_mask.tif"))
    if classes > 1:
        found = stored(out, "labels/instances/0")
        assert found.max() > 9
        assert np.array_equal(found, read_pixels(masks / "a_instances.tif"))
