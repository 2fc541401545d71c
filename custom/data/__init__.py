"""Datalists, splits, checks, and the sets themselves; imports neither torch nor monai until it draws simulated patients."""

from custom.data.cell_tracking import cell_tracking_frames
from custom.data.check import check_dataset
from custom.data.digest import data_digest
from custom.data.download import download_lgg
from custom.data.folders import folder_images
from custom.data.folds import institution, marked_pixels, read_folds, stratified_folds, written_fold
from custom.data.given_split import given_split
from custom.data.images import list_images
from custom.data.kaggle import kaggle_folder, kaggle_lgg
from custom.data.lgg import evaluation_slices, lgg_slices
from custom.data.pairs import quick_check
from custom.data.phantom import phantom_lgg
from custom.data.report import Report
from custom.data.splits import split_by_patient, split_in_sequence
from custom.storage.split_file import write_split

__all__ = [
    "Report",
    "cell_tracking_frames",
    "check_dataset",
    "data_digest",
    "download_lgg",
    "evaluation_slices",
    "folder_images",
    "given_split",
    "institution",
    "kaggle_folder",
    "kaggle_lgg",
    "lgg_slices",
    "list_images",
    "marked_pixels",
    "phantom_lgg",
    "quick_check",
    "read_folds",
    "split_by_patient",
    "split_in_sequence",
    "stratified_folds",
    "write_split",
    "written_fold",
]
