"""What `make audit` says, and with which exit code."""

import runpy
from pathlib import Path

import pytest

summary = runpy.run_path(str(Path(__file__).parents[1] / ".ci" / "audit.py"))["summary"]
SOUND = {"name": "numpy", "version": "2.4.6", "vulns": []}
FAULTY = {"name": "pydicom", "version": "3.0.1", "vulns": [{"id": "CVE-2026-32711", "fix_versions": ["3.0.2"]}]}
SKIPPED = {"name": "torch", "skip_reason": "Dependency not found on PyPI and could not be audited"}


@pytest.mark.parametrize(
    ("dependencies", "last", "code"),
    [
        ([SOUND], "1 versions audited, 0 known faults", 0),
        ([SOUND, FAULTY], "2 versions audited, 1 known faults", 1),
        ([SOUND, SKIPPED], "1 versions audited, 0 known faults; not audited: torch", 2),
        ([FAULTY, SKIPPED], "1 versions audited, 1 known faults; not audited: torch", 1),
        ([SKIPPED], "nothing was audited: the index tells of no faults; run this where one that does can be reached", 2),
    ],
)
def test_the_audit_says_how_much_was_audited_and_never_passes_for_what_was_not(dependencies, last, code):
    lines, found = summary(dependencies)
    assert (lines[-1], found) == (last, code)


def test_a_fault_is_named_with_its_mend():
    assert summary([FAULTY])[0][0] == "pydicom 3.0.1: CVE-2026-32711, mended in 3.0.2"
