"""What the shipped configs may run: MONAI runs whatever a config names."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from monai.bundle import ComponentLocator

CONFIGS = [path for path in (Path(__file__).parents[2] / "bundle" / "configs").glob("*.json") if path.stem != "metadata"]
PREFIXES = ("custom.", "ignite.handlers.", "torch.nn.parallel.", "torch.optim.lr_scheduler.")
IMPORTS = {"$import torch", "$import warnings", "$import ignite.distributed as idist"}
BUILTINS = {"int", "isinstance", "iter", "len", "map", "max", "min", "next", "str", "sum"}
OF_MODULES = {
    "idist.get_local_rank", "idist.get_world_size",
    "monai.handlers.from_engine", "monai.utils.set_determinism",
    "torch.channels_last", "torch.cuda.is_available", "torch.cuda.set_device", "torch.float32",
    "warnings.filterwarnings",
}  # fmt: skip
# Of what other parts of a config give.
OF_PARTS = {
    "ema_model", "exit_if_any_failed", "finish", "flatten", "get", "per_item", "run", "set_trainer", "startswith", "to",
    "transforms", "write",
}  # fmt: skip
MODULES = {name.split(".")[0] for name in OF_MODULES}
REFERENCE = re.compile(r"@[\w#:]+")
PLAIN_NODES = (
    ast.Expression, ast.expr_context, ast.Constant, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.List,
    ast.Tuple, ast.Starred, ast.Subscript, ast.Slice, ast.keyword, ast.operator, ast.unaryop, ast.boolop, ast.cmpop,
    ast.JoinedStr, ast.FormattedValue, ast.Call,
)  # fmt: skip


def values(config: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Each text of a config with its key."""
    if isinstance(config, str) and key != "_desc_":
        yield key, config
    parts = config.items() if isinstance(config, dict) else ((key, one) for one in config) if isinstance(config, list) else ()
    for name, value in parts:
        yield from values(value, name.split("#")[-1])


def dotted(node: ast.expr) -> str:
    """`torch.cuda.is_available` of such an expression; `part.get` of one that is behind something else than a name."""
    names = []
    while isinstance(node, ast.Attribute):
        names.append(node.attr)
        node = node.value
    return ".".join([node.id if isinstance(node, ast.Name) else "part", *reversed(names)])


def not_allowed(expression: str) -> list[str]:
    """What an expression uses that is not in the lists above."""
    if expression in IMPORTS:
        return []
    tree = ast.parse(REFERENCE.sub("part", expression[1:]), mode="eval")
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    wrong = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            if id(node) in inner:
                continue
            name = dotted(node)
            root, _, rest = name.partition(".")
            of_module = name in OF_MODULES if root in MODULES else set(rest.split(".")) - {""} <= OF_PARTS
            if not of_module or (root not in MODULES | BUILTINS | {"part"} and not rest):
                wrong.append(name)
        elif not isinstance(node, PLAIN_NODES):
            wrong.append(type(node).__name__)
    return wrong


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_shipped_config_names_targets_of_few_packages_alone(path):
    locator = ComponentLocator()
    for key, value in values(json.loads(path.read_text())):
        if key == "_target_":
            known = value.startswith(PREFIXES) or ("." not in value and locator.get_component_module_name(value))
            assert known, f"{path.name}: _target_ {value}"


@pytest.mark.parametrize("path", CONFIGS, ids=lambda path: path.stem)
def test_a_shipped_config_computes_with_few_functions_alone(path):
    for _, value in values(json.loads(path.read_text())):
        if value.startswith("$"):
            assert not_allowed(value) == [], f"{path.name}: {value}"


@pytest.mark.parametrize(
    "expression",
    [
        "$__import__('os').system('true')",
        "$import os",
        "$open('/etc/passwd').read()",
        "$torch.load('a.pt')",
        "$@network.__class__",
        "$[x for x in @slices]",
        "$(lambda: 1)()",
        "$monai.utils.optional_import('os')",
        "$eval('1')",
    ],
)
def test_what_a_stranger_would_write_is_in_no_list(expression):
    assert not_allowed(expression) if not expression.startswith("$import") else expression not in IMPORTS
