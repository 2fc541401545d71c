"""Images as other programs write and serve them."""

import json
import shutil
import time
import uuid

import numcodecs
import numpy as np
import pytest
import tifffile
import zarr
from large_images import noise, one_pass, stored, write_weights, write_zarr
from tiffs import write_tiff

from custom.__main__ import main
from custom.large import segment
from custom.large.missing import missing_chunks
from custom.large.sources import Source, open_source
from custom.large.tiff_view import tiff_view

HERE = {"scheduler": "synchronous", "block": (64, 64)}
GREY = {"name": "Greyd", "channels": 1}


def refused(capsys, tmp_path, image):
    """The one line that refuses an image, before anything is written."""
    checkpoint, _ = write_weights(tmp_path)
    assert main(["segment", str(image), str(tmp_path / "out.zarr"), "--checkpoint", checkpoint]) == 2
    told = capsys.readouterr().err.strip()
    assert "\n" not in told and not (tmp_path / "out.job").exists(), told
    return told


def with_metadata(path, **changed):
    """An image of OME-Zarr 0.4, of which the metadata are changed."""
    group = zarr.open_group(path, mode="r+")
    group.attrs["multiscales"] = [group.attrs["multiscales"][0] | changed]
    return path


@pytest.mark.parametrize("names", [["time", "row", "col"], ["t", "row", "col"]])
def test_axes_of_other_names_are_told_by_their_types_or_by_who_runs_it(tmp_path, capsys, names):
    told = [{"name": name, "type": kind} for name, kind in zip(names, ["time", "space", "space"], strict=True)]
    image = noise(2, 40, 50)
    path = with_metadata(write_zarr(tmp_path / "in.zarr", image, "tyx", version="0.4", x=0.5), axes=told)
    assert "3 axes, got 't??'; say which with --axes" in refused(capsys, tmp_path, path)
    source = open_source(path, axes="tyx")
    assert (source.shape, source.scale) == ((2, 1, 1, 40, 50), {"t": 1, "y": 1, "x": 0.5})


def test_the_place_of_the_first_pixel_is_that_of_the_image(tmp_path):
    steps = [{"type": "scale", "scale": [2.0, 0.5]}, {"type": "translation", "translation": [10.0, -3.0]}]
    path = write_zarr(tmp_path / "in.zarr", noise(40, 50), "yx", version="0.4")
    more = [{"type": "scale", "scale": [3.0, 1.0]}]
    with_metadata(path, datasets=[{"path": "0", "coordinateTransformations": steps}], coordinateTransformations=more)
    segment(path, str(tmp_path / "out.zarr"), checkpoint=write_weights(tmp_path)[0], **HERE)
    for group in ("", "labels/segmentation"):
        told = dict(zarr.open_group(str(tmp_path / "out.zarr" / group), mode="r").attrs)["ome"]["multiscales"][0]["datasets"][0]
        assert told["coordinateTransformations"] == [
            {"type": "scale", "scale": [6.0, 0.5]},
            {"type": "translation", "translation": [30.0, -3.0]},
        ]


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.filterwarnings("ignore:Consolidated metadata")
def test_consolidated_metadata_that_are_older_than_an_array_hide_nothing(tmp_path, version):
    image = noise(40, 50)
    path = write_zarr(tmp_path / "in.zarr", image, "yx", version=version)
    shutil.move(f"{path}/0", tmp_path / "0")
    zarr.consolidate_metadata(path)
    shutil.move(tmp_path / "0", f"{path}/0")
    assert np.array_equal(open_source(path).read(0, 0, slice(40), slice(50))[0], image)


def test_chunks_under_other_names_than_the_metadata_say_are_refused(tmp_path, capsys):
    path = write_zarr(tmp_path / "in.zarr", noise(40, 50), "yx", chunks=(20, 20), version="0.4")
    file = tmp_path / "in.zarr/0/.zarray"
    told = json.loads(file.read_text())
    file.write_text(json.dumps(told | {"dimension_separator": "/" if told.get("dimension_separator", ".") == "." else "."}))
    line = refused(capsys, tmp_path, path)
    assert "its chunks have other names than its metadata say; mend its dimension_separator" in line


def test_shards_that_are_not_stored_are_counted_but_not_where_no_folder_can_be_listed(tmp_path):
    array = zarr.create_array(str(tmp_path / "a.zarr"), shape=(64, 64), chunks=(16, 16), shards=(32, 32), dtype="u1")
    array[:32] = 1
    assert missing_chunks(open_source(str(tmp_path / "a.zarr"))) == 2

    class Unlisted(zarr.storage.LocalStore):  # as a web server is
        async def list_dir(self, prefix):
            raise FileNotFoundError(prefix)
            yield

    served = zarr.open_array(Unlisted(str(tmp_path / "a.zarr"), read_only=True), mode="r")
    assert missing_chunks(Source(served, "yx", url="http://host/a.zarr")) == 0


def test_n5_is_named_with_how_to_convert_it(tmp_path, capsys):
    (tmp_path / "in.n5").mkdir()
    (tmp_path / "in.n5/attributes.json").write_text('{"n5": "2.0.0"}')
    assert "save N5 as OME-Zarr, as Fiji does" in refused(capsys, tmp_path, tmp_path / "in.n5")


@pytest.mark.parametrize("name", ["slide.qptiff", "slide"])
def test_alpha_of_a_slide_is_left_out_whatever_its_name(tmp_path, name):
    colours = noise(160, 150, 3, dtype=np.uint8)
    checkpoint, network = write_weights(tmp_path, channels=GREY)
    alpha = np.full((160, 150, 1), 255, np.uint8)
    told = {"photometric": "rgb", "extrasamples": ["unassalpha"], "tile": (64, 64)}
    tifffile.imwrite(tmp_path / name, np.concatenate([colours, alpha], axis=2), **told)
    assert open_source(str(tmp_path / name)).notes == ("left out: its last channel, which it declares to be alpha",)
    segment(str(tmp_path / name), str(tmp_path / "out.zarr"), checkpoint=checkpoint, **HERE)
    image = np.moveaxis(colours, 2, 0)
    assert np.array_equal(stored(str(tmp_path / "out.zarr"), "0"), image)
    labels = one_pass(network, image, channels=GREY)[1]
    assert np.array_equal(stored(str(tmp_path / "out.zarr"), "labels/segmentation/0"), labels)


def test_a_palette_of_colours_and_planes_in_files_that_are_not_there_are_refused(tmp_path, capsys, caplog):
    colours = np.random.default_rng(0).integers(0, 2**16, (3, 256)).astype(np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", noise(40, 50, dtype=np.uint8), photometric="palette", colormap=colours)
    line = "holds colours of a palette, not intensities; save it as grey or RGB"
    assert line in refused(capsys, tmp_path, tmp_path / "a.tif")
    names = [f"urn:uuid:{uuid.UUID(int=number)}" for number in (1, 2)]
    planes = "".join(
        f'<TiffData IFD="0" FirstZ="{z}" PlaneCount="1"><UUID FileName="{z}.ome.tif">{name}</UUID></TiffData>'
        for z, name in enumerate(names)
    )
    told = f"""<?xml version="1.0"?><OME xmlns="http://www.openmicroscopy.org/Schemas/OME/2016-06" UUID="{names[0]}"><Image
        ID="Image:0"><Pixels ID="Pixels:0" DimensionOrder="XYZCT" Type="uint16" SizeX="50" SizeY="40" SizeC="1" SizeZ="2"
        SizeT="1"><Channel ID="Channel:0:0" SamplesPerPixel="1"/>{planes}</Pixels></Image></OME>"""
    tifffile.imwrite(tmp_path / "0.ome.tif", noise(40, 50), description=told, metadata=None)
    assert "has planes that are not in it: it was cut off, or is" in refused(capsys, tmp_path, tmp_path / "0.ome.tif")
    assert not caplog.records


def test_alpha_before_other_channels_and_predictors_that_readers_dispute_are_refused(tmp_path, capsys):
    told = {"photometric": "rgb", "planarconfig": "contig", "extrasamples": ["unassalpha", "unspecified"]}
    tifffile.imwrite(tmp_path / "a.tif", noise(40, 50, 5, dtype=np.uint8), **told)
    assert "has its alpha before other channels; save it without alpha" in refused(capsys, tmp_path, tmp_path / "a.tif")
    tifffile.imwrite(tmp_path / "b.tif", noise(40, 50, dtype=np.uint8), compression="packbits", predictor=True)
    assert "of which readers do not undo one alike; save it with Deflate or LZW" in refused(
        capsys, tmp_path, tmp_path / "b.tif"
    )


@pytest.mark.parametrize("tile", [None, 16])
def test_a_predictor_that_was_left_behind_is_not_undone(tmp_path, tile):
    image = noise(64, 80, dtype=np.uint8)
    places: dict[str, tuple[int, ...]] = {"t322": (16,), "t323": (16,), "t324": tuple(range(8, 5128, 256)), "t325": (256,) * 20}
    tiles = image.reshape(4, 16, 5, 16).swapaxes(1, 2)
    write_tiff(tmp_path / "a.tif", (64, 80), (tiles if tile else image).tobytes(), t317=2, **(places if tile else {}))
    assert np.array_equal(np.asarray(tiff_view(str(tmp_path / "a.tif"), 0).array), image)


def test_units_of_ome_tiff_are_those_of_ome_zarr(tmp_path):
    sizes = {"PhysicalSizeX": 2.0, "PhysicalSizeXUnit": "\u00c5", "PhysicalSizeY": 3.0, "PhysicalSizeYUnit": "pixel"}
    tifffile.imwrite(tmp_path / "a.ome.tif", noise(40, 50), metadata={"axes": "YX", **sizes})
    source = open_source(str(tmp_path / "a.ome.tif"))
    assert (source.scale, source.units) == ({"x": 2.0, "y": 3.0}, {"x": "angstrom"})


def test_levels_that_do_not_go_from_the_finest_to_the_coarsest_are_refused(tmp_path, capsys):
    path = write_zarr(tmp_path / "in.zarr", noise(40, 50), "yx", version="0.4")
    zarr.open_group(path, mode="r+").create_array("1", data=noise(80, 100))
    told = [{"path": name, "coordinateTransformations": [{"type": "scale", "scale": [1, 1]}]} for name in "01"]
    with_metadata(path, datasets=told)
    line = "its levels must go from the finest to the coarsest, got 40×50 before 80×100 px; mend its metadata"
    assert line in refused(capsys, tmp_path, path)
    assert open_source(f"{path}/1").shape[-2:] == (80, 100)


def test_labels_are_no_image(tmp_path, capsys):
    path = write_zarr(tmp_path / "in.zarr", noise(40, 50), "yx", version="0.4")
    zarr.open_group(path, mode="r+").attrs["image-label"] = {"version": "0.4"}
    assert "holds labels, not an image; name the image that they belong to" in refused(capsys, tmp_path, path)


def test_axes_that_metadata_and_array_name_differently_are_refused(tmp_path, capsys):
    path = write_zarr(tmp_path / "in.zarr", noise(3, 40, 50), "cyx")
    file = tmp_path / "in.zarr/0/zarr.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"dimension_names": ["z", "y", "x"]}))
    assert "its metadata name the axes cyx, its array zyx; mend one of them" in refused(capsys, tmp_path, path)


@pytest.mark.parametrize(("names", "axes"), [(["x", "y"], "xy"), (["time", "y", "x"], "tyx"), (["channel", "x", "y"], "cxy")])
def test_axes_of_an_array_of_version_2_are_those_that_xarray_names(names, axes, tmp_path):
    array = zarr.create_array(str(tmp_path / "a.zarr"), data=noise(*(2, 40, 50)[-len(names) :]), zarr_format=2)
    assert array.ndim != 2 or open_source(str(tmp_path / "a.zarr")).axes == "yx"
    array.attrs["_ARRAY_DIMENSIONS"] = names
    assert open_source(str(tmp_path / "a.zarr")).axes == axes


@pytest.mark.parametrize("kind", ["zarr", "tif"])
def test_an_image_that_was_written_anew_is_not_taken_for_the_one_that_was_begun(tmp_path, capsys, kind):
    checkpoint, out, path = write_weights(tmp_path)[0], str(tmp_path / "out.zarr"), str(tmp_path / f"in.{kind}")

    def write(seed):
        image = noise(40, 50, seed=seed)
        write_zarr(path, image, "yx") if kind == "zarr" else tifffile.imwrite(path, image)

    write(0)
    for _ in range(2):
        segment(path, out, checkpoint=checkpoint, **HERE)
    time.sleep(0.05)
    write(1)
    with pytest.raises(ValueError, match=r"was written anew at .*, and OUT .* was begun with that of .*; name another OUT"):
        segment(path, out, checkpoint=checkpoint, **HERE)


def test_further_images_in_the_metadata_of_one_are_told(tmp_path):
    path = write_zarr(tmp_path / "in.zarr", noise(40, 50), "yx", version="0.4")
    assert open_source(path).notes == ()
    attributes = zarr.open_group(path, mode="r+").attrs
    attributes["multiscales"] = [*attributes["multiscales"], *attributes["multiscales"]]
    assert open_source(path).notes == ("left out, in the same file: further images of its metadata: 1",)


@pytest.mark.parametrize("kind", ["affine", "rotation", "mapAxis", "displacements"])
def test_transformations_that_are_neither_scale_nor_translation_are_refused(tmp_path, capsys, kind):
    """As of RFC-5; before, they were passed by, so that labels had another place and size than their image."""
    path = write_zarr(tmp_path / "in.zarr", noise(40, 50), "yx", version="0.4")
    steps = [{"type": "scale", "scale": [2.0, 0.5]}, {"type": kind, kind: [[0.0, 1.0], [1.0, 0.0]]}]
    with_metadata(path, datasets=[{"path": "0", "coordinateTransformations": steps}])
    assert f"scale and translation are read, not {kind!r}; write it with these alone" in refused(capsys, tmp_path, path)
    assert open_source(f"{path}/0").shape == (1, 1, 1, 40, 50)  # as the line says


def test_a_sequence_of_transformations_counts_as_its_steps(tmp_path):
    path = write_zarr(tmp_path / "in.zarr", noise(40, 50), "yx", version="0.4")
    inner = [{"type": "scale", "scale": [2.0, 0.5]}, {"type": "translation", "translation": [10.0, -3.0]}]
    steps = [{"type": "identity"}, {"type": "sequence", "transformations": inner}]
    with_metadata(path, datasets=[{"path": "0", "coordinateTransformations": steps}])
    source = open_source(path)
    assert (source.scale, source.shift) == ({"y": 2.0, "x": 0.5}, {"y": 10.0, "x": -3.0})


@pytest.mark.parametrize("offset", [2**31, 2**62])
def test_numbers_that_32_bit_floats_cannot_tell_apart_are_refused(tmp_path, capsys, offset):
    """Before, half of the labels were others, and beyond 2 ** 53 those of a blank image."""
    image = noise(40, 50, dtype=np.uint8).astype(np.uint64) + offset
    path = write_zarr(tmp_path / "in.zarr", image.astype(np.uint32 if offset < 2**32 else np.uint64), "yx")
    checkpoint, _ = write_weights(tmp_path)
    assert main(["segment", path, str(tmp_path / "out.zarr"), "--checkpoint", checkpoint, "--workers", "1"]) == 2
    told = capsys.readouterr().err.strip().splitlines()[-1]
    assert f"IN {path!r} holds values from" in told and "which 32-bit floats" in told, told


@pytest.mark.parametrize("version", ["0.4", "0.5"])
@pytest.mark.parametrize("kept", [1, 0.5])
def test_a_chunk_of_blosc_that_is_cut_off_is_named(tmp_path, capsys, version, kept):
    """Before, it was unpacked with whatever followed it in memory, in silence, unless nothing of it was left."""
    image = np.random.default_rng(0).integers(0, 2**16, (40, 50)).astype(np.uint16)
    path, checkpoint = write_zarr(tmp_path / "in.zarr", image, "yx", version=version), write_weights(tmp_path)[0]
    compressor = zarr.codecs.BloscCodec() if version == "0.5" else numcodecs.Blosc()
    options = {"chunks": image.shape, "compressors": compressor, "overwrite": True}
    array = zarr.open_group(path, mode="r+").create_array("0", shape=image.shape, dtype=image.dtype, **options)
    array[:] = image
    chunk = tmp_path / "in.zarr/0" / array.metadata.encode_chunk_key((0, 0))
    content = chunk.read_bytes()
    chunk.write_bytes(content[: int(kept * len(content))])
    code = main(["segment", path, str(tmp_path / "out.zarr"), "--checkpoint", checkpoint, "--scheduler", "synchronous"])
    told = capsys.readouterr().err
    line = f"columns 0 to 50) failed: a chunk has {len(content) // 2} bytes of {len(content)}: it was cut off"
    assert (code, line in told) == ((0, False) if kept == 1 else (1, True)), told
