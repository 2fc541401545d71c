"""MONAI Label from the first prediction to the first training, on real volumes, with every answer checked.

::

    python integrations/monai_label/end_to_end.py --dataset_dir kaggle_3m

Makes volumes of four patients of the LGG set, two of them stored with other axes, starts a server for them, asks it for each
thing that an annotator's viewer asks for, and stops it. Prints a line for each check; the exit code is 1 if one fails.
"""

import argparse
import json
import logging
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import requests
import torch
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parent))

from serve import HOST, MODEL, REPO, export, make_app, running, server_command
from volumes import lps_affine, save_volume, volume_of

from custom.data import kaggle_lgg
from custom.figures import Example, draw_predictions
from custom.metrics import count_overlap, dice

# Of the 18 patients of models/held_out/split.json that were kept apart, those with the fewest slices.
PATIENTS = ("TCGA_CS_4942_19970222", "TCGA_HT_7602_19951103", "TCGA_HT_7686_19950629", "TCGA_HT_7855_19951020")
SPACINGS_MM = ((0.94, 0.94, 6.0), (0.86, 0.86, 7.5), (1.0, 1.0, 5.0), (0.47, 0.94, 6.5))
AXCODES = ("LPS", "LPS", "RAS", "SAL")
EPOCHS = 1
SECONDS = 570


class Checks:
    """Prints each check, and remembers whether one failed."""

    def __init__(self) -> None:
        self.failed = 0
        self.start = time.monotonic()

    def __call__(self, holds: bool, text: str) -> None:
        """Print one line."""
        self.failed += not holds
        print(f"{time.monotonic() - self.start:6.0f} s  {'ok  ' if holds else 'FAIL'}  {text}", flush=True)


class Server:
    """The calls of MONAI Label's interface that a viewer makes."""

    def __init__(self, port: int) -> None:
        self.url = f"http://{HOST}:{port}"

    def __call__(self, method: str, path: str, **options: Any) -> requests.Response:
        """The answer to one request.

        Raises:
            ValueError: if it is an error.
        """
        answer = requests.request(method, self.url + path, timeout=SECONDS, **options)
        if not answer.ok:
            raise ValueError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
        return answer

    def infer(self, image: str, folder: Path) -> Any:
        """The mask that the server predicts."""
        path = folder / f"{image}.nii.gz"
        form = {"params": json.dumps({"device": "cpu"})}
        path.write_bytes(self("POST", f"/infer/{MODEL}?image={image}&output=image", data=form).content)
        return nibabel.load(path)


def make_volumes(dataset_dir: str, patients: Sequence[str], images: Path, truths: Path) -> dict[str, Path]:
    """Volumes into `images`, their masks into `truths`, and the masks' paths by name."""
    items = kaggle_lgg(dataset_dir)
    masks = {}
    for number, patient_id in enumerate(patients):
        image, mask = volume_of([item for item in items if item["patient_id"] == patient_id])
        affine = lps_affine(SPACINGS_MM[number % 4], (90.5 + number, 110.25, -40.0), tilt_degrees=4.0 * number)
        name = f"volume_{number + 1}"
        masks[name] = truths / f"{name}.nii.gz"
        save_volume(image, affine, images / f"{name}.nii.gz", AXCODES[number % 4])
        save_volume(mask, affine, masks[name], AXCODES[number % 4])
    return masks


def predict_without_server(bundle: Path, checkpoint: Path, images: Path, out: Path) -> None:
    """The same volumes by the bundle's own inference.json."""
    command = [
        sys.executable, "-m", "monai.bundle", "run", "--config_file", "configs/inference.json", "--dataset_dir", str(images),
        "--checkpoint", str(checkpoint), "--output_dir", str(out), "--overlays", "False", "--device", "cpu",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=bundle, capture_output=True, text=True, timeout=SECONDS)
    if done.returncode:
        raise ValueError(f"inference.json failed: {done.stderr[-500:]}")


def voxels(volume: Any) -> NDArray[np.uint8]:
    """The labels of a mask."""
    return np.asarray(volume.dataobj).astype(np.uint8)


def score(pred: NDArray[np.uint8], truth: NDArray[np.uint8]) -> float:
    """Dice of a volume."""
    pred_tensor, truth_tensor = (torch.from_numpy(array)[None] for array in (pred, truth))
    counts = count_overlap(pred=pred_tensor, truth=truth_tensor, num_classes=1).sum(0)
    return float(dice(counts.numpy()).mean())


def check_predictions(
    check: Checks, server: Server, masks: dict[str, Path], images: Path, own: Path, folder: Path
) -> list[float]:
    """Geometry, agreement with the bundle's own prediction, and Dice of every volume."""
    folder.mkdir()
    scores = []
    for name, truth_path in masks.items():
        pred, image, truth = server.infer(name, folder), nibabel.load(images / f"{name}.nii.gz"), nibabel.load(truth_path)
        same = pred.shape == image.shape[:3] and np.allclose(pred.affine, image.affine, atol=1e-4)
        axes = "".join(nibabel.aff2axcodes(image.affine))
        check(same, f"{name}: mask {pred.shape} {axes} lies where the image does")
        alone = voxels(nibabel.load(own / f"{name}_mask.nii.gz"))
        differing = int((voxels(pred) != alone).sum())
        scores.append(score(voxels(pred), voxels(truth)))
        check(differing == 0, f"{name}: Dice {scores[-1]:.3f}; {differing} voxels differ from the bundle's own prediction")
    return scores


def draw_answers(masks: dict[str, Path], images: Path, answers: Path, path: Path) -> None:
    """A picture of the server's masks beside the truth: of each volume the axial slice with the largest truth, front on top."""
    examples = []
    for name, truth_path in masks.items():
        paths = images / f"{name}.nii.gz", answers / f"{name}.nii.gz", truth_path
        image, pred, truth = (np.asarray(nibabel.as_closest_canonical(nibabel.load(file)).dataobj) for file in paths)
        depth = int(np.count_nonzero(truth, axis=(0, 1)).argmax())
        flair, pred, truth = (volume[::-1, ::-1, depth].T for volume in (image[..., 1], pred, truth))
        examples.append(Example(f"{name}, slice {depth}", flair, pred, truth))
    draw_predictions(examples, "answers of the MONAI Label server").savefig(path)


def store(server: Server, name: str, path: Path) -> None:
    """Save a mask as the final label of an image."""
    with path.open("rb") as file:
        server("PUT", f"/datastore/label?image={name}&tag=final", files={"label": (path.name, file)}, data={"params": "{}"})


def listening(port: int) -> list[str]:
    """Addresses, in the kernel's hexadecimal, on which something listens at a port."""
    lines = [line.split() for name in ("tcp", "tcp6") for line in Path(f"/proc/net/{name}").read_text().splitlines()[1:]]
    local = [fields[1].split(":") for fields in lines if fields[3] == "0A"]
    return [address for address, number in local if int(number, 16) == port]


def run(options: argparse.Namespace, folder: Path) -> int:
    """All checks; the number that failed."""
    check = Checks()
    images, truths, studies = folder / "images", folder / "truths", folder / "studies"
    images.mkdir()
    truths.mkdir()
    masks = make_volumes(options.dataset_dir, options.patients, images, truths)
    shutil.copytree(images, studies)  # the server writes there
    bundle = export(options.checkpoint, folder / "export")
    app = make_app(options.environment, bundle, folder / "app")
    models = app / "model" / MODEL / "models"
    check(True, f"{len(masks)} volumes, bundle exported, app made")
    predict_without_server(bundle, models / "model.pt", images, folder / "own_before")
    shipped = (models / "model.pt").read_bytes()

    command = server_command(options.environment, app, studies, options.port)
    with running(command, folder / "server.log", MONAI_LABEL_AUTO_UPDATE_SCORING="false", MONAI_LABEL_SESSION_PATH=str(folder)):
        server = Server(options.port)
        info = server("GET", "/info/").json()
        check(list(info["models"]) == list(info["trainers"]) == [MODEL], f"{info['name']} serves {MODEL}")
        check(listening(options.port) == ["0100007F"], f"listens on {HOST} alone")

        before = check_predictions(check, server, masks, images, folder / "own_before", folder / "before")
        if options.figure:
            draw_answers(masks, images, folder / "before", options.figure)
        mean = float(np.mean(before))
        check(mean >= options.least_dice, f"mean Dice {mean:.3f}, at least {options.least_dice}")

        check_refusals(check, server)
        names = list(masks)
        asked = check_uncertainty(check, server, names)
        check_stored_labels(check, server, {name: masks[name] for name in names[:2]})
        check_training(check, server, models, shipped)

        predict_without_server(bundle, models / "model.pt", images, folder / "own_after")
        after = check_predictions(check, server, masks, images, folder / "own_after", folder / "after")
        check(after != before, f"mean Dice with the new weights {np.mean(after):.3f}, of the patient trained on {after[0]:.3f}")

        check_uncertainty(check, server, names[2:], asked)
        check_batch(check, server, names[2:], folder)
    check(listening(options.port) == [], "the server is stopped")
    return check.failed


def check_refusals(check: Checks, server: Server) -> None:
    """What cannot be done is told in one line, and the server lives on."""
    volume = nibabel.Nifti1Image(np.zeros((32, 32, 4), np.uint8), np.eye(4))
    with tempfile.TemporaryDirectory() as temporary:
        path = Path(temporary) / "one_channel.nii.gz"
        nibabel.save(volume, path)
        with path.open("rb") as file:
            answer = requests.post(
                f"{server.url}/infer/{MODEL}?output=image", files={"file": (path.name, file)},
                data={"params": json.dumps({"device": "cpu"})}, timeout=SECONDS,
            )  # fmt: skip
    check(answer.status_code == 422, f"an image of one channel: {answer.status_code} {answer.text[:200]}")
    form = {"device": "cpu", "max_epochs": EPOCHS, "val_split": 0.2, "multi_gpu": False, "tracking": "None"}
    answer = requests.post(f"{server.url}/train/{MODEL}?run_sync=true", json=form, timeout=SECONDS)
    check(answer.status_code == 422, f"a training without labels: {answer.status_code} {answer.text[:200]}")


def check_stored_labels(check: Checks, server: Server, masks: dict[str, Path]) -> None:
    """Final labels that are stored come back as they were."""
    for name, path in masks.items():
        store(server, name, path)
        label = server("GET", f"/datastore/label?label={name}&tag=final").content
        check(label == path.read_bytes(), f"{name}: stored label comes back byte for byte")


def check_training(check: Checks, server: Server, models: Path, shipped: bytes) -> None:
    """A training on the stored labels ends, puts its weights in the place of the shipped ones, and keeps these beside them."""
    form = {
        "device": "cpu", "max_epochs": EPOCHS, "val_split": 0.5, "multi_gpu": False, "pretrained": True, "tracking": "None",
    }  # fmt: skip
    server("POST", f"/train/{MODEL}", json=form)
    task = wait_for_training(server)
    check(task["status"] == "DONE", f"training of {EPOCHS} epoch(s): {task['status']}")
    check((models / "model_shipped.pt").read_bytes() == shipped, "model_shipped.pt holds the shipped weights")
    check((models / "model.pt").read_bytes() != shipped, "model.pt holds others")


def check_batch(check: Checks, server: Server, names: list[str], folder: Path) -> None:
    """One call predicts all unlabelled images, as calls for each image do: their masks lie in `after` in the folder."""
    form = {"device": "cpu", "multi_gpu": False, "save_label": True, "label_tag": "original", "max_workers": 1}
    server("POST", f"/batch/infer/{MODEL}?images=unlabeled&run_sync=true", json=form)
    for name in names:
        path = folder / f"batch_{name}.nii.gz"
        path.write_bytes(server("GET", f"/datastore/label?label={name}&tag=original").content)
        same = np.array_equal(voxels(nibabel.load(path)), voxels(nibabel.load(folder / "after" / f"{name}.nii.gz")))
        check(same, f"{name}: batch inference stored what a single one gives")


def check_uncertainty(check: Checks, server: Server, names: list[str], asked: str = "") -> str:
    """Every unlabelled image is scored, and the highest score of those not `asked` for lately is shown first; which that is."""
    task = server("POST", "/scoring/uncertainty?run_sync=true", json={"device": "cpu"}).json()
    check(task["executed"] == len(names), f"uncertainty: scored {task['executed']} of {task['total']} with the present weights")
    doubts = {name: server("GET", f"/datastore/image/info?image={name}").json().get("uncertainty", -1.0) for name in names}
    task = server("POST", "/scoring/uncertainty?run_sync=true", json={"device": "cpu"}).json()
    check(task["skipped"] == len(names), f"asked again, {task['skipped']} of {len(names)} keep their score")
    shown = ", ".join(f"{name} {value:.3f}" for name, value in doubts.items())
    check(min(doubts.values()) >= 0, f"uncertainty: {shown}")
    chosen: str = server("POST", "/activelearning/uncertainty", json={}).json()["id"]
    check(chosen == max(doubts.keys() - {asked}, key=lambda name: doubts[name]), f"active learning asks for {chosen}")
    return chosen


def wait_for_training(server: Server) -> dict[str, Any]:
    """The task when it is no longer running."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        task: dict[str, Any] = server("GET", "/train/").json()
        if task["status"] not in ("SUBMITTED", "RUNNING"):
            return task
        time.sleep(1)
    raise ValueError(f"the training did not end within {SECONDS} s")


def main() -> int:
    """Run the checks in a temporary folder, or in one that is kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dataset_dir", required=True, help="the LGG set in Kaggle's layout")
    parser.add_argument("--patients", nargs=4, default=PATIENTS, metavar="ID")
    parser.add_argument("--checkpoint", type=Path, default=REPO / "bundle" / "models" / "model.pt", metavar="FILE")
    parser.add_argument("--least_dice", type=float, default=0.6, help="that the mean of the four must reach (default: 0.6)")
    parser.add_argument("--environment", type=Path, default=REPO / ".venv-label", metavar="DIR")
    parser.add_argument("--port", type=int, default=8124)
    parser.add_argument("--figure", type=Path, metavar="FILE", help="a picture of the first predictions")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="a new folder for all that is made, the server's log too")
    options = parser.parse_args()
    logging.getLogger("monai.bundle.scripts").setLevel(logging.WARNING)  # its report of the export
    try:
        if options.keep:
            options.keep.mkdir(parents=True)
            failed = run(options, options.keep.resolve())
        else:
            with tempfile.TemporaryDirectory() as folder:
                failed = run(options, Path(folder))
    except (ValueError, OSError, subprocess.SubprocessError) as error:
        print(f"end_to_end.py: {error}", file=sys.stderr)
        return 2
    print("all checks hold" if not failed else f"{failed} checks failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
