"""When early stopping ends a training, by the scores of its validations."""

from collections.abc import Sequence

LEAST_GAIN = 0.001
UP_TO_1 = ("dice", "iou", "seg")  # what the names of scores end with that are 1 at best


def cannot_rise(name: str, score: float) -> str:
    """In words that a score can rise by no more than the least gain; empty if it can."""
    full = name.endswith(UP_TO_1) and 1 - LEAST_GAIN < score <= 1
    return f"{name} is {score:.4f}, and can rise by less than {LEAST_GAIN}" if full else ""


def did_not_rise(name: str, waited: int, patience: int) -> str:
    """In words that so many validations in a row added no more than the least gain; empty if there is patience left."""
    return f"{patience} validations added less than {LEAST_GAIN} to {name}" if waited >= patience else ""


def why_ended(name: str, scores: Sequence[float], patience: int) -> str:
    """Why a training ended with its last validation, in words; empty if early stopping did not end it.

    Args:
        name: what the score is called, of which more is better.
        scores: the score of each validation, in their order.
        patience: after how many in a row that add no more than the least gain, all together, it ends; -1 for never.
    """
    if patience < 1 or not scores:
        return ""
    best, waited = scores[0], 0
    for score in scores[1:]:
        best, waited = (score, 0) if score > best + LEAST_GAIN else (best, waited + 1)
    return did_not_rise(name, waited, patience) or cannot_rise(name, scores[-1])
