"""Programs that we run as our children: with whose rights, when they are ready, and how they end.

No child outlives us, even when we are killed outright: that is asked of the Linux kernel between fork and exec, so it
holds for every program, also for one that knows nothing of us. Source: prctl(2), PR_SET_PDEATHSIG.
"""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from hanmaru.kernel.errors import Unavailable
from hanmaru.launch.rights import Account, become, die_with_parent

LONG_LOG = 50 * 1024 * 1024  # bytes


class DidNotStart(Unavailable):
    """A program ended, or did not become ready in time, when it was started."""

    code = "launch.did_not_start"
    message = "%(name)s did not start. Its last words, from %(log)s:\n%(tail)s"


@dataclass(frozen=True)
class Program:
    """What to run and how to treat it.

    `ready` is asked repeatedly after the start; `stop` is the signal that ends it cleanly within `patience` seconds;
    `orphaned` is the signal it gets when we die, None lets it live on. Without a `log` it writes to our own terminal.
    """

    name: str
    command: Sequence[str]
    log: Path | None
    environment: Mapping[str, str] = field(default_factory=dict, repr=False)
    account: Account | None = None
    ready: Callable[[int], bool] = lambda _pid: True
    stop: signal.Signals = signal.SIGTERM
    orphaned: signal.Signals | None = signal.SIGTERM
    patience: float = 20
    inherited: Sequence[int] = ()


def begin(program: Program) -> subprocess.Popen[bytes]:
    """Start a program and return at once; its output is appended to its log."""
    parent = os.getpid()

    def between_fork_and_exec() -> None:
        if program.account:
            become(program.account)
        if program.orphaned:
            die_with_parent(program.orphaned, parent)

    with _output(program.log) as output:
        return subprocess.Popen(  # noqa: S603 - the command is ours, never a person's input
            program.command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env={**os.environ, **program.environment},
            cwd="/" if program.account else None,
            preexec_fn=between_fork_and_exec,  # noqa: PLW1509 - we start children from a single thread
            pass_fds=program.inherited,
            # Ctrl-C in the terminal must reach us alone: we stop the children, in their order.
            start_new_session=True,
        )


def _output(log: Path | None) -> AbstractContextManager[IO[bytes] | None]:
    """Open a log to append to; a long one is kept as NAME.1 and begun anew, so that logs never fill the disk."""
    if log is None:
        return nullcontext()
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LONG_LOG:
        log.replace(log.with_name(log.name + ".1"))
    return log.open("ab")


def start(program: Program, seconds: float = 60) -> subprocess.Popen[bytes]:
    """Start a program and wait until it is ready. Raise DidNotStart with the end of its log."""
    process = begin(program)
    await_ready(process, program, seconds)
    return process


def await_ready(process: subprocess.Popen[bytes], program: Program, seconds: float) -> None:
    """Wait until a begun program is ready; one that is not in time is stopped. Raise DidNotStart."""
    if not await_condition(lambda: process.poll() is not None or program.ready(process.pid), seconds):
        end(process, program)
    if process.poll() is not None:
        raise DidNotStart(name=program.name, log=program.log, tail=tail(program.log))


def ask_to_end(process: subprocess.Popen[bytes], program: Program) -> None:
    """Tell a program to stop and do not wait."""
    if process.poll() is None:
        process.send_signal(program.stop)


def end(process: subprocess.Popen[bytes], program: Program) -> int:
    """Stop a program cleanly, or by force once its patience is over; answer its exit status."""
    ask_to_end(process, program)
    try:
        return process.wait(program.patience)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait()


def await_condition(holds: Callable[[], bool], seconds: float) -> bool:
    """Ask every few milliseconds until `holds()`; answer whether it did in time."""
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def tail(log: Path | None, lines: int = 12) -> str:
    """Answer the last lines of a log."""
    if log is None or not log.exists():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
