"""Misspelt names in a config: MONAI takes each ID in silence, and a typo would train with the default.

Refused are an ID that no config of the bundle knows and that nothing refers to, an argument that its component does not
take, a component that does not exist, and a reference to nothing. IDs of one's own that something refers to are welcome.
"""

import inspect
from collections.abc import Callable, Mapping
from pydoc import ErrorDuringImport, locate
from typing import Any

import monai.data
import torch
from monai.bundle import ConfigComponent, ConfigParser

from custom.configs.arguments import check_argument, check_as_setting
from custom.configs.in_use import without_metadata
from custom.settings.ids import check_ids
from custom.settings.table import SETTINGS
from custom.settings.walk import components, references, texts
from custom.text.nearest import did_you_mean

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
