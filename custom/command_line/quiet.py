"""What libraries say that changes nothing for the person who runs a verb."""

import logging
import warnings

# MONAI says that configs are code, that it has no decoder for GPUs, that tensors have no axes, and that the config of a run has
# neither `metadata.json` nor `logging.conf` beside it.
MESSAGES = ".*Bundle configs|.*_target_.*|.*torch.jit|NvImgCodec|axcodes"
LOGGERS = ("monai.bundle.scripts", "monai.bundle.workflows", "monai.data.nvimgcodec_pydicom_plugin")


def without_notes() -> None:
    """Keeps such messages from being shown: log lines from now on, and warnings until `catch_warnings` ends, if it is used."""
    warnings.filterwarnings("ignore", message=MESSAGES)
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_is_error)  # a level would be set anew where MONAI makes the logger


def _is_error(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.ERROR
