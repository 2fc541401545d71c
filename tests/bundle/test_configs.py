"""Laws that hold for every config of the bundle."""

import hashlib
import inspect
import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import torch
from monai.bundle import ConfigComponent, ConfigParser, verify_metadata, verify_net_in_out
from monai.utils import ensure_tuple

ROOT = Path(__file__).parents[2]
CONFIGS = ROOT / "bundle" / "configs"
WHOLE = ("train.json", "inference.json")
TASKS = ("ctc.json", "folder.json", "isbi2012.json", "nuclei.json", "paper.json")
OVERLAYS = {
    **{name: ["train.json"] for name in ("ema.json", "evaluate.json", "multi_gpu_train.json", *TASKS)},
    "flair.json": ["train.json", "inference.json"],
    "neighbours.json": ["train.json", "inference.json"],
    "monai_label.json": ["train.json"],
    "large.json": ["inference.json"],
}


def read(*names: str) -> dict[str, Any]:
    parser = ConfigParser()
    parser.read_config([str(CONFIGS / name) for name in names])
    return parser.get()


def read_parser(*names: str, **settings: Any) -> ConfigParser:
    parser = ConfigParser(read(*names))
    parser.update(settings)
    return parser


def components(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        if "_target_" in value:
            yield value
        for part in value.values():
            yield from components(part)
    elif isinstance(value, list):
        for part in value:
            yield from components(part)


def test_every_config_is_held_by_these_laws():
    assert {path.name for path in CONFIGS.glob("*.json")} == {*WHOLE, *OVERLAYS, "metadata.json"}


def parameters(component: dict[str, Any]) -> Mapping[str, inspect.Parameter]:
    target = ConfigComponent(component).resolve_module_name()
    function = ConfigParser({"target": f"${target}"}).get_parsed_content("target") if callable(target) else locate(target)
    return inspect.signature(function).parameters


@pytest.mark.parametrize("name", [*WHOLE, *OVERLAYS])
def test_all_that_knows_borders_between_cells_is_told_of_them(name):
    for component in components(json.loads((CONFIGS / name).read_text())):
        for setting in {"border_class", "gap_px"} & parameters(component).keys():
            assert component.get(setting) == f"@{setting}", component["_target_"]


@pytest.mark.parametrize("names", [("train.json", "evaluate.json"), ("inference.json",)])
def test_bfloat16_reaches_inferer_and_runtime(names):
    told = {component["_target_"]: component.get("bfloat16") for component in components(read(*names))}
    for target in ("custom.inferers.OverlapTileInferer", "custom.targets.load_for_runtime"):
        assert told[target] == "@bfloat16"


@pytest.mark.parametrize("name", [*WHOLE, *OVERLAYS])
def test_each_target_exists_and_takes_its_arguments(name):
    for component in components(json.loads((CONFIGS / name).read_text())):
        accepted = parameters(component)
        if not any(parameter.kind is parameter.VAR_KEYWORD for parameter in accepted.values()):
            given = {key for key in component if not (key.startswith("_") and key.endswith("_"))}
            assert given <= set(accepted), component["_target_"]


def locate(target: str) -> Any:
    from pydoc import locate as find

    return find(target)


@pytest.mark.parametrize(("name", "base_name"), [(name, base) for name, bases in OVERLAYS.items() for base in bases])
def test_an_overlay_is_short_and_touches_only_ids_that_exist(name, base_name):
    base = read(base_name)
    overlay = json.loads((CONFIGS / name).read_text())
    assert len((CONFIGS / name).read_text().splitlines()) <= 60
    used = json.dumps({**base, **overlay})
    for key in overlay:
        parent = base
        for part in key.removeprefix("+").split("#")[:-1]:
            parent = parent.get(part, overlay.get(part, {}))
        last = key.split("#")[-1]
        assert last in parent or "_target_" in parent or f"@{key}" in used or key == "finalize", key


def test_training_and_inference_share_network_preprocessing_and_postprocessing():
    train, inference = read("train.json"), read("inference.json")
    assert train["network_def"] == inference["network_def"]
    assert (train["channels"]["_target_"], inference["channels"]["record"]) == ("Identityd", "@record")
    transforms = [transform for transform in train["preprocessing"]["transforms"] if transform not in ("@finite", "@labelled")]
    ours = [of_image(transform) for transform in transforms if acts_on_image(transform)]
    assert ours == inference["preprocessing"]["transforms"]


def test_evaluation_and_inference_predict_alike():
    evaluate, inference = read("train.json", "evaluate.json"), read("inference.json")
    averaged = evaluate["validate"]["inferer"]["inferer"] | {"variance": "@uncertainty"}
    more = {"_desc_": "", "threshold": "@threshold", "variance": "@uncertainty", "inferer": averaged}
    assert evaluate["validate"]["inferer"] | more == inference["inferer"] | {"_desc_": ""}


@pytest.mark.parametrize("temperature", [1, 2.5])
def test_an_evaluation_doubts_at_the_temperature_of_the_record(temperature):
    parser = read_parser("train.json", "evaluate.json", temperature=temperature, device="cpu")
    logits = torch.linspace(-4, 4, 64).reshape(1, 8, 8)
    result = parser.get_parsed_content("postprocessing")({"pred": logits})
    torch.testing.assert_close(torch.as_tensor(result["probability"]), torch.sigmoid(logits / temperature))
    assert torch.equal(torch.as_tensor(result["pred"]), (logits >= 0).float())


def test_the_largest_object_and_the_mask_have_one_threshold():
    inference, evaluate = read_parser("inference.json", threshold=0.3, device="cpu"), read_parser("train.json", "evaluate.json")
    assert inference.get_parsed_content("inferer").threshold == inference.get_parsed_content("threshold") == 0.3
    (discrete,) = (c for c in components(evaluate["postprocessing"]) if c["_target_"] == "AsDiscreted")
    assert discrete["threshold"] == "$0.5 if @num_classes == 1 else None"
    assert evaluate.get_parsed_content("validate#inferer").threshold == 0.5


@pytest.mark.parametrize("task", [None, *TASKS, "flair.json", "ema.json", "neighbours.json", "monai_label.json"])
def test_a_training_is_stopped_by_the_score_that_chooses_its_weights(task):
    parser = read_parser(*(name for name in ("train.json", task) if name))
    assert parser.get_parsed_content("early_stop").key_metric == next(iter(parser["validate"]["key_metric"]))


def acts_on_image(transform: dict[str, Any] | str) -> bool:
    return isinstance(transform, str) or "image" in ensure_tuple(transform["keys"])


def of_image(transform: dict[str, Any] | str) -> dict[str, Any] | str:
    return transform if isinstance(transform, str) else {**transform, "keys": "image"}


def test_inference_names_stock_transforms_but_for_what_is_faster_or_reads_right():
    inference = read("inference.json")
    turned, quick = ("AxialSlices", "InvertAxialSlices"), ("NormalizeChannels", "QuickActivations", "QuickAsDiscrete")
    names = (*turned, *quick, "CalibratedProbabilities", "ExpectedOverlap", "SplitVariance")
    ours = {"custom.loading.FileReader"} | {f"custom.transforms.{name}d" for name in names}
    for part in ("preprocessing", "postprocessing"):
        assert {str(c["_target_"]) for c in components(inference[part]) if "custom." in str(c["_target_"])} <= ours


@pytest.mark.parametrize(
    "names", [(), *((name,) for name in TASKS), ("ctc.json", "paper.json"), ("isbi2012.json", "neighbours.json")]
)
def test_of_the_augmentation_only_what_cuts_patches_is_done_item_by_item(names):
    augmented = read_parser("train.json", *names, flair_channel=0).get_parsed_content("augmented")
    cuts = {"RandSlicesd", "SpatialPadd", "MirrorPadd", "RandSpatialCropSamplesd"}
    assert {type(transform).__name__ for transform in augmented.per_item} <= cuts
    assert len(augmented.program.spatial) == (3 if "paper.json" in names else 5)


def test_an_overlay_changes_what_batches_draw():
    steps = {
        name: {type(step).__name__: step for step in read_parser(*name).get_parsed_content("augmented").program.grey}
        for name in (("train.json",), ("train.json", "ctc.json"), ("train.json", "paper.json"))
    }
    plain, cells, paper = steps.values()
    assert (plain["Contrast"].gamma, cells["Contrast"].gamma) == ((0.6, 1.7), (0.8, 1.25))
    assert (plain["Scaling"].factors, cells["Scaling"].factors) == ((-0.3, 0.3), (-0.15, 0.15))
    assert (plain["Smoothing"].sigma_x, cells["Smoothing"].sigma_y) == ((0.3, 1.2), (0.6, 2.4))
    assert "MissingChannels" in plain and "MissingChannels" not in cells and [*paper] == ["Scaling", "Shifting"]
    elastic = read_parser("train.json", "paper.json").get_parsed_content("augmented").program.spatial[-1]
    assert (elastic.prob, elastic.spacing_px, elastic.magnitude, elastic.ranges.rotate) == (
        1,
        (285.5, 285.5),
        (10, 10),
        (0.26,),
    )


@pytest.mark.parametrize("name", [*WHOLE, *OVERLAYS])
def test_expressions_are_one_line_glue(name):
    text = (CONFIGS / name).read_text()
    for word in ("lambda", "$import custom", " for "):
        assert word not in "\n".join(line for line in text.splitlines() if "_desc_" not in line)


def test_the_metadata_passes_monais_check_and_the_zoos_extra_rules():
    schema = Path(__file__).with_name("meta_schema.json")
    digest = hashlib.sha256(schema.read_bytes()).hexdigest()
    verify_metadata(meta_file=str(CONFIGS / "metadata.json"), filepath=str(schema), hash_val=digest, hash_type="sha256")
    metadata = json.loads((CONFIGS / "metadata.json").read_text())
    assert metadata["version"] in metadata["changelog"]
    for name in ("pyproject.toml", "CITATION.cff", "CHANGELOG.md"):
        assert re.search(
            rf'^(version = "|version: |## ){re.escape(metadata["version"])}"?( \(\d{{4}}-\d\d-\d\d\))?$',
            (ROOT / name).read_text(),
            re.M,
        ), name


def test_the_metadata_requires_what_the_package_imports():
    metadata = json.loads((CONFIGS / "metadata.json").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    needed = {re.split(r"[<>=\[]", line)[0] for line in project["dependencies"]} - {"monai", "torch", "numpy"}
    assert set(metadata["required_packages_version"]) == needed


@pytest.mark.parametrize("name", WHOLE)
def test_the_network_returns_what_the_metadata_says(name):
    verify_net_in_out(
        net_id="network_def", meta_file=str(CONFIGS / "metadata.json"), config_file=str(CONFIGS / name), device="cpu"
    )


@pytest.mark.parametrize("task", ["ctc.json", "nuclei.json"])
def test_a_network_for_cells_has_a_class_for_borders_only_where_they_are_one(task):
    numbers = {border: read_parser("train.json", task, border_class=border) for border in (2, 0)}
    assert {border: parser.get_parsed_content("num_classes") for border, parser in numbers.items()} == {2: 3, 0: 2}


@pytest.mark.parametrize("names", [["train.json", "evaluate.json"], ["inference.json"]])
def test_the_largest_object_alone_stays_of_a_mask_but_not_of_classes_nor_in_other_tasks(names):
    kept = {num_classes: read_parser(*names, num_classes=num_classes) for num_classes in (1, 3)}
    assert {number: parser.get_parsed_content("largest_object") for number, parser in kept.items()} == {1: True, 3: False}
    for task in ("ctc.json", "folder.json", "isbi2012.json", "nuclei.json"):
        assert read("train.json", task)["largest_object"] is False
