import pytest
import torch

from custom.transforms import CalibratedProbabilitiesd


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
