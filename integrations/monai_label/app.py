"""MONAI Label's app for bundles, with a choice of the next image by the model's own doubt; `serve.py` installs it as main.py.

The stock app (`stock_app.py` beside it) offers the strategies `first` and `random` alone. Here `POST /scoring/uncertainty`
scores each unlabelled image, as the server also does by itself when it starts and after each training, and
`POST /activelearning/uncertainty` names the one that the model is least sure of.
"""

import logging
import os
from importlib import import_module

import torch
from fastapi import HTTPException
from monai.transforms import AsDiscreted, SaveImaged
from monailabel.interfaces.app import MONAILabelApp
from monailabel.interfaces.tasks.scoring import ScoringMethod
from monailabel.tasks.activelearning.epistemic import Epistemic
from monailabel.tasks.infer.bundle import BundleInferTask
from monailabel.utils.others.class_utils import module_from_file

stock = module_from_file("stock_app", os.path.join(os.path.dirname(__file__), "stock_app.py"))
logger = logging.getLogger(__name__)


class Uncertainty(ScoringMethod):
    """Writes 1 - `custom.metrics.expected_dice` of each unlabelled image to its information in the datastore."""

    def __init__(self, path, conf):
        super().__init__("1 - the Dice that the model expects of its own mask")
        # Without the step from probabilities to labels.
        self.infer = BundleInferTask(
            path, conf, skip_writer=True, add_post_restore=False, post_filter=[SaveImaged, AsDiscreted]
        )

    def __call__(self, request, datastore):
        """Scores those that the present weights have not scored yet."""
        weights_time = int(os.stat(self.infer.get_path()).st_mtime)
        images = datastore.get_unlabeled_images()
        due = [image for image in images if datastore.get_image_info(image).get("uncertainty_ts") != weights_time]
        expected_dice = import_module("custom.metrics.expected_dice").expected_dice
        for image in due:
            task = {"image": datastore.get_image_uri(image), "device": request.get("device"), "cache_transforms": False}
            _, data = self.infer({**task, "logging": "error"})
            doubt = 1 - expected_dice(torch.as_tensor(data[self.infer.output_label_key]).cpu().numpy())
            logger.info(f"uncertainty of {image}: {doubt:.4f}")
            datastore.update_image_info(image, {"uncertainty": doubt, "uncertainty_ts": weights_time})
        return {"total": len(images), "executed": len(due), "skipped": len(images) - len(due)}


class UNetApp(stock.MyApp, MONAILabelApp):
    """The stock app, the strategy `uncertainty`, and one line instead of a dead server where data do not fit."""

    def init_strategies(self):
        """Those of the stock app and `uncertainty`: the highest score first, then what was shown longest ago."""
        return {**super().init_strategies(), "uncertainty": Epistemic(key="uncertainty", desc="Least sure of its mask first")}

    def init_scoring_methods(self):
        """`uncertainty`, by the first model."""
        return {"uncertainty": Uncertainty(next(iter(self.models.values())), self.conf)}

    def infer(self, request, datastore=None):
        """As the stock app; the reason of a failure reaches the client."""
        try:
            return super().infer(request, datastore)
        except RuntimeError as error:
            raise HTTPException(422, f"{request.get('image')} cannot be predicted: {_reason(error)}") from error

    def train(self, request):
        """As the stock app; what a config refuses ends the training, not the server."""
        try:
            return super().train(request)
        except (SystemExit, RuntimeError) as error:
            raise HTTPException(422, f"no training: {_reason(error)}") from error


def _reason(error):
    """MONAI wraps an error in others; the innermost says what was wrong."""
    while error.__cause__ is not None:
        error = error.__cause__
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
