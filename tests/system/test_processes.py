"""A process that nobody started beside others is a group of its own."""

import os

import pytest
from torch import distributed

from custom.system.processes import gathered, join_process_group, processes, rank


def test_a_process_without_torchrun_forms_a_group_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RANK", raising=False)
    monkeypatch.setenv("LOCAL_RANK", "3")
    join_process_group()
    try:
        join_process_group()  # of a group that is there, nothing
        assert (rank(), processes(), gathered("mine"), os.environ["LOCAL_RANK"]) == (0, 1, ["mine"], "0")
    finally:
        distributed.destroy_process_group()
