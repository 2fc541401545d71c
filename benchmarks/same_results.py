"""What is the same on other processors and with other numbers of threads: the golden run of the tests and joined tiles.

oneDNN computes convolutions with the best instructions of a processor, and torch all else; `ONEDNN_MAX_CPU_ISA` and
`ATEN_CPU_CAPABILITY` hold them to older ones. Instructions that this processor lacks are left out.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
# What oneDNN calls the instructions of processors, the newest first, and what torch calls those that its own are held to.
INSTRUCTIONS = (
    "AVX512_CORE_AMX", "AVX512_CORE_FP16", "AVX512_CORE_BF16", "AVX512_CORE_VNNI", "AVX512_CORE", "AVX2_VNNI", "AVX2", "SSE41",
)  # fmt: skip
OF_TORCH = {"AVX2_VNNI": "avx2", "AVX2": "avx2", "SSE41": "default"}
THREADS = (1, 2)
PROBE = "import torch; torch.nn.functional.conv2d(torch.ones(2, 32, 64, 64), torch.ones(32, 32, 3, 3))"


def python(arguments: list[str], instructions: str, **given: str) -> str:
    """What a Python program prints that is held to these instructions."""
    held = {"ONEDNN_MAX_CPU_ISA": instructions}
    if instructions in OF_TORCH:  # torch would use those that a processor lacks
        held["ATEN_CPU_CAPABILITY"] = OF_TORCH[instructions]
    environment = {**os.environ, **held, "PYTHONPATH": f"{TESTS}:{TESTS.parent}", **given}
    command = [sys.executable, "-W", "ignore", *arguments]
    return subprocess.run(command, cwd=TESTS, env=environment, capture_output=True, text=True, check=True).stdout


def used(instructions: str) -> str:
    """The instructions that oneDNN says it uses when it is held to some."""
    found = re.search(r"cpu,isa:(.*)", python(["-c", PROBE], instructions, ONEDNN_VERBOSE="1"))
    return found[1] if found else instructions


def measured(instructions: str, threads: int) -> dict[str, float | str]:
    """The golden run in a process of its own."""
    return json.loads(python(["-m", "trust.golden"], instructions, OMP_NUM_THREADS=str(threads)).strip().splitlines()[-1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="same_results.json", help="where the numbers go (default: same_results.json)")
    parser.add_argument("--instructions", nargs="+", default=INSTRUCTIONS, choices=INSTRUCTIONS, help="by default all")
    options = parser.parse_args()
    rows, names = [], {used(instructions): instructions for instructions in options.instructions}
    print("| instructions | threads | training loss | validation loss | mean Dice | `model.pt` | tiles | strips |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    for name, instructions in names.items():
        for threads in THREADS:
            row = measured(instructions, threads)
            rows.append({"instructions": name, **row})
            scores = " | ".join(f"{row[score]:.6g}" for score in ("train_loss", "val_loss", "val_mean_dice"))
            joined = " | ".join(f"{row[part]:.1e}" if row[part] else "equal" for part in ("tiles", "strips"))
            print(f"| {name} | {threads} | {scores} | {str(row['model.pt'])[:8]} | {joined} |", flush=True)
    Path(options.out).write_text(json.dumps(rows, indent=2) + "\n")


if __name__ == "__main__":
    main()
