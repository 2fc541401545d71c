"""The properties of the fuzzer, for a few examples that are the same in each run."""

from collections.abc import Callable

import pytest
from hypothesis import settings
from trust.fuzz import PROPERTIES, QUIET


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("prop", PROPERTIES, ids=lambda prop: prop.__name__)
def test_whatever_is_given_is_taken_or_refused_in_one_line(prop: Callable[[], None]):
    settings(max_examples=25, derandomize=True, **QUIET)(prop)()
