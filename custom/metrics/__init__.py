"""Metrics: pure functions of label arrays, `metric(pred=..., truth=...)` by keyword only, and their forms for the engines."""

from custom.metrics.borders import thin_borders
from custom.metrics.contingency import contingency
from custom.metrics.expected_dice import expected_dice
from custom.metrics.information import information_f_score
from custom.metrics.instance_scores import InstanceScores
from custom.metrics.intensity_threshold import best_threshold, threshold_dice
from custom.metrics.membrane_scores import MembraneScores
from custom.metrics.objects import (
    Matches,
    average_precision,
    average_precision_50,
    match_objects,
    merged_pairs,
    object_f1,
    panoptic_quality,
    split_pairs,
)
from custom.metrics.overlap import dice, iou, overlap_scores, patient_rows, precision, sensitivity
from custom.metrics.overlap_counts import count_overlap
from custom.metrics.patient_doubt import Doubt, PatientDoubt
from custom.metrics.patient_overlap import PatientOverlap
from custom.metrics.patient_surfaces import PatientSurfaces
from custom.metrics.pixel import pixel_error, pixel_f_error
from custom.metrics.rand import rand_error, rand_f_score
from custom.metrics.reliability import Reliability, calibration_error, reliability_counts, reliability_curve
from custom.metrics.seg import matched_ious, mean_iou, seg
from custom.metrics.surfaces import Distances, hd95, surface_dice, surface_distances
from custom.metrics.temperature import fit_temperature, logit_counts, reliability_at
from custom.metrics.thresholds import Best, after_thinning, best_over_thresholds, mean_over_slices, of_components
from custom.metrics.validation_loss import ValidationLoss
from custom.metrics.warping import Mistakes, split_merge_error, warp, warping_error, warping_mistakes

__all__ = [
    "Best",
    "Distances",
    "Doubt",
    "InstanceScores",
    "Matches",
    "MembraneScores",
    "Mistakes",
    "PatientDoubt",
    "PatientOverlap",
    "PatientSurfaces",
    "Reliability",
    "ValidationLoss",
    "after_thinning",
    "average_precision",
    "average_precision_50",
    "best_over_thresholds",
    "best_threshold",
    "calibration_error",
    "contingency",
    "count_overlap",
    "dice",
    "expected_dice",
    "fit_temperature",
    "hd95",
    "information_f_score",
    "iou",
    "logit_counts",
    "match_objects",
    "matched_ious",
    "mean_iou",
    "mean_over_slices",
    "merged_pairs",
    "object_f1",
    "of_components",
    "overlap_scores",
    "panoptic_quality",
    "patient_rows",
    "pixel_error",
    "pixel_f_error",
    "precision",
    "rand_error",
    "rand_f_score",
    "reliability_at",
    "reliability_counts",
    "reliability_curve",
    "seg",
    "sensitivity",
    "split_merge_error",
    "split_pairs",
    "surface_dice",
    "surface_distances",
    "thin_borders",
    "threshold_dice",
    "warp",
    "warping_error",
    "warping_mistakes",
]
