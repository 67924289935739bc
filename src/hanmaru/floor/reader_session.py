"""The warehouse's side of one reader connection, free of sockets and database: text in, messages out.

A server holds one `ReaderSession` a connection, feeds it every text it receives, sends what comes back, and closes the
connection once `over` is true. What is known and kept lives behind the `Desk`.
"""

from collections.abc import Sequence
from typing import Protocol

from hanmaru.floor.reads import (
    PROTOCOL,
    Ack,
    Answer,
    Answers,
    Hello,
    Ping,
    Problem,
    Read,
    Reads,
    ServerMessage,
    Welcome,
    decode_client,
)
from hanmaru.kernel.errors import HanmaruError, Invalid


class Desk(Protocol):
    """Where reads are kept and explained, for one authenticated device."""

    def acknowledged(self, epoch: int) -> int:
        """Answer the highest sequence of the epoch that is kept durably, 0 if none."""

    def resolve(self, epoch: int, reads: Sequence[Read]) -> Sequence[Answer]:
        """Keep the reads durably, then answer each, in order.

        A read kept before, by (device, epoch, sequence), is answered again and counts nothing. Several calls for one
        device may run at once, when a connection was cut and its successor is already here. A `HanmaruError` raised
        keeps nothing of the batch, and the reader sends it again later.
        """


class NotSaidHello(Invalid):
    """Another message came before `hello`."""

    code = "reader.hello_first"
    message = "Say hello first, and once"


class WrongProtocol(Invalid):
    """The reader speaks another version."""

    code = "reader.protocol"
    message = "Protocol %(got)s: this server speaks %(wanted)s; install the reader of the same release"


class OutOfOrder(Invalid):
    """Sequences within a batch do not rise."""

    code = "reader.out_of_order"
    message = "Sequence %(sequence)s does not rise: send reads in the order of their sequence"


class ReaderSession:
    """One connection from hello to its end. Not for use by two threads at once."""

    def __init__(self, desk: Desk) -> None:
        """Begin, waiting for hello."""
        self._desk = desk
        self._acknowledged = 0
        self.hello: Hello | None = None
        self.over = False

    def feed(self, text: str | bytes) -> tuple[ServerMessage, ...]:
        """Take one message of the reader, answer what is to be sent, in order; after an error `over` is true.

        Anything the desk raises that is no `HanmaruError` passes through.
        """
        try:
            message = decode_client(text)
            if isinstance(message, Hello):
                return (self._greet(message),)
            if self.hello is None:
                raise NotSaidHello
            if isinstance(message, Ping):
                return (Ack(self._acknowledged),)
            return self._keep(self.hello, message)
        except HanmaruError as error:
            self.over = True
            return (Problem(error.code, str(error)[:500]),)

    def _greet(self, hello: Hello) -> Welcome:
        if self.hello is not None:
            raise NotSaidHello
        if hello.protocol != PROTOCOL:
            raise WrongProtocol(got=hello.protocol, wanted=PROTOCOL)
        self._acknowledged = self._desk.acknowledged(hello.epoch)
        self.hello = hello
        return Welcome(self._acknowledged)

    def _keep(self, hello: Hello, batch: Reads) -> tuple[ServerMessage, ...]:
        last = 0
        for read in batch.reads:
            if read.sequence <= last:
                raise OutOfOrder(sequence=read.sequence)
            last = read.sequence
        if not batch.reads:
            return (Ack(self._acknowledged),)
        answers = tuple(self._desk.resolve(hello.epoch, batch.reads))
        self._acknowledged = max(self._acknowledged, last)
        return Answers(answers), Ack(self._acknowledged)
