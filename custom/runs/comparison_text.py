"""A comparison of two runs in words."""

from collections.abc import Iterator

from custom.runs.comparison import Comparison, Scored, trained_on
from custom.runs.differences import as_options, differing_settings
from custom.runs.nouns import counted, noun_of
from custom.runs.state import RunState

LEVEL = 0.05
LEAST = 6  # below it no differences make Wilcoxon's p less than that


def comparison_text(
    runs: tuple[RunState, RunState], scored: tuple[Scored, Scored], result: Comparison, score: str = "dice"
) -> str:
    """The lines: means, difference with interval and test, what it tells, settings that differ, and what to beware of."""
    noun = noun_of(runs[0].config, runs[0].folder, scored[0].rows.values())
    title = "Dice" if score == "dice" else score
    names = [str(one.folder) for one in scored]
    width = max(map(len, (*names, "difference")))
    value, low, high = result.difference
    equal = result.cases - result.better - result.worse
    lines = [f"mean {title} of {counted(result.cases, noun)}", ""]
    lines += [f"{name:<{width}}   {mean:.4f}" for name, mean in zip(names, result.means, strict=True)]
    lines += [
        f"{'difference':<{width}}  {value:+.4f}, 95 % interval {low:+.4f} to {high:+.4f} (bootstrap of the {noun})",
        f"{noun}: higher in {result.better}, lower in {result.worse}, equal in {equal}; "
        f"Wilcoxon p = {_rounded(result.p_value)}",
        _verdict(result, noun, title),
    ]
    return "\n".join([*lines, *_settings(runs), *_beware(runs, scored, noun)])


def _verdict(result: Comparison, noun: str, title: str) -> str:
    if result.cases < LEAST:
        return f"{counted(result.cases, noun)} cannot tell the runs apart: evaluate on at least {LEAST}"
    low, high = result.difference.low, result.difference.high
    apart, significant = not low <= 0 <= high, result.p_value < LEVEL
    if apart and significant:
        return f"{title} is {'higher' if low > 0 else 'lower'} in the second run: interval and test agree"
    reason = "interval and test disagree" if apart or significant else "the interval holds 0"
    return f"These {noun} do not tell the runs apart: {reason}"


def _settings(runs: tuple[RunState, RunState]) -> list[str]:
    settings = differing_settings(runs)
    if not settings:
        return []
    return ["", "settings that differ", *(f"{run.folder}: {as_options(settings, n) or '-'}" for n, run in enumerate(runs))]


def _beware(runs: tuple[RunState, RunState], scored: tuple[Scored, Scored], noun: str) -> Iterator[str]:
    if not scored[0].evaluated:
        yield (
            f"\nThese are the validations that chose the weights, on the same {noun}: "
            "`python -m custom evaluate RUN` scores as predictions do"
        )
    for run, one in zip(runs, scored, strict=True):
        known = trained_on(run, list(one.rows))
        if known:
            on = f"{len(known)} of these {noun}, such as {known[0]}"
            yield f"\n{run.folder} was trained on {on}: its scores there are too high"


def _rounded(p_value: float) -> str:
    return f"{p_value:.3f}" if p_value >= 0.001 else f"{p_value:.1e}"
