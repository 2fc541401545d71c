"""A cache that is filled."""

import torch
from monai.transforms import Compose, EnsureTyped

from custom.loading.cached import CachedSlices


def test_without_a_terminal_reading_is_told_in_lines_and_not_as_a_bar(monkeypatch, capsys):
    monkeypatch.setattr("custom.text.durations.FIRST_LINE_S", 0)
    item = {"image": torch.ones(1, 2, 2), "label": torch.ones(1, 2, 2)}
    CachedSlices([item] * 3, Compose([EnsureTyped(["image", "label"])]), num_workers=1)
    assert capsys.readouterr().err == "reading image 1 of 3\n"
