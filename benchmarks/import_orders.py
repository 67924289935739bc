"""Import of a real merchant's year: 541,909 lines of UCI Online Retail.

    python -m benchmarks.import_orders [FILE] [--scale 1] [--rounds 3]

Each round is a company of its own in a process of its own, so that memory is measured afresh. ``--scale`` imports only
the first part of the file. Without FILE it is looked for beside the repository; where it is not, the benchmark says so
and is left out. The processor's seconds, ours and the database's together, tell what other work on the machine hides.
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import system
from benchmarks.report import Figure, middle, report

DATA = Path(__file__).parents[2] / "shared" / "data" / "online_retail" / "online_retail.parquet"
LINES = 541_909
MOST_SECONDS = 150
MOST_MEGABYTES = 600


def one_import(path: Path, name: str) -> None:
    """Import the file for a fresh company; prints seconds, memory and counts as JSON. Runs in a child process."""
    import django

    django.setup()
    from hanmaru.central.companies.services import sign_up
    from hanmaru.central.companies.tenancy import acting
    from hanmaru.central.orders.online_retail.run import import_file

    owner = sign_up(company_name=name, person_name="Bench", email=f"{name}@example.com", password="a-bench-password-1")
    with acting(company_id=owner.company_id, user_id=owner.user_id, source="benchmark"):
        backend = system.backend()
        start, worked = time.perf_counter(), time.process_time() + system.processor_seconds(backend)
        outcome = import_file(path)
        seconds = time.perf_counter() - start
        worked = time.process_time() + system.processor_seconds(backend) - worked
    figures = {
        "seconds": seconds,
        "processor": worked,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "counts": outcome.counts,
        "lines": outcome.position,
    }
    print(json.dumps(figures))


def _child(path: Path, name: str) -> dict[str, object]:
    command = [sys.executable, "-m", "benchmarks.import_orders", str(path), "--child", name]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, object] = json.loads(answer.stdout.splitlines()[-1])
    return result


def _first_lines(path: Path, lines: int, folder: str) -> Path:
    import pyarrow.parquet as pq

    part = Path(folder) / "part.parquet"
    pq.write_table(pq.read_table(path).slice(0, lines), part)
    return part


def main() -> None:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", default=DATA)
    parser.add_argument("--scale", type=float, default=1.0, help="share of 541,909 lines")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        one_import(options.file, options.child)
        return
    if not options.file.is_file():
        print(f"import_orders is left out: there is no {options.file}. Name the Online Retail file.")
        return
    share = min(1.0, options.scale)
    with tempfile.TemporaryDirectory() as folder, system.postgres():
        path = _first_lines(options.file, round(LINES * share), folder) if share < 1 else options.file
        rounds = [_child(path, f"bench{number}") for number in range(options.rounds)]
    report(
        "import_orders",
        [
            Figure("import, median", middle([float(str(r["seconds"])) for r in rounds]), "s", MOST_SECONDS * share),
            Figure("processor, median", middle([float(str(r["processor"])) for r in rounds]), "s"),
            Figure("memory, greatest", max(float(str(r["megabytes"])) for r in rounds), "MB", MOST_MEGABYTES),
            Figure("lines", float(str(rounds[0]["lines"])), "lines"),
        ],
        counts=rounds[0]["counts"],
        seconds=[r["seconds"] for r in rounds],
    )


if __name__ == "__main__":
    main()
