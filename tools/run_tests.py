"""Runs the tests on all cores, and what failed once more, alone: `python -m tools.run_tests [options of pytest]`.

A test that fails only beside the others is named at the end: it depends on how busy the machine is, which is a fault
of its own to be mended, but says nothing against the change under test. More than a few failures are not run again.
CPython's own test runner does the same (`python -m test --rerun`).
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FAILED = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
SOME_FAILED = 1  # pytest's exit status
FEW = 8


def main(options: list[str], processes: str = "auto") -> int:
    """Answer the exit status: that of pytest, of the second run where there was one."""
    FAILED.unlink(missing_ok=True)
    status = pytest("-n", processes, "--dist", "loadgroup", *options)
    failed = failures(FAILED) if status == SOME_FAILED else []
    if not 0 < len(failed) <= FEW:
        return status
    print(f"\nOnce more, alone: {len(failed)} that failed\n", flush=True)
    status = pytest("-n", "0", *failed)
    if status == 0:
        print("\nPassed alone, failed beside others, to be mended:", *failed, sep="\n  ")
    return status


def failures(file: Path) -> list[str]:
    """Answer the ids of the tests that failed, without the group that pytest-xdist writes behind them.

    Files and workers that failed before any test of theirs ran are none.
    """
    if not file.exists():
        return []
    failed = json.loads(file.read_text(encoding="utf-8"))
    return [re.sub(r"@[^\]@]+$", "", name) for name in failed] if all("::" in name for name in failed) else []


def pytest(*options: str) -> int:
    """Run pytest; answer its exit status."""
    return subprocess.run([sys.executable, "-m", "pytest", *options], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[2:], sys.argv[1]))
