import numpy as np
import pytest
from scipy.special import expit

from custom.metrics import calibration_error, fit_temperature, logit_counts, reliability_at, reliability_counts
from custom.metrics.temperature import at_an_end


def drawn(temperature: float, number: int = 200_000) -> tuple[np.ndarray, np.ndarray]:
    """Logits of a network that is too sure by a factor, and what is true."""
    rng = np.random.default_rng(0)
    true_logits = rng.normal(0, 2, number)
    return true_logits * temperature, rng.random(number) < expit(true_logits)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.5])
def test_the_factor_by_which_a_network_is_too_sure_is_found(temperature):
    logits, truth = drawn(temperature)
    counts = logit_counts(logits=logits, truth=truth)
    assert fit_temperature(counts) == pytest.approx(temperature, rel=0.02)
    assert calibration_error(reliability_at(counts, fit_temperature(counts))) < 0.004


def test_counts_tell_the_reliability_of_the_probabilities_themselves():
    logits, truth = drawn(3.0, 20_000)
    expected = reliability_counts(probabilities=expit(logits / 2), truth=truth)
    found = reliability_at(logit_counts(logits=logits, truth=truth), 2.0)
    np.testing.assert_allclose(found, expected, rtol=0.02, atol=20)
    assert found[0].sum() == expected[0].sum() and found[2].sum() == expected[2].sum()


def test_counts_add_up_over_images():
    logits, truth = drawn(1.0, 1000)
    parts = [logit_counts(logits=logits[part], truth=truth[part]) for part in (slice(300), slice(300, None))]
    np.testing.assert_array_equal(sum(parts), logit_counts(logits=logits, truth=truth))


def test_infinite_logits_lie_in_the_outermost_bins():
    counts = logit_counts(logits=[-np.inf, np.inf, 1e9], truth=[0, 1, 0])
    assert (counts[0, 0], counts[1, -1], counts[0, -1]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: logit_counts(logits=[0.0], truth=[0, 1]), r"one shape, got \(1,\) and \(2,\)"),
        (lambda: logit_counts(logits=[np.nan], truth=[0]), "logits must be numbers, got NaN"),
        (lambda: fit_temperature(logit_counts(logits=[0.0], truth=[0])), "pixels of background and of foreground"),
        (lambda: reliability_at(np.ones((2, 768)), 0), "temperature must be above 0, got 0"),
    ],
)
def test_what_cannot_be_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_network_that_is_sure_of_what_is_wrong_has_its_temperature_at_an_end():
    logits, truth = drawn(1.0, 1000)
    assert at_an_end(fit_temperature(logit_counts(logits=logits, truth=~truth)))
    assert not at_an_end(fit_temperature(logit_counts(logits=logits, truth=truth)))
