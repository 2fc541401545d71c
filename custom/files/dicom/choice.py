"""Which of the series of a folder is meant."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from custom.files.dicom.candidates import Candidate, candidates_of, is_called_flair, slice_count
from custom.files.dicom.files import DicomFile
from custom.files.dicom.kinds import BESIDE_SLICES


def choose_series(folder: Path, files: Sequence[DicomFile], modality: str, wanted: str = "") -> tuple[list[DicomFile], str]:
    """The files of the one series that may be meant, and what else was left out, in words.

    Args:
        folder: for errors.
        files: the files of all series.
        modality: the modality that the series must have, such as MR.
        wanted: the SeriesInstanceUID or SeriesNumber of the series; empty if only one may be meant.

    Raises:
        ValueError: if no series may be meant or several, or a file of the series is no slice of a volume.
    """
    candidates = candidates_of(files, modality)
    labels = _labels(candidates)
    chosen = _wanted(folder, candidates, labels, wanted) if wanted else _only(folder, candidates, labels)
    kept, beside = _slices(candidates[chosen])
    others = [] if wanted else [_left_out(labels[uid], other) for uid, other in candidates.items() if uid != chosen]
    words = [f"{number} {BESIDE_SLICES[kind].format('s' * (number > 1))}" for kind, number in sorted(beside.items())]
    return kept, ", ".join([*others, *(f"{told} of series {labels[chosen]}" for told in words)])


def _labels(candidates: dict[str, Candidate]) -> dict[str, str]:
    """How a line calls each series: by its SeriesNumber, or by its UID where that is absent or another's too."""
    counts = Counter(candidate.number for candidate in candidates.values())
    return {uid: one.number if one.number and counts[one.number] == 1 else uid for uid, one in candidates.items()}


def _only(folder: Path, candidates: dict[str, Candidate], labels: dict[str, str]) -> str:
    possible = [uid for uid, candidate in candidates.items() if not candidate.other]
    if len(possible) == 1 or len(candidates) == 1:
        return (possible or list(candidates))[0]
    if possible:
        listed = _listed({labels[uid]: candidates[uid] for uid in possible})
        first = labels[min(possible, key=lambda uid: not is_called_flair(candidates[uid].files[0].image))]
        mend = f"choose one with --series, such as --series {first}, or keep one in the folder"
        raise ValueError(f"{folder}: holds {len(possible)} series, {listed}; {mend}")
    misfit = next((found for candidate in candidates.values() for found in candidate.misfits if found), None)
    raise ValueError(
        misfit.line if misfit else f"{folder}: holds only localizers and the like; name the folder of one FLAIR series"
    )


def _wanted(folder: Path, candidates: dict[str, Candidate], labels: dict[str, str], wanted: str) -> str:
    found = [uid for uid, candidate in candidates.items() if wanted in (uid, candidate.number)]
    if not found:
        listed = _listed({labels[uid]: candidate for uid, candidate in candidates.items()})
        raise ValueError(f"series: {folder} holds no series {wanted!r}, but {listed}")
    if len(found) > 1:
        listed = _listed({uid: candidates[uid] for uid in found})
        raise ValueError(f"series: {folder} holds {len(found)} series {wanted!r}; choose by UID: {listed}")
    return found[0]


def _slices(candidate: Candidate) -> tuple[list[DicomFile], Counter[str]]:
    """The files of a series without its localizers and what holds no image, and how many of each these are."""
    kept, beside = [], Counter[str]()
    for file, found in zip(candidate.files, candidate.misfits, strict=True):
        if found and (found.kind not in BESIDE_SLICES or all(candidate.misfits)):
            raise ValueError(found.line)
        if found:
            beside[found.kind] += 1
        else:
            kept.append(file)
    return kept, beside


def _listed(candidates: dict[str, Candidate]) -> str:
    return ", ".join(_offered(label, candidate) for label, candidate in candidates.items())


def _offered(label: str, candidate: Candidate) -> str:
    slices = slice_count(candidate)
    flair = ", called FLAIR" if is_called_flair(candidate.files[0].image) else ""
    return f"{label} ({slices} slice{'s' * (slices != 1)}{flair})"


def _left_out(label: str, candidate: Candidate) -> str:
    files = len(candidate.files)
    return f"series {label} ({files} file{'s' * (files != 1)}, {candidate.other})"
