"""`make check`: all that can be known without running the system. Every check runs; one failure fails the whole."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
CHECKS: dict[str, list[str | Path]] = {
    "style": [BIN / "ruff", "check", "."],
    "format": [BIN / "ruff", "format", "--check", "."],
    "import rules": [BIN / "lint-imports", "--no-logo"],
    "translations": [sys.executable, "-m", "tools.messages", "check"],
    "migrations": [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"],
    "documentation": [sys.executable, "-m", "tools.docs", "check"],
    "types": [BIN / "mypy"],
}


def main() -> int:
    """Run every check and say how each went; answer how many failed."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "hanmaru.central.settings", "HANMARU_LOG_LEVEL": "WARNING"}
    failed = 0
    for name, command in CHECKS.items():
        begun = time.monotonic()
        done = subprocess.run(
            command, check=False, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True
        )
        took = time.monotonic() - begun
        print(f"{'ok    ' if done.returncode == 0 else 'FAILED'}  {name} ({took:.1f} s)", flush=True)
        if done.returncode != 0:
            failed += 1
            print(done.stdout + done.stderr, flush=True)
    return failed


if __name__ == "__main__":
    sys.exit(main())
