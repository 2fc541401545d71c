"""Grey values: each step against MONAI's transform with the same numbers."""

import numpy as np
import pytest
import torch
from monai.transforms import (
    AdjustContrast,
    GaussianSmooth,
    RandSimulateLowResolution,
    ScaleIntensity,
    ShiftIntensity,
)

from custom.transforms.batch.grey_values import Contrast, MissingChannels, Noise, Scaling, Shifting
from custom.transforms.batch.sharpness import LowResolution, Smoothing


@pytest.fixture
def images() -> torch.Tensor:
    return torch.randn(2, 3, 24, 20, generator=torch.Generator().manual_seed(0)) * 2 + 1


def applied(step, images: torch.Tensor, drawn: list[list[float]]) -> torch.Tensor:
    changed = images.clone()
    step.apply(changed, np.array(drawn))
    return changed


@pytest.mark.parametrize("retain", [True, False])
@pytest.mark.parametrize("invert", [True, False])
def test_contrast_is_monais(images, retain, invert):
    changed = applied(Contrast(1, (0.5, 2), invert, retain), images, [[0.6], [1.7]])
    for image, result, gamma in zip(images, changed, (0.6, 1.7), strict=True):
        expected = AdjustContrast(gamma, invert_image=invert, retain_stats=retain)(image)
        torch.testing.assert_close(result, expected.as_tensor(), atol=2e-5, rtol=0)


def test_contrast_leaves_a_blank_image_blank():
    blank = torch.full((1, 2, 4, 4), 3.0)
    assert torch.equal(applied(Contrast(1, (1, 1), False, True), blank, [[1.5]]), blank)


@pytest.mark.parametrize("mode", ["area", "bilinear", "nearest"])
def test_low_resolution_is_monais(images, mode):
    changed = applied(LowResolution(1, (0.5, 1), mode, "bilinear"), images, [[0.5], [0.83]])
    for image, result, zoom in zip(images, changed, (0.5, 0.83), strict=True):
        monais = RandSimulateLowResolution(1, mode, "bilinear", (zoom, zoom))
        torch.testing.assert_close(result, monais(image).as_tensor())


def test_smoothing_is_monais_with_a_width_for_each_image_and_axis(images):
    changed = applied(Smoothing(1, (0, 1), (0, 1), "erf"), images, [[0.3, 2.4], [1.2, 0.7]])
    for image, result, sigma in zip(images, changed, ((0.3, 2.4), (1.2, 0.7)), strict=True):
        torch.testing.assert_close(result, GaussianSmooth(sigma)(image).as_tensor(), atol=1e-5, rtol=0)


def test_scaling_and_shifting_are_monais_by_channel_or_not(images):
    scaled = applied(Scaling(1, (-1, 1), True), images, [[1.1, 0.8, 1.0], [0.5, 1.5, 2.0]])
    assert torch.allclose(scaled[0, 1], ScaleIntensity(None, None, factor=-0.2)(images[0, 1]))
    shifted = applied(Shifting(1, (-1, 1), False), images, [[0.4], [-0.3]])
    assert torch.allclose(shifted[1], ShiftIntensity(-0.3)(images[1]))
    rng = np.random.default_rng(0)
    assert [len(step((0, 1), wise).draw(rng, 3)) for step, wise in STEPS] == [3, 1, 3, 1]


STEPS = [
    (lambda limits, wise, kind=kind: kind(1, limits, wise), wise) for kind in (Scaling, Shifting) for wise in (True, False)
]


def test_any_channel_but_the_kept_one_may_be_missing_and_of_one_channel_none(images):
    step, rng = MissingChannels(1, 1, 0.5), np.random.default_rng(0)
    drawn = np.array([step.draw(rng, 3) for _ in range(400)])
    assert drawn[:, 1].all() and drawn[:, [0, 2]].mean() == pytest.approx(0.5, abs=0.05) and not drawn[:, 3:].any()
    assert step.draw(rng, 1).tolist() == [1, 0]
    changed = applied(step, images, [[0, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 0]])
    assert not changed[0, 0].any() and torch.equal(changed[0, 1:], images[0, 1:]) and not changed[1, 2].any()


def test_the_kept_channel_stands_in_for_missing_ones_in_a_share_of_the_patches(images):
    step, rng = MissingChannels(1, 1, 0.5, repeat_prob=0.25), np.random.default_rng(0)
    drawn = np.array([step.draw(rng, 3) for _ in range(400)])
    stay, repeated = drawn[:, :3], drawn[:, 3:]
    lacking = (stay == 0).any(1)
    assert ((repeated == 1 - stay) | (repeated == 0)).all()
    assert repeated[lacking].any(1).mean() == pytest.approx(0.25, abs=0.05)
    changed = applied(step, images, [[0, 1, 1, 1, 0, 0], [1, 1, 0, 0, 0, 0]])
    assert torch.equal(changed[0, 0], images[0, 1]) and torch.equal(changed[0, 1:], images[0, 1:]) and not changed[1, 2].any()


def test_a_channel_that_is_kept_but_not_there_is_an_error():
    with pytest.raises(ValueError, match=r"kept must lie in 0\.\.2, the channels of the image, got 3"):
        MissingChannels(1, 3, 0.5).draw(np.random.default_rng(0), 3)


def test_noise_is_normal_and_decided_by_its_seed():
    images = torch.zeros(3, 2, 100, 100)
    noise = applied(Noise(1, 0.5, 0.1, True), images, [[0.1, 7], [0.1, 8], [0.1, 7]])
    assert torch.equal(noise[0], noise[2]) and not torch.equal(noise[0], noise[1])
    assert noise[0].mean().item() == pytest.approx(0.5, abs=0.005) and noise[0].std().item() == pytest.approx(0.1, rel=0.03)
    spreads = [Noise(1, 0, 0.1, sampled).draw(np.random.default_rng(n), 1)[0] for sampled in (True, False) for n in range(50)]
    assert max(spreads[:50]) < 0.1 and np.mean(spreads[:50]) == pytest.approx(0.05, abs=0.01) and set(spreads[50:]) == {0.1}
