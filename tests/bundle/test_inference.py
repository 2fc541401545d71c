"""inference.json as a program: what goes in, what comes out, and what happens when something is broken."""

import subprocess
import sys
from pathlib import Path

import nibabel
import numpy as np
import pytest
import torch
from PIL import Image
from scipy.ndimage import convolve1d
from scipy.ndimage import label as connected_objects
from workflows import workflow

from custom.inferers.whole_image import fast_bfloat16_cpu
from custom.loading.tolerant import TolerantDataset
from custom.networks import UNet

RECORD = "predictions.jsonl"
BUNDLE = Path(__file__).parents[2] / "bundle"
# Axes of the file to the back, the bottom and the right of the patient; to the left, the back and the top; and oblique ones.
SAGITTAL = np.array([[0, 0, 2, 5], [-1, 0, 0, 7], [0, -3, 0, 1], [0, 0, 0, 1.0]])
DICOM_LIKE = np.diag([-1.0, -2, 3, 1])
OBLIQUE = np.array([[0.9, 0.1, 0.3, -4], [0.2, -0.8, 0.2, 9], [-0.3, 0.2, 1.9, 2], [0, 0, 0, 1]])


def normalised(pixels):
    """Channels first, each with mean 0 and standard deviation 1."""
    pixels = torch.tensor(pixels.astype(np.float32))
    axes = tuple(range(1, pixels.ndim))
    return (pixels - pixels.mean(axes, keepdim=True)) / pixels.std(axes, correction=0, keepdim=True)


@torch.no_grad()
def predicted(network, pixels):
    """Labels (W, H) of pixels (C, W, H)."""
    logits = network(normalised(pixels)[None])[0]
    return (logits[0] > 0 if len(logits) == 1 else logits.argmax(0)).numpy()


def across_slices(logits):
    """Logits (W, H, D) averaged over each slice, twice, and its neighbours."""
    return convolve1d(logits, [0.25, 0.5, 0.25], axis=-1, mode="nearest")


def largest_object(single, average):
    """What of the masks (W, H, D) of single slices is connected with the largest object of the average's."""
    pieces, _ = connected_objects(average, structure=np.ones((3, 3, 3)))
    largest = pieces == np.bincount(pieces[pieces > 0]).argmax()
    objects, _ = connected_objects(single | largest, structure=np.ones((3, 3, 3)))
    return single & np.isin(objects, objects[largest])


@torch.no_grad()
def predicted_volume(network, volume):
    """Labels (H, W, D) of a NIfTI image (H, W, D, C), found on its axial slices; of a lone slice every object stays."""
    canonical = nibabel.as_closest_canonical(volume)
    pixels = normalised(np.moveaxis(np.asarray(canonical.dataobj), -1, 0))
    logits = np.stack([network(pixels[None, ..., z])[0, 0].numpy() for z in range(pixels.shape[-1])], axis=-1)
    labels = largest_object(logits > 0, across_slices(logits) > 0) if logits.shape[-1] > 1 else logits > 0
    there = nibabel.io_orientation(canonical.affine)
    back = nibabel.orientations.ornt_transform(there, nibabel.io_orientation(volume.affine))
    return nibabel.orientations.apply_orientation(labels, back)


def noise(*shape):
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def balanced_network(num_classes=1, in_channels=3):
    """A small network that finds something on about half of the pixels of noise, so that an error shows."""
    torch.manual_seed(0)
    network = UNet(in_channels=in_channels, out_channels=num_classes, init_features=2).eval()
    with torch.no_grad():
        network.head.weight *= 10
        logits = network(normalised(noise(in_channels, 64, 64))[None])
        network.head.bias -= logits.median() if num_classes == 1 else logits.mean((0, 2, 3))
    return network


def agree(one, other):
    """Equal but for pixels whose probability lies at the threshold to within rounding."""
    return one.shape == other.shape and np.mean(one != other) < 0.01


@pytest.fixture
def network(tmp_path):
    network = balanced_network()
    torch.save(network.state_dict(), tmp_path / "model.pt")
    return network


def prediction(tmp_path, **override):
    settings = {
        "bundle_root": str(BUNDLE),
        "dataset_dir": str(tmp_path / "images"),
        "output_dir": str(tmp_path / "out"),
        "checkpoint": str(tmp_path / "model.pt"),
        "init_features": 2,
    }
    return workflow("infer", "inference.json", **{**settings, **override})


def predict(tmp_path, **override):
    prediction(tmp_path, **override).run()
    return tmp_path / "out"


def save(tmp_path, name, pixels):
    path = tmp_path / "images" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)
    return path


def save_volume(tmp_path, name, values, affine=None):
    path = tmp_path / "images" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    volume = nibabel.Nifti1Image(values, np.eye(4) if affine is None else affine)
    nibabel.save(volume, path)
    return volume


def read(path):
    with Image.open(path) as image:
        return np.asarray(image)


def files_below(folder):
    """All files but the record and the report of a prediction."""
    files = [path.relative_to(folder) for path in folder.rglob("*") if path.is_file()]
    return sorted(str(path) for path in files if path.name not in (RECORD, "report.html"))


def test_no_image_is_one_line_and_writes_nothing(tmp_path, network):
    for dataset_dir in (tmp_path / "nowhere", tmp_path):
        with pytest.raises(SystemExit, match=r"^dataset_dir[: ][^\n]*$"):
            predict(tmp_path, dataset_dir=str(dataset_dir))
    assert files_below(tmp_path) == ["model.pt"]


def save_of_another_architecture(path):
    torch.save(UNet(init_features=4).state_dict(), path)


def save_code(path):
    torch.save({"weight": print}, path)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Path.exists, "^checkpoint: no file"),
        (save_of_another_architecture, "^init_features must be 4, with which .*model.pt was trained, got 2$"),
        (save_code, "^checkpoint: .*model.pt is refused"),
    ],
)
def test_a_useless_checkpoint_is_one_line_and_writes_nothing(tmp_path, make, message):
    save(tmp_path, "a.tif", noise(16, 16, 3))
    make(tmp_path / "model.pt")
    with pytest.raises(SystemExit, match=message):
        predict(tmp_path)
    assert not (tmp_path / "out").exists()


def test_earlier_results_are_never_overwritten(tmp_path, network):
    save(tmp_path, "a.tif", noise(16, 16, 3))
    mask = predict(tmp_path) / "a_mask.tif"
    before = mask.stat().st_mtime_ns
    with pytest.raises(SystemExit, match="is not empty"):
        predict(tmp_path)
    assert mask.stat().st_mtime_ns == before


def test_a_wrong_value_is_one_line(tmp_path, network):
    save(tmp_path, "a.tif", noise(16, 16, 3))
    for name, value in {"device": "gpu", "runtime": "tensorrt"}.items():
        with pytest.raises(SystemExit, match=rf"^{name} must be [^\n]*$"):
            predict(tmp_path, **{name: value})


def test_broken_files_are_reported_and_the_others_finish(tmp_path, network, capsys):
    good = save(tmp_path, "good.tif", noise(20, 24, 3))
    folder = good.parent
    (folder / "cut.tif").write_bytes(good.read_bytes()[:-500])
    (folder / "empty.png").touch()
    save(tmp_path, "grey.png", noise(20, 24))
    (folder / "no_image.nii.gz").write_bytes(b"no image at all")
    values = np.ones((8, 8, 2, 3), np.float32)
    values[3, 3, 1, 2] = np.nan
    save_volume(tmp_path, "holes.nii.gz", values)
    save(tmp_path, "last.png", noise(20, 24, 3))

    with pytest.raises(SystemExit) as exit_:
        predict(tmp_path, overlays=False)

    assert exit_.value.code == 1
    assert files_below(tmp_path / "out") == ["good_mask.tif", "last_mask.png"]
    lines = [line.strip() for line in capsys.readouterr().err.replace("\r", "\n").split("\n")]
    for name, reason in {"cut.tif": "truncated", "empty.png": "empty", "grey.png": "channel", "holes.nii.gz": "NaN"}.items():
        assert [line for line in lines if line.startswith(f"skipped {folder / name}: ") and reason in line], (name, lines)
    assert sum(line.startswith("skipped") for line in lines) == 5
    assert f"2 predicted, 5 failed: {tmp_path / 'out'}" in lines


def test_volumes_that_cannot_be_right_are_reported_and_a_blank_slice_is_predicted(tmp_path, network, capsys):
    save_volume(tmp_path, "zeros.nii.gz", np.zeros((8, 8, 2, 3), np.float32))
    save_volume(tmp_path, "nan.nii.gz", np.full((8, 8, 2, 3), np.nan, np.float32))
    for channels in (2, 5):
        save_volume(tmp_path, f"channels_{channels}.nii.gz", noise(8, 8, 2, channels))
    save(tmp_path, "blank.png", np.zeros((20, 24, 3), np.uint8))

    with pytest.raises(SystemExit):
        predict(tmp_path, overlays=False)

    assert files_below(tmp_path / "out") == ["blank_mask.png"]
    lines = capsys.readouterr().err.replace("\r", "\n")
    for name, reason in {
        "zeros": "all voxels are the same; export the volume again",
        "nan": "holds NaN or infinite values; write it again without them",
        "channels_2": "wrong channel count 2, the network takes 3 as input_channels; take other weights",
        "channels_5": "wrong channel count 5, the network takes 3 as input_channels; take other weights",
    }.items():
        assert f"skipped {tmp_path / 'images' / name}.nii.gz: {reason}\n" in lines


def test_colours_for_a_network_of_grey_may_be_saved_as_grey_where_they_are_colours(tmp_path):
    save(tmp_path, "a.png", noise(8, 8, 3))
    save_volume(tmp_path, "v.nii.gz", noise(8, 8, 2, 3))
    items = [{"image": str(tmp_path / "images" / name)} for name in ("a.png", "v.nii.gz")]
    told = [item["failure"] for item in TolerantDataset(items, dict, in_channels=1)]
    assert told[0].endswith("as input_channels; if these are colours, save the image as grey; else take other weights")
    assert told[1].endswith("as input_channels; take other weights")


def test_an_image_that_the_network_cannot_take_does_not_end_the_others(tmp_path, network, capsys):
    save(tmp_path, "a.png", noise(20, 24, 3))
    save(tmp_path, "b.png", noise(36, 24, 3))
    program = prediction(tmp_path)
    inferer = program.parser.get_parsed_content("inferer")

    def without_memory(inputs, network):
        if inputs.shape[-1] == 20:
            raise MemoryError("out of memory")
        return inferer(inputs, network)

    program.evaluator.inferer = without_memory
    with pytest.raises(SystemExit):
        program.run()
    assert "a.png: out of memory" in capsys.readouterr().err
    assert files_below(tmp_path / "out") == ["b_mask.png", "b_overlay.png"]


def test_every_format_nested_gives_masks_beside_their_names(tmp_path, network):
    pixels = noise(40, 56, 3)
    save(tmp_path, "p1/p1_2.tif", pixels)
    save(tmp_path, "p1/p1_2_mask.tif", noise(40, 56))
    save(tmp_path, "p1/deeper/cell.png", pixels)
    photo = read(save(tmp_path, "photo.jpg", pixels))
    volume = save_volume(tmp_path, "head.nii.gz", noise(40, 56, 3, 3))

    out = predict(tmp_path)

    masks = {"p1/p1_2_mask.tif": pixels, "p1/deeper/cell_mask.png": pixels, "photo_mask.png": photo}
    overlays = ["head_overlay.png", "p1/deeper/cell_overlay.png", "p1/p1_2_overlay.png", "photo_overlay.png"]
    assert files_below(out) == sorted([*masks, "head_mask.nii.gz", *overlays])
    for name, image in masks.items():
        with Image.open(out / name) as mask:
            assert mask.format == ("TIFF" if name.endswith("tif") else "PNG")
        assert agree(read(out / name), predicted(network, image.T).T * np.uint8(255))
        assert read(out / name).dtype == np.uint8
    assert agree(np.asarray(nibabel.load(out / "head_mask.nii.gz").dataobj), predicted_volume(network, volume))
    assert read(out / "photo_overlay.png").shape == (40, 56)


def cut_short(path):
    path.write_bytes(path.read_bytes()[:-500])


def break_the_stream(path):
    """Damage that the header does not show."""
    Image.fromarray(read(path)).save(path, compression="tiff_adobe_deflate")
    content = bytearray(path.read_bytes())
    content[20:400] = bytes(380)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("damage", "across", "together"),
    [
        (cut_short, True, [[0, 1], [2, 3]]),
        (break_the_stream, True, [[0, 1, 2, 3]]),
        (break_the_stream, False, [[0], [1], [2], [3]]),
    ],
)
def test_the_slices_of_a_patient_agree_with_their_neighbours_past_a_broken_one(tmp_path, network, damage, across, together):
    """A file whose size can be read lies between neighbours, any other between two series."""
    slices = np.random.default_rng(0).integers(0, 256, (4, 40, 56, 3), dtype=np.uint8)
    for number, pixels in zip((1, 2, 9, 10, 11), [*slices[:2], slices[0], *slices[2:]], strict=True):
        save(tmp_path, f"p/p_{number}.tif", pixels)
    damage(tmp_path / "images" / "p" / "p_9.tif")

    with pytest.raises(SystemExit):
        predict(tmp_path, overlays=False, across_slices=across, largest_object=False)

    with torch.no_grad():
        logits = np.stack([network(normalised(pixels.T)[None])[0, 0].numpy() for pixels in slices], axis=-1)
    expected = np.concatenate([across_slices(logits[..., series]) for series in together], axis=-1)
    for place, number in enumerate((1, 2, 10, 11)):
        assert agree(read(tmp_path / "out" / f"p/p_{number}_mask.tif"), (expected[..., place] > 0).T * np.uint8(255))
    assert not (tmp_path / "out" / "p" / "p_9_mask.tif").exists()


def test_of_several_objects_of_a_patient_the_largest_stays_unless_told_otherwise(tmp_path, network):
    weights = torch.load(tmp_path / "model.pt", weights_only=True)
    for number in (1, 2):
        save(tmp_path, f"p/p_{number}.tif", np.random.default_rng(number).integers(0, 256, (40, 56, 3), dtype=np.uint8))
    with torch.no_grad():
        logits = torch.stack([network(normalised(read(path).T)[None]) for path in sorted(tmp_path.rglob("p_*.tif"))])
    # Only a tenth of the pixels is marked, so that they do not all touch.
    weights["head.bias"] = network.head.bias.data - logits.quantile(0.9)
    torch.save(weights, tmp_path / "model.pt")
    masks = {}
    for kept, across in ((True, True), (False, True), (False, False)):
        out = tmp_path / f"out_{kept}_{across}"
        predict(tmp_path, overlays=False, largest_object=kept, across_slices=across, output_dir=str(out))
        masks[kept, across] = np.stack([read(out / f"p/p_{number}_mask.tif") for number in (1, 2)]) > 0
    assert connected_objects(masks[False, True], structure=np.ones((3, 3, 3)))[1] > 1
    assert np.array_equal(masks[True, True], largest_object(masks[False, False], masks[False, True]))
    assert masks[True, True].sum() < masks[False, False].sum()


@pytest.mark.parametrize("affine", [np.eye(4), SAGITTAL, DICOM_LIKE, OBLIQUE], ids=["RAS", "PIR", "LPS", "oblique"])
def test_a_volume_is_predicted_on_axial_slices_and_written_in_its_own_geometry(tmp_path, network, affine):
    volume = save_volume(tmp_path, "a.nii.gz", noise(24, 32, 28, 3), affine)
    out = predict(tmp_path, overlays=False)
    mask = nibabel.load(out / "a_mask.nii.gz")
    assert mask.get_data_dtype() == np.uint8
    assert np.array_equal(mask.affine, nibabel.load(tmp_path / "images" / "a.nii.gz").affine)
    assert agree(np.asarray(mask.dataobj), predicted_volume(network, volume))


@pytest.mark.parametrize(("affine", "shape"), [(OBLIQUE, (24, 32, 1)), (DICOM_LIKE, (24, 32, 1)), (SAGITTAL, (24, 1, 32))])
def test_a_volume_of_one_axial_slice_keeps_its_geometry(tmp_path, network, affine, shape):
    volume = save_volume(tmp_path, "a.nii.gz", noise(*shape, 3), affine)
    mask = nibabel.load(predict(tmp_path, overlays=False) / "a_mask.nii.gz")
    assert mask.shape == shape
    assert np.array_equal(mask.affine, nibabel.load(tmp_path / "images" / "a.nii.gz").affine)
    assert agree(np.asarray(mask.dataobj), predicted_volume(network, volume))


@pytest.mark.parametrize("affine", [np.eye(4), DICOM_LIKE], ids=["RAS", "LPS"])
def test_nifti_of_two_axes_is_a_slice_in_its_own_geometry(tmp_path, affine):
    network = balanced_network(in_channels=1)
    network.head.bias.data += 0.03  # so that no pixel lies at the threshold
    torch.save(network.state_dict(), tmp_path / "model.pt")
    pixels = noise(24, 40)
    save_volume(tmp_path, "a.nii.gz", pixels, affine)
    out = predict(tmp_path, input_channels=1, probability_maps=True, instances=True, largest_object=False)
    kinds = ("mask", "instances", "probability")
    assert files_below(out) == sorted(["a_overlay.png", *(f"a_{kind}.nii.gz" for kind in kinds)])
    mask, instances, probability = (nibabel.load(out / f"a_{kind}.nii.gz") for kind in kinds)
    assert np.array_equal(mask.affine, nibabel.load(tmp_path / "images" / "a.nii.gz").affine)
    turned = pixels[::-1, ::-1] if affine is DICOM_LIKE else pixels
    expected = predicted(network, turned[None])
    labels = np.asarray(mask.dataobj)
    assert agree(labels, expected[::-1, ::-1] if affine is DICOM_LIKE else expected) and 0.2 < labels.mean() < 0.8
    assert np.array_equal(np.asarray(instances.dataobj) > 0, labels > 0)
    assert np.array_equal(np.asarray(probability.dataobj) > 0.5, labels > 0)
    assert read(out / "a_overlay.png").shape == (40, 24)


def test_classes_of_nifti_of_two_axes_have_probabilities_along_a_fourth(tmp_path):
    torch.save(balanced_network(num_classes=3, in_channels=1).state_dict(), tmp_path / "model.pt")
    save_volume(tmp_path, "a.nii", noise(24, 40))
    out = predict(tmp_path, input_channels=1, num_classes=3, probability_maps=True)
    mask, probability = (np.asarray(nibabel.load(out / f"a_{kind}").dataobj) for kind in ("mask.nii", "probability.nii.gz"))
    assert probability.shape == (24, 40, 1, 3) and np.array_equal(probability.argmax(-1)[..., 0], mask)


def test_slices_of_a_volume_are_predicted_in_batches(tmp_path, network):
    save_volume(tmp_path, "a.nii.gz", noise(24, 32, 19, 3), OBLIQUE)
    program = prediction(tmp_path, overlays=False)
    batches = []
    program.parser.get_parsed_content("network_def").register_forward_pre_hook(
        lambda _, inputs: batches.append(inputs[0].shape)
    )
    program.run()
    assert batches == [(8, 3, 24, 32), (8, 3, 24, 32), (3, 3, 24, 32)]


@pytest.mark.parametrize("shape", [(24, 40, 3), (24, 40, 3, 1), (24, 40, 1)])
def test_a_volume_without_channels_feeds_a_network_of_one(tmp_path, shape):
    torch.save(balanced_network(in_channels=1).state_dict(), tmp_path / "model.pt")
    save_volume(tmp_path, "a.nii", noise(*shape))
    out = predict(tmp_path, input_channels=1)
    assert nibabel.load(out / "a_mask.nii").shape == shape[:3]


def test_several_classes_give_their_numbers_and_probabilities_that_sum_to_1(tmp_path):
    network = balanced_network(num_classes=3)
    torch.save(network.state_dict(), tmp_path / "model.pt")
    pixels = noise(40, 56, 3)
    save(tmp_path, "a.png", pixels)
    save_volume(tmp_path, "v.nii", noise(40, 56, 2, 3))
    out = predict(tmp_path, num_classes=3, probability_maps=True)
    labels = read(out / "a_mask.png")
    assert set(np.unique(labels)) == {0, 1, 2}
    assert agree(labels, predicted(network, pixels.T).T)
    probabilities = nibabel.load(out / "v_probability.nii.gz").get_fdata()
    assert np.allclose(probabilities.sum(-1), 1, atol=1e-5)
    assert np.array_equal(probabilities.argmax(-1), np.asarray(nibabel.load(out / "v_mask.nii").dataobj))


def test_the_uncertainty_lies_beside_the_labels_in_their_geometry_and_the_report_lists_all_images(tmp_path, network):
    save(tmp_path, "photo.png", picture := noise(24, 40, 3).astype(np.uint8))
    affine = DICOM_LIKE
    save_volume(tmp_path, "v.nii.gz", noise(24, 32, 2, 3), affine)
    out = predict(tmp_path, uncertainty=True, overlays=False)
    assert files_below(out) == ["photo_mask.png", "photo_uncertainty.tif", "v_mask.nii.gz", "v_uncertainty.nii.gz"]
    volume = nibabel.load(out / "v_uncertainty.nii.gz")
    assert volume.get_data_dtype() == np.float32 and np.array_equal(volume.affine, nibabel.load(out / "v_mask.nii.gz").affine)
    for values in (read(out / "photo_uncertainty.tif"), volume.get_fdata()):
        assert 0 <= values.min() < values.max() <= 0.25
    assert read(out / "photo_uncertainty.tif").shape == picture.shape[:2]
    report = (out / "report.html").read_text()
    assert all(f"<td>{name}</td>" in report for name in ("photo", "v"))


def test_the_threshold_cuts_the_probability_map(tmp_path, network):
    save(tmp_path, "a.tif", noise(40, 56, 3))
    out = predict(tmp_path, probability_maps=True, threshold=0.6)
    probabilities, mask = (read(out / f"a_{kind}.tif") for kind in ("probability", "mask"))
    assert probabilities.dtype == np.float32
    assert np.array_equal(probabilities >= 0.6, mask == 255)
    assert 0 < mask.mean() < 128


def test_images_of_one_stem_do_not_overwrite_each_other(tmp_path, network):
    for name in ("a.png", "a.jpg", "a.tif", "sub/a.png"):
        save(tmp_path, name, noise(16, 16, 3))
    assert files_below(predict(tmp_path, overlays=False)) == [
        "a.jpg_mask.png",
        "a.png_mask.png",
        "a.tif_mask.tif",
        "sub/a_mask.png",
    ]


@pytest.mark.parametrize("runtime", ["torchscript", "onnxruntime", "openvino"])
def test_every_runtime_gives_the_same_masks(tmp_path, network, runtime):
    pytest.importorskip({"torchscript": "torch"}.get(runtime, runtime))
    save(tmp_path, "a.png", noise(45, 50, 3))
    save_volume(tmp_path, "v.nii.gz", noise(33, 40, 3, 3))
    expected = predict(tmp_path, overlays=False)
    out = predict(tmp_path, overlays=False, runtime=runtime, output_dir=str(tmp_path / "other")).with_name("other")
    assert np.array_equal(read(out / "a_mask.png"), read(expected / "a_mask.png"))
    masks = (np.asarray(nibabel.load(folder / "v_mask.nii.gz").dataobj) for folder in (out, expected))
    assert np.array_equal(*masks)


@pytest.mark.parametrize("runtime", ["torch", "torchscript", "openvino"])
@pytest.mark.skipif(not fast_bfloat16_cpu(), reason="this CPU has no bfloat16")
def test_probabilities_in_bfloat16_are_close_to_those_in_float32(tmp_path, network, runtime):
    pytest.importorskip({"torchscript": "torch"}.get(runtime, runtime))
    save(tmp_path, "a.tif", noise(45, 50, 3))
    found = []
    for bfloat16 in (False, True):
        folder = tmp_path / str(bfloat16)
        predict(tmp_path, probability_maps=True, runtime=runtime, bfloat16=bfloat16, output_dir=str(folder))
        found.append(read(folder / "a_probability.tif"))
    assert 0 < np.abs(found[0] - found[1]).max() < 0.05


def test_all_properties_of_an_inference_bundle_are_there(tmp_path, network):
    save(tmp_path, "a.tif", noise(16, 16, 3))
    program = prediction(tmp_path)
    program.properties = {name: value for name, value in program.properties.items() if not value["id"].startswith("_meta_")}
    assert program.check_properties() == []


@pytest.mark.slow
def test_the_command_reports_a_broken_file_without_a_traceback_and_exits_with_1(tmp_path, network):
    save(tmp_path, "good.tif", noise(20, 24, 3))
    (tmp_path / "images" / "empty.tif").touch()
    command = [sys.executable, "-m", "monai.bundle", "run", "--config_file", "configs/inference.json", "--init_features", "2"]
    paths = {"dataset_dir": "images", "output_dir": "out", "checkpoint": "model.pt"}
    command += [word for name, path in paths.items() for word in (f"--{name}", str(tmp_path / path))]
    done = subprocess.run([*command, "--device", "cpu"], cwd=BUNDLE, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert f"1 predicted, 1 failed: {tmp_path / 'out'}" in done.stderr
    assert files_below(tmp_path / "out") == ["good_mask.tif", "good_overlay.png"]
