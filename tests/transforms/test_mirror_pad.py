import numpy as np
import pytest
from monai.data import MetaTensor

from custom.transforms import MirrorPadd


@pytest.mark.parametrize(("size", "margin", "least"), [((5, 7), 3, 1), ((2, 3), 9, 1), ((1, 4), 2, 30), ((6, 6), 0, 6)])
def test_mirrored_context_is_numpys_reflection_on_images_of_any_size(size: tuple[int, int], margin: int, least: int) -> None:
    image = np.arange(2 * size[0] * size[1]).reshape(2, *size)
    pads = [(margin, max(margin, least - side - margin)) for side in size]
    padded = MirrorPadd("image", margin, least)({"image": MetaTensor(image), "label": "kept"})
    assert np.array_equal(padded["image"].numpy(), np.pad(image, [(0, 0), *pads], mode="reflect"))
    assert padded["label"] == "kept"


def test_a_negative_margin_is_refused() -> None:
    with pytest.raises(ValueError, match="margin must be at least 0, got -1"):
        MirrorPadd("image", -1)
