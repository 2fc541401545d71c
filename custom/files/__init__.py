"""Files as they lie on disk: each format is a module and a row of `custom.files.formats`; imports neither torch nor monai."""

from custom.files.formats import FORMATS, SUFFIXES, Format, format_of, is_volume, split_suffix
from custom.files.kinds import Header, Image, check_intensities, split_page, wrong_channels
from custom.files.labels import LABEL_CHANNELS, whole_numbers
from custom.files.names import files_below, in_numeric_order, is_picture, is_result, without_by_products
from custom.files.reading import count_pages, read_header, read_image, read_label, read_pixels

__all__ = [
    "FORMATS",
    "LABEL_CHANNELS",
    "SUFFIXES",
    "Format",
    "Header",
    "Image",
    "check_intensities",
    "count_pages",
    "files_below",
    "format_of",
    "in_numeric_order",
    "is_picture",
    "is_result",
    "is_volume",
    "read_header",
    "read_image",
    "read_label",
    "read_pixels",
    "split_page",
    "split_suffix",
    "whole_numbers",
    "without_by_products",
    "wrong_channels",
]
