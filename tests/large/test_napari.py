"""What napari shows of a result, by its own reader, where that is installed (`make segment-others`)."""

import numpy as np
import pytest
from large_images import noise, stored, write_weights, write_zarr

from custom.large import segment


@pytest.mark.parametrize("version", ["0.5", "0.4"])
def test_naparis_reader_shows_the_image_under_its_labels(tmp_path, version):
    reader = pytest.importorskip("napari_ome_zarr", reason="napari-ome-zarr is not installed: make segment-others")
    checkpoint, _ = write_weights(tmp_path, instances=True)
    image, out = noise(70, 80), str(tmp_path / "out.zarr")
    path = write_zarr(tmp_path / "in.zarr", image, "yx", y=0.5, x=0.25)
    segment(path, out, checkpoint=checkpoint, ome_version=version, scheduler="synchronous", block=(64, 64))
    layers = reader.napari_get_reader(out)(out)
    assert [kind for _, _, kind in layers] == ["image", "labels", "labels"]
    for (levels, told, _), place in zip(layers, ("0", "labels/segmentation/0", "labels/instances/0"), strict=True):
        assert np.array_equal(np.asarray(levels[0]), stored(out, place))
        assert list(told["scale"]) == [0.5, 0.25]
