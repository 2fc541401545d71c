"""Times in words."""

import pytest

from custom.text.durations import Due, duration


@pytest.mark.parametrize(
    ("seconds", "told"), [(4.24, "4.2 s"), (45.2, "45 s"), (200, "3 min"), (5399, "90 min"), (9000, "2.5 h")]
)
def test_a_time_is_told_as_people_say_it(seconds, told):
    assert duration(seconds) == told


def test_a_line_is_due_after_ten_seconds_and_then_every_minute():
    times = iter([0, 9, 10, 69, 70, 75, 200, 201])
    due = Due(lambda: next(times))
    assert [due() for _ in range(7)] == [False, True, False, True, False, True, False]
