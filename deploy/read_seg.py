"""Where a DICOM Segmentation marks the patient, read from the file alone; and a picture of it.

    python deploy/read_seg.py SEGMENTATION.dcm SERIES_DIR --out PICTURE.png

It shares no code with what writes the SEG, so that it can tell whether the two writers of this repository are right.
"""

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from pydicom import dcmread

from custom.figures import overlay
from custom.files.dicom import read_series


def marked_points(path: str | Path) -> NDArray[np.float64]:
    """(N, 3) in RAS millimetres: the centres of the marked pixels of a binary SEG with one segment."""
    segmentation: Any = dcmread(path)
    rows, columns = segmentation.Rows, segmentation.Columns
    bits = np.unpackbits(np.frombuffer(segmentation.PixelData, np.uint8), bitorder="little")
    frames = bits[: segmentation.NumberOfFrames * rows * columns].reshape(-1, rows, columns)
    shared = segmentation.SharedFunctionalGroupsSequence[0]
    cosines = np.array(shared.PlaneOrientationSequence[0].ImageOrientationPatient, float)
    between_rows, between_columns = map(float, shared.PixelMeasuresSequence[0].PixelSpacing)
    points = []
    for frame, groups in zip(frames, segmentation.PerFrameFunctionalGroupsSequence, strict=True):
        origin = np.array(groups.PlanePositionSequence[0].ImagePositionPatient, float)
        row, column = np.nonzero(frame)
        points.append(origin + np.outer(column * between_columns, cosines[:3]) + np.outer(row * between_rows, cosines[3:]))
    return np.concatenate(points) * [-1, -1, 1]


def labels_at(points: NDArray[np.float64], affine: NDArray[np.float64], shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """0 and 1 on the voxels of a volume with this affine to RAS millimetres.

    Raises:
        ValueError: if a point lies more than a hundredth of a voxel off a voxel's centre, or outside, or twice on one.
    """
    places = (np.c_[points, np.ones(len(points))] @ np.linalg.inv(affine).T)[:, :3]
    indices = np.rint(places).astype(int)
    if not np.allclose(places, indices, atol=0.01):
        raise ValueError(f"points lie {np.abs(places - indices).max():.2f} voxels off the centres of voxels")
    if ((indices < 0) | (indices >= shape)).any():
        raise ValueError(f"points lie outside the volume of {shape} voxels")
    labels = np.zeros(shape, np.uint8)
    np.add.at(labels, tuple(indices.T), 1)
    if labels.max(initial=0) > 1:
        raise ValueError("points lie on one voxel")
    return labels


def picture_of(segmentation: str | Path, series_dir: str | Path) -> NDArray[np.uint8]:
    """RGB (H, 2 W, 3): the slice with most marked, as the series shows it, and beside it with the contour of the mask."""
    series = read_series(series_dir)
    labels = labels_at(marked_points(segmentation), series.affine, series.voxels.shape)
    index = int(labels.sum((0, 1)).argmax())
    image, mask = series.voxels[..., index].T, labels[..., index].T
    return np.hstack([overlay(image, np.zeros_like(mask)), overlay(image, mask)])


def main() -> None:
    """Writes a picture."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("segmentation", help="a DICOM SEG")
    parser.add_argument("series_dir", help="the series that it was made from")
    parser.add_argument("--out", required=True, metavar="PICTURE.png")
    options = parser.parse_args()
    try:
        picture = picture_of(options.segmentation, options.series_dir)
    except (ValueError, OSError) as error:
        parser.error(str(error))
    Image.fromarray(picture.repeat(2, 0).repeat(2, 1)).save(options.out, optimize=True)
    print(options.out)


if __name__ == "__main__":
    main()
