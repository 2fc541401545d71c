"""What happens around the engines: checkpoints, tables and figures of a run."""

from custom.handlers.cases import Cases
from custom.handlers.early_stop import EarlyStop
from custom.handlers.epoch_seed import EpochSeed
from custom.handlers.evaluation_step import EvaluationStep
from custom.handlers.finite import CheckFinite
from custom.handlers.history import History
from custom.handlers.interrupt import Interruption, interrupted_within
from custom.handlers.keep_freed_memory import KeepFreedMemory
from custom.handlers.patient_table import PatientTable
from custom.handlers.prediction_figure import PredictionFigure
from custom.handlers.prediction_record import PredictionRecord
from custom.handlers.prediction_report import PredictionReport
from custom.handlers.prediction_step import PredictionStep
from custom.handlers.prediction_writer import PredictionWriter
from custom.handlers.progress import Progress
from custom.handlers.publish_weights import PublishWeights
from custom.handlers.resumed_config import record_split
from custom.handlers.run_checkpoint import RunCheckpoint
from custom.handlers.run_dir import open_run_dir
from custom.handlers.run_report import RunReport
from custom.handlers.score_line import ScoreLine
from custom.handlers.scores_of_best import ScoresOfBest
from custom.handlers.threshold_baseline import ThresholdBaseline
from custom.handlers.training_record import TrainingRecord
from custom.handlers.upright import upright_from_engine
from custom.handlers.weight_average import WeightAverage
from custom.storage.output_folder import new_output_dir
from custom.system.processes import join_process_group, leave_process_group

__all__ = [
    "Cases",
    "CheckFinite",
    "EarlyStop",
    "EpochSeed",
    "EvaluationStep",
    "History",
    "Interruption",
    "KeepFreedMemory",
    "PatientTable",
    "PredictionFigure",
    "PredictionRecord",
    "PredictionReport",
    "PredictionStep",
    "PredictionWriter",
    "Progress",
    "PublishWeights",
    "RunCheckpoint",
    "RunReport",
    "ScoreLine",
    "ScoresOfBest",
    "ThresholdBaseline",
    "TrainingRecord",
    "WeightAverage",
    "interrupted_within",
    "join_process_group",
    "leave_process_group",
    "new_output_dir",
    "open_run_dir",
    "record_split",
    "upright_from_engine",
]
