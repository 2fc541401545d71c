"""NRRD and MetaImage: values and places as pynrrd, SimpleITK and the formats' own definitions say."""

from pathlib import Path
from typing import Any

import nrrd
import numpy as np
import pytest
import SimpleITK as sitk  # noqa: N813
from numpy.typing import NDArray

from custom.files import read_header, read_image, read_pixels
from custom.files.results import mask_suffix, write_instances, write_mask, write_probabilities

SHAPE = (4, 5, 6)
RNG = np.random.default_rng(0)
TURN = np.array([[0.36, 0.48, -0.8], [-0.8, 0.6, 0], [0.48, 0.64, 0.6]])
SPACING, ORIGIN = np.array([0.7, 1.2, 3.0]), np.array([-40.5, 12.25, 90.0])
DTYPES = ("u1", "i1", "u2", "i2", "u4", "i4", "u8", "i8", "f4", "f8")
TO_RAS = {"RAS": (1, 1, 1), "LAS": (-1, 1, 1), "LPS": (-1, -1, 1)}


def noise(dtype: str, shape: tuple[int, ...] = SHAPE) -> NDArray[Any]:
    return RNG.integers(-100 if dtype[0] != "u" else 0, 100, shape).astype(dtype)


def affine_ras() -> NDArray[np.float64]:
    """Of a volume whose directions, spacing and origin are those above, in LPS."""
    affine = np.eye(4)
    affine[:3, :3], affine[:3, 3] = TURN * SPACING, ORIGIN
    return np.diag([-1.0, -1, 1, 1]) @ affine


def write(path: Path, values: NDArray[Any], compressed: bool = False) -> Path:
    """Values (X, Y, Z) or (X, Y, Z, C) by SimpleITK."""
    several = values.ndim == 4
    image = sitk.GetImageFromArray(
        np.ascontiguousarray(values.transpose(2, 1, 0, 3) if several else values.T), isVector=several
    )
    image.SetSpacing(SPACING)
    image.SetOrigin(ORIGIN)
    image.SetDirection(TURN.ravel())
    sitk.WriteImage(image, str(path), useCompression=compressed)
    return path


def write_nrrd(path: Path, data: bytes = b"", **fields: str) -> None:
    """A NRRD by its definition: lines of fields, an empty one, and data."""
    lines = [f"{name.replace('_', ' ')}: {value}" for name, value in fields.items()]
    path.write_bytes("\n".join(["NRRD0004", *lines, "", ""]).encode() + data)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("suffix", [".nrrd", ".nhdr", ".mha", ".mhd"])
@pytest.mark.parametrize("dtype", DTYPES)
def test_every_type_and_its_place_are_read_as_written(dtype, suffix, compressed, tmp_path):
    values = noise(dtype)
    read = read_image(write(tmp_path / f"a{suffix}", values, compressed))
    assert (read.values.dtype, read.header.dtype, read.header.size) == (values.dtype, values.dtype, SHAPE)
    assert np.array_equal(read.values, values)
    assert np.allclose(read.header.affine, affine_ras())


@pytest.mark.parametrize("suffix", [".nrrd", ".mha"])
@pytest.mark.parametrize("channels", [2, 3, 5])
def test_the_components_of_a_vector_are_channels(channels, suffix, tmp_path):
    values = noise("f4", (*SHAPE, channels))
    read = read_image(write(tmp_path / f"a{suffix}", values))
    assert (read.header.size, read.header.channels) == (SHAPE, channels)
    assert np.array_equal(read.values, values)


@pytest.mark.parametrize("space", TO_RAS)
@pytest.mark.parametrize(("encoding", "order"), [("raw", "little"), ("raw", "big"), ("gzip", "little"), ("ascii", "little")])
def test_nrrd_counts_millimetres_in_the_space_it_names(encoding, order, space, tmp_path):
    values = noise("i2")
    fields: dict[str, Any] = {
        "space": {"RAS": "right-anterior-superior", "LAS": "left-anterior-superior", "LPS": "left-posterior-superior"}[space],
        "space directions": (TURN * SPACING).T,
        "space origin": ORIGIN,
        "endian": order,
        "encoding": encoding,
    }
    stored = values.astype(values.dtype.newbyteorder("<" if order == "little" else ">"))
    for name in ("a.nrrd", "b.nhdr"):
        nrrd.write(str(tmp_path / name), stored, fields)
        read = read_image(tmp_path / name)
        assert np.array_equal(read.values, nrrd.read(str(tmp_path / name))[0])
        assert np.array_equal(read.values, values)
        wanted = np.eye(4)
        wanted[:3, :3], wanted[:3, 3] = TURN * SPACING, ORIGIN
        assert np.allclose(read.header.affine, np.diag([*TO_RAS[space], 1]) @ wanted)


@pytest.mark.parametrize("kinds", ["list domain domain domain", "vector domain domain domain"])
def test_a_list_on_the_first_axis_counts_channels_as_3d_slicer_writes_it(kinds, tmp_path):
    values = noise("i2", (2, *SHAPE))
    fields = {"type": "short", "dimension": "4", "space": "left-posterior-superior", "sizes": "2 4 5 6", "kinds": kinds}
    geometry = {"space_directions": "none (2,0,0) (0,3,0) (0,0,4)", "space_origin": "(1,2,3)"}
    write_nrrd(tmp_path / "a.nrrd", values.T.tobytes(), **fields, endian="little", encoding="raw", **geometry)
    read = read_image(tmp_path / "a.nrrd")
    assert (read.header.size, read.header.channels) == (SHAPE, 2)
    assert np.array_equal(read.values, np.moveaxis(values, 0, -1))
    assert np.allclose(read.header.affine, [[-2, 0, 0, -1], [0, -3, 0, -2], [0, 0, 4, 3], [0, 0, 0, 1]])


def test_a_volume_without_a_space_lies_at_the_origin(tmp_path):
    values = noise("u1")
    write_nrrd(tmp_path / "a.nrrd", values.T.tobytes(), type="uchar", dimension="3", sizes="4 5 6", encoding="raw")
    read = read_image(tmp_path / "a.nrrd")
    assert np.array_equal(read.values, values)
    assert np.allclose(np.abs(read.header.affine), np.eye(4))


@pytest.mark.parametrize(("suffix", "data"), [(".mhd", "a.raw"), (".nhdr", "a.raw.gz")])
def test_a_header_without_the_file_of_its_voxels_is_refused(suffix, data, tmp_path, capfd):
    path = write(tmp_path / f"a{suffix}", noise("i2"), compressed=suffix == ".nhdr")
    (tmp_path / data).unlink()
    with pytest.raises(ValueError, match="lie in a.raw, which is not beside it; fetch it|unreadable by ITK.*a.raw.gz"):
        read_pixels(path)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("fields", "files"),
    [
        ("HeaderSize = 700\nElementDataFile = a.raw", {"a.raw": (700, slice(None))}),
        ("HeaderSize = -1\nElementDataFile = a.raw", {"a.raw": (700, slice(None))}),
        ("HeaderSize = 7\nElementDataFile = a.raw", {"a.raw": (7, slice(None))}),
        ("ElementDataFile = z%d.raw 0 5 1", {f"z{place}.raw": (0, place) for place in range(6)}),
        ("ElementDataFile = LIST\n" + "".join(f"{place}.raw\n" for place in range(6)), {f"{z}.raw": (0, z) for z in range(6)}),
    ],
)
def test_a_metaimage_finds_its_voxels_behind_another_header_and_slice_by_slice(fields, files, tmp_path, capfd):
    values = noise("i2")
    for name, (before, place) in files.items():
        (tmp_path / name).write_bytes(b"x" * before + np.ascontiguousarray(values.T[place]).tobytes())
    (tmp_path / "a.mhd").write_text(f"NDims = 3\nDimSize = 4 5 6\nElementType = MET_SHORT\n{fields}\n")
    assert np.array_equal(read_pixels(tmp_path / "a.mhd"), values)
    last = tmp_path / list(files)[-1]
    last.write_bytes(last.read_bytes()[:20])
    with pytest.raises(ValueError, match="truncated file: it ends before its voxels do"):
        read_header(tmp_path / "a.mhd")
    assert capfd.readouterr() == ("", "")


def test_voxels_written_as_text_are_read(tmp_path):
    fields = (
        "ObjectType = Image\nNDims = 2\nBinaryData = False\nDimSize = 2 3\nElementType = MET_SHORT\nElementDataFile = LOCAL\n"
    )
    (tmp_path / "a.mha").write_text(fields + "1 2 3\n4 5 -6\n")
    assert read_pixels(tmp_path / "a.mha").tolist() == [[1, 3, 5], [2, 4, -6]]


REFUSED = {
    "no NRRD": (".nrrd", lambda path: path.write_bytes(b"no volume" * 100), "unreadable by ITK: .+; save it anew"),
    "no MetaImage": (".mha", lambda path: path.write_bytes(b"no volume" * 100), "no MetaImage, or truncated in its header"),
    "a NRRD cut in its header": (
        ".nrrd",
        lambda path: path.write_bytes(path.read_bytes()[:60]),
        "unreadable by ITK: .+; save it anew",
    ),
    "a NRRD cut in its voxels": (
        ".nrrd",
        lambda path: path.write_bytes(path.read_bytes()[:-30]),
        "unreadable by ITK: .+; save it anew",
    ),
    "a MetaImage cut in its header": (
        ".mha",
        lambda path: path.write_bytes(path.read_bytes()[:60]),
        "no MetaImage, or truncated in its header",
    ),
    "a MetaImage cut in its voxels": (
        ".mha",
        lambda path: path.write_bytes(path.read_bytes()[:-30]),
        "truncated file: it ends before its voxels do",
    ),
    "a space with time": (
        ".nrrd",
        lambda path: path.write_bytes(path.read_bytes().replace(b"left-posterior-superior", b"right-anterior-superior-time")),
        "lies in the space right-anterior-superior-time, which ITK mirrors; save it without time in its space",
    ),
    "ends of axes without a spacing": (
        ".nrrd",
        lambda path: write_nrrd(
            path,
            noise("i2").tobytes(),
            type="short",
            dimension="3",
            sizes="4 5 6",
            encoding="raw",
            endian="little",
            axis_mins="0 0 0",
            axis_maxs="4 10 18",
        ),
        "tells its spacing only by axis mins and axis maxs, which ITK leaves out; save it with spacings",
    ),
    "a type of blocks": (
        ".nrrd",
        lambda path: write_nrrd(path, type="block", dimension="3", sizes="4 5 6", encoding="raw"),
        "unreadable by ITK: .+; save it anew",
    ),
    "one axis": (
        ".nrrd",
        lambda path: write_nrrd(path, b"abcd", type="uchar", dimension="1", sizes="4", encoding="raw"),
        "has 1 axes; a volume has",
    ),
    "an encoding that ITK lacks": (
        ".nrrd",
        lambda path: write_nrrd(path, b"abcd", type="uchar", dimension="2", sizes="2 2", encoding="bzip2"),
        "unreadable by ITK: .+bzip2.+; save it anew",
    ),
}


@pytest.mark.parametrize("fault", REFUSED)
def test_what_cannot_be_read_is_one_line(fault, tmp_path, capfd):
    suffix, spoil, message = REFUSED[fault]
    path = write(tmp_path / f"a{suffix}", noise("i2"))
    spoil(path)
    with pytest.raises(ValueError, match=message) as error:
        read_image(path)
    assert "\n" not in str(error.value) and "0x" not in str(error.value)
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("suffix", [".nrrd", ".mha"])
def test_packed_voxels_with_a_wrong_byte_are_never_read_as_others(suffix, tmp_path, capfd):
    values = noise("i2")
    whole = write(tmp_path / f"a{suffix}", values, compressed=True).read_bytes()
    start = whole.index(b"LOCAL\n") + 6 if suffix == ".mha" else whole.index(b"\n\n") + 12
    for place in range(start, len(whole), 3):
        spoiled = bytearray(whole)
        spoiled[place] ^= 0x55
        (tmp_path / f"b{suffix}").write_bytes(bytes(spoiled))
        try:
            assert np.array_equal(read_pixels(tmp_path / f"b{suffix}"), values), place
        except ValueError as error:
            assert "\n" not in str(error)
    for size in range(start, len(whole), 7):
        (tmp_path / f"b{suffix}").write_bytes(whole[:size])
        with pytest.raises(ValueError, match="packed voxels are broken; save it anew|truncated file"):
            read_pixels(tmp_path / f"b{suffix}")
    assert capfd.readouterr() == ("", "")


META = {"ObjectType": "Image", "NDims": "3", "DimSize": "4 5 6", "ElementType": "MET_SHORT"}


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"CompressedData": "True"}, "has packed voxels without a CompressedDataSize, which ITK cannot read"),
        ({"DimSize": "4 5"}, "has the DimSize 4 5 of NDims 3; save it anew"),
        ({"DimSize": "4 -5 6"}, "has the DimSize 4 -5 6 of NDims 3; save it anew"),
        ({"ElementType": "MET_FOO"}, "has the ElementType MET_FOO, which MetaImage does not have; save it anew"),
        (
            {"binarydatabyteordermsb": "True"},
            "has the field binarydatabyteordermsb, which ITK passes by, since it is called Bin",
        ),
        ({"elementspacing": "1 2 3"}, "has the field elementspacing, which ITK passes by, since it is called ElementSpacing"),
        ({"HeaderSize": "8"}, "has a HeaderSize, but its voxels follow in the same file; save it anew"),
        ({"ElementType": "MET_CHAR"}, "holds 240 bytes of voxels, where its fields say 120; save it anew"),
    ],
)
def test_fields_of_a_metaimage_that_itk_would_misread_are_refused(fields, message, tmp_path, capfd):
    lines = [f"{name} = {value}" for name, value in {**META, **fields, "ElementDataFile": "LOCAL"}.items()]
    (tmp_path / "a.mha").write_bytes("\n".join([*lines, ""]).encode() + noise("i2").T.tobytes())
    with pytest.raises(ValueError, match=message):
        read_image(tmp_path / "a.mha")
    assert capfd.readouterr() == ("", "")


def test_a_metaimage_that_tells_its_size_before_its_axes_is_refused(tmp_path, capfd):
    (tmp_path / "a.mha").write_text("DimSize = 4 5 6\nNDims = 3\nElementType = MET_SHORT\nElementDataFile = LOCAL\n")
    with pytest.raises(ValueError, match="has other fields before NDims, which ITK cannot read"):
        read_image(tmp_path / "a.mha")
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("order", ["BinaryDataByteOrderMSB", "ElementByteOrderMSB"])
@pytest.mark.parametrize("place", ["TransformMatrix", "Orientation", "Rotation"])
def test_a_metaimage_lies_where_its_matrix_says_a_column_of_space_an_axis(place, order, tmp_path):
    values = noise("i2")
    fields = {**META, place: "0 1 0 -1 0 0 0 0 1", "Offset": "1 2 3", "ElementSpacing": "2 3 4", order: "True"}
    lines = [f"{name} = {value}" for name, value in {**fields, "ElementDataFile": "LOCAL"}.items()]
    (tmp_path / "a.mha").write_bytes("\n".join([*lines, ""]).encode() + values.T.astype(">i2").tobytes())
    read = read_image(tmp_path / "a.mha")
    assert np.array_equal(read.values, values)
    # The first axis runs along (0, 1, 0) of LPS, the second along (-1, 0, 0).
    assert np.allclose(read.header.affine, [[0, 3, 0, -1], [-2, 0, 0, -2], [0, 0, 4, 3], [0, 0, 0, 1]])


@pytest.mark.parametrize("suffix", [".nrrd", ".mha"])
def test_a_file_that_claims_more_than_memory_is_refused_before_it_is_read(suffix, tmp_path):
    if suffix == ".nrrd":
        write_nrrd(tmp_path / "a.nrrd", b"abcd", type="uchar", dimension="3", sizes="10000 10000 10000", encoding="raw")
    else:
        fields = "ObjectType = Image\nNDims = 3\nDimSize = 10000 10000 10000\nElementType = MET_UCHAR\nCompressedData = True\n"
        (tmp_path / "a.mha").write_bytes(f"{fields}CompressedDataSize = 4\nElementDataFile = LOCAL\nabcd".encode())
    for read in (read_header, read_image):
        with pytest.raises(ValueError, match=r"claims 10000×10000×10000 pixels, .* GiB in memory, too many here"):
            read(tmp_path / f"a{suffix}")


@pytest.mark.parametrize(("suffix", "result"), [(".nrrd", ".nrrd"), (".nhdr", ".nrrd"), (".mha", ".mha"), (".mhd", ".mha")])
@pytest.mark.parametrize("channels", [1, 2])
def test_results_lie_on_their_images_grid_bit_for_bit(channels, suffix, result, tmp_path):
    image = str(write(tmp_path / f"a{suffix}", noise("i2", (*SHAPE, channels) if channels > 1 else SHAPE)))
    assert mask_suffix(image) == result
    labels = RNG.integers(0, 3, SHAPE)
    write_mask(labels, tmp_path / f"a_mask{result}", image, num_classes=3)
    write_instances(labels * 300, tmp_path / f"a_instances{result}", image)
    write_probabilities(np.stack([labels / 2, 1 - labels / 2]), tmp_path / f"a_probability{result}", image)
    source = sitk.ReadImage(image)
    wanted = {"mask": labels.astype("u1"), "instances": (labels * 300).astype("u2")}
    wanted["probability"] = np.stack([labels / 2, 1 - labels / 2], axis=-1).astype("f4")
    for name, values in wanted.items():
        written = sitk.ReadImage(str(tmp_path / f"a_{name}{result}"))
        stored = sitk.GetArrayFromImage(written)
        assert stored.dtype == values.dtype
        assert np.array_equal(stored.transpose(2, 1, 0, 3) if stored.ndim == 4 else stored.T, values)
        for ask in ("GetSpacing", "GetOrigin", "GetDirection"):
            assert np.allclose(getattr(written, ask)(), getattr(source, ask)(), atol=1e-12, rtol=1e-12), (name, ask)
        assert np.allclose(read_header(tmp_path / f"a_{name}{result}").affine, read_header(image).affine)


def test_a_mask_of_another_shape_is_refused(tmp_path):
    image = str(write(tmp_path / "a.nrrd", noise("i2")))
    with pytest.raises(ValueError, match=r"shape \(5, 4, 6\), the image \(4, 5, 6\)"):
        write_mask(np.zeros((5, 4, 6)), tmp_path / "a_mask.nrrd", image)
    assert not list(tmp_path.glob("*mask*"))


@pytest.mark.parametrize("encoding", ["raw", "gzip"])
@pytest.mark.parametrize(("kind", "channels"), [("RGBA-color", 3), ("4-color", 4), ("list", 4)])
def test_alpha_of_a_nrrd_is_no_channel(kind, channels, encoding, tmp_path):
    values = noise("u1", (4, *SHAPE))
    told = {"kinds": [kind, *["space"] * 3], "space": "LPS", "space directions": np.vstack([[np.nan] * 3, np.eye(3)])}
    nrrd.write(str(tmp_path / "a.nrrd"), values, {**told, "encoding": encoding})
    read = read_image(tmp_path / "a.nrrd")
    assert (read.header.channels, read.header.alpha, read.alpha_varies) == (channels, channels == 3, channels == 3)
    assert np.array_equal(read.values, np.moveaxis(values, 0, -1)[..., :channels])
