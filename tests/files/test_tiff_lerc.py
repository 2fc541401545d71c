import numpy as np
import pytest
import tifffile

from custom.files import read_image


@pytest.mark.parametrize("tile", [None, (16, 16)])
def test_lerc_with_pixels_without_a_value_is_refused(tile, tmp_path):
    image = np.random.default_rng(0).normal(100, 5, (40, 50)).astype(np.float32)
    path = tmp_path / "map.tif"
    tifffile.imwrite(path, image, compression="lerc", tile=tile)
    assert np.array_equal(np.squeeze(read_image(path).values), image)
    image[:3] = np.nan
    tifffile.imwrite(path, image, compression="lerc", tile=tile)
    with pytest.raises(ValueError, match=r"has pixels without a value \(NaN\).* save it with Deflate"):
        read_image(path)
