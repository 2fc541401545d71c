"""What libraries say that changes nothing for who runs a verb."""

import logging
import warnings


def without_notes() -> None:
    """Keeps MONAI from telling that it has no decoder for GPUs and no axes of tensors, as the configs do."""
    warnings.filterwarnings("ignore", message="axcodes|NvImgCodec")
    logging.getLogger("monai.data.nvimgcodec_pydicom_plugin").setLevel(logging.ERROR)
