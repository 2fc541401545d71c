import numpy as np
import pytest
import tifffile

from custom.files import read_image

RNG = np.random.default_rng(0)
MASKS = RNG.integers(0, 3, (16, 24))[..., None] == np.arange(3)


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("options", [{"photometric": "rgb"}, {"photometric": "minisblack", "planarconfig": "contig"}])
def test_channels_of_one_bit_that_tifffile_mixed_up_are_refused(options, compression, tmp_path):
    path = tmp_path / "masks.tif"
    tifffile.imwrite(path, MASKS.astype(np.uint8), compression=compression, **options)
    assert np.array_equal(read_image(path).values, MASKS)
    tifffile.imwrite(path, MASKS, compression=compression, **options)
    assert not np.array_equal(tifffile.imread(path), MASKS), "tifffile is mended: the check may go"
    with pytest.raises(ValueError, match=r"has 3 channels of one bit side by side.* save them as 8 bits"):
        read_image(path)


@pytest.mark.parametrize("dtype", [np.uint16, np.int16])
def test_jpeg_2000_whose_bytes_tifffile_swapped_is_refused(dtype, tmp_path):
    path = tmp_path / "image.tif"
    image = RNG.integers(0, 2000, (16, 24)).astype(dtype)
    tifffile.imwrite(path, image, compression="jpeg2000")
    assert np.array_equal(np.squeeze(read_image(path).values), image)
    tifffile.imwrite(path, image, compression="jpeg2000", byteorder=">")
    assert np.array_equal(tifffile.imread(path).byteswap(), image), "tifffile is mended: the check may go"
    with pytest.raises(ValueError, match=r"JPEG 2000 whose bytes tifffile swaps .* save it anew"):
        read_image(path)
