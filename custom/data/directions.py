"""Volumes that fill one box of space with the same voxels, stored in other directions or another order of axes."""

import nibabel
import numpy as np

from custom.files import Header

TOLERANCE = 0.05  # share of a voxel


def directions_differ(image: Header, label: Header) -> str:
    """What is wrong with a label that fills the box of its image, but whose axes run otherwise; empty for all other labels."""
    if image.affine is None or label.affine is None or len(image.size) != len(label.size):
        return ""
    try:
        step = np.linalg.solve(image.affine, label.affine)  # from voxels of the label to those of the image
    except np.linalg.LinAlgError:
        return ""
    turn = np.rint(step[:3, :3])
    if (np.abs(turn).sum(axis=0) != 1).any() or (np.abs(turn).sum(axis=1) != 1).any() or (turn == np.eye(3)).all():
        return ""
    last = np.array([*label.size, 1][:3]) - 1.0
    ends = np.stack([step[:3, 3], step[:3, :3] @ last + step[:3, 3]])
    if (
        np.abs(ends.min(axis=0)).max() > TOLERANCE
        or np.abs(ends.max(axis=0) - np.array([*image.size, 1][:3]) + 1).max() > TOLERANCE
    ):
        return ""
    ours, theirs = ("".join(nibabel.aff2axcodes(header.affine)) for header in (image, label))
    return (
        f"its voxels run to {theirs}, those of its image to {ours}, through one box: taken as stored, it would be mirrored or "
        "turned; save both in one orientation, as nibabel.as_closest_canonical does"
    )
