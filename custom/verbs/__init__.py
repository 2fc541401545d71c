"""The verbs of `python -m custom VERB`, a module each, imported when it runs, so that help comes at once.

A module has the verb's name and `run(arguments) -> int`, which parses the command line and returns the exit code.
"""

from typing import NamedTuple


class Verb(NamedTuple):
    """A row of the front door.

    Attributes:
        help: what it does, in a line.
        example: a command line that does it.
    """

    help: str
    example: str


VERBS = {
    "check": Verb(
        "Read a data set without training, and report what it holds and what is wrong with it.",
        "python -m custom check /data/mine --input_channels 1 --num_classes 3",
    ),
    "crossval": Verb(
        "Train and score folds by patient, and sum them up in a table and a figure.",
        "python -m custom crossval --dataset_dir kaggle_3m --run_name folds --num_folds 5",
    ),
    "download": Verb("Fetch a public data set.", "python -m custom download lgg"),
    "export": Verb(
        "Make a bundle that stands on its own, as a folder and a zip.",
        "python -m custom export --checkpoint runs/mine/model.pt --out dist",
    ),
    "figure": Verb("Draw a figure of the paper from a network, or from images.", "python -m custom figure --help"),
    "predict": Verb(
        "Mark tumour in a DICOM FLAIR series, and write a DICOM Segmentation.",
        "python -m custom predict /data/study --out /data/result",
    ),
    "quantize": Verb(
        "Make 8-bit weights for OpenVINO, which predict faster on a CPU.",
        "python -m custom quantize --checkpoint runs/mine/model.pt",
    ),
    "record": Verb(
        "Write the record of weights, by which they can be used without being described.",
        "python -m custom record --checkpoint weights.pt --config configs/folder.json",
    ),
    "settings": Verb("Print all settings of the configs, as the README shows them.", "python -m custom settings"),
    "summary": Verb("Print the scores of a run, and where its files are.", "python -m custom summary runs/mine"),
}
