"""What happens where memory is short. The errors are those of torch's allocator, which is asked for a petabyte."""

import pytest
import torch
from torch import Tensor
from unets import made, picture

from custom.inferers import OverlapTileInferer
from custom.inferers.memory import is_out_of_memory, within_memory

PETABYTE = 2**50


def fits(most: int):
    """A function of batches that doubles up to `most` images, and asks for too much memory with more."""

    def double(batch: Tensor) -> Tensor:
        sizes.append(len(batch))
        return torch.empty(PETABYTE if len(batch) > most else 0).sum() + 2 * batch

    sizes: list[int] = []
    return double, sizes


def test_a_batch_is_halved_until_it_fits_and_each_time_a_line_says_so(capsys):
    batch = picture(7, 1, 4, 4)
    double, sizes = fits(2)
    torch.testing.assert_close(within_memory(double, batch), 2 * batch)
    assert sizes == [7, 3, 1, 2, 4, 2, 2]
    assert capsys.readouterr().err.splitlines() == [
        f"{number} slices or tiles do not fit the memory of cpu: {half} at a time" for number, half in ((7, 3), (3, 1), (4, 2))
    ]


def test_an_image_that_does_not_fit_alone_is_torchs_error():
    with pytest.raises(RuntimeError, match="can't allocate memory") as error:
        within_memory(fits(0)[0], picture(2, 1, 4, 4))
    assert is_out_of_memory(error.value)


def test_other_errors_are_no_matter_of_memory():
    def broken(batch: Tensor) -> Tensor:
        raise RuntimeError("size mismatch")

    with pytest.raises(RuntimeError, match="size mismatch"):
        within_memory(broken, picture(4, 1, 4, 4))
    assert is_out_of_memory(torch.OutOfMemoryError("CUDA out of memory"))
    assert not is_out_of_memory(ValueError("can't allocate memory"))


def test_a_prediction_goes_on_in_halves(capsys):
    network, volume = made(in_channels=1), picture(1, 1, 16, 16, 6)
    hungry, _ = fits(4)
    with torch.no_grad():
        expected = OverlapTileInferer(mirror=False)(volume, network)
        logits = OverlapTileInferer(mirror=False, depth=3, padding=True)(volume, lambda batch: network(hungry(batch) / 2))
    torch.testing.assert_close(logits, expected, atol=1e-4, rtol=1e-4)
    assert capsys.readouterr().err == "6 slices or tiles do not fit the memory of cpu: 3 at a time\n"
