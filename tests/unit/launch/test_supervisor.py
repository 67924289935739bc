"""The supervisor with small programs, in a process of its own since it owns the signals."""

import signal
import subprocess
import sys
from pathlib import Path

from hanmaru.launch.child import await_condition

SCRIPT = """
import sys
from pathlib import Path
from hanmaru.launch.child import Program
from hanmaru.launch.supervisor import StopAsked, Supervisor, stop_signals_raise

folder = Path(sys.argv[1])
def program(name, body):
    return Program(name, [sys.executable, "-c", body], folder / f"{name}.log", patience=1)

say = "import os,signal,sys,time; print('begun', os.getpid(), flush=True); "
stopping = "signal.signal(signal.SIGTERM, lambda *_: (print('ended', time.monotonic(), flush=True), sys.exit(0))); "
supervisor = Supervisor(tell=lambda text: print(text, flush=True))
with stop_signals_raise():
    try:
        supervisor.start(program("base", say + stopping + "time.sleep(60)"))
        supervisor.start(
            program("steady", say + stopping + "time.sleep(60)"),
            program("deaf", "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + say + "time.sleep(60)"),
            program("dying", say + "time.sleep(0.5); sys.exit(3)"),
        )
        supervisor.run()
    except StopAsked:
        pass
    finally:
        supervisor.stop()
print("stopped", flush=True)
"""


def lines(folder: Path, name: str) -> list[list[str]]:
    path = folder / f"{name}.log"
    return [line.split() for line in path.read_text().splitlines()] if path.exists() else []


def test_it_starts_again_what_dies_ever_more_slowly_and_stops_in_order(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert await_condition(lambda: len(lines(tmp_path, "dying")) >= 3, 120)
    assert await_condition(lambda: len(lines(tmp_path, "deaf")) == 1, 120)
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=120)

    assert process.returncode == 0
    assert said.count("dying ended unexpectedly") >= 2
    assert said.endswith("stopped\n")
    assert [len(lines(tmp_path, name)) for name in ("base", "steady", "deaf")] == [2, 2, 1]
    begun = [
        int(line[1])
        for name in ("base", "steady", "deaf", "dying")
        for line in lines(tmp_path, name)
        if line[0] == "begun"
    ]
    assert [pid for pid in begun if Path(f"/proc/{pid}").exists()] == []
    assert float(lines(tmp_path, "steady")[1][1]) < float(lines(tmp_path, "base")[1][1])
