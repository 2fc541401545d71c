"""NIfTI: values and places as nifti1.h says, beside nibabel and ITK where these keep to it."""

import gzip
import struct
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray

from custom.files import read_header, read_image, read_label, read_pixels
from custom.files.results import write_instances, write_mask, write_probabilities

SHAPE = (4, 5, 6)
RNG = np.random.default_rng(0)
LPS = np.diag([-1.0, -1, 1, 1])
OBLIQUE = nibabel.affines.from_matvec(
    nibabel.eulerangles.euler2mat(0.2, -0.3, 0.4) @ np.diag([-0.7, 1.2, 3.0]), [-40.5, 12.25, 90.0]
)
# Offsets in the header of a NIfTI-1 file.
PIXDIM, SLOPE, UNITS, CODES, QFORM, SFORM, INTENT = 76, 112, 123, 252, 256, 280, 68


def write(path: Path, values: NDArray[Any], affine: NDArray[Any] = OBLIQUE, kind: Any = nibabel.Nifti1Image) -> Path:
    nibabel.save(kind(values, affine, dtype=values.dtype), path)
    return path


def patch(path: Path, offset: int, form: str, *values: float) -> None:
    """Puts numbers into the header of a file that is not packed."""
    content = bytearray(path.read_bytes())
    struct.pack_into(form, content, offset, *values)
    path.write_bytes(content)


def affine_of_itk(path: Path) -> NDArray[np.float64]:
    image = sitk.ReadImage(str(path))
    affine = np.eye(4)
    affine[:3, :3] = np.array(image.GetDirection()).reshape(3, 3) * image.GetSpacing()
    affine[:3, 3] = image.GetOrigin()
    return LPS @ affine


def swapped(path: Path, values: NDArray[Any], affine: NDArray[Any], kind: Any) -> None:
    """A file of the other byte order than this machine's."""
    header = kind.header_class(endianness=">")
    header.set_data_dtype(values.dtype)
    nibabel.save(kind(values, affine, header), path)


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
@pytest.mark.parametrize("dtype", ["u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8"])
def test_every_type_is_read_as_written_in_both_byte_orders(dtype, kind, suffix, tmp_path):
    path = tmp_path / f"a{suffix}"
    values = RNG.integers(-100 if dtype[0] != "u" else 0, 100, SHAPE).astype(dtype)
    for save in (write, swapped):
        save(path, values, OBLIQUE, kind)
        read = read_image(path)
        assert (read.values.dtype, read.header.dtype, read.header.channels) == (values.dtype, values.dtype, 1)
        assert read.values.dtype.isnative
        assert np.array_equal(read.values, values)
        assert np.allclose(read.header.affine, OBLIQUE, atol=1e-4)


def test_a_volume_is_placed_where_itk_and_nibabel_place_it(tmp_path):
    path = write(tmp_path / "a.nii.gz", RNG.random(SHAPE).astype(np.float32))
    affine = read_header(path).affine
    assert np.array_equal(affine, nibabel.load(path).affine)
    assert np.allclose(affine, affine_of_itk(path), atol=1e-4)
    assert np.array_equal(read_pixels(path), sitk.GetArrayFromImage(sitk.ReadImage(str(path))).T)


@pytest.mark.parametrize("sform_code", range(5))
@pytest.mark.parametrize("qform_code", range(5))
def test_the_sform_goes_first_then_the_qform_then_the_voxel_sizes(sform_code, qform_code, tmp_path):
    path = write(tmp_path / "a.nii", np.zeros(SHAPE, np.uint8), OBLIQUE)
    sheared = OBLIQUE @ np.array([[1, 0.1, 0, 3], [0, 1, 0, 5], [0, 0, 1.5, 7], [0, 0, 0, 1]])
    patch(path, CODES, "<2h", qform_code, sform_code)
    patch(path, SFORM, "<12f", *sheared[:3].ravel())
    affine = read_header(path).affine
    if sform_code:
        assert np.allclose(affine, sheared, atol=1e-4)
    elif qform_code:
        assert np.allclose(affine, OBLIQUE, atol=1e-4)
    else:
        assert np.allclose(affine, np.diag([0.7, 1.2, 3, 1]))


@pytest.mark.parametrize("qfac", [1.0, -1.0, 0.0])
def test_an_unset_qfac_is_one_and_not_logged(qfac, tmp_path, capfd):
    path = write(tmp_path / "a.nii", np.zeros(SHAPE, np.uint8), np.diag([2.0, 3, 4, 1]))
    patch(path, CODES, "<2h", 1, 0)
    patch(path, PIXDIM, "<f", qfac)
    assert np.allclose(read_header(path).affine, np.diag([2.0, 3, -4 if qfac < 0 else 4, 1]))
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(("unit", "factor"), [(0, 1), (1, 1000), (2, 1), (3, 0.001), (10, 1)])
def test_places_are_millimetres_whatever_the_unit_of_the_file(unit, factor, tmp_path):
    path = write(tmp_path / "a.nii", np.zeros(SHAPE, np.uint8))
    patch(path, UNITS, "<B", unit)
    assert np.allclose(read_header(path).affine[:3], OBLIQUE[:3] * factor, rtol=1e-5)
    if unit in (1, 3):
        assert np.allclose(read_header(path).affine, affine_of_itk(path), rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("dtype", ["u1", "i2", "u2", "f4", "f8"])
@pytest.mark.parametrize(("slope", "intercept"), [(2.5, -3), (1, 7), (0, 9), (float("nan"), 9), (1, 0), (0.5, 0)])
def test_values_are_scaled_unless_the_slope_is_zero_or_no_number(slope, intercept, dtype, tmp_path):
    stored = RNG.integers(0, 100, SHAPE).astype(dtype)
    path = write(tmp_path / "a.nii", stored)
    patch(path, SLOPE, "<2f", slope, intercept)
    read = read_image(path)
    assert np.allclose(read.values, stored * slope + intercept if slope > 0 else stored)
    assert read.values.dtype == read.header.dtype


@pytest.mark.parametrize("intercept", [float("nan"), float("inf")])
def test_an_intercept_that_is_no_number_is_none_as_itk_takes_it(intercept, tmp_path):
    stored = RNG.integers(0, 100, SHAPE).astype("i2")
    path = write(tmp_path / "a.nii", stored)
    patch(path, SLOPE, "<2f", 2, intercept)
    assert np.array_equal(read_image(path).values, 2 * stored)
    assert np.array_equal(sitk.GetArrayFromImage(sitk.ReadImage(str(path))).T, 2 * stored)


@pytest.mark.parametrize(
    ("shape", "size", "channels"),
    [
        ((4, 5), (4, 5), 1),
        ((4, 5, 1), (4, 5, 1), 1),
        ((4, 5, 6), (4, 5, 6), 1),
        ((4, 5, 6, 1), (4, 5, 6), 1),
        ((4, 5, 6, 3), (4, 5, 6), 3),
        ((4, 5, 1, 3), (4, 5, 1), 3),
        ((4, 5, 6, 1, 3), (4, 5, 6), 3),
        ((4, 5, 6, 3, 1), (4, 5, 6), 3),
        ((4, 5, 6, 1, 1, 1, 1), (4, 5, 6), 1),
    ],
)
def test_the_axis_after_space_counts_channels(shape, size, channels, tmp_path):
    values = RNG.random(shape).astype(np.float32)
    path = write(tmp_path / "a.nii.gz", values, np.diag([1.0, 2, 3, 1]))
    read = read_image(path)
    assert (read.header.size, read.header.channels) == (size, channels)
    assert np.array_equal(read.values, values.reshape(*size, *((channels,) if channels > 1 else ())))


@pytest.mark.parametrize("names", ["RGB", "RGBA"])
def test_colours_are_three_channels(names, tmp_path):
    values = RNG.integers(0, 256, (*SHAPE, len(names)), np.uint8)
    dtype = np.dtype([(name, "u1") for name in names])
    path = write(tmp_path / "a.nii.gz", values.view(dtype)[..., 0])
    read = read_image(path)
    assert (read.header.channels, read.header.dtype, read.header.alpha) == (3, np.uint8, names == "RGBA")
    assert np.array_equal(read.values, values[..., :3])


def test_a_label_that_is_drawn_in_its_alpha_alone_is_refused(tmp_path):
    values = np.zeros((*SHAPE, 4), np.uint8)
    values[1:3, 1:3, 1:3, 3] = 255
    path = write(tmp_path / "a.nii", values.view([(name, "u1") for name in "RGBA"])[..., 0])
    assert read_image(path).alpha_varies
    with pytest.raises(ValueError, match="is drawn in its alpha channel alone"):
        read_label(path)


def test_no_slope_scales_colours(tmp_path):
    values = RNG.integers(0, 100, (*SHAPE, 3), np.uint8)
    path = write(tmp_path / "a.nii", values.view([(name, "u1") for name in "RGB"])[..., 0])
    content = bytearray(path.read_bytes())
    content[112:120] = np.array([2, 1], "<f4").tobytes()  # scl_slope and scl_inter
    path.write_bytes(content)
    assert np.array_equal(read_image(path).values, values)


def test_a_file_is_unpacked_if_it_is_packed_whatever_its_name(tmp_path):
    values = RNG.random(SHAPE).astype(np.float32)
    plain = write(tmp_path / "a.nii", values).read_bytes()
    (tmp_path / "b.nii").write_bytes(gzip.compress(plain))
    (tmp_path / "c.nii.gz").write_bytes(plain)
    for name in ("a.nii", "b.nii", "c.nii.gz"):
        assert np.array_equal(read_pixels(tmp_path / name), values), name


def spoil_matrix(path: Path) -> None:
    patch(path, CODES, "<2h", 0, 1)
    patch(path, SFORM, "<12f", *[1.0, 0, 0, 0] * 3)


def spoil_quaternion(path: Path) -> None:
    patch(path, CODES, "<2h", 1, 0)
    patch(path, QFORM, "<3f", 0.9, 0.9, 0.9)


REFUSED = {
    "no NIfTI": (lambda path: path.write_bytes(b"no volume" * 100), "unreadable: not a NIfTI file, or truncated in its header"),
    "cut in its header": (
        lambda path: path.write_bytes(path.read_bytes()[:300]),
        "not a NIfTI file, or truncated in its header",
    ),
    "cut in its voxels": (
        lambda path: path.write_bytes(path.read_bytes()[:400]),
        "truncated file: it ends before its voxels do",
    ),
    "of a pair": (lambda path: patch(path, 344, "<4s", b"ni1\0"), "is the header of a pair .hdr and .img; save it as one .nii"),
    "a surface": (lambda path: patch(path, INTENT, "<h", 3006), "holds CIFTI-2, values of a surface, not a volume"),
    "flat": (spoil_matrix, "its sform or qform puts all voxels on one plane; save it with a valid affine"),
    "a broken quaternion": (spoil_quaternion, r"its qform holds no rotation \(w2 .*\); save it with a valid affine"),
    "not finite": (lambda path: patch(path, SFORM, "<f", float("nan")), "its sform or qform puts all voxels on one plane"),
    "without a voxel": (lambda path: patch(path, 40, "<8h", 3, 4, 0, 6, 1, 1, 1, 1), "without a voxel"),
    "vectors in time": (lambda path: patch(path, 40, "<8h", 5, 2, 2, 2, 3, 5, 1, 1), "has 5 axes; a volume has"),
    "complex": (lambda path: write(path, np.zeros(SHAPE, np.complex64)), "holds values of type complex64; save it as whole"),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_cannot_be_read_is_one_line(fault, tmp_path, capfd):
    path = write(tmp_path / "a.nii", RNG.random(SHAPE).astype(np.float32))
    spoil, message = REFUSED[fault]
    spoil(path)
    for read in (read_header, read_image):
        with pytest.raises(ValueError, match=message) as error:
            read(path)
        assert "\n" not in str(error.value)
    assert capfd.readouterr() == ("", "")


def test_a_packed_file_that_claims_more_than_memory_is_refused_before_it_is_unpacked(tmp_path):
    path = write(tmp_path / "a.nii", np.zeros(SHAPE, np.uint8))
    patch(path, 40, "<8h", 3, 32767, 32767, 1000, 1, 1, 1, 1)
    (tmp_path / "a.nii.gz").write_bytes(gzip.compress(path.read_bytes()))
    assert (tmp_path / "a.nii.gz").stat().st_size < 1000
    for read in (read_header, read_image):
        with pytest.raises(ValueError, match=r"claims 32767×32767×1000 pixels, .* GiB in memory, too many here"):
            read(tmp_path / "a.nii.gz")


def test_a_packed_file_cut_at_any_byte_is_one_line(tmp_path):
    whole = write(tmp_path / "a.nii.gz", RNG.random(SHAPE).astype(np.float32)).read_bytes()
    for size in range(1, len(whole) - 8, 41):
        (tmp_path / "b.nii.gz").write_bytes(whole[:size])
        with pytest.raises(ValueError) as error:
            read_pixels(tmp_path / "b.nii.gz")
        assert "\n" not in str(error.value)


def test_a_packed_file_with_a_wrong_byte_is_never_read_as_another(tmp_path):
    values = RNG.random(SHAPE).astype(np.float32)
    whole = write(tmp_path / "a.nii.gz", values).read_bytes()
    for place in range(20, len(whole), 5):
        spoiled = bytearray(whole)
        spoiled[place] ^= 0x55
        (tmp_path / "b.nii.gz").write_bytes(bytes(spoiled))
        try:
            assert np.array_equal(read_pixels(tmp_path / "b.nii.gz"), values), place
        except ValueError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
@pytest.mark.parametrize("codes", [(1, 1), (0, 2), (1, 0), (0, 0), (2, 4)])
@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
def test_results_lie_on_their_images_grid_bit_for_bit(kind, codes, suffix, tmp_path):
    source = kind(RNG.random((*SHAPE, 2)).astype(np.float32), OBLIQUE)
    source.set_qform(OBLIQUE, codes[0], update_affine=False)
    source.set_sform(OBLIQUE, codes[1], update_affine=False)
    nibabel.save(source, tmp_path / f"a{suffix}")
    labels = RNG.integers(0, 3, SHAPE)
    image = str(tmp_path / f"a{suffix}")
    write_mask(labels, tmp_path / f"a_mask{suffix}", image, num_classes=3)
    write_instances(labels * 300, tmp_path / f"a_instances{suffix}", image)
    write_probabilities(labels[None] / 2, tmp_path / f"a_probability{suffix}", image)
    whole = nibabel.load(image)
    for name, dtype, wanted in (("mask", "u1", labels), ("instances", "u2", labels * 300), ("probability", "f4", labels / 2)):
        written = nibabel.load(tmp_path / f"a_{name}{suffix}")
        assert written.get_data_dtype() == np.dtype(dtype)
        assert np.array_equal(np.asanyarray(written.dataobj), wanted.astype(dtype))
        for field in ("sform_code", "qform_code", "srow_x", "srow_y", "srow_z", "quatern_b", "qoffset_x", "xyzt_units"):
            assert np.array_equal(written.header[field], whole.header[field]), field
        assert np.array_equal(read_header(tmp_path / f"a_{name}{suffix}").affine, read_header(image).affine)
    if kind is nibabel.Nifti1Image:
        itk = sitk.ReadImage(str(tmp_path / f"a_mask{suffix}"))
        assert np.array_equal(sitk.GetArrayFromImage(itk).T, labels)
        volume = sitk.Extract(sitk.ReadImage(image), [*SHAPE, 0])
        assert np.allclose(itk.GetDirection(), volume.GetDirection()) and np.allclose(itk.GetOrigin(), volume.GetOrigin())


@pytest.mark.parametrize("intent", ["vector", "displacement vector", "t test"])
def test_a_mask_does_not_say_that_it_is_what_its_image_is(intent, tmp_path):
    vectors = nibabel.Nifti1Image(np.zeros((*SHAPE, 1, 3), np.float32), np.diag([-2.0, -2, 3, 1]))
    vectors.header.set_intent(intent, (7,) if intent == "t test" else (), name="x")
    nibabel.save(vectors, tmp_path / "a.nii.gz")
    labels = RNG.integers(0, 2, SHAPE).astype(np.uint8)
    write_mask(labels, tmp_path / "a_mask.nii.gz", str(tmp_path / "a.nii.gz"))
    assert nibabel.load(tmp_path / "a_mask.nii.gz").header.get_intent() == ("none", (), "")
    assert np.array_equal(sitk.GetArrayFromImage(sitk.ReadImage(str(tmp_path / "a_mask.nii.gz"))).T, labels)
