import numpy as np
import pytest

from custom.metrics import calibration_error, reliability_counts, reliability_curve


def test_a_probability_out_of_range_is_refused():
    with pytest.raises(ValueError, match=r"probabilities must lie between 0 and 1, got 0\.5\.\.1\.5"):
        reliability_counts(probabilities=[0.5, 1.5], truth=[0, 1])
    with pytest.raises(ValueError, match="probabilities must lie between 0 and 1, got nan"):
        reliability_counts(probabilities=[0.5, np.nan], truth=[0, 1])


def test_shapes_that_differ_and_no_bins_are_refused():
    with pytest.raises(ValueError, match=r"one shape, got \(2,\) and \(1,\)"):
        reliability_counts(probabilities=[0.5, 0.5], truth=[1])
    with pytest.raises(ValueError, match="num_bins must be at least 1, got 0"):
        reliability_counts(probabilities=[0.5], truth=[1], num_bins=0)


def test_counts_of_six_pixels_are_those_counted_by_hand():
    counts = reliability_counts(probabilities=[[0.0, 0.25, 0.25], [0.5, 0.75, 1.0]], truth=[[0, 1, 0], [1, 1, 1]], num_bins=4)

    assert counts.tolist() == [[1, 2, 1, 2], [0, 0.5, 0.5, 1.75], [0, 1, 1, 2]]


def test_points_lie_at_mean_probability_and_share_of_truth_and_leave_out_empty_bins():
    curve = reliability_curve(np.array([[4.0, 0.0, 4.0], [1.0, 0.0, 3.0], [0.0, 0.0, 4.0]]))

    assert [values.tolist() for values in curve] == [[0.25, 0.75], [0, 1], [0.5, 0.5]]


def test_counts_of_two_images_add_up_to_those_of_both():
    generator = np.random.default_rng(0)
    probabilities, truth = generator.random((2, 5, 7)), generator.random((2, 5, 7)) > 0.6
    both = reliability_counts(probabilities=probabilities, truth=truth)

    parts = sum(reliability_counts(probabilities=p, truth=t) for p, t in zip(probabilities, truth, strict=True))

    np.testing.assert_allclose(parts, both, rtol=1e-12)


def test_the_error_is_that_of_a_loop_over_the_bins():
    generator = np.random.default_rng(1)
    probabilities = generator.random(500).astype(np.float32)
    truth = generator.random(500) < probabilities**2
    slow = 0.0
    for low in range(10):
        chosen = [index for index in range(500) if low <= probabilities[index] * 10 < low + 1]
        if chosen:
            slow += abs(float(probabilities[chosen].astype(np.float64).mean()) - truth[chosen].mean()) * len(chosen) / 500

    assert calibration_error(reliability_counts(probabilities=probabilities, truth=truth)) == pytest.approx(slow, abs=1e-9)


def test_probabilities_that_are_true_have_hardly_an_error_and_overconfident_ones_a_large_one():
    generator = np.random.default_rng(2)
    probabilities = generator.random(200_000)
    truth = generator.random(200_000) < probabilities

    assert calibration_error(reliability_counts(probabilities=probabilities, truth=truth)) < 0.005
    assert calibration_error(reliability_counts(probabilities=probabilities.round(), truth=truth)) == pytest.approx(
        0.25, abs=0.01
    )


def test_no_pixel_gives_no_points_and_no_error():
    counts = reliability_counts(probabilities=[], truth=[])

    assert np.isnan(calibration_error(counts))
    assert all(values.size == 0 for values in reliability_curve(counts))
