"""Evaluations with a sequence missing."""

import pytest
import torch
from missing_sequences import FLAIR, WAYS, WithoutChanneld, scores


@pytest.mark.parametrize(("instead", "wanted"), [(None, 0), (FLAIR, 5)])
def test_missing_channels_are_0_or_another_one_and_the_image_itself_stays(instead, wanted):
    image = torch.tensor([4.0, 5.0, 6.0]).view(3, 1, 1)
    found = [WithoutChanneld("image", missing, instead)({"image": image})["image"] for missing in ([2], [0, 2])]
    assert [each.flatten().tolist() for each in found] == [[4, 5, wanted], [wanted, 5, wanted]]
    assert image.flatten().tolist() == [4, 5, 6]


def test_a_missing_channel_changes_what_the_network_marks(training, tiny_lgg, tmp_path):
    training(run_name="mine", epochs=20, val_interval=20).run()
    checkpoint = tmp_path / "runs" / "mine" / "model.pt"
    settings = {"part": "all", "largest_object": False, "across_slices": False}
    found = [scores(tiny_lgg, checkpoint, WAYS[way], **settings) for way in ("all three", "FLAIR missing")]
    assert [row["truth_pixels"] for row in found[0].values()] == [row["truth_pixels"] for row in found[1].values()]
    assert [row["pred_pixels"] for row in found[0].values()] != [row["pred_pixels"] for row in found[1].values()]
