"""What is the same on other processors and with other numbers of threads: the golden run of the tests and joined tiles.

oneDNN computes convolutions with the best instructions of a processor; `ONEDNN_MAX_CPU_ISA` holds it to older ones.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
INSTRUCTIONS = ("DEFAULT", "AVX512_CORE", "AVX2", "SSE41")
THREADS = (1, 2)


def measured(instructions: str, threads: int) -> dict[str, float | str]:
    """The golden run in a process of its own."""
    given = {"ONEDNN_MAX_CPU_ISA": instructions, "OMP_NUM_THREADS": str(threads), "PYTHONPATH": f"{TESTS}:{TESTS.parent}"}
    command = [sys.executable, "-m", "trust.golden"]
    done = subprocess.run(command, cwd=TESTS, env={**os.environ, **given}, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="same_results.json", help="where the numbers go (default: same_results.json)")
    options = parser.parse_args()
    rows = []
    print("| instructions | threads | train_loss | val_loss | val_mean_dice | model.pt | tiles | strips |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for instructions in INSTRUCTIONS:
        for threads in THREADS:
            row = measured(instructions, threads)
            rows.append({"instructions": instructions, **row})
            scores = " | ".join(f"{row[name]:.6g}" for name in ("train_loss", "val_loss", "val_mean_dice"))
            joined = " | ".join(f"{row[name]:.1e}" if row[name] else "equal" for name in ("tiles", "strips"))
            print(f"| {instructions} | {threads} | {scores} | {str(row['model.pt'])[:8]} | {joined} |", flush=True)
    Path(options.out).write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
