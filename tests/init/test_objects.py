"""How large the objects of labels are."""

import numpy as np

from custom.init.objects import Objects, objects_in


def test_classes_that_lie_in_each_other_are_no_thinner_than_wide() -> None:
    rows, columns = np.indices((64, 64))
    distance = np.hypot(rows - 32, columns - 32)
    objects = Objects()
    objects_in((distance < 20).astype(int) + (distance < 10) + (distance < 3), objects)
    assert objects.thinnest_px() <= objects.width_px() < 12
