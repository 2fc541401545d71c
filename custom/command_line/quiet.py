"""What libraries say that changes nothing for the person who runs a verb."""

import logging
import warnings

# MONAI says that configs are code, that it has no decoder for GPUs, and that tensors have no axes.
MESSAGES = ".*Bundle configs|.*_target_.*|.*torch.jit|NvImgCodec|axcodes"
LOGGERS = ("monai.bundle.scripts", "monai.bundle.workflows", "monai.data.nvimgcodec_pydicom_plugin")


def without_notes() -> None:
    """Keeps such messages from being shown: log lines from now on, and warnings until `catch_warnings` ends, if it is used."""
    warnings.filterwarnings("ignore", message=MESSAGES)
    for name in LOGGERS:
        logging.getLogger(name).setLevel(logging.ERROR)
