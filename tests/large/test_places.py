"""What is read and written: formats, metadata, and errors in one line. `tests/trust` kills `segment`."""

import json
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import numpy as np
import ome_zarr_models
import pytest
import tifffile
import zarr
from large_images import noise, one_pass, stored, write_weights, write_zarr
from PIL import Image
from trust.full_disks import small_disk

from custom.__main__ import main
from custom.large import segment
from custom.large.job import Job, worker_job
from custom.large.places import PlaceError
from custom.large.sources import open_source

HERE = {"scheduler": "synchronous", "block": (64, 64)}


@pytest.fixture
def made(tmp_path):
    """Weights with a border class and instances, the network, and an image of nine blocks as OME-Zarr."""
    checkpoint, network = write_weights(tmp_path, classes=3, border_class=2, instances=True, min_size_px=3)
    image = noise(170, 180)
    return checkpoint, network, image, write_zarr(tmp_path / "in.zarr", image, "yx", chunks=(64, 64), y=0.5, x=0.25)


def tree(folder):
    """The bytes of all files of a folder by their names."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("version", ["0.5", "0.4"])
def test_what_is_written_is_valid_ome_zarr_with_the_scale_of_the_image(made, tmp_path, version, monkeypatch):
    monkeypatch.setattr("custom.large.plan.SMALLEST_LEVEL", 100)
    checkpoint, network, image, path = made
    out = tmp_path / "out.zarr"
    result = segment(path, str(out), checkpoint=checkpoint, ome_version=version, probabilities=True, **HERE)
    _, labels, instances = one_pass(network, image[None], border_class=2, min_size_px=3)
    assert result.objects == [instances.max()]
    assert np.array_equal(stored(str(out), "labels/segmentation/0"), labels)
    assert np.array_equal(stored(str(out), "labels/instances/0"), instances)
    assert np.array_equal(stored(str(out), "labels/instances/1"), instances[::2, ::2])
    assert np.array_equal(stored(str(out), "0"), image)
    for group in ("", "labels/segmentation", "labels/instances", "probabilities"):
        told = ome_zarr_models.open_ome_zarr(zarr.open_group(str(out / group), mode="r"))
        assert told.ome_zarr_version == version
    attributes = dict(zarr.open_group(str(out / "labels/instances"), mode="r").attrs)
    multiscale = attributes.get("ome", attributes)["multiscales"][0]
    assert multiscale["axes"][0]["unit"] == "micrometer"
    assert multiscale["datasets"][1]["coordinateTransformations"][0]["scale"] == [1.0, 0.5]
    assert (tmp_path / "out.png").read_bytes()[:4] == b"\x89PNG"


def test_tiff_and_plain_zarr_are_read_as_ome_zarr_is(tmp_path):
    checkpoint, network = write_weights(tmp_path, in_channels=1, channels={"name": "Greyd", "channels": 1})
    image = noise(3, 160, 150, dtype=np.uint8)
    tifffile.imwrite(tmp_path / "a.tif", np.moveaxis(image, 0, -1), tile=(64, 64), photometric="rgb", bigtiff=True)
    _, labels, _ = one_pass(network, image, channels={"name": "Greyd", "channels": 1})
    for name, axes in (("a.tif", None), ("b.zarr", "cyx"), ("c.zarr", "cyx")):
        if axes:
            array = zarr.create_array(
                str(tmp_path / name), shape=image.shape, chunks=(1, 64, 64), dtype="u1", zarr_format=2 if name[0] == "b" else 3
            )
            array[:] = image
        out = str(tmp_path / f"out-{name[0]}.zarr")
        segment(str(tmp_path / name), out, checkpoint=checkpoint, axes=axes, **HERE)
        assert np.array_equal(stored(out, "labels/segmentation/0"), labels)


@pytest.mark.parametrize("name", ["a.zarr.zip", "a.ozx"])
def test_a_zip_of_an_ome_zarr_is_read_as_its_folder_is(made, tmp_path, name):
    checkpoint, network, image, path = made
    packed = shutil.make_archive(str(tmp_path / "packed"), "zip", path)
    source = str(shutil.copy(packed, tmp_path / name))
    segment(source, str(tmp_path / "out.zarr"), checkpoint=checkpoint, **HERE)
    labels = one_pass(network, image[None], border_class=2)[1]
    assert np.array_equal(stored(str(tmp_path / "out.zarr"), "labels/segmentation/0"), labels)


@pytest.mark.parametrize(("version", "axes"), [("0.1", None), ("0.2", None), ("0.3", ["T", "c", "z", "y", "x"])])
def test_an_image_of_a_version_that_names_no_axes_or_letters_alone_is_read(tmp_path, version, axes):
    image = noise(1, 2, 3, 40, 50)
    path = write_zarr(tmp_path / "in.zarr", image, "tczyx", version="0.4")
    told = {"version": version, "datasets": [{"path": "0"}], **({"axes": axes} if axes else {})}
    zarr.open_group(path, mode="r+").attrs["multiscales"] = [told]
    source = open_source(path)
    assert (source.shape, source.axes, source.scale) == ((1, 2, 3, 40, 50), "tczyx", dict.fromkeys("tczyx", 1.0))
    assert np.array_equal(source.read(0, 2, slice(0, 9), slice(3, 7)), image[0, :, 2, :9, 3:7])


def test_of_a_plate_and_of_what_bioformats2raw_writes_the_images_are_named(tmp_path, recwarn):
    for place in ("plate.zarr/B/2/0", "plate.zarr/B/2/1", "plate.zarr/C/2/0", "raw.zarr/0", "raw.zarr/1"):
        for parent in reversed([tmp_path / place, *(tmp_path / place).parents][1:-1]):
            if parent.is_relative_to(tmp_path) and parent != tmp_path:
                zarr.open_group(str(parent), mode="a")
        write_zarr(tmp_path / place, noise(8, 8), "yx")
    zarr.open_group(str(tmp_path / "raw.zarr/OME"), mode="w")
    (tmp_path / "raw.zarr/OME/METADATA.ome.xml").write_text("<OME/>")
    for name, images in (("plate.zarr", "B/2/0, C/2/0"), ("plate.zarr/B/2", "0, 1"), ("raw.zarr", "0, 1")):
        with pytest.raises(ValueError, match=rf"without multiscales; name an image in it \({images}\)$"):
            open_source(str(tmp_path / name))
    with pytest.raises(ValueError, match="name an image in it"):
        open_source(str(tmp_path / "raw.zarr/OME"))
    assert not recwarn.list


def test_a_level_of_a_pyramid_is_read_with_its_own_scale(tmp_path):
    with tifffile.TiffWriter(tmp_path / "a.ome.tif") as writer:
        told = {"axes": "YX", "PhysicalSizeX": 0.5, "PhysicalSizeY": 0.5}
        writer.write(noise(128, 128), subifds=1, tile=(64, 64), metadata=told)
        writer.write(noise(64, 64), subfiletype=1, tile=(64, 64))
    source = open_source(str(tmp_path / "a.ome.tif"), level=1)
    assert source.shape == (1, 1, 1, 64, 64)
    assert source.scale == {"y": 1.0, "x": 1.0}
    assert np.array_equal(source.read(0, 0, slice(3, 9), slice(5, 50)), noise(64, 64)[None, 3:9, 5:50])


@pytest.mark.parametrize(
    ("version", "file"),
    [
        ("0.5", "zarr.json"),
        ("0.5", "labels/instances/0/zarr.json"),
        ("0.4", ".zattrs"),
        ("0.4", "labels/segmentation/0/.zarray"),
    ],
)
def test_broken_metadata_of_a_result_are_named(made, tmp_path, version, file):
    checkpoint, _, _, path = made
    out = tmp_path / "out.zarr"
    segment(path, str(out), checkpoint=checkpoint, ome_version=version, **HERE)
    (out / file).write_text((out / file).read_text()[:-9])
    mend = f"remove OUT and '{tmp_path}/out.job', and begin again"
    with pytest.raises(PlaceError, match=f"^OUT: {out}/{file}: the file is no JSON: .*; {mend}$"):
        segment(path, str(out), checkpoint=checkpoint, ome_version=version, **HERE)
    if file == "zarr.json":
        (out / file).unlink()
        with pytest.raises(PlaceError, match=r"has lost zarr\.json, of which blocks were done"):
            segment(path, str(out), checkpoint=checkpoint, ome_version=version, **HERE)


def test_a_result_that_was_removed_is_not_taken_for_done(made, tmp_path):
    checkpoint, _, _, path = made
    out = tmp_path / "out.zarr"
    segment(path, str(out), checkpoint=checkpoint, **HERE)
    for lost, told in ((out / "labels/instances", "labels/instances/0"), (out, "0")):
        shutil.rmtree(lost)
        with pytest.raises(ValueError, match=f"has lost {told}, of which blocks were done; remove it and '[^']*out.job', and"):
            segment(path, str(out), checkpoint=checkpoint, **HERE)
    for broken in ("[", "[1]", "[" * 100_000):
        (tmp_path / "out.job/job.json").write_text(broken)
        with pytest.raises(
            PlaceError, match=r"job\.json: the file (is no JSON: |holds no JSON object).*; remove '[^']*out.job' and"
        ):
            segment(path, str(out), checkpoint=checkpoint, **HERE)


@pytest.mark.parametrize(
    ("stage", "content"),
    [("statistics", b"["), ("statistics", b'{"channels": 3, "grey": true}'), ("tables", b"PK"), ("predict", b"")],
)
def test_what_a_stage_found_and_somebody_broke_is_named_with_the_mend(made, tmp_path, capsys, stage, content):
    checkpoint, _, _, path = made
    out = tmp_path / "out.zarr"
    segment(path, str(out), checkpoint=checkpoint, **HERE)
    whole = tree(out)
    (tmp_path / f"out.job/{stage}/000004").write_bytes(content)
    for later in {"statistics": ["predict/000000"], "predict": ["tables/000000"], "tables": []}[stage]:
        (tmp_path / "out.job" / later).unlink()
    worker_job.cache_clear()  # a new process has opened nothing
    command = ["segment", path, str(out), "--checkpoint", checkpoint, "--block", "64", "64", "--scheduler", "synchronous"]
    assert main(command) != 0
    said = capsys.readouterr().err
    assert f"out.job/{stage}/000004: " in said and "; remove this file, and the same command finds it anew" in said
    (tmp_path / f"out.job/{stage}/000004").unlink()
    assert main(command) == 0
    assert tree(out) == whole


def test_a_place_is_the_same_from_every_folder_and_as_a_url(made, tmp_path, monkeypatch):
    checkpoint, _, image, path = made
    segment(path, f"file://{tmp_path}/out.zarr", checkpoint=checkpoint, **HERE)
    (tmp_path / "other").mkdir()
    write_zarr(tmp_path / "other/in.zarr", image[::-1], "yx")
    monkeypatch.chdir(tmp_path / "other")
    for same in (("../in.zarr/", "../out.zarr/"), (f"file://{path}", str(tmp_path / "out.zarr"))):
        assert segment(*same, checkpoint=checkpoint, **HERE).out == str(tmp_path / "out.zarr")
    with pytest.raises(ValueError, match="was begun with other image "):
        segment("in.zarr", "../out.zarr", checkpoint=checkpoint, **HERE)


@pytest.mark.parametrize("begun", [True, False])
def test_a_second_program_does_not_work_on_the_same_result(made, tmp_path, capsys, begun):
    checkpoint, _, _, path = made
    out, job = tmp_path / "out.zarr", tmp_path / "out.job"
    if begun:
        segment(path, str(out), checkpoint=checkpoint, **HERE)
    else:
        job.mkdir()
    before = tree(job)
    command = ["segment", path, str(out), "--checkpoint", checkpoint, "--block", "64", "64", "--scheduler", "synchronous"]
    locked = f"exec 9<{tmp_path}/out.job; flock -x 9; echo; cat"
    with subprocess.Popen(["sh", "-c", locked], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        other.stdout.readline()
        capsys.readouterr()
        assert main(command) == 2
        told = capsys.readouterr().err.strip()
        assert "OUT: another program that is still running writes into " in told and "\n" not in told, told
        assert tree(job) == before and out.exists() == begun
        other.communicate()
    assert main(command) == 0


def test_other_weights_or_settings_may_not_go_on_with_a_result(made, tmp_path):
    checkpoint, _, _, path = made
    out = str(tmp_path / "out.zarr")
    segment(path, out, checkpoint=checkpoint, **HERE)
    with pytest.raises(ValueError, match=r"was begun with other min_size_px \(3, not 4\)"):
        segment(path, out, checkpoint=checkpoint, min_size_px=4, **HERE)
    (tmp_path / "others").mkdir()
    others, _ = write_weights(tmp_path / "others", classes=3, border_class=2, instances=True, min_size_px=3, seed=1)
    with pytest.raises(ValueError, match="was begun with other weights"):
        segment(path, out, checkpoint=others, **HERE)


def test_a_block_that_fails_is_named_the_others_are_done_and_the_rerun_mends_it(made, tmp_path, capsys):
    checkpoint, _, _, path = made
    whole, out = tmp_path / "whole.zarr", tmp_path / "out.zarr"
    segment(path, str(whole), checkpoint=checkpoint, **HERE)
    obstacle = out / "labels/segmentation/0/c/1/1"
    obstacle.mkdir(parents=True)
    shutil.copytree(tmp_path / "whole.job", tmp_path / "out.job", ignore=shutil.ignore_patterns(*"0123456789"))
    for stage in ("statistics", "predict", "tables", "number", "grow"):
        shutil.rmtree(tmp_path / "out.job" / stage)
    told = (tmp_path / "out.job/job.json").read_text().replace("whole.zarr", "out.zarr")
    (tmp_path / "out.job/job.json").write_text(told)
    command = ["segment", path, str(out), "--checkpoint", checkpoint, "--block", "64", "64", "--scheduler", "synchronous"]
    assert main(command) == 1
    assert "block 4 (rows 64 to 128, columns 64 to 128) failed: " in capsys.readouterr().err
    assert Job(str(tmp_path / "out.job")).done("predict") == {0, 1, 2, 3, 5, 6, 7, 8}
    obstacle.rmdir()
    assert main(command) == 0
    assert tree(out) == tree(whole)


@pytest.mark.parametrize("broken", [lambda whole: b"", lambda whole: whole[:9], lambda whole: bytes(len(whole))])
def test_chunks_that_a_machine_which_went_down_left_broken_are_written_anew(made, tmp_path, broken):
    checkpoint, _, _, path = made
    out = tmp_path / "out.zarr"
    segment(path, str(out), checkpoint=checkpoint, **HERE)
    whole = tree(out)
    for stage, number, chunks in (
        ("predict", 8, ("labels/segmentation/0/c/2/2", "0/c/2/2")),
        ("grow", 4, ("labels/instances/0/c/1/1",)),
    ):
        (tmp_path / f"out.job/{stage}/{number:06d}").unlink()
        for chunk in chunks:
            (out / chunk).write_bytes(broken((out / chunk).read_bytes()))
    assert segment(path, str(out), checkpoint=checkpoint, **HERE).failed == []
    assert tree(out) == whole


def test_a_block_that_fails_is_told_with_its_time_point_and_slices(tmp_path):
    checkpoint, _ = write_weights(tmp_path)
    path = write_zarr(tmp_path / "in.zarr", noise(2, 3, 40, 40), "tzyx", chunks=(1, 1, 40, 40))
    (tmp_path / "in.zarr/0/c/1/2/0/0").write_bytes(b"broken")
    result = segment(path, str(tmp_path / "out.zarr"), checkpoint=checkpoint, **HERE)
    assert [line.partition(" failed")[0] for line in result.failed] == [
        "block 5 (time point 1, slices 2 to 3, rows 0 to 40, columns 0 to 40)"
    ]


def test_an_empty_file_in_the_place_of_a_shard_is_not_read_as_the_fill_value(made, tmp_path):
    checkpoint, _, image, _ = made
    array = zarr.create_array(str(tmp_path / "in.zarr/1"), shape=image.shape, chunks=(32, 32), shards=(64, 64), dtype="u2")
    array[:] = image
    (tmp_path / "in.zarr/1/c/1/2").write_bytes(b"")
    with pytest.raises(
        ValueError, match=r"in\.zarr/1': '[^']*c/1/2' is an empty file, as of a copy that was cut off; fetch it"
    ):
        segment(str(tmp_path / "in.zarr/1"), str(tmp_path / "out.zarr"), checkpoint=checkpoint, **HERE)


def refusal(arguments, checkpoint, capsys):
    """The line that `segment` refuses its arguments with."""
    assert main(["segment", *arguments, "--checkpoint", checkpoint]) == 2, arguments
    line = capsys.readouterr().err.strip()
    assert "\n" not in line
    return line


def metadata_with(**replaced):
    """A change of the metadata of a node."""
    return lambda told: told | replaced


def multiscale_with(**replaced):
    """A change of an image's metadata."""
    return lambda told: (
        told | {"attributes": {"ome": {"multiscales": [told["attributes"]["ome"]["multiscales"][0] | replaced]}}}
    )


SCALED = {"path": "0", "coordinateTransformations": [{"type": "scale", "scale": [1, 0]}]}


@pytest.mark.parametrize(
    ("node", "change", "line"),
    [
        ("", lambda told: "{", "altered.zarr': Expecting property name enclosed in double quotes"),
        ("", metadata_with(attributes={"ome": "x"}), "is a Zarr group without multiscales"),
        ("", multiscale_with(axes=[{"type": "space"}]), "has axes without names; name them in its metadata"),
        ("", multiscale_with(axes=[{"name": "x"}]), "axes must be one letter of tczyx for each of 2 axes, got 'x'"),
        (
            "",
            multiscale_with(coordinateSystems=[{"name": "a"}]),
            "is of OME-Zarr 0.6 or newer, and 0.1 to 0.5 are read; write it as 0.5",
        ),
        ("", multiscale_with(datasets=[]), "altered.zarr' has no levels"),
        ("", multiscale_with(datasets=[{}]), "level 0, 'None', is no array; name another level"),
        ("", multiscale_with(datasets=[{"path": "9"}]), "level 0, '9', is no array; name another level"),
        ("", multiscale_with(datasets=[SCALED]), "scale must be 2 numbers above 0, got [1, 0]; mend its metadata"),
        ("0", metadata_with(data_type="x"), "altered.zarr': No Zarr data type found that matches 'x'"),
        ("0", metadata_with(shape=[10**9] * 2), "IN has 29802536011 blocks of 4096 × 8192 px, more"),
    ],
)
def test_metadata_that_are_wrong_are_told_in_one_line(made, tmp_path, capsys, node, change, line):
    checkpoint, _, _, path = made
    file = Path(path) / node / "zarr.json"
    changed = change(json.loads(file.read_text()))
    file.write_text(changed if isinstance(changed, str) else json.dumps(changed))
    shutil.move(path, tmp_path / "altered.zarr")
    assert line in refusal([str(tmp_path / "altered.zarr"), str(tmp_path / "out.zarr")], checkpoint, capsys)


@pytest.mark.parametrize(
    ("options", "line"),
    [
        (["--axes", "xy"], "names its axes yx, not xy; leave --axes out"),
        (["--level", "3"], "level must lie in 0..0"),
        (["--threshold", "nan"], "threshold must be a number between 0 and 1, got nan"),
        (["--min_size_px", "-3"], "min_size_px must be a whole number from 0 to"),
        (["--block", "63", "64"], "block must be multiples of 2 px for these weights, got 63 64; take 62"),
        (["--workers", "0"], "workers must be a whole number from 1 to"),
        (
            ["--workers", "2", "--scheduler", "tcp://127.0.0.1:9"],
            "workers is for processes on this machine, and scheduler is 'tcp:",
        ),
        (["--threshold", "0.3"], "threshold parts one class from the background, and these weights have 3; leave it out"),
        (
            ["--no-instances", "--min_size_px", "9"],
            "min_size_px is the least size of objects, which are not numbered; set inst",
        ),
        (["--memory_limit_mb", "inf"], "memory_limit_mb must be finite, got inf; leave it out"),
        (["--memory_limit_mb", "nan"], "memory_limit_mb must be at least 701"),
        (["--memory_limit_mb", "5"], "memory_limit_mb must be at least 701 for blocks of 170 × 180 px, got 5"),
        (["--scheduler", "nonsense"], "scheduler 'nonsense' cannot be reached: missing port number"),
        (["--scheduler", "tcp://127.0.0.1:9"], "scheduler 'tcp://127.0.0.1:9' cannot be reached"),
    ],
)
def test_options_that_are_wrong_are_told_in_one_line(made, tmp_path, capsys, monkeypatch, options, line):
    monkeypatch.setattr("custom.large.cluster.CONNECT_S", 1)
    checkpoint, _, _, path = made
    assert line in refusal([path, str(tmp_path / "out.zarr"), *options], checkpoint, capsys)


def test_images_that_cannot_be_read_are_told_in_one_line(made, tmp_path, capsys):
    checkpoint, _, image, _ = made
    zarr.create_array(str(tmp_path / "plain.zarr"), shape=(2, 64, 64), chunks=(1, 64, 64), dtype="u1")
    write_zarr(tmp_path / "rgb.zarr", noise(3, 64, 64), "cyx")
    old = zarr.open_group(write_zarr(tmp_path / "old.zarr", image, "yx"), mode="r+")
    multiscale = dict(old.attrs["ome"]["multiscales"][0])
    del multiscale["axes"]
    old.attrs["ome"] = {"version": "0.5", "multiscales": [multiscale]}
    for name in ("a.czi", "no.zip"):
        (tmp_path / name).write_text("")
    (tmp_path / "text.tif").write_text("no TIFF")
    Image.fromarray(image).save(tmp_path / "a.png")
    for name, line in (
        ("a.png", "no Zarr array, group or TIFF; python -m custom predict takes such images"),
        ("text.tif", "text.tif': not a TIFF file: header=b'no T'; name an OME-Zarr image"),
        ("plain.zarr", "has 3 axes and does not name them: say which, such as --axes zyx"),
        ("old.zarr", "axes must be one letter of tczyx for each of 2 axes, got 'tczyx'"),
        ("a.czi", "a.czi': there is no Zarr array, group or TIFF; save .czi as OME-TIFF, as Fiji and"),
        ("no.zip", "no.zip': "),
        ("nothing.zarr", "there is no Zarr array, group or TIFF; name another"),
        ("file.tif", "file.tif': there is no such file; name another"),
        ("rgb.zarr", "has 3 channels, and the weights take 1; choose one with --channel"),
    ):
        assert line in refusal([str(tmp_path / name), str(tmp_path / "out.zarr")], checkpoint, capsys)
    for url, line in (
        ("zz://a.zarr", "'zz://a.zarr' cannot be opened: Protocol not known: zz"),
        ("", "IN must name an image, got ''"),
    ):
        assert line in refusal([url, str(tmp_path / "out.zarr")], checkpoint, capsys)


def test_places_that_cannot_be_written_are_told_in_one_line(made, tmp_path, capsys):
    checkpoint, _, _, path = made
    zarr.create_array(str(tmp_path / "plain.zarr"), shape=(2, 64, 64), chunks=(1, 64, 64), dtype="u1")
    for name in ("file", "mine.png"):
        (tmp_path / name).write_text("")
    for out, line in (
        (path, "lies in IN"),
        (path + "/labels.zarr", "lies in IN"),
        (str(tmp_path / "out"), "OUT must end in .zarr, got"),
        (str(tmp_path / "file" / "out.zarr"), "cannot be written"),
        (str(tmp_path / "plain.zarr"), "exists, and nothing is overwritten; name another"),
        (str(tmp_path / "mine.zarr"), "mine.png' exists, and nothing is overwritten; name another"),
    ):
        assert line in refusal([path, out], checkpoint, capsys)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), SystemExit(143)])
def test_an_interrupt_says_that_the_same_command_goes_on(made, tmp_path, capsys, monkeypatch, error):
    def interrupted(*_, **__):
        raise error

    monkeypatch.setattr("custom.large.segment", interrupted)
    with suppress(SystemExit):
        main(["segment", made[3], str(tmp_path / "out.zarr"), "--checkpoint", made[0]])
    assert "what was done so far stays; the same command goes on with it" in capsys.readouterr().err


def test_a_chunk_of_another_size_than_its_metadata_says_is_named(made, tmp_path, capsys):
    checkpoint, _, _, path = made
    (tmp_path / "in.zarr/0/c/1/1").write_bytes(b"short")
    command = ["segment", path, str(tmp_path / "out.zarr"), "--checkpoint", checkpoint, "--block", "64", "64"]
    assert main([*command, "--scheduler", "synchronous"]) == 1
    assert "block 4 (rows 64 to 128, columns 64 to 128) failed: " in capsys.readouterr().err


def test_chunks_that_are_not_stored_are_told_and_read_as_the_fill_value(made, tmp_path, capsys):
    checkpoint, network, image, path = made
    (tmp_path / "in.zarr/0/c/1/1").unlink()
    image = image.copy()
    image[64:128, 64:128] = 0
    segment(path, str(tmp_path / "out.zarr"), checkpoint=checkpoint, **HERE)
    assert "note: 1 chunks of " in capsys.readouterr().err
    labels = one_pass(network, image[None])[1]
    assert np.array_equal(stored(str(tmp_path / "out.zarr"), "labels/segmentation/0"), labels)


def test_a_time_series_of_ome_zarr_04_is_read_by_channel(tmp_path):
    checkpoint, network = write_weights(tmp_path)
    image = noise(2, 3, 2, 40, 50)
    path = write_zarr(tmp_path / "in.zarr", image, "tczyx", version="0.4", chunks=(1, 1, 1, 32, 32))
    source = open_source(path, channel=1)
    assert source.shape == (2, 1, 2, 40, 50)
    out = str(tmp_path / "out.zarr")
    segment(path, out, checkpoint=checkpoint, channel=1, instances=True, scheduler="synchronous", block=(20, 32))
    for t in range(2):
        _, labels, instances = one_pass(network, image[t, 1:2])
        assert np.array_equal(stored(out, "labels/segmentation/0")[t], labels)
        assert np.array_equal(stored(out, "labels/instances/0")[t], instances)
    assert np.array_equal(stored(out, "0"), image[:, 1])


def test_a_full_or_read_only_target_is_told_and_the_rerun_goes_on_when_there_is_space(made, tmp_path, capsys):
    checkpoint, _, _, path = made
    command = ["segment", path, str(tmp_path / "disk/out.zarr"), "--checkpoint", checkpoint, "--block", "64", "64"]
    command += ["--scheduler", "synchronous"]
    with small_disk(tmp_path / "disk", 32) as mounted:
        if not mounted:
            pytest.skip("no disk may be mounted here")
        assert main(command) == 2
        told = capsys.readouterr().err
        assert "cannot be written: " in told and "o space left on" in told and told.count("\n") == 1, told
    with small_disk(tmp_path / "disk", 200):
        assert main(command) == 1
        told = capsys.readouterr().err
        assert "failed: no space left on the disk of " in told, told
        remount(tmp_path / "disk", "ro")
        assert main(command) == 2
        told = capsys.readouterr().err.strip()
        assert "Read-only file system" in told and "\n" not in told, told
        remount(tmp_path / "disk", "rw,size=8m")
        assert main(command) == 0
        segment(path, str(tmp_path / "whole.zarr"), checkpoint=checkpoint, **HERE)
        assert tree(tmp_path / "disk/out.zarr") == tree(tmp_path / "whole.zarr")


def remount(folder, how):
    subprocess.run(["mount", "-o", f"remount,{how}", str(folder)], check=True)
