"""A simulated set in the layout of the Kaggle LGG set, for when the real one is not there."""

from custom.data.phantom.dataset import phantom_lgg

__all__ = ["phantom_lgg"]
