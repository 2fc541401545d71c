"""Times in words."""

import pytest

from custom.durations import duration


@pytest.mark.parametrize(
    ("seconds", "told"), [(4.24, "4.2 s"), (45.2, "45 s"), (200, "3 min"), (5399, "90 min"), (9000, "2.5 h")]
)
def test_a_time_is_told_as_people_say_it(seconds, told):
    assert duration(seconds) == told
