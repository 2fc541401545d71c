"""Known faults of the pinned versions, as pip-audit finds them: one line for each fault, and one that says what was asked.

    python .ci/audit.py PIP-AUDIT REQUIREMENTS

Exit code 0: every version was audited, and none has a known fault. 1: some have. 2: some or all could not be audited, since the
index does not answer or tells of no faults; the last line says so.
"""

import json
import subprocess
import sys
from typing import Any

OPTIONS = ("--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off")


def summary(dependencies: list[dict[str, Any]]) -> tuple[list[str], int]:
    """Lines, and the exit code, for what pip-audit found."""
    lines = [
        f"{one['name']} {one['version']}: {fault['id']}, mended in {', '.join(fault['fix_versions']) or 'no version'}"
        for one in dependencies
        for fault in one.get("vulns", [])
    ]
    skipped = [one["name"] for one in dependencies if "skip_reason" in one]
    audited = len(dependencies) - len(skipped)
    if not audited:
        return ["nothing was audited: the index tells of no faults; run this where one that does can be reached"], 2
    faults = f"{audited} versions audited, {len(lines)} known faults"
    if skipped:
        return [*lines, f"{faults}; not audited: {', '.join(skipped)}"], 1 if lines else 2
    return [*lines, faults], int(bool(lines))


def main() -> int:
    """Runs pip-audit, and prints what it found."""
    program, requirements = sys.argv[1:]
    done = subprocess.run([program, "--requirement", requirements, *OPTIONS], capture_output=True, text=True, check=False)
    try:
        dependencies = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError):
        last = (done.stderr.strip() or "pip-audit said nothing").splitlines()[-1]
        print(f"nothing was audited: {last[:200]}", file=sys.stderr)
        return 2
    lines, code = summary(dependencies)
    print("\n".join(lines), file=sys.stderr if code else sys.stdout)
    return code


if __name__ == "__main__":
    sys.exit(main())
