"""Values that 32-bit floats, as networks take them, cannot tell apart."""

import nibabel
import numpy as np
import pytest
import tifffile

from custom.files import read_image, read_label

RAMP = np.arange(256).reshape(16, 16)


@pytest.mark.parametrize(
    "values",
    [
        RAMP.astype(np.uint32) + 2**31,
        RAMP.astype(np.int32) - 2**30,
        RAMP.astype(np.uint64) + 2**62,
        1 + RAMP * 1e-9,
        np.stack([RAMP, RAMP + 2**31], -1).astype(np.uint32),
    ],
    ids=["uint32", "int32 below 0", "uint64", "float64", "the second channel"],
)
def test_an_image_that_32_bit_floats_would_flatten_is_refused(values, tmp_path):
    last = values if values.ndim == 2 else values[..., -1]
    assert len(np.unique(last.astype(np.float32))) < len(np.unique(last)) / 2
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="minisblack", planarconfig="contig" if values.ndim == 3 else None)
    with pytest.raises(
        ValueError, match=r"holds values from .* to .*, which 32-bit floats, .* round to steps of .*; subtract the"
    ):
        read_image(tmp_path / "a.tif")


@pytest.mark.parametrize(
    "values",
    [
        RAMP.astype(np.uint32),
        RAMP.astype(np.uint32) + 2**24,
        RAMP.astype(np.uint32) * 2**23,
        np.full((16, 16), 2**31, np.uint32),
        RAMP / 7,
        1 + RAMP * 1e-17,
        0.1 + RAMP * 1e-15,
        np.where(RAMP > 9, np.nan, 1e9),
        RAMP * 1e300,
        np.float32(1e9) + RAMP.astype(np.float32),
        (np.float32(1) + RAMP.astype(np.float32) * 1e-7).astype(np.float64),
    ],
    ids=range(11),
)
def test_other_images_are_left_alone(values, tmp_path):
    """Those of few steps lost, of one value but for rounding, of values that others refuse, and of 32-bit floats already."""
    tifffile.imwrite(tmp_path / "a.tif", values)
    assert np.array_equal(read_image(tmp_path / "a.tif").values, values, equal_nan=True)


def test_labels_and_scaled_volumes_are_no_exception_to_their_own_rules(tmp_path):
    numbers = RAMP.astype(np.uint32) + 2**31  # of objects; the check refuses those above 2 ** 24
    tifffile.imwrite(tmp_path / "label.tif", numbers)
    assert (read_label(tmp_path / "label.tif").values == numbers).all()
    volume = nibabel.Nifti1Image(np.stack([RAMP] * 2, -1).astype(np.int16), np.eye(4))
    volume.header.set_slope_inter(1e-3, 1e6)
    nibabel.save(volume, tmp_path / "scaled.nii")
    with pytest.raises(ValueError, match="32-bit floats"):
        read_image(tmp_path / "scaled.nii")
