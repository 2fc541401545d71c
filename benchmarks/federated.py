"""Federated learning in one process: sites that share weights, never images, driven by MONAI's own client.

    python benchmarks/federated.py [--rounds 3] [--local-epochs 3] [--patients 12] [--json FILE]

Each site is a `monai.fl.client.MonaiAlgo` on train.json and evaluate.json, with patients of its own from the simulated set. In
each round every site trains on from the average of the round before (FedAvg: McMahan et al. 2017, arXiv:1602.05629, weighted
by slices). For comparison the same sites train as long alone. All models are scored on the patients that each site holds out.
"""

import argparse
import json
import logging
import os
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from pathlib import Path

import torch
from monai.fl.client import MonaiAlgo
from monai.fl.utils.constants import ExtraItems
from monai.fl.utils.exchange_object import ExchangeObject
from torch import Tensor

from custom.data import phantom_lgg

BUNDLE = Path(__file__).parents[1] / "bundle"
Weights = dict[str, Tensor]


def make_site(name: str, dataset_dir: Path, out: Path, *, local_epochs: int, **settings) -> MonaiAlgo:
    """A client whose runs lie below `out`."""
    # By default the two workflows would ask for a run folder of one name, in the bundle that the client is given.
    common = {**settings, "dataset_dir": str(dataset_dir), "run_dir#parent": str(out)}
    site = MonaiAlgo(
        str(BUNDLE),
        local_epochs=local_epochs,
        send_weight_diff=False,
        train_kwargs={**common, "run_name": name, "val_interval": local_epochs},
        # An empty checkpoint, lest evaluate.json load the published weights: those of the round arrive anyway.
        eval_kwargs={**common, "run_name": f"{name}_evaluation", "checkpoint": ""},
    )
    site.initialize({ExtraItems.CLIENT_NAME: name})
    return site


def weights_of(site: MonaiAlgo) -> Weights:
    """A copy: on CPU, `get_weights` returns the tensors of the network itself."""
    return {name: value.clone() for name, value in site.get_weights().weights.items()}


def average(weights: Sequence[Weights], shares: Sequence[float]) -> Weights:
    """The mean of each tensor, weighted by `shares`; whole numbers, which count batches, are rounded."""
    total = sum(shares)
    means = {}
    for name, first in weights[0].items():
        mean = sum(share / total * state[name].double() for share, state in zip(shares, weights, strict=True))
        means[name] = (mean if first.is_floating_point() else mean.round()).to(first.dtype)
    return means


def train(sites: Sequence[MonaiAlgo], rounds: int, *, share: bool) -> list[Weights]:
    """The weights of each site after all rounds; if they share, all are the average."""
    current = [weights_of(site) for site in sites]
    shares = [len(site.trainer.data_loader.dataset) for site in sites]
    for number in range(1, rounds + 1):
        if share:
            current = [average(current, shares)] * len(sites)
        for site, weights in zip(sites, current, strict=True):
            site.train(ExchangeObject(weights=weights))
        current = [weights_of(site) for site in sites]
        print(f"round {number} of {rounds} done, {'shared' if share else 'alone'}", file=sys.stderr, flush=True)
    return [average(current, shares)] if share else current


def scores(sites: Sequence[MonaiAlgo], weights: Weights) -> list[float]:
    """Mean Dice by patient on what each site holds out."""
    return [float(site.evaluate(ExchangeObject(weights=weights)).metrics["val_mean_dice"]) for site in sites]


def simulate(folders: Sequence[Path], out: Path, *, rounds: int, local_epochs: int, **settings) -> dict[str, list[float]]:
    """The scores of each site's own model and of the average, on the held-out patients of each site."""
    settings = {**settings, "epochs": rounds * local_epochs}
    table = {}
    for share in (True, False):
        kind = "shared" if share else "alone"
        sites = [
            make_site(f"site_{number}", folder, out / kind, local_epochs=local_epochs, **settings)
            for number, folder in enumerate(folders, start=1)
        ]
        for number, weights in enumerate(train(sites, rounds, share=share), start=1):
            table["average" if share else f"site {number} alone"] = scores(sites, weights)
            torch.save(weights, out / kind / f"model_{number}.pt")
        for site in sites:
            site.finalize()
    return table


def deal_out(source: Path, folder: Path, num_sites: int, num_patients: int) -> list[Path]:
    """Patients of a set in Kaggle's layout, dealt out in turn; copied, since data sets may not lead out of their folder."""
    patients = sorted(path for path in source.iterdir() if path.is_dir())[: num_sites * num_patients]
    for index, patient in enumerate(patients):
        shutil.copytree(patient, folder / f"site_{index % num_sites + 1}" / patient.name)
    return [folder / f"site_{number + 1}" for number in range(num_sites)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--local-epochs", type=int, default=3)
    parser.add_argument("--patients", type=int, default=12, help="of each of the two sites, of whom a third is held out")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    # The client tells of each step, and warns that it runs the config it was given: here, our own.
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    start, cpu_start = time.time(), sum(os.times()[:2])
    with tempfile.TemporaryDirectory() as folder:
        sites = deal_out(phantom_lgg() / "kaggle_3m", Path(folder), 2, args.patients)
        table = simulate(
            sites, Path(folder) / "runs", rounds=args.rounds, local_epochs=args.local_epochs, seed=args.seed,
            batch_size=8, patch_size=128, val_fraction=1 / 3, device="cpu",
        )  # fmt: skip
    print(f"{'mean Dice by patient, held out at':36}" + "".join(f"{f'site {n + 1}':>10}" for n in range(len(sites))))
    for name, row in table.items():
        print(f"{name:36}" + "".join(f"{score:10.3f}" for score in row))
    seconds, cpu_seconds = time.time() - start, sum(os.times()[:2]) - cpu_start
    print(f"{seconds:.0f} s, {cpu_seconds:.0f} s of CPU")
    if args.json:
        settings = {name: value for name, value in vars(args).items() if name != "json"}
        record = {"settings": settings, "val_mean_dice": table, "seconds": seconds, "cpu_seconds": cpu_seconds}
        args.json.write_text(json.dumps(record, indent=2) + "\n")


if __name__ == "__main__":
    main()
