"""A serial cable: a pseudo terminal whose other end a driver opens like /dev/ttyUSB0. Source: pty(7), termios(3).

The cable can be pulled and plugged in again: the path is a link that stays the same, as udev's /dev/serial/by-id does.
"""

import asyncio
import errno
import os
import select
import tempfile
import tty
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

LOOK = 0.02  # seconds between two looks whether somebody has opened the port


class Cable:
    """The device's end of a serial line. What is sent while nobody has opened the other end is lost, as on a real one.

    `received` gets the bytes; `opened`, if given, is called when somebody opens the port (an Arduino resets then).
    """

    def __init__(
        self,
        received: Callable[[bytes], None],
        opened: Callable[[], None] | None = None,
        link: Path | None = None,
    ) -> None:
        """Lay no cable yet; `plug` does. The path is `link`, or one of our own making."""
        self._received = received
        self._opened = opened or (lambda: None)
        self._link = link
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._master: int | None = None
        self._waiting = bytearray()
        self._looking: asyncio.TimerHandle | None = None
        self._reading = False

    @property
    def path(self) -> str:
        """Answer the path that a driver opens; it stays the same over pulling and plugging."""
        if self._link is not None:
            return str(self._link)
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="hanmaru-twin-")
        return str(Path(self._folder.name) / "tty")

    @property
    def is_plugged(self) -> bool:
        """Say whether the cable is there."""
        return self._master is not None

    def plug(self) -> None:
        """Connect: the path leads to a port. Nothing happens when it is connected."""
        if self._master is not None:
            return
        self._master, other = os.openpty()
        tty.setraw(other)
        os.set_blocking(self._master, False)
        link = Path(self.path)
        link.unlink(missing_ok=True)
        link.symlink_to(os.ttyname(other))
        os.close(other)  # from now on the kernel tells whether somebody has it open
        self._look()

    def pull(self) -> None:
        """Pull the plug: whoever has the port open gets an error, and the path is gone."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None
        if self._master is not None:
            self._stop_reading()
            os.close(self._master)
            self._master = None
            Path(self.path).unlink(missing_ok=True)
        self._waiting.clear()

    def close(self) -> None:
        """Pull the plug for good."""
        self.pull()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def send(self, data: bytes) -> None:
        """Send to whoever has the port open; to nobody otherwise."""
        if self._master is None or not (self._reading or self._is_open()):
            return
        self._waiting += data
        self._flush()

    def _is_open(self) -> bool:
        poll = select.poll()
        poll.register(self._master or 0, select.POLLIN)
        return not any(flags & select.POLLHUP for _, flags in poll.poll(0))

    def _look(self) -> None:
        self._looking = None
        if self._is_open():
            self._start_reading()
        else:
            self._looking = asyncio.get_running_loop().call_later(LOOK, self._look)

    def _start_reading(self) -> None:
        assert self._master is not None  # noqa: S101 - only looked at while plugged
        self._reading = True
        asyncio.get_running_loop().add_reader(self._master, self._readable)
        self._opened()

    def _stop_reading(self) -> None:
        if self._reading and self._master is not None:
            asyncio.get_running_loop().remove_reader(self._master)
            asyncio.get_running_loop().remove_writer(self._master)
        self._reading = False

    def _readable(self) -> None:
        if self._master is None:
            return
        try:
            data = os.read(self._master, 4096)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.EIO:
                raise
            self._waiting.clear()  # EIO: the other end was closed
            self._stop_reading()
            self._look()
            return
        self._received(data)

    def _flush(self) -> None:
        if self._master is None:
            return
        loop = asyncio.get_running_loop()
        with suppress(BlockingIOError):
            while self._waiting:
                del self._waiting[: os.write(self._master, self._waiting)]
        if self._waiting:
            loop.add_writer(self._master, self._flush)
        else:
            loop.remove_writer(self._master)
