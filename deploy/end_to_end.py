"""One FLAIR volume through three routes, whose masks must be the same in the patient, voxel for voxel.

    python deploy/end_to_end.py --app-python PYTHON [--checkpoint FILE] [--patient DIR] [--out DIR]

MONAI Deploy runs `deploy/app.py` with a Python of its own on a DICOM series; `monai.bundle` predicts the same volume as NIfTI
with the exported bundle; `python -m custom predict` takes the series. Exits with 1 if masks differ or nothing is marked.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nibabel
import numpy as np
from make_dicom import make_series, read_flair, series_affine
from numpy.typing import NDArray
from read_seg import labels_at, marked_points

REPO = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path = REPO) -> None:
    """Runs a program; what it prints is shown if it fails.

    Raises:
        ValueError: if it exits with another code than 0.
    """
    arguments = [str(part) for part in command]
    done = subprocess.run(arguments, cwd=cwd, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode:
        raise ValueError(f"{' '.join(arguments)} exited with {done.returncode}:\n{done.stdout}")


def export(checkpoint: Path, out: Path) -> Path:
    """The folder of a bundle for FLAIR alone."""
    overlay = REPO / "bundle" / "configs" / "flair.json"
    run(
        sys.executable,
        "-m",
        "custom",
        "export",
        "--checkpoint",
        checkpoint,
        "--config",
        overlay,
        "--out",
        out,
        "--name",
        "flair",
    )
    return out / "flair"


def by_monai_deploy(app_python: str, series_dir: Path, bundle: Path, out: Path) -> Path:
    """The SEG that the application writes."""
    model = bundle / "models" / "model.ts"
    out.mkdir()
    run(app_python, REPO / "deploy" / "app.py", "-i", series_dir, "-o", out, "-m", model, cwd=out.parent)
    written = list(out.glob("*.dcm"))
    if len(written) != 1:
        raise ValueError(f"deploy/app.py wrote {len(written)} files, not one DICOM SEG")
    return written[0]


def by_monai_bundle(volume: Path, bundle: Path, out: Path) -> NDArray[np.uint8]:
    """The mask on the voxels of the volume."""
    command = ("-m", "monai.bundle", "run", "--config_file", "configs/inference.json", "--device", "cpu")
    run(sys.executable, *command, "--dataset_dir", volume, "--output_dir", out, cwd=bundle)
    return np.asarray(nibabel.load(out / "volume_mask.nii.gz").dataobj)


def by_predict(series_dir: Path, checkpoint: Path, out: Path) -> Path:
    """The SEG that the bundle's own verb writes."""
    command = ("-m", "custom", "predict", series_dir, "--out", out, "--checkpoint", checkpoint, "--device", "cpu")
    run(sys.executable, *command)
    return out / "segmentation.dcm"


def compare(masks: dict[str, NDArray[np.uint8]]) -> bool:
    """Prints how the others compare with the first, and tells whether all are equal and something is marked."""
    (reference_name, reference), *others = masks.items()
    print(f"{reference_name:<26}{int(reference.sum())} of {reference.size} voxels marked")
    for name, mask in others:
        differing = int(np.count_nonzero(mask != reference))
        print(f"{name:<26}{int(mask.sum())} voxels marked, {differing} differ")
    return bool(reference.any()) and all(np.array_equal(mask, reference) for _, mask in others)


def end_to_end(app_python: str, checkpoint: Path, patient_dir: str, out: Path) -> bool:
    """Whether all routes give the same mask; all that they read and write stays below `out`."""
    patient_id, voxels = read_flair(patient_dir)
    print(f"{patient_id}: {len(voxels)} slices, {checkpoint}")
    series_dir = make_series(out / "series", patient_id, voxels)
    affine = series_affine()
    nibabel.save(nibabel.Nifti1Image(np.ascontiguousarray(voxels.T), affine), out / "volume.nii.gz")
    bundle = export(checkpoint, out / "dist")
    seg_of_app = by_monai_deploy(app_python, series_dir, bundle, out / "app")
    seg_of_predict = by_predict(series_dir, checkpoint, out / "predict")
    return compare(
        {
            "monai.bundle": by_monai_bundle(out / "volume.nii.gz", bundle, out / "masks"),
            "MONAI Deploy": labels_at(marked_points(seg_of_app), affine, voxels.T.shape),
            "python -m custom predict": labels_at(marked_points(seg_of_predict), affine, voxels.T.shape),
        }
    )


def main() -> None:
    """Exits with 0 if all masks are the same."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--app-python", required=True, metavar="PYTHON", help="of the environment of deploy/requirements.txt")
    parser.add_argument("--checkpoint", type=Path, default=REPO / "bundle" / "models" / "flair" / "model.pt")
    parser.add_argument("--patient", default="", metavar="DIR", help="of TIFF slices (default: a simulated patient)")
    parser.add_argument("--out", type=Path, metavar="DIR", help="a new folder to keep all files in")
    options = parser.parse_args()
    try:
        with TemporaryDirectory() as temporary:
            out = options.out or Path(temporary)
            out.mkdir(exist_ok=options.out is None)
            # Not resolved: a link of a virtual environment leads out of it.
            app_python = os.path.abspath(options.app_python)
            same = end_to_end(app_python, options.checkpoint.resolve(), options.patient, out.resolve())
    except (ValueError, OSError) as error:
        sys.exit(f"end_to_end.py: {error}")
    print("the same labels, voxel for voxel" if same else "NOT the same, or nothing is marked")
    sys.exit(not same)


if __name__ == "__main__":
    main()
