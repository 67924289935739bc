"""Keeps programs running: starts them in order, starts a died one again, stops all in the opposite order.

It runs in the main thread and sleeps in select(2) until a child ends, a signal comes or a restart is due.
"""

import select
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

import structlog

from hanmaru.launch import child
from hanmaru.launch.child import Program

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FIRST_DELAY, LONGEST_DELAY = 0.2, 30.0  # seconds before a died program is started again; doubled each time
SETTLED = 30.0  # seconds after which a program counts as well again

log = structlog.get_logger(__name__)


class StopAsked(BaseException):
    """Somebody asked us to stop: Ctrl-C, SIGTERM, or the terminal was closed."""


@contextmanager
def stop_signals_raise() -> Iterator[None]:
    """While inside, a request to stop raises StopAsked in the main thread."""

    def ask(_number: int, _frame: FrameType | None) -> None:
        for one in STOP_SIGNALS:  # a second Ctrl-C must not cut the clean stop short
            signal.signal(one, signal.SIG_IGN)
        raise StopAsked

    before = {one: signal.signal(one, ask) for one in STOP_SIGNALS}
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@dataclass
class _Kept:
    program: Program
    process: subprocess.Popen[bytes]
    begun: float
    failures: int = 0
    due: float | None = None


class Supervisor:
    """Programs in tiers: a tier is stopped at once, after all later tiers are gone."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        """`tell` says to the person what happens outside the ordinary."""
        self._tell = tell
        self._tiers: list[list[_Kept]] = []

    def start(self, *programs: Program, seconds: float = 60) -> None:
        """Start programs as one tier and wait until all are ready. Raise DidNotStart."""
        tier: list[_Kept] = []
        self._tiers.append(tier)
        for program in programs:
            tier.append(_Kept(program, child.begin(program), time.monotonic()))
            log.info("supervisor.started", program=program.name, pid=tier[-1].process.pid)
        for kept in tier:
            child.await_ready(kept.process, kept.program, seconds)

    def run(self) -> None:
        """Keep the programs running until StopAsked."""
        awake, waker = socket.socketpair()
        with awake, waker:
            for end in (awake, waker):
                end.settimeout(0)
            signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
            signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
            try:
                while True:
                    timeout = self._tend()
                    if select.select([awake], [], [], timeout)[0]:
                        awake.recv(4096)
            finally:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)

    def stop(self) -> None:
        """Stop all, the latest tier first; what does not end in its time is killed."""
        for tier in reversed(self._tiers):
            for kept in tier:
                child.ask_to_end(kept.process, kept.program)
            for kept in tier:
                status = child.end(kept.process, kept.program)
                log.info("supervisor.stopped", program=kept.program.name, status=status)
        self._tiers.clear()

    def _tend(self) -> float | None:
        """Look after every program; answer in how many seconds the next restart is due."""
        now = time.monotonic()
        for kept in self._all():
            if kept.due is None and kept.process.poll() is not None:
                kept.failures = 0 if now - kept.begun > SETTLED else kept.failures
                delay = min(FIRST_DELAY * 2**kept.failures, LONGEST_DELAY)
                kept.due, kept.failures = now + delay, kept.failures + 1
                log.error("supervisor.died", program=kept.program.name, status=kept.process.returncode, delay=delay)
                self._tell(f"{kept.program.name} ended unexpectedly; starting it again. See {kept.program.log}")
            if kept.due is not None and kept.due <= now:
                kept.process, kept.begun, kept.due = child.begin(kept.program), now, None
                log.info("supervisor.restarted", program=kept.program.name, pid=kept.process.pid)
        return min((kept.due - now for kept in self._all() if kept.due is not None), default=None)

    def _all(self) -> Iterable[_Kept]:
        return (kept for tier in self._tiers for kept in tier)
