"""The properties of the fuzzer, for a few examples that are the same in each run."""

import sys
from collections.abc import Callable
from itertools import count
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from trust import fuzz
from trust.fuzz import PROPERTIES, QUIET


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("prop", PROPERTIES, ids=lambda prop: prop.__name__)
def test_whatever_is_given_is_taken_or_refused_in_one_line(prop: Callable[[], None]):
    settings(max_examples=25, derandomize=True, **QUIET)(prop)()


def test_the_fuzzer_looks_round_after_round_and_tells_what_is_bad(monkeypatch, capsys):
    @given(st.integers())
    def found_out(number: int) -> None:
        assert number < 9, "more than eight"

    @given(st.integers())
    def sound(number: int) -> None:
        assert number == number

    monkeypatch.setattr(fuzz, "PROPERTIES", (found_out, sound))
    monkeypatch.setattr(fuzz, "time", SimpleNamespace(monotonic=count().__next__))  # a second more whenever it is asked
    monkeypatch.setattr(sys, "argv", ["fuzz", "--minutes", "0.05"])
    assert fuzz.main() == 1
    told = capsys.readouterr().out
    assert told.count("bad: found_out: ") == 2
    assert told.endswith("\n400 tried, 1 bad: fuzz\n")
