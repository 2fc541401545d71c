"""One phantom patient from a seed: anatomy, tumour, scanner."""

import numpy as np

from custom.data.phantom.head import contrast, paint_head
from custom.data.phantom.pose import depths, place
from custom.data.phantom.scanner import acquire
from custom.data.phantom.tumour import grow, paint_tumour, push_aside, seed_tumour

SIZE_PX = 256


def simulate_patient(index: int, *, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Images (D, 256, 256, 3) and masks (D, 256, 256) in {0, 255} of one phantom patient, both uint8, D from 18 to 24.

    One in eight has FLAIR instead of the post-contrast sequence, and every second of these instead of both: in the real set one
    in eleven has, and 6 of these 10.
    """
    rng = np.random.default_rng([seed, index])
    points, box = place(rng, int(rng.integers(18, 25)), SIZE_PX)
    distances = depths(points)
    origin = seed_tumour(rng)
    head = paint_head(rng, push_aside(rng, points, distances[0], origin), distances, contrast(rng))
    height = grow(rng, points, head, origin)
    images = acquire(rng, paint_tumour(rng, head.image, points, height), points, distances[1], box, SIZE_PX)
    if index % 8 == 5:
        images[..., 2] = images[..., 1]
    if index % 16 == 5:
        images[..., 0] = images[..., 1]
    masks = np.zeros(images.shape[:3], np.uint8)
    masks[:, *box] = 255 * (height > 0).numpy()
    return images, masks
