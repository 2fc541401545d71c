"""One patient's head without a tumour, painted tissue by tissue from the outside in.

    skin | fat | muscle, bone and air of the face | skull | fluid | brain

Every tissue covers a fraction of a pixel and has one brightness a sequence: pre-contrast T1, FLAIR, post-contrast T1.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from custom.data.phantom.anatomy import BRAIN_MM, Bounds, brain_maps, sample, texture

# Lowest and highest brightness over patients in the three sequences, white matter = 1.
BRIGHTNESS: dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "white": ((1.0, 1.0), (1.0, 1.0), (1.0, 1.0)),
    "grey": ((0.62, 0.97), (1.0, 1.35), (0.65, 1.0)),
    "fluid": ((0.25, 0.5), (0.1, 0.5), (0.25, 0.5)),
    "bone": ((0.1, 0.35), (0.1, 0.35), (0.1, 0.35)),
    "marrow": ((0.7, 3.0), (0.5, 3.5), (0.7, 3.0)),
    "fat": ((1.8, 5.0), (1.6, 6.0), (1.6, 4.5)),
    "skin": ((0.8, 1.4), (0.8, 1.6), (0.8, 1.6)),
    "muscle": ((0.6, 0.9), (0.45, 0.9), (0.7, 1.2)),
    "air": ((0.02, 0.1), (0.02, 0.1), (0.02, 0.1)),
    "eye": ((0.25, 0.5), (0.15, 0.5), (0.25, 0.5)),
    "mucosa": ((0.6, 1.0), (1.2, 2.6), (1.0, 2.2)),
    "vessel": ((0.3, 0.9), (0.3, 0.9), (1.4, 2.6)),
    "choroid": ((0.6, 0.9), (1.0, 1.9), (1.2, 2.4)),
}

# Ellipsoids of the face, painted in this order, symmetric in x: tissue, centre and radii in mm.
FACE: tuple[tuple[str, Bounds, Bounds], ...] = (
    ("fat", (33, 48, -38), (20, 24, 18)),
    ("eye", (33, 58, -38), (12, 12, 12)),
    ("mucosa", (0, 58, -50), (13, 34, 26)),
    ("air", (0, 52, -52), (9, 32, 22)),
    ("air", (28, 44, -62), (13, 16, 17)),
    ("air", (0, 0, -84), (14, 12, 26)),
    ("air", (50, -32, -42), (11, 11, 13)),
    ("air", (8, 72, 2), (10, 7, 10)),
)


class Head(NamedTuple):
    """A head without a tumour.

    Attributes:
        image: brightness (3, D, H, W), white matter about 1.
        white: fraction of white matter (D, H, W).
        fluid: fraction of fluid inside the skull (D, H, W).
        depth: millimetres inside the skull (D, H, W), negative outside.
    """

    image: Tensor
    white: Tensor
    fluid: Tensor
    depth: Tensor


def contrast(rng: np.random.Generator) -> dict[str, Tensor]:
    """Each tissue's brightness in the three sequences (3, 1, 1, 1), drawn for one patient."""
    return {
        name: torch.from_numpy(rng.uniform(*np.transpose(ranges))).float().view(3, 1, 1, 1)
        for name, ranges in BRIGHTNESS.items()
    }


def paint_head(rng: np.random.Generator, points: Tensor, distances: Tensor, tissue: dict[str, Tensor]) -> Head:
    """The head whose brain lies at `points`, with skull and skin at `distances`, in the brightness of each `tissue`."""
    depth, _ = distances
    slope = torch.gradient(depth, dim=0)[0].abs()
    blur = 0.8 + 0.15 * slope  # a slice cuts the vertex obliquely, and its thickness smears the layers there
    image = _paint_outside(rng, points, distances, blur, tissue)
    grey, white, near_ventricle = sample(brain_maps(), points, BRAIN_MM, "zeros")
    fluid = (1 - grey - white).clamp(min=0)
    sulcus = torch.exp(-((texture(rng, points, 15)[0] / 0.12) ** 2)) * (grey > 0.3) * torch.sigmoid((24 - depth) / 4)
    fluid = fluid + rng.uniform(0, 1.0) * sulcus
    grey, white, fluid = (part**1.7 for part in (grey, white, fluid))  # an average brain is blurred; a patient's is crisp
    total = grey + white + fluid + 1e-6
    grey, white, fluid = grey / total, white / total, fluid / total
    brain = grey * tissue["grey"] + white * tissue["white"] + fluid * tissue["fluid"]
    brain = brain * (1 + rng.uniform(0.02, 0.07) * texture(rng, points, 12, 3))
    choroid = torch.sigmoid(4 * (texture(rng, points, 9)[0] - 1)) * (near_ventricle > 0.4) * fluid
    brain = _over(brain, rng.uniform(0, 1) * choroid, tissue["choroid"])
    inside = torch.sigmoid(depth / blur)
    image = _over(image, inside, brain)
    x, y, z = points.unbind(-1)
    sinus = torch.exp(-((x / 4) ** 2)) * torch.exp(-((depth / 4) ** 2)) * ((z > 20) | (y < -60))
    image = _over(image, sinus, tissue["vessel"])
    image = _confound(rng, image, points, white * inside, near_ventricle)
    return Head(image, white * inside, fluid * inside, depth)


def _over(image: Tensor, fraction: Tensor, value: Tensor) -> Tensor:
    return image + fraction * (value - image)


def _paint_outside(
    rng: np.random.Generator, points: Tensor, distances: Tensor, blur: Tensor, tissue: dict[str, Tensor]
) -> Tensor:
    """All but the brain (3, D, H, W): air, skin, fat, the symmetric face, the skull."""
    depth, skin = distances
    mirrored = torch.cat([points[..., :1].abs(), points[..., 1:]], dim=-1) + texture(rng, points, 30, 3).permute(1, 2, 3, 0)
    lumps, grain = texture(rng, mirrored, 14)[0], texture(rng, mirrored, 7)[0]
    face = _over(tissue["muscle"], torch.sigmoid(5 * (lumps - 0.2)), tissue["fat"])
    face = _over(face, torch.sigmoid(5 * (-grain - 0.7)), tissue["bone"])
    face = _over(face, torch.sigmoid(5 * (grain - lumps - 1.8)), tissue["mucosa"])
    for name, centre, radii in FACE:
        offset = (mirrored - torch.tensor(centre)) / torch.tensor(radii)
        wall = 1 - offset.norm(dim=-1) + 0.12 * grain
        face = _over(face, torch.sigmoid(10 * wall), tissue[name])
    thickness, fat = rng.normal(6.5, 1.0), rng.uniform(2.0, 7.0)
    skull = torch.sigmoid((depth + thickness) / blur)
    marrow = torch.exp(-(((depth + 0.55 * thickness) / (0.25 * thickness + blur - 0.8)) ** 2))
    image = _over(face, torch.sigmoid((2 + fat - skin) / blur), tissue["fat"])
    image = _over(image, skull, _over(tissue["bone"], rng.uniform(0.2, 0.9) * marrow, tissue["marrow"]))
    image = _over(image, torch.sigmoid((1.5 - skin) / blur), tissue["skin"])
    return _over(image, torch.sigmoid(-skin / blur), torch.zeros(()))


def _confound(rng: np.random.Generator, image: Tensor, points: Tensor, white: Tensor, near_ventricle: Tensor) -> Tensor:
    """What is bright on FLAIR and no tumour: periventricular rims, small spots of white matter, the skull base's artefacts."""
    rim = (near_ventricle * 3).clamp(max=1) * white * (0.6 + 0.4 * texture(rng, points, 20)[0]).clamp(0, 1)
    spots = torch.sigmoid(6 * (texture(rng, points, 8)[0] - rng.uniform(2.2, 3.2))) * white
    z = points[..., 2]
    flow = torch.sigmoid((-15 - z) / 6) * texture(rng, points, 35)[0].clamp(0, 2)
    flair = image[1] * (1 + rng.uniform(0, 0.7) * rim + rng.uniform(0.2, 0.9) * spots + rng.uniform(0, 0.3) * flow)
    return torch.stack([image[0], flair, image[2]])
