"""What somebody may hide in the files that come with weights."""

import json
from pathlib import Path


def disguises(planted: Path) -> dict[str, object]:
    """Ways to have a file made by a config that somebody else left beside weights."""
    expression, target = f"$open({str(planted)!r}, 'w')", {"_target_": "builtins.open", "file": str(planted), "mode": "w"}
    (planted.parent / "macro.json").write_text(json.dumps({"code": expression}))
    return {
        "lr": expression,
        "optimizer": expression,
        "init_features": target,
        "class_names": [expression, "cell"],
        "title": f"%{planted.parent}/macro.json#code",
        "fold": f"@{planted.parent}",
        "network_def": target,
        "channels": target,
        "record": target,
        "run": [expression],
        "imports": [expression],
        "slices#_target_": "builtins.open",
        "slices#dataset_dir": expression,
        "network_def#_target_": "builtins.open",
        "network_def::in_channels": expression,
        "+initialize": [expression],
        "seed#_target_": "builtins.open",
        "preprocessing": {"_target_": "Compose", "transforms": [target]},
    }
