"""How viewers show the channels of a result: as those of its image."""

import sys

import numpy as np
import pytest
import tifffile
import zarr
from large_images import noise, write_weights, write_zarr

from custom.large import segment
from custom.large.omero import channel_entry, zarr_channels
from custom.large.sources import open_source

WINDOW = {"min": 0, "max": 4095, "start": 100, "end": 900.5}
WHOLE = {"min": 0.0, "max": 65535.0, "start": 0.0, "end": 65535.0}
DAPI = {"label": "DAPI", "color": "0000ff", "window": WINDOW, "active": True}
GFP = {"label": "GFP", "color": "00FF00", "window": WINDOW, "active": False, "family": "linear"}
UNTOLD = [
    {"label": "channel 0", "color": "FF0000", "window": WHOLE, "active": True},
    {"label": "channel 1", "color": "00FF00", "window": WHOLE, "active": True},
]


def entries(tmp_path, path, **options):
    """What OUT says of its channels."""
    checkpoint, _ = write_weights(tmp_path, in_channels=1 if "channel" in options else 2)
    out = str(tmp_path / "out.zarr")
    segment(path, out, checkpoint=checkpoint, scheduler="synchronous", block=(64, 64), **options)
    attributes = dict(zarr.open_group(out, mode="r").attrs)
    return attributes.get("ome", attributes)["omero"]["channels"]


def with_omero(tmp_path, version, omero):
    """An OME-Zarr image of two channels."""
    path = write_zarr(tmp_path / "in.zarr", noise(2, 40, 50), "cyx", version=version)
    attributes = zarr.open_group(path, mode="r+").attrs
    attributes.update({"ome": attributes["ome"] | {"omero": omero}} if version == "0.5" else {"omero": omero})
    return path


@pytest.mark.parametrize("omero", [None, 7, [], {}, {"channels": 3}, {"channels": [None, "GFP"]}, {"channels": []}])
def test_broken_metadata_of_channels_end_no_run(tmp_path, omero):
    assert entries(tmp_path, with_omero(tmp_path, "0.5", omero)) == UNTOLD


@pytest.mark.parametrize(
    "broken",
    [
        {"label": 5, "color": 255, "window": [0, 1]},
        {"label": " ", "color": "FF00", "window": {"start": 0, "end": 9}},
        {"color": "#FF0000", "window": WINDOW | {"start": 900.5}},
        {"color": "00GG00", "window": WINDOW | {"min": 4095}},
        {"window": WINDOW | {"max": float("nan")}},
        {"window": WINDOW | {"max": float("inf")}},
        {"window": WINDOW | {"max": 10**400}},
        {"window": WINDOW | {"min": False}},
        {"window": WINDOW | {"end": "900"}},
    ],
)
def test_what_is_broken_of_a_channel_is_what_an_image_without_metadata_has(broken):
    assert channel_entry(0, "uint16", (broken,)) == UNTOLD[0]
    assert channel_entry(0, "uint16", ({"label": "DAPI"} | broken,))["window"] == WHOLE


@pytest.mark.parametrize("version", ["0.4", "0.5"])
def test_names_colours_and_windows_are_those_of_the_image(tmp_path, version):
    path = with_omero(tmp_path, version, {"channels": [DAPI, GFP], "rdefs": {"model": "color"}})
    told = entries(tmp_path, path, ome_version=version)
    assert told == [DAPI, {"label": "GFP", "color": "00FF00", "window": WINDOW, "active": True}]


def test_a_channel_that_is_taken_alone_keeps_its_name(tmp_path):
    path = with_omero(tmp_path, "0.4", {"channels": [DAPI, GFP]})
    assert [one["label"] for one in entries(tmp_path, path, channel=1)] == ["GFP"]


def test_fewer_entries_than_channels_leave_the_others_as_they_were():
    told = zarr_channels({"omero": {"channels": [DAPI]}})
    assert [channel_entry(number, "uint16", told) for number in (0, 1)] == [DAPI, UNTOLD[1]]


def test_names_and_colours_of_ome_tiff_are_those_of_the_result(tmp_path):
    """Colours are signed numbers of 32 bits, red first and alpha last: 0x00FF00FF is green, -16776961 is 0xFF0000FF, red."""
    told = {"Name": ["007", "DAPI"], "Color": [0x00FF00FF, -16776961]}
    tifffile.imwrite(tmp_path / "a.ome.tif", noise(2, 40, 50), metadata={"axes": "CYX", "Channel": told})
    found = entries(tmp_path, str(tmp_path / "a.ome.tif"))
    assert [(one["label"], one["color"]) for one in found] == [("007", "00FF00"), ("DAPI", "FF0000")]
    assert [one["window"] for one in found] == [WHOLE, WHOLE]


def test_the_samples_of_one_channel_of_ome_tiff_share_its_name_and_get_none(tmp_path):
    image = np.zeros((40, 50, 3), np.uint8)
    tifffile.imwrite(tmp_path / "a.ome.tif", image, photometric="rgb", metadata={"axes": "YXS", "Channel": {"Name": ["stain"]}})
    assert open_source(str(tmp_path / "a.ome.tif")).omero == ({}, {}, {})


def test_the_largest_number_is_one():
    window = WINDOW | {"max": sys.float_info.max}
    assert channel_entry(0, "float32", ({"window": window},))["window"] == window
