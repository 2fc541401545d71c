"""The overlays of the tasks as programs, on made cells: train, evaluate, predict."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from monai.bundle import ConfigWorkflow
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage
from torch import Tensor
from torch.nn.functional import avg_pool2d, interpolate
from workflows import workflow

from custom.networks import UNet
from custom.storage.tables import read_rows
from custom.transforms import connected_instances

TINY = {"epochs": 1, "init_features": 2, "patch_size": 32, "patches_per_image": 1}
PAPER = {"patch_size": 188, "lr": 0.001}

pytestmark = pytest.mark.usefixtures("own_cache")


def cells(seed: int, size_px: tuple[int, int] = (96, 104)) -> tuple[NDArray[np.uint8], NDArray[np.uint16]]:
    """A picture of bright cells on dark ground, and their instances, of which some touch."""
    rng = np.random.default_rng(seed)
    centres = rng.uniform((8, 8), (size_px[0] - 8, size_px[1] - 8), (12, 2))
    rows, columns = np.indices(size_px)
    distances = np.hypot(rows - centres[:, :1, None], columns - centres[:, 1:, None])
    instances = np.where(distances.min(0) < 10, distances.argmin(0) + 1, 0).astype(np.uint16)
    image = ndimage.gaussian_filter((instances > 0) * 120.0, 1) + rng.normal(60, 6, size_px)
    return image.clip(0, 255).astype(np.uint8), instances


def save(array: NDArray, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(array).save(path)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A function that gives the folder of four images in the layout of a task."""
    root = tmp_path_factory.mktemp("made")
    for n in range(4):
        image, instances = cells(n)
        frame, tracked = cells(n, (144, 152))
        small, few = cells(n, (64, 72))
        mask = (instances > 0).astype(np.uint8) * 255
        save(image, root / "nuclei" / "images" / f"{n}.png")
        save(instances, root / "nuclei" / "instances" / f"{n}.png")
        save(image, root / "isbi2012" / "image" / f"{n}.png")
        save(mask, root / "isbi2012" / "label" / f"{n}.png")
        save(frame, root / "ctc" / "01" / f"t{n:03}.tif")
        save(tracked, root / "ctc" / "01_GT" / "SEG" / f"man_seg{n:03}.tif")
        save(np.stack([image] * 3, -1), root / "folder" / f"{n}.jpg")
        save(mask, root / "folder" / f"{n}_mask.png")
        save(small, root / "small" / "images" / f"{n}.png")
        save((few > 0).astype(np.uint8) * 255, root / "small" / "masks" / f"{n}.png")
    for name, source in (("train-volume", "image"), ("train-labels", "label")):
        first, *others = (Image.open(root / "isbi2012" / source / f"{n}.png") for n in range(4))
        (root / "stack").mkdir(exist_ok=True)
        first.save(root / "stack" / f"{name}.tif", save_all=True, append_images=others)
    return lambda name: root / name


@pytest.fixture
def task(made, tmp_path) -> Callable[..., ConfigWorkflow]:
    """A function that makes the workflow of a tiny training on one of the made sets."""

    def make(*overlays: str, data: str, **settings) -> ConfigWorkflow:
        options = {"bundle_root": str(tmp_path), "dataset_dir": str(made(data)), **TINY, **settings}
        return workflow("train", "train.json", *overlays, **options)

    return make


def scores(run_dir: Path) -> dict[str, float]:
    return {row["metric"]: float(row["value"]) for row in read_rows(run_dir / "scores.csv") if row["value"]}


@pytest.mark.parametrize(
    ("overlays", "data", "settings", "metric"),
    [
        (("isbi2012.json",), "isbi2012", {}, "val_rand_f_score"),
        (("isbi2012.json",), "stack", {"fold": 2}, "val_rand_f_score"),
        (("isbi2012.json", "neighbours.json"), "stack", {}, "val_rand_f_score"),
        (("ctc.json",), "ctc", {"patch_size": 64}, "val_seg"),
        (("nuclei.json",), "nuclei", {"val_fraction": 0.25}, "val_seg"),
        (("nuclei.json",), "nuclei", {"val_fraction": 0.25, "weighting#w0": 0}, "val_merged_pairs"),
        (("folder.json",), "folder", {"val_fraction": 0.25, "input_channels": 3}, "val_mean_dice"),
        (("folder.json", "paper.json"), "small", {**PAPER, "val_fraction": 0.25}, "val_mean_dice"),
        (("isbi2012.json", "paper.json"), "isbi2012", PAPER, "val_rand_f_score"),
        (("ctc.json", "paper.json"), "ctc", PAPER, "val_seg"),
        (("nuclei.json", "paper.json"), "nuclei", {**PAPER, "val_fraction": 0.25}, "val_seg"),
    ],
)
def test_a_task_trains_and_its_weights_score_the_same_when_evaluated(task, tmp_path, overlays, data, settings, metric):
    task(*overlays, data=data, run_name="mine", **settings).run()
    trained = scores(tmp_path / "runs" / "mine")
    assert np.isfinite(trained[metric])
    settings = {**settings, "checkpoint": str(tmp_path / "runs" / "mine" / "model.pt"), "run_name": "again"}
    task(*overlays, "evaluate.json", data=data, **settings).run()
    again = scores(tmp_path / "runs" / "again")
    assert again.keys() == trained.keys()
    # Training validates in bfloat16 where that is fast, evaluation computes in float32.
    assert again["val_loss"] == pytest.approx(trained["val_loss"], rel=0.05)


def test_a_task_without_data_is_one_line(task, tmp_path):
    with pytest.raises(SystemExit, match="^dataset_dir: no folder ''"):
        task("nuclei.json", data="nuclei", dataset_dir="").run()
    assert not (tmp_path / "runs").exists()


def test_the_last_quarter_of_the_sections_is_held_out(task):
    built = task("isbi2012.json", data="isbi2012")
    assert [item["patient_id"] for item in built.parser.get_parsed_content("split")["val"]] == ["3"]


def test_border_weights_reach_the_loss_and_can_be_switched_off(task):
    for w0, highest in ((10, 11.0), (0, 1.0)):
        built = task("nuclei.json", data="nuclei", val_fraction=0.25, **{"weighting#w0": w0})
        dataset = built.parser.get_parsed_content("train#dataset")
        weights = torch.stack([patch["label"][1] for patches in dataset for patch in patches])
        assert weights.min() == 1
        assert weights.max() <= highest and (w0 == 0 or weights.max() > 3)


def test_the_papers_regime_is_the_papers(task):
    built = task("isbi2012.json", "paper.json", data="isbi2012", patch_size=572, init_features=64)
    network = built.parser.get_parsed_content("network_def")
    assert sum(parameter.numel() for parameter in network.parameters()) == 31_030_658
    assert network.dropout.p == 0.5 and not network.padding
    optimizer = built.parser.get_parsed_content("optimizer_def")
    assert type(optimizer).__name__ == "SGD" and optimizer.defaults["momentum"] == 0.99
    loader = built.parser.get_parsed_content("train#dataloader")
    batch = next(iter(loader))
    assert batch["image"].shape == (1, 1, 572, 572) and batch["label"].shape == (1, 2, 572, 572)
    told = {one["_target_"].split(".")[-1]: one for one in built.parser["augmentation"]["transforms"]}
    elastic = told["Rand2DElasticExactd"]
    assert elastic["magnitude_range"] == [10, 10] and np.degrees(elastic["rotate_range"]) == pytest.approx(15, abs=0.2)
    assert told["MirrorPadd"]["margin"] == 92 and {"RandFlipd", "RandRotate90d"} < set(told)
    assert (told["RandScaleIntensityd"]["factors"], told["RandShiftIntensityd"]["offsets"]) == (0.2, 0.3)
    assert (built.parser["weighting"]["w0"], built.parser["weighting"]["sigma"]) == (10, 5)


@pytest.mark.parametrize("padding", [True, False])
def test_a_cell_network_predicts_instances(task, made, tmp_path, padding):
    overlays = ("nuclei.json",) if padding else ("nuclei.json", "paper.json")
    classes = {"num_classes": 3, "border_class": 2} if padding else {"num_classes": 2}
    task(*overlays, data="nuclei", run_name="mine", val_fraction=0.25, **({} if padding else PAPER)).run()
    workflow(
        "infer", "inference.json", bundle_root=str(tmp_path), dataset_dir=str(made("nuclei") / "images"),
        output_dir=str(tmp_path / "out"), checkpoint=str(tmp_path / "runs" / "mine" / "model.pt"), input_channels=1,
        init_features=2, padding=padding, batch_norm=padding, instances=True, min_size_px=0, average=True, **classes,
    ).run()  # fmt: skip
    for n in range(4):
        mask, instances = (np.asarray(Image.open(tmp_path / "out" / f"{n}_{kind}.png")) for kind in ("mask", "instances"))
        assert mask.shape == (96, 104)
        assert np.array_equal(instances.T, connected_instances(mask.T, border_class=classes.get("border_class", 0)))


def test_a_network_on_a_coarser_grid_predicts_pixels_of_the_image_and_instances_up_to_their_borders(task, made, tmp_path):
    built = task("ctc.json", data="ctc", run_name="mine", patch_size=64)
    built.run()
    network = built.parser.get_parsed_content("network").eval()
    image = np.asarray(Image.open(made("ctc") / "01" / "t002.tif"), np.float32)
    coarse = avg_pool2d(torch.tensor((image - image.mean()) / image.std()).T[None, None], 2)
    show_all_classes(network, coarse)
    torch.save(network.state_dict(), tmp_path / "model.pt")  # alone: what it was trained with is told below
    workflow(
        "infer", "inference.json", bundle_root=str(tmp_path), dataset_dir=str(made("ctc") / "01"),
        output_dir=str(tmp_path / "out"), checkpoint=str(tmp_path / "model.pt"), input_channels=1, num_classes=3,
        init_features=2, downsampling=2, min_size_px=9, border_class=2, instances=True,
    ).run()  # fmt: skip
    with torch.no_grad():
        logits = interpolate(network(coarse), scale_factor=2, mode="bilinear")[0]
    mask, instances = (np.asarray(Image.open(tmp_path / "out" / f"t002_{kind}.tif")).T for kind in ("mask", "instances"))
    assert (mask == logits.argmax(0).numpy()).mean() > 0.999 and set(np.unique(mask)) == {0, 1, 2}
    assert np.array_equal(instances, connected_instances(mask, min_size_px=9, border_class=2))
    assert not np.array_equal(instances, connected_instances(mask, min_size_px=9))


@torch.no_grad()
def show_all_classes(network: UNet, image: Tensor) -> None:
    """Each of the three classes is predicted for about a third of the image: so short a training gives background alone."""
    network.head.weight.fill_(1)
    network.head.bias.zero_()
    lower, upper = network(image)[0, 0].quantile(torch.tensor([0.33, 0.67]))
    network.head.weight *= torch.arange(3.0).view(3, 1, 1, 1)
    network.head.bias -= torch.stack([lower * 0, lower, lower + upper])


def test_a_network_that_sees_neighbouring_sections_predicts_the_pages_of_a_stack(task, made, tmp_path):
    task("isbi2012.json", "neighbours.json", data="isbi2012", run_name="mine").run()
    workflow(
        "infer", "inference.json", "neighbours.json", bundle_root=str(tmp_path),
        dataset_dir=str(made("stack") / "train-volume.tif"), output_dir=str(tmp_path / "out"), init_features=2,
        checkpoint=str(tmp_path / "runs" / "mine" / "model.pt"), largest_object=False,
    ).run()  # fmt: skip
    masks = sorted((tmp_path / "out" / "train-volume").glob("*_mask.tif"))
    assert [path.name for path in masks] == [f"{n}_mask.tif" for n in range(4)]


def test_cells_are_pasted_before_they_are_weighted_but_not_in_the_papers_regime(task):
    pasted = task("ctc.json", data="ctc", **{"pasting#prob": 1}).parser.get_parsed_content("train#dataset")
    assert pasted._cache[0]["instances"].shape == (1, 152, 144)
    patches = []
    for pasted.epoch in range(4):
        patches += [patch["label"] for item in pasted for patch in item]
    label, weight = torch.stack(patches).transpose(0, 1)
    assert label.unique().tolist() == [-1, 0, 1, 2] and weight[label == 2].mean() > 5 > weight[label == 1].max() == 1
    paper = task("ctc.json", "paper.json", data="ctc", **PAPER).parser.get_parsed_content("train#dataset")
    assert "instances" not in paper._cache[0]


def test_all_that_is_not_random_is_cached(task):
    dataset = task("nuclei.json", data="nuclei", val_fraction=0.25).parser.get_parsed_content("train#dataset")
    assert dataset._cache[0]["label"].shape == (2, 104, 96) and "instances" not in dataset._cache[0]


def test_a_border_without_annotation_is_one_setting(task):
    for border_px, unlabelled in ((50, True), (0, False)):
        built = task("ctc.json", data="ctc", border_px=border_px)
        label = built.parser.get_parsed_content("validate#dataset")[0]["label"]
        assert bool((label[0, 0] == -1).any()) == unlabelled
        assert built.parser.get_parsed_content("validate#key_metric")["val_seg"].border_px == border_px


def test_frames_without_a_middle_are_one_line(task, tmp_path):
    with pytest.raises(SystemExit, match="has 144×152 pixels, of which a border of 72 leaves none; set --border_px"):
        task("ctc.json", data="ctc", border_px=72).run()
    assert not (tmp_path / "runs").exists()


def test_masks_for_cells_are_taken_apart_with_a_warning(task, made):
    folders = {"slices#image_folder": "image", "slices#label_folder": "label"}
    built = task("nuclei.json", data="isbi2012", val_fraction=0.25, **folders)
    with pytest.warns(UserWarning, match="png is a mask, not instances"):
        instances = built.parser.get_parsed_content("validate#dataset")[0]["instances"]
    assert instances.max() > 1


def test_a_threshold_on_flair_is_told_of_flair_alone(task, tmp_path):
    settings = {"data": "folder", "val_fraction": 0.25, "input_channels": 3}
    task("folder.json", **settings, run_name="mine").run()
    checkpoint = str(tmp_path / "runs" / "mine" / "model.pt")
    task("folder.json", "evaluate.json", **settings, checkpoint=checkpoint, run_name="again").run()
    assert (tmp_path / "runs" / "again" / "patients.csv").exists()
    assert not (tmp_path / "runs" / "again" / "threshold.csv").exists()
