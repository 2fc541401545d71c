"""How a preprocessing changes intensities, as the record of weights tells it."""

from typing import Any

from monai.transforms import Compose


def described_steps(preprocessing: Compose) -> list[dict[str, Any]]:
    """The steps of a preprocessing that change intensities, by name and with their plain arguments."""
    steps = preprocessing.flatten().transforms  # type: ignore[no-untyped-call]
    return [_described(step) for step in steps if _normalises(step)]


def _normalises(transform: Any) -> bool:
    return type(transform).__name__.startswith("Normalize")


def _described(transform: Any) -> dict[str, Any]:
    inner = getattr(transform, "normalizer", transform)
    plain = {
        name: value
        for name, value in vars(inner).items()
        if isinstance(value, bool | int | float) and name != "allow_missing_keys"
    }
    return {"name": type(transform).__name__, **{name: value for name, value in plain.items() if not name.startswith("_")}}
