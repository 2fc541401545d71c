"""The verbs of `python -m custom VERB`, a module each, imported when it runs, so that help comes at once.

A module has the verb's name and `run(arguments) -> int`, which parses the command line and returns the exit code.
"""

from typing import NamedTuple

DATA, RUNS, SHARE, MORE = "Your own data", "Runs", "Weights for others", "More"


class Verb(NamedTuple):
    """A row of the front door.

    Attributes:
        help: what it does, in a line.
        example: a command line that does it.
        group: under which heading it is listed.
    """

    help: str
    example: str
    group: str = MORE


# What people of other programs try, and the command line that does it here.
MEANT = {
    "resume": "train --resume RUN",
    "list": "runs",
    "ls": "runs",
    "test": "evaluate RUN",
    "infer": "predict IMAGES --checkpoint RUN",
    "inference": "predict IMAGES --checkpoint RUN",
    "plan": "init DATA",
    "show": "view",
}

VERBS = {
    "init": Verb(
        "Look at images and masks under any names, and write a plan for a training.",
        "python -m custom init /data/mine",
        DATA,
    ),
    "check": Verb(
        "Read a data set without training, and report what it holds and what is wrong with it.",
        "python -m custom check /data/mine --input_channels 1 --num_classes 3",
        DATA,
    ),
    "train": Verb(
        "Train a network on a plan or a folder of images and masks.", "python -m custom train mine.json --run_name mine", DATA
    ),
    "evaluate": Verb("Score a run on its validation images.", "python -m custom evaluate mine", DATA),
    "predict": Verb(
        "Predict images, or mark tumour in a DICOM FLAIR series.",
        "python -m custom predict /data/new --checkpoint mine",
        DATA,
    ),
    "view": Verb("Open predictions in napari: image, labels in colours, truth.", "python -m custom view /data/results", DATA),
    "crossval": Verb(
        "Train and score a cross-validation by patient, and summarise it in a table and a figure.",
        "python -m custom crossval --dataset_dir kaggle_3m --run_name folds --num_folds 5",
        DATA,
    ),
    "runs": Verb("List runs with their epochs, best scores and the settings that differ.", "python -m custom runs", RUNS),
    "compare": Verb(
        "Compare two runs by patient: the mean difference, its interval and a paired test.",
        "python -m custom compare mine other",
        RUNS,
    ),
    "summary": Verb(
        "Show the progress of a run, its scores, where its files are, and which command comes next.",
        "python -m custom summary mine",
        RUNS,
    ),
    "calibrate": Verb(
        "Calibrate probabilities on held-out patients: write their temperature into the record of the weights.",
        "python -m custom calibrate --checkpoint mine --dataset_dir /data/mine",
        SHARE,
    ),
    "export": Verb(
        "Make a bundle that stands on its own, as a folder and a zip.",
        "python -m custom export --checkpoint mine --out dist",
        SHARE,
    ),
    "quantize": Verb(
        "Make 8-bit weights for OpenVINO, which predict faster on a CPU.",
        "python -m custom quantize --checkpoint mine",
        SHARE,
    ),
    "record": Verb(
        "Write the record of weights, so that no settings are needed to use them.",
        "python -m custom record --checkpoint weights.pt --config bundle/configs/folder.json",
        SHARE,
    ),
    "download": Verb("Download a public data set.", "python -m custom download lgg"),
    "figure": Verb("Draw a figure of the paper from a network, or from images.", "python -m custom figure --help"),
    "segment": Verb(
        "Segment an image larger than memory, on one machine or many: OME-Zarr, Zarr or TIFF in, OME-Zarr out.",
        "python -m custom segment slide.ome.zarr labels.zarr",
    ),
    "settings": Verb("Print all settings of the configs, as the documents show them.", "python -m custom settings"),
}
