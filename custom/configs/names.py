"""Misspelt names in a config: MONAI takes each ID in silence, and a typo would train with the default.

Refused are an ID that no config of the bundle knows and that nothing refers to, an argument that its component does not
take, a component that does not exist, and a reference to nothing. IDs of one's own that something refers to are welcome.
"""

import inspect
from collections.abc import Callable, Mapping
from pydoc import ErrorDuringImport, locate
from typing import Any, cast

import monai.data
import torch
from monai.bundle import ConfigComponent, ConfigParser
from monai.bundle.utils import DEFAULT_MLFLOW_SETTINGS

from custom.configs.arguments import check_argument, check_as_setting
from custom.configs.in_use import without_metadata
from custom.configs.walk import components, references, texts
from custom.settings.table import LISTED, SETTINGS
from custom.text.nearest import did_you_mean

# What the configs of the bundle hold beside settings; a test keeps this list equal to them.
COMPONENTS = frozenset(
    "augmentation augmented batches cases channels contrast dataloader dataset doubt_scores early_stop ema evaluator "
    "finalize finite grey_values handlers images imports inferer initialize interruption kept_state labelled labelling loss "
    "lr_schedule missing_sequences network network_def optimizer_def pasting patient_table postprocessing predicted "
    "prediction_figure preprocessing record report results_dir run run_dir scaling scored_network segmentation series "
    "settings shifting slices smoothing split split_record surface_scores train training validate weighting weights "
    "weights_record windows writer".split()
)
SECTIONS = ("train", "validate")
IN_SECTIONS = frozenset(
    "additional_metrics batches dataloader dataset evaluator handlers inferer key_metric postprocessing preprocessing sampler "
    "trainer".split()
)
OF_MONAI = frozenset(["_meta_", "use_click", *cast(dict[str, Any], DEFAULT_MLFLOW_SETTINGS["configs"])])
TRACKED = "tracking_uri"  # what every config has that MONAI has joined with its settings of MLflow
# What passes any argument on to something that takes but some.
PASSED_ON: dict[Any, Any] = {monai.data.DataLoader: torch.utils.data.DataLoader}
MEND = "; correct the name, or take it out"
RESERVED = ("_target_", "_desc_", "_disabled_", "_requires_", "_mode_")


def check_names(parser: ConfigParser) -> None:
    """Makes sure that a config holds no misspelt name.

    Args:
        parser: MONAI's parser of the config, with all files and command-line overrides merged.

    Raises:
        ValueError: in one line that names the first such, and the nearest name that is known.
    """
    config = without_metadata(parser)
    check_ids(config)
    for name, component in components(config):
        _check_component(parser, name, component)
    for name, value in texts(config):
        for reference in references(value):
            if reference not in parser:
                written = reference.replace("::", "#")
                raise ValueError(
                    f"{name} refers to @{written}, which is not in the config{did_you_mean(written, config, MEND)}"
                )


def check_ids(config: Mapping[str, Any]) -> None:
    """Makes sure that a config holds no misspelt ID, without importing anything that it names.

    Args:
        config: a whole config, without metadata.

    Raises:
        ValueError: naming the first ID that no config of the bundle knows and that nothing refers to.
    """
    referred = {reference for _, value in texts(config) for reference in references(value)}
    kind = "train" if "train" in config else "inference"
    others = {"train", "inference", "evaluate"} - {kind}
    of_monai = OF_MONAI if TRACKED in config else OF_MONAI - SETTINGS.keys()  # `output_dir` is a name of both
    top = {reference.split("::")[0] for reference in referred} | COMPONENTS | of_monai | {"_desc_"}  # reasons of settings
    for key in config:
        row = SETTINGS.get(key)
        if key not in top and not (row and set(row.configs) - others):
            inside = [name for name in SETTINGS if name.endswith(f"#{key}") and name.partition("#")[0] in config]
            hint = f"; it is a setting of {row.configs[0]}.json" if row else did_you_mean(key, [*top, *SETTINGS], LISTED)
            hint = f"; did you mean {inside[0]}?" if inside else hint
            raise ValueError(f"{key} is no setting of this config, and nothing in it refers to @{key}{hint}")
    for section in SECTIONS:
        part = config.get(section, {})
        for key in part if isinstance(part, dict) else ():
            if key not in IN_SECTIONS and f"{section}::{key}" not in referred:
                raise ValueError(
                    f"{section}#{key} is unknown, and nothing refers to @{section}#{key}{did_you_mean(key, IN_SECTIONS, MEND)}"
                )


def _check_component(parser: ConfigParser, name: str, component: dict[str, Any]) -> None:
    target = component["_target_"]
    if isinstance(target, str) and target.startswith(("$", "@")):
        return
    found = _located(parser, name, component) if isinstance(target, str) else target
    if not callable(found):
        raise ValueError(f"{name}: there is no _target_ {target!r}{did_you_mean(target, _siblings(target), MEND)}")
    _check_arguments(name, component, found)


def _located(parser: ConfigParser, name: str, component: dict[str, Any]) -> Any:
    """What the `_target_` of a component names; None if there is no such thing."""
    module = ConfigComponent(component, id=name, locator=parser.locator).resolve_module_name()  # type: ignore[no-untyped-call]
    try:
        return locate(str(module))
    except ErrorDuringImport as error:
        raise ValueError(f"{name}: _target_ {component['_target_']!r} cannot be imported: {error.value}") from None


def _check_arguments(name: str, component: dict[str, Any], found: Callable[..., Any]) -> None:
    """Makes sure that what a component names takes each of its arguments, and that their values may be right."""
    target = component["_target_"]
    try:
        taken: Mapping[str, inspect.Parameter] = inspect.signature(found).parameters
    except (TypeError, ValueError):  # some that are written in C tell nothing
        return
    takes_any = found not in PASSED_ON and any(one.kind is one.VAR_KEYWORD for one in taken.values())
    own, passed_on = taken, PASSED_ON.get(found, found)
    if found in PASSED_ON:
        taken = {**taken, **inspect.signature(passed_on).parameters}
    module_of_ours = str(target).startswith("custom.")  # where one word is one concept
    for argument, value in component.items():
        if argument in RESERVED or (takes_any and argument not in taken):
            continue
        if argument not in taken:
            hint = did_you_mean(argument, taken, f"; it takes {', '.join(taken)}")
            raise ValueError(f"{name}#{argument} is no argument of {target}{hint}")
        if f"{name}#{argument}" in SETTINGS:  # the rule of the setting tells more
            continue
        check_argument(f"{name}#{argument}", value, found if argument in own else passed_on, argument)
        if module_of_ours and argument in SETTINGS:
            check_as_setting(f"{name}#{argument}", value, SETTINGS[argument].rule)


def _siblings(target: str) -> list[str]:
    package, _, _ = target.rpartition(".")
    try:
        return [f"{package}.{name}" for name in dir(locate(package))] if package else []
    except ErrorDuringImport:
        return []
