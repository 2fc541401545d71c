import numpy as np
import pytest
import torch

from custom.transforms import CalibratedProbabilitiesd
from custom.transforms.calibrated import calibrated, calibrated_array


@pytest.mark.parametrize("channels", [1, 3])
def test_the_logits_are_divided_by_the_temperature(channels):
    logits = torch.randn(channels, 5, 6, generator=torch.Generator().manual_seed(0))
    activate = torch.sigmoid if channels == 1 else lambda logits: logits.softmax(0)
    calibrated = CalibratedProbabilitiesd("p", temperature=2.5)({"p": activate(logits)})["p"]
    torch.testing.assert_close(calibrated, activate(logits / 2.5))


def test_certain_pixels_stay_certain():
    ends = torch.tensor([[0.0, 1.0]])
    assert torch.equal(CalibratedProbabilitiesd("p", temperature=2.0)({"p": ends})["p"], ends)


def test_a_temperature_of_0_is_named():
    with pytest.raises(ValueError, match="temperature must be above 0, got 0"):
        CalibratedProbabilitiesd("p", temperature=0)


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("temperature", [0.3, 1.0, 1.9])
def test_an_array_is_calibrated_as_a_tensor_is_up_to_rounding(channels, temperature):
    logits = 8 * torch.randn(channels, 50, 60, generator=torch.manual_seed(0))
    probabilities = logits.sigmoid() if channels == 1 else logits.softmax(0)
    before = probabilities.clone()
    ours = calibrated_array(probabilities.numpy(), temperature)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, calibrated(probabilities, temperature), atol=1e-6)
    assert torch.equal(probabilities, before)


@pytest.mark.parametrize("temperature", [0.3, 1.9])
def test_certain_pixels_of_an_array_stay_certain(temperature):
    ends = np.array([[0, 1, 1e-40]], np.float32)
    np.testing.assert_allclose(calibrated_array(ends, temperature), [[0, 1, 0]], atol=1e-15)
    classes = np.array([[0, 1], [1, 0]], np.float32)
    assert np.array_equal(calibrated_array(classes, temperature), classes)
