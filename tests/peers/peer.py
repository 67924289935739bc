"""Starts the servers of other makers' libraries that tests/peers/package.json names, and speaks with them by lines."""

import atexit
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from typing import Any, Self

import pytest

from hanmaru.launch.ports import free_port
from tools.set_up import find_npm

HERE = Path(__file__).parent
PATIENCE = 90  # seconds to start on a busy machine; it takes about three on an idle one


def node() -> str:
    """Answer the Node.js that set-up uses; skip the test where it or the packages are missing."""
    if not (HERE / "node_modules").exists():
        pytest.skip("The peers are not installed: run `make setup-dev`")
    command, environment = find_npm()
    found = shutil.which("node", path=environment.get("PATH", os.environ["PATH"]))
    if found is None or not Path(command[-1]).exists():
        pytest.skip("There is no Node.js here, and none could be installed")
    return found


class Peer:
    """A server in a process of its own. `at` is what it said when it listened."""

    def __init__(self, script: str, **options: Any) -> None:
        self.folder = Path(options.setdefault("folder", tempfile.mkdtemp(prefix="hanmaru-peer-")))
        options.setdefault("port", free_port())
        self._process = subprocess.Popen(
            [node(), script, json.dumps(options)],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=sys.stderr,
            text=True,
            env={**os.environ, "HOME": str(self.folder), "NODEOPCUA_DISABLE_LOG": "1"},
        )
        atexit.register(self.kill)
        self.at = self._line(PATIENCE)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, **command: Any) -> dict[str, Any]:
        """Send one command; answer what it says."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(command) + "\n")
        self._process.stdin.flush()
        return self._line(30)

    def _line(self, seconds: float) -> dict[str, Any]:
        stream = self._process.stdout
        assert stream is not None
        with DefaultSelector() as selector:
            selector.register(stream, EVENT_READ)
            while True:
                if not selector.select(seconds):
                    self.kill()
                    raise TimeoutError(f"the peer said nothing for {seconds} s")
                line = stream.readline()
                if not line:
                    raise RuntimeError(f"the peer ended with {self._process.wait(10)}")
                if line.startswith("{"):  # the libraries print words of their own
                    answer: dict[str, Any] = json.loads(line)
                    return answer

    def kill(self) -> None:
        """End it at once, as a power cut does."""
        atexit.unregister(self.kill)
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGKILL)
        self._process.wait(10)
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()


_shared: dict[str, Peer] = {}


def shared(script: str, **options: Any) -> Peer:
    """Answer a peer that all tests of this process with the same options use, because it takes long to start."""
    key = f"{script} {json.dumps(options, sort_keys=True)}"
    if key not in _shared:
        _shared[key] = Peer(script, **options)
    return _shared[key]
