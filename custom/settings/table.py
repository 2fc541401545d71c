"""The table of settings: a row for each name that a config or the command line gives a plain value.

A new setting is a row here, its default in a config, and its use there.
"""

from typing import NamedTuple

from custom.settings.rules import (
    BETWEEN_0_AND_1,
    BOOLEAN,
    DEVICE,
    FROM_0_BELOW_1,
    NAME_BELOW_RUNS,
    NAMES,
    PAIR,
    PLACE,
    POSITIVE,
    RESUMED,
    SHARE,
    TEXT,
    WEIGHTS,
    Rule,
    either,
    number,
    one_of,
    whole,
)  # fmt: skip


class Setting(NamedTuple):
    """A row.

    Attributes:
        name: name in the configs; `slices#truth` is the argument `truth` of the component `slices`.
        rule: what its value must be.
        help: what it does, in one line.
        configs: those that give it a default. What `train` has, evaluations have too.
        record: where it stands in the record of weights, such as `network.in_channels`; empty if they need not know it.
        fixed: whether weights predict rightly with the recorded value alone.
        machine: whether it belongs to the machine or the moment, so that no bundle is exported with it.
        resume: whether a run can be continued with the same value alone.
    """

    name: str
    rule: Rule
    help: str
    configs: tuple[str, ...]
    record: str = ""
    fixed: bool = False
    machine: bool = False
    resume: bool = True


TRAIN, INFERENCE, EVALUATE = ("train",), ("inference",), ("evaluate",)
BOTH, PREDICT = (*TRAIN, *INFERENCE), (*INFERENCE, *EVALUATE)
CELLS, LARGE = ("ctc", "nuclei", "paper"), ("large",)

ROWS = (
    Setting("bundle_root", TEXT, "folder that holds `configs/`, `models/` and `runs/`", BOTH, machine=True, resume=False),
    Setting("dataset_dir", PLACE, "folder of the data, for predictions also one image; without it the simulated set", BOTH,
            machine=True, resume=False),  # split.json tells whether it holds the same patients
    Setting("output_dir", TEXT, "new or empty folder of the results; by default named by date and time", INFERENCE,
            machine=True, resume=False),
    Setting("run_name", NAME_BELOW_RUNS, "folder of the run below `runs/`; by default date and time", TRAIN,
            machine=True, resume=False),
    Setting("resume", RESUMED, "folder of a run to continue; for predictions `True` continues in `output_dir`", BOTH,
            machine=True, resume=False),
    Setting("checkpoint", WEIGHTS, "weights to start from, to score or to predict with; several predict together", BOTH,
            machine=True, resume=False),
    Setting("shipped_weights", TEXT, "weights below `models/` that are used without a `checkpoint`", BOTH, resume=False),
    Setting("part", one_of("train", "val", "unseen", "all"), "patients to score, by the split of the weights", EVALUATE),
    Setting("epochs", whole(1), "passes over the training data", TRAIN),
    Setting("batch_size", whole(1, 65536), "images or patches in a training step", TRAIN),
    Setting("input_channels", whole(1, 65536), "channels that the network sees", BOTH, "network.in_channels", fixed=True),
    Setting("image_channels", either(None, "none to not ask", whole(1, 65536)), "channels of an image file", BOTH,
            "input.image_channels"),
    Setting("flair_channel", either(None, "none", whole(0, 65535)),
            "channel that is always present; in training other channels are left out at times", TRAIN),
    Setting("num_classes", whole(1, 255), "1 for masks, 2 or more for classes with the background", BOTH,
            "network.out_channels", fixed=True),
    Setting("class_names", NAMES, "names of the classes from 0 on", TRAIN, "output.classes", resume=False),
    Setting("border_class", whole(0, 254),
            "class of the borders between touching cells: the last of three or more classes; 0 for none",
            BOTH, "output.border_class", fixed=True),
    Setting("label_threshold", either(None, "none", number(0)), "labels of at least this value are 1", TRAIN),
    Setting("label_geometry", one_of("file", "image"),
            "`image` uses labels voxel by voxel as they are stored, whatever their headers say", TRAIN),
    Setting("ignore_label", either(None, "none", whole(-1, 65535)), "label that loss and scores ignore", TRAIN,
            "training.ignore_label"),
    Setting("gap_px", whole(0), "width of the borders between touching cells in pixels", CELLS),
    Setting("border_px", whole(0), "width of a frame's border without annotation in pixels", ("ctc",)),
    Setting("init_features", whole(1, 65536), "channels of the network's first level", BOTH,
            "network.init_features", fixed=True),
    Setting("depth", whole(1, 12), "levels of the network", BOTH, "network.depth", fixed=True),
    Setting("upsample", one_of("transposed", "bilinear", "nearest"), "how the decoder upsamples", BOTH, "network.upsample",
            fixed=True),
    Setting("padding", BOOLEAN, "`False` for the paper's valid convolutions; missing context is mirrored", BOTH,
            "network.padding", fixed=True),
    Setting("batch_norm", BOOLEAN, "normalise each layer over the batch", BOTH, "network.batch_norm", fixed=True),
    Setting("downsampling", whole(1, 64), "factor by which the network sees the image smaller, for objects above 190 pixels",
            BOTH, "input.downsampling", fixed=True),
    Setting("optimizer", one_of("Adam", "SGD"), "Adam, or SGD with momentum", TRAIN),
    Setting("lr", POSITIVE, "learning rate of the first epoch", TRAIN),
    Setting("min_lr", number(0), "learning rate of the last epoch, reached by a cosine", TRAIN),
    Setting("lr_schedule#T_max", whole(1), "epochs from `lr` to `min_lr`", TRAIN),
    Setting("weight_decay", number(0), "pull of the weights towards 0", TRAIN),
    Setting("momentum", FROM_0_BELOW_1, "momentum of SGD", TRAIN),
    Setting("early_stopping", either(-1, "-1 for off", whole(1)),
            "training ends after so many validations without a gain of 0.001", TRAIN),
    Setting("val_fraction", BETWEEN_0_AND_1, "share of the patients to validate on", TRAIN),
    Setting("fold", either(None, "none", whole(0)),
            "which of `num_folds` parts to validate on, in place of `val_fraction`", TRAIN),
    Setting("num_folds", whole(2), "number of parts", TRAIN),
    Setting("val_interval", whole(1), "epochs from one validation to the next", TRAIN),
    Setting("surface_tolerance", number(0), "distance in mm, or pixels, up to which surfaces agree in the surface Dice", TRAIN,
            resume=False),
    Setting("patch_size", whole(1, 65536), "height and width of a training patch in pixels", TRAIN),
    Setting("patches_per_image", whole(1, 65536), "patches drawn from an image in an epoch", TRAIN),
    Setting("seed", whole(0, 2**32 - 1), "seed of all random numbers", TRAIN, "training.seed"),
    Setting("device", DEVICE, "by default a GPU if there is one", BOTH, machine=True, resume=False),
    Setting("num_workers", whole(0, 1024), "processes that load data besides the main one", BOTH, machine=True, resume=False),
    Setting("cache_mb", number(0), "memory for decoded images in MB; the rest is kept in a file", TRAIN, machine=True,
            resume=False),
    Setting("batch_augmentation", BOOLEAN, "`False` for MONAI's own augmentation, image by image", TRAIN),
    Setting("title", TEXT, "title of the figures of a run", TRAIN, machine=True, resume=False),
    Setting("runtime", one_of("torch", "torchscript", "onnxruntime", "openvino"), "library that computes the network", PREDICT),
    Setting("bfloat16", BOOLEAN, "compute in bfloat16 where the processor has it", PREDICT),
    Setting("average", BOOLEAN, "average the predictions of the eight turned and mirrored images", PREDICT),
    Setting("threshold", BETWEEN_0_AND_1, "probability from which a pixel is marked", INFERENCE, "output.threshold"),
    Setting("temperature", POSITIVE, "number by which logits are divided, so that probabilities are calibrated",
            PREDICT, "output.temperature"),
    Setting("across_slices", BOOLEAN, "average each slice with its neighbours; with largest_object only to choose the object",
            BOTH, "output.across_slices"),
    Setting("largest_object", BOOLEAN, "keep only the largest object of a patient; by default for masks, not for classes", BOTH,
            "output.largest_object"),
    Setting("instances", BOOLEAN, "number the objects, in a separate file", BOTH, "output.instances"),
    Setting("min_size_px", whole(0), "objects of fewer pixels are left out of the instances", BOTH, "output.min_size_px"),
    Setting("uncertainty", BOOLEAN, "write how far the predictions of the eight turned images differ, and average them",
            INFERENCE),
    Setting("probability_maps", BOOLEAN, "write the probabilities too", INFERENCE),
    Setting("overlays", BOOLEAN, "write a picture with the contour", INFERENCE),
    Setting("slices#image_folder", TEXT,
            "folder of the images in `dataset_dir`, or a pattern such as `*/image` or `scans/**`", ("folder",)),
    Setting("slices#label_folder", TEXT, "folder of the labels in `dataset_dir`, or such a pattern", ("folder",)),
    Setting("slices#image_suffix", TEXT,
            "what the names of images end with, such as `_0000`, or a pattern such as `img_*`", ("folder",)),
    Setting("slices#label_suffix", TEXT, "what the names of labels end with, or a pattern such as `mask_*`", ("folder",)),
    Setting("slices#field_folder", TEXT, "folder of the masks of the field of view in `dataset_dir`", ("folder",)),
    Setting("slices#field_suffix", TEXT, "what the names of these masks end with", ("folder",)),
    Setting("slices#ignore_outside", BOOLEAN, "`False` to learn outside the field of view too", ("folder",)),
    Setting("slices#patient_pattern", TEXT,
            "regular expression whose first group in an image's name, or with a `/` in its path, is its patient", ("folder",)),
    Setting("slices#only_pairs", BOOLEAN, "leave out images without a label, and labels without an image", ("folder",)),
    Setting("slices#truth", one_of("GT", "ST"), "`GT` for gold truth, `ST` for silver", ("ctc",)),
    Setting("weighting#w0", number(0), "height of the border weights; 0 switches them off", CELLS),
    Setting("weighting#sigma", POSITIVE, "width of the border weights in pixels", CELLS),
    Setting("pasting#prob", SHARE, "share of images that cells are pasted into", ("ctc",)),
    Setting("segmentation#level", whole(0), "level of the image's pyramid, 0 for the finest", LARGE),
    Setting("segmentation#axes", either(None, "none", TEXT), "letters of `tczyx` of an image that does not name its axes",
            LARGE),
    Setting("segmentation#channel", either(None, "none for all", whole(0)), "the only channel of the image to use", LARGE),
    Setting("segmentation#block", either(None, "none for 4096 and 8192", PAIR), "rows and columns of a block", LARGE),
    Setting("segmentation#ome_version", one_of("0.5", "0.4"), "version of OME-Zarr to write", LARGE),
    Setting("segmentation#scheduler", TEXT, "`local`, `synchronous`, or the address of a Dask scheduler", LARGE, machine=True),
    Setting("segmentation#workers", either(None, "none for one for each GPU, or else core", whole(1)),
            "processes on this machine", LARGE, machine=True),
    Setting("segmentation#memory_limit_mb", either(None, "none", POSITIVE), "memory of each worker in MB", LARGE, machine=True),
    Setting("ema#momentum", Rule("a number above 0 and below 1", BETWEEN_0_AND_1.holds), "share of each step in the average of "
            "the weights; 0.01 for few images", ("ema",)),
)  # fmt: skip

LISTED = "; bundle/docs/settings.md lists the settings"  # the end of a line about a name that is none
SETTINGS: dict[str, Setting] = {row.name: row for row in ROWS}
RECORDED: dict[str, Setting] = {name: row for name, row in SETTINGS.items() if row.record}
