"""A warehouse for the reader's tests: real websockets and session, reads kept in memory, connections cut at will."""

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Self

from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response
from websockets.sync.server import Server, ServerConnection, serve

from hanmaru.floor import epc
from hanmaru.floor.reader_session import ReaderSession
from hanmaru.floor.reads import Answer, PutTo, Read, encode
from hanmaru.kernel.errors import HanmaruError

TOKEN = "secret-of-the-gate"
PATIENCE_S = 60.0


class Warehouse:
    """Counts every read that comes in; `kept` holds each (epoch, sequence) once."""

    def __init__(self) -> None:
        self.kept: dict[tuple[int, int], Read] = {}
        self.received = 0
        self.connections = 0
        self.paths: list[str] = []
        self.cut_every: int | None = None
        self.failures: list[HanmaruError] = []
        self.refused = 0
        self._changed = threading.Condition()
        self._server: Server | None = None
        self.port = 0

    def acknowledged(self, epoch: int) -> int:
        return max((sequence for kept, sequence in self.kept if kept == epoch), default=0)

    def resolve(self, epoch: int, reads: Sequence[Read]) -> Sequence[Answer]:
        if self.failures:
            raise self.failures.pop()
        with self._changed:
            for read in reads:
                self.kept.setdefault((epoch, read.sequence), read)
            self.received += len(reads)
            self._changed.notify_all()
        return [_answer(read) for read in reads]

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something that reads or connections bring about."""
        with self._changed:
            assert self._changed.wait_for(condition, PATIENCE_S), (
                f"{len(self.kept)} reads, {self.connections} connections"
            )

    def __enter__(self) -> Self:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def open(self) -> None:
        self._server = serve(self._serve, "127.0.0.1", self.port, process_request=self._admit)
        self.port = self._server.socket.getsockname()[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def tags(self) -> list[str]:
        return [read.epc for _, read in sorted(self.kept.items())]

    @property
    def sequences(self) -> list[int]:
        return sorted(sequence for _, sequence in self.kept)

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        with self._changed:
            self.paths.append(request.path)
            good = request.headers.get("Authorization") == f"Bearer {TOKEN}"
            self.refused += not good
            self._changed.notify_all()
        return None if good else connection.respond(HTTPStatus.UNAUTHORIZED, "no such token\n")

    def _serve(self, connection: ServerConnection) -> None:
        with self._changed:
            self.connections += 1
            self._changed.notify_all()
        session = ReaderSession(self)
        try:
            for number, text in enumerate(connection, 1):
                for message in session.feed(text):
                    if self.cut_every and number % self.cut_every == 0:
                        connection.socket.close()  # as a pulled cable: kept, but neither answered nor confirmed
                        return
                    connection.send(encode(message))
                if session.over:
                    return
        except (ConnectionClosed, OSError):
            return


def _answer(read: Read) -> Answer:
    try:
        tag = epc.parse(read.epc)
    except epc.MalformedEpc as error:
        return Answer(read.sequence, read.epc, "malformed", "Read it again", reason=str(error))
    except epc.UnknownEpc as error:
        return Answer(read.sequence, read.epc, "foreign", "Not ours", reason=str(error))
    place = PutTo("A-01-03", "Aisle A, rack 1, level 3")
    sku = f"RING-{tag.serial % 100}"
    return Answer(read.sequence, read.epc, "known", "Put it away", "[bold]은반지", sku, 1, place, "Nearest free place")


CLIENT = """
import sys
from pathlib import Path
from rich.console import Console
from hanmaru.gateway.reader.main import Options, run
given = dict(one.split("=", 1) for one in sys.argv[1:])
kinds = {"outbox": Path, "epc_file": Path, "simulate": float, "window_s": float, "outbox_reads": int, "seed": int}
options = Options(**{name: kinds.get(name, str)(value) for name, value in given.items()})
sys.exit(run(options, Console(width=90, color_system=None, force_terminal=False)))
"""


class Client:
    """`hanmaru reader` as a process of its own; its output is read as it comes."""

    def __init__(self, **options: object) -> None:
        given = [f"{name}={value}" for name, value in options.items()]
        self.process = subprocess.Popen(
            [sys.executable, "-c", CLIENT, *given], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        self._lines: list[str] = []
        self._more = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with self._more:
                self._lines.append(line)
                self._more.notify_all()

    @property
    def output(self) -> str:
        return "".join(self._lines)

    def says(self, words: str, times: int = 1) -> None:
        """Wait until the client has printed these words so many times."""
        with self._more:
            assert self._more.wait_for(lambda: self.output.count(words) >= times, PATIENCE_S), self.output

    def stop(self) -> int:
        """Ask it to stop, and answer its exit status."""
        self.process.terminate()
        return self.process.wait(PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
