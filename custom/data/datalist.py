"""A datalist, as MONAI's datasets take it: one dictionary an image."""

from typing import NotRequired, TypedDict


class Slice(TypedDict):
    """An image with its label: a slice of a patient, a picture, a page of a stack, or a volume.

    Attributes:
        image: path of the image.
        label: path of its label.
        patient_id: name of its patient; a split keeps images of one patient together.
        slice_index: its number: of a slice in the file's name, of a frame its time, else its place in the datalist.
        field: path of a mask of the field of view, 0 where the image is not judged; absent without one.
    """

    image: str
    label: str
    patient_id: str
    slice_index: int
    field: NotRequired[str]
