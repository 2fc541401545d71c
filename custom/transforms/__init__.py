"""Transforms of images and labels for MONAI, most a function and its dictionary form; `batch` augments whole batches."""

from custom.transforms.axial import AxialSlicesd, InvertAxialSlicesd
from custom.transforms.batch import BatchAugmentation
from custom.transforms.border_weights import BorderWeightMapd, border_weight_map
from custom.transforms.calibrated import CalibratedProbabilitiesd
from custom.transforms.cell_cutouts import cut_cell, paste_cell, turn_cell
from custom.transforms.check_finite import CheckFinited
from custom.transforms.check_labels import CheckLabelsd
from custom.transforms.displacements import RandDisplacementGrid, displacement_field
from custom.transforms.elastic import Rand2DElasticExact, Rand2DElasticExactd, realised_displacement
from custom.transforms.expected_overlap import ExpectedOverlapd
from custom.transforms.field_of_interest import FieldOfInterestd
from custom.transforms.grey import Greyd
from custom.transforms.instances import ConnectedInstancesd, InstancesOfMasksd, connected_instances
from custom.transforms.labelled_pixels import LabelledPixelsd
from custom.transforms.mirror_pad import MirrorPadd
from custom.transforms.missing_channels import RandMissingChannelsd
from custom.transforms.neighbouring_slices import NeighbouringSlicesd
from custom.transforms.normalize import NormalizeChannelsd
from custom.transforms.one_channel import OneChanneld
from custom.transforms.one_grid import OneGridd
from custom.transforms.paste_cells import RandPasteCellsd
from custom.transforms.quick_post import QuickActivationsd, QuickAsDiscreted
from custom.transforms.slices import RandSlicesd
from custom.transforms.split_variance import SplitVarianced
from custom.transforms.touching import CellsAndBordersd, cells_and_borders, separate_touching
from custom.transforms.weighted_label import WeightedLabeld

__all__ = [
    "AxialSlicesd",
    "BatchAugmentation",
    "BorderWeightMapd",
    "CalibratedProbabilitiesd",
    "CellsAndBordersd",
    "CheckFinited",
    "CheckLabelsd",
    "ConnectedInstancesd",
    "ExpectedOverlapd",
    "FieldOfInterestd",
    "Greyd",
    "InstancesOfMasksd",
    "InvertAxialSlicesd",
    "LabelledPixelsd",
    "MirrorPadd",
    "NeighbouringSlicesd",
    "NormalizeChannelsd",
    "OneChanneld",
    "OneGridd",
    "QuickActivationsd",
    "QuickAsDiscreted",
    "Rand2DElasticExact",
    "Rand2DElasticExactd",
    "RandDisplacementGrid",
    "RandMissingChannelsd",
    "RandPasteCellsd",
    "RandSlicesd",
    "SplitVarianced",
    "WeightedLabeld",
    "border_weight_map",
    "cells_and_borders",
    "connected_instances",
    "cut_cell",
    "displacement_field",
    "paste_cell",
    "realised_displacement",
    "separate_touching",
    "turn_cell",
]
