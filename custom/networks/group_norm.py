"""Group normalisation whose result does not depend on how an image lies in memory."""

from torch import Tensor, nn
from torch.nn.functional import group_norm


class GroupNormContiguous(nn.GroupNorm):
    """`torch.nn.GroupNorm` that gives torch's kernel for CPUs its input (N, C, …) contiguous.

    The kernel for channels-last tensors takes the variance as a difference of sums in 32 bits. In torch 2.13.0 on a CPU it is
    wrong for values far from 0: 1000 ± 10 on 1024 × 1024 pixels become thousands (findings/group_norm_of_bright_images.sh).
    """

    def forward(self, x: Tensor) -> Tensor:
        """Normalised values of the same shape."""
        return group_norm(x if x.is_cuda else x.contiguous(), self.num_groups, self.weight, self.bias, self.eps)


def mend_group_norms(network: nn.Module) -> None:
    """Makes each `torch.nn.GroupNorm` in a network a `GroupNormContiguous`, in place; its tensors stay."""
    for module in network.modules():
        if type(module) is nn.GroupNorm:
            module.__class__ = GroupNormContiguous
