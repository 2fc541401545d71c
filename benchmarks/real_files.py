"""How many real files are read, and how many are refused in one line: those in folders of other people's files.

    git clone --depth 1 https://github.com/image-rs/image-png files/image-png       # and other repositories
    python benchmarks/real_files.py files/* [--reasons]

Every file that bears the suffix of a format is read whole, page by page. Prints a row for each folder. An error of another kind
than a line that says what is wrong ends the program with its traceback.
"""

import argparse
from collections import Counter
from pathlib import Path

from custom.files import count_pages, files_below, is_picture, read_image


def reason(path: Path) -> str:
    """Why a file is refused; empty if it is read."""
    try:
        pages = count_pages(path)
        for page in range(pages):
            read_image(f"{path}[{page}]" if pages > 1 else path)
    except ValueError as error:
        assert "\n" not in str(error), f"{path}: {error}"
        return str(error)
    return ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--reasons", action="store_true", help="names each file that is refused, with the reason")
    options = parser.parse_args()
    total: Counter[str] = Counter()
    print("| folder | read | refused |\n|---|---|---|")
    for folder in options.folders:
        found = {path: reason(path) for path in files_below(folder) if is_picture(path)}
        refused = {path: why for path, why in found.items() if why}
        total += Counter(read=len(found) - len(refused), refused=len(refused))
        print(f"| {folder.name} | {len(found) - len(refused)} | {len(refused)} |", flush=True)
        if options.reasons:
            print("\n".join(f"{path}: {why}" for path, why in refused.items()))
    print(f"| all | {total['read']} | {total['refused']} |")


if __name__ == "__main__":
    main()
