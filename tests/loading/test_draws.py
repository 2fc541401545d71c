"""Random numbers by seed, epoch, item and patch."""

import itertools

from custom.loading.draws import item_seed, stream


def test_the_same_four_numbers_give_the_same_values_and_any_other_four_others():
    firsts = {draw: stream(draw).random(3).tolist() for draw in itertools.product(range(3), repeat=4)}
    assert all(stream(draw).random(3).tolist() == values for draw, values in firsts.items())
    assert len({tuple(values) for values in firsts.values()}) == 81


def test_the_values_of_a_patch_never_change_from_version_to_version():
    # A resumed run must repeat them.
    assert [round(value, 12) for value in stream((1, 2, 3, 4)).random(2)] == [0.501919853212, 0.958359864792]
    assert item_seed(1, 2, 3) == 3822189696


def test_seeds_of_neighbouring_items_and_epochs_differ():
    assert len({item_seed(*numbers) for numbers in itertools.product(range(10), repeat=3)}) == 1000
