"""Quick steps from logits to masks, beside MONAI's own."""

from collections.abc import Hashable
from typing import Any

import pytest
import torch
from monai.data import MetaTensor
from monai.transforms import Activationsd, AsDiscreted
from torch import Tensor

from custom.transforms import QuickActivationsd, QuickAsDiscreted

META = {"filename_or_obj": "p_1.tif"}


def item(channels: int = 1, dtype: torch.dtype = torch.float32) -> dict[Hashable, Any]:
    logits = torch.randn(channels, 5, 7, generator=torch.Generator().manual_seed(0)).to(dtype)
    logits[0, 0, 0] = 0  # a probability of 0.5 is in the mask
    return {"pred": MetaTensor(logits, meta=dict(META)), "name": "p_1"}


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.float16])
@pytest.mark.parametrize(
    ("quick", "stock", "channels", "options"),
    [
        (QuickActivationsd, Activationsd, 1, {"sigmoid": True, "softmax": False}),
        (QuickActivationsd, Activationsd, 3, {"sigmoid": False, "softmax": True}),
        (QuickActivationsd, Activationsd, 1, {"other": torch.tanh}),
        (QuickAsDiscreted, AsDiscreted, 1, {"argmax": False, "threshold": 0.0}),
        (QuickAsDiscreted, AsDiscreted, 3, {"argmax": True, "threshold": None}),
        (QuickAsDiscreted, AsDiscreted, 1, {"threshold": 0.5, "dtype": torch.int32}),
    ],
)
def test_a_quick_step_gives_what_that_of_monai_gives(quick: Any, stock: Any, channels: int, options: Any, dtype: torch.dtype):
    given, expected = item(channels, dtype), stock("pred", **options)(item(channels, dtype))
    result = quick("pred", **options)(given)
    assert torch.equal(result["pred"].as_tensor(), expected["pred"].as_tensor())
    assert result["pred"].dtype == expected["pred"].dtype
    assert result["pred"].meta["filename_or_obj"] == "p_1.tif" and result["name"] == "p_1"
    assert torch.equal(given["pred"], item(channels, dtype)["pred"])


def test_meta_data_of_a_mask_are_its_own():
    logits = item()
    mask = QuickAsDiscreted("pred", threshold=0.5)(logits)["pred"]
    mask.meta["filename_or_obj"] = "other.tif"
    mask.applied_operations.append({})
    assert logits["pred"].meta["filename_or_obj"] == "p_1.tif" and not logits["pred"].applied_operations


def test_a_tensor_without_meta_data_passes_through_the_step_of_monai():
    plain: dict[Hashable, Tensor] = {"pred": torch.tensor([[[0.2, 0.5, 0.7]]])}
    assert QuickAsDiscreted("pred", threshold=0.5)(plain)["pred"].tolist() == [[[0, 1, 1]]]
