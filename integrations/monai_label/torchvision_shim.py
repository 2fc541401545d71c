"""Lets torchvision, which MONAI Label imports, be imported beside a torch of another build.

Its wheel holds compiled operators for one build of torch alone; beside another, they do not load, and its import dies on
`operator torchvision::nms does not exist`. Nothing here calls them: declaring them is enough. `torchvision_shim.pth` imports
this in every process of the environment, since a training runs in one of its own.
"""

import importlib.abc
import sys

LIBRARIES = []


class _Declare(importlib.abc.MetaPathFinder):
    """Declares the operators when torchvision is about to be imported, and finds nothing."""

    def find_spec(self, fullname, path=None, target=None):
        """Always None: the next finder is asked."""
        if fullname == "torchvision" and not LIBRARIES:
            import torch

            library = torch.library.Library("torchvision", "DEF")
            LIBRARIES.append(library)  # what is declared goes when this does
            library.define("nms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
            library.define("qnms(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")
        return None


sys.meta_path.insert(0, _Declare())
