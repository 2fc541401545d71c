"""What a data set holds: the fingerprint that the choices of a plan follow from."""

from collections import Counter
from dataclasses import dataclass, field

from custom.data.image_doubts import ImageDoubts
from custom.data.label_doubts import LabelDoubts
from custom.init.objects import Objects

ALIKE = 0.1  # least part of the way from the Dice of distant labels to 1 that neighbours have gone
FEWEST_IN_SEQUENCE = 8


@dataclass
class Fingerprint:
    """What a data set holds.

    Attributes:
        num_images: images, volumes or pages.
        num_patients: who or what a split keeps together.
        num_train: images, volumes or pages that are trained on, once the split is known.
        volumes: whether images are volumes.
        formats: how many images have which format.
        sizes: how many images have which size.
        channels: how many images have which number of channels.
        megabytes: memory of all decoded images and labels.
        grey: whether all three channels of the coloured images that were read are equal.
        image_doubts: what may be meant otherwise in the images that were read.
        intensities: the 1st and 99th percentile over the images that were read.
        values: in how many labels each value occurs.
        first: a label that holds each value.
        with_ignored: whether a label holds 255 and another value above 0.
        per_label: how many values other than 0 each label holds.
        compact: share of such values whose pixels are one piece.
        shares: share of all pixels that each value has.
        objects: sizes of the objects, for instances of each value, else of the connected parts.
        num_read: labels that were read.
        masks: in how many folders of masks, a file an object, each file lies, by its name without suffix.
        alike: Dice of the labels of neighbouring images, and of distant ones.
        label_doubts: what may be meant otherwise in the labels that were measured.
        doubt: why numbers of objects may be cut to 8 bits, with the first such label.
        field_outside: share of labelled pixels outside the field of view; -1 without one.
    """

    num_images: int
    num_patients: int
    volumes: bool
    num_train: int = 0
    formats: Counter[str] = field(default_factory=Counter)
    sizes: Counter[tuple[int, ...]] = field(default_factory=Counter)
    channels: Counter[int] = field(default_factory=Counter)
    megabytes: float = 0.0
    grey: bool = False
    image_doubts: ImageDoubts = field(default_factory=ImageDoubts)
    intensities: tuple[float, float] = (0.0, 0.0)
    values: Counter[int] = field(default_factory=Counter)
    first: dict[int, str] = field(default_factory=dict)
    with_ignored: bool = False
    per_label: list[int] = field(default_factory=list)
    compact: float = 0.0
    shares: dict[int, float] = field(default_factory=dict)
    objects: Objects = field(default_factory=Objects)
    num_read: int = 0
    masks: Counter[str] = field(default_factory=Counter)
    alike: tuple[float, float] = (0.0, 0.0)
    label_doubts: LabelDoubts = field(default_factory=LabelDoubts)
    doubt: str = ""
    field_outside: float = -1.0

    @property
    def in_sequence(self) -> bool:
        """Whether labels of neighbours, each image of its own patient, are so alike that a random split would part twins."""
        near, far = self.alike
        alone = self.num_patients == self.num_images >= FEWEST_IN_SEQUENCE
        return alone and near - far >= ALIKE * (1 - far)

    @property
    def size_px(self) -> tuple[int, int]:
        """Height and width of the typical image."""
        (rows, columns, *_), _ = self.sizes.most_common(1)[0]
        return rows, columns
