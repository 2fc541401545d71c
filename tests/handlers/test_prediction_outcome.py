import pytest

from custom.handlers.prediction_outcome import NOTHING, PredictionOutcome


@pytest.mark.parametrize(("pixels", "told"), [([0, 0], True), ([0, 1], False), ([], False)])
def test_a_prediction_that_marks_nothing_says_so(capsys, pixels, told):
    outcome = PredictionOutcome({"a": "a.png", "b": "b.png"})
    for number in pixels:
        outcome.add({"pixels": number})
    outcome.join()
    outcome.summarise(0, "out")
    lines = capsys.readouterr().err.splitlines()
    assert lines == [f"{len(pixels)} predicted, 0 failed: out", *[NOTHING] * told]
