"""Published weights and their digests."""

import hashlib

import pytest
import torch

from custom.networks import UNet, load_for_runtime, load_weights
from custom.networks.published import publish_digest


@pytest.fixture
def published(tmp_path):
    torch.save(UNet(init_features=2).state_dict(), tmp_path / "model.pt")
    digest = hashlib.sha256((tmp_path / "model.pt").read_bytes()).hexdigest()
    (tmp_path / "SHA256SUMS").write_text(f"{digest}  model.pt\n{'0' * 64}  model.ts\n")
    return tmp_path / "model.pt"


def test_weights_with_the_digest_that_is_published_are_taken(published):
    assert load_weights(UNet(init_features=2), str(published))


@pytest.mark.parametrize("load", [load_weights, load_for_runtime])
def test_weights_that_changed_since_they_were_published_are_refused(published, load):
    torch.save(UNet(init_features=2).state_dict(), published)
    with pytest.raises(
        ValueError, match=r"model.pt is not the file that was published, by SHA256SUMS beside it; fetch it again"
    ):
        load(UNet(init_features=2), str(published))


def test_an_exported_file_is_checked_too(published):
    published.with_suffix(".ts").write_bytes(b"x")
    with pytest.raises(ValueError, match="model.ts is not the file that was published"):
        load_for_runtime(UNet(init_features=2), str(published.with_suffix(".ts")), "torchscript")


def test_weights_that_replace_published_ones_are_taken_once_their_digest_is(published):
    torch.save(UNet(init_features=2).state_dict(), published)
    publish_digest(published)
    assert load_weights(UNet(init_features=2), str(published))
    assert published.with_name("SHA256SUMS").read_text().splitlines()[1] == f"{'0' * 64}  model.ts"
    published.with_name("SHA256SUMS").unlink()
    publish_digest(published)
    assert not published.with_name("SHA256SUMS").exists()
