"""Commands of one source: taken from the bus, guarded, done once, their outcomes told.

The order on the disk and on the bus is what makes it once: begun (synced) - the device - outcome (synced) - outcome on
the bus - the command acknowledged. Wherever it is cut, the next start knows: begun without an outcome is `unknown` and
never tried again by itself; an outcome not yet told is told.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Final

import structlog

from hanmaru.bus.floor_streams import COMMANDS, place_of_commands
from hanmaru.bus.streams import Consumer, Delivered, Streams
from hanmaru.floor import subjects
from hanmaru.floor.command import Command, Outcome, Result
from hanmaru.floor.shapes import from_json, give, take
from hanmaru.floor.tag import Tag
from hanmaru.gateway.guard import Latest, refusal
from hanmaru.gateway.journal import Journal
from hanmaru.gateway.session import Session
from hanmaru.kernel.errors import HanmaruError

AT_ONCE: Final = 32  # commands under way; the driver keeps their order
PULL: Final = 5.0  # seconds
AGAIN: Final = 1.0  # seconds until the bus is tried again
LONGEST: Final = 600.0  # seconds for a command whose driver never answers

log = structlog.get_logger(__name__)


class Doing:
    """Consumes the commands of one source until cancelled."""

    def __init__(
        self, streams: Streams, site: str, source: str, session: Session, journal: Journal, latest: Latest
    ) -> None:
        self._streams, self._site, self._source = streams, site, source
        self._session, self._journal, self._latest = session, journal, latest
        self._under_way: set[asyncio.Task[None]] = set()
        self._ids: set[str] = set()
        self._began = False
        self.done = 0

    async def run(self) -> None:
        """Take commands as they come; the bus may come and go."""
        try:
            while True:
                try:
                    await self._consume(await self._consumer())
                except HanmaruError as error:
                    log.warning("commands.no_bus", words=str(error))
                    await asyncio.sleep(AGAIN)
        finally:
            for task in self._under_way:
                task.cancel()
            await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _consumer(self) -> Consumer:
        """Take up the place; what the process before us left lying must not wait until it has expired."""
        place = place_of_commands(self._site, self._source)
        subject = subjects.commands(self._site, self._source)
        consumer = await self._streams.consumer(COMMANDS, place, subject, take_over=not self._began)
        self._began = True
        return consumer

    async def _consume(self, consumer: Consumer) -> None:
        while True:
            room = AT_ONCE - len(self._under_way)
            if not room:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)
                continue
            for message in await consumer.pull(room, PULL):
                task = asyncio.create_task(self._do(consumer, message))
                self._under_way.add(task)
                task.add_done_callback(self._under_way.discard)

    async def _do(self, consumer: Consumer, message: Delivered) -> None:
        try:
            command = take(Command, from_json(message.data), "command")
        except HanmaruError as error:  # it would come again for ever: kept in the log, and out of the way
            log.warning("commands.unreadable", words=str(error), data=message.data[:2000].decode(errors="replace"))
            await _until_told(lambda: consumer.acknowledge([message]))
            return
        if command.id in self._ids:
            return  # delivered again while it is still under way: the first delivery ends it
        self._ids.add(command.id)
        try:
            outcome = await self.carry_out(command)
            await self._tell(outcome)
            await _until_told(lambda: consumer.acknowledge([message]))
        finally:
            self._ids.discard(command.id)

    async def carry_out(self, command: Command) -> Outcome:
        """Do a command unless it was done already, or may not be; answer what came of it."""
        known = self._journal.known(command.id)
        if known == "begun":
            known = _now(command, "unknown", "Broken off in the middle by a restart; look at the machine")
            self._journal.end(known)
        if known is not None:
            return known
        tags = {tag.path: tag for tag in self._session.tags}
        refused = refusal(command, self._source, tags, self._latest, datetime.now(UTC))
        if refused is None:
            self._journal.begin(command.id)
        outcome = refused or await self._write(command, tags.get(command.target) if not command.program else None)
        self._journal.end(outcome)
        self.done += 1
        return outcome

    async def _write(self, command: Command, tag: Tag | None) -> Outcome:
        try:
            async with asyncio.timeout(LONGEST):
                return await self._session.write(command, tag)
        except HanmaruError as error:
            return _now(command, "unknown", str(error))
        except (OSError, TimeoutError) as error:
            words = f"The line broke in the middle ({type(error).__name__}); look at the machine"
            return _now(command, "unknown", words)

    async def _tell(self, outcome: Outcome) -> None:
        data = json.dumps(give(outcome), ensure_ascii=False).encode()
        subject = subjects.outcomes(self._site, self._source)
        await _until_told(lambda: self._streams.append(subject, data, message_id=f"outcome:{outcome.command}"))


async def _until_told(send: Callable[[], Awaitable[object]]) -> None:
    """Try until the bus has it."""
    while True:
        try:
            await send()
        except HanmaruError as error:
            log.warning("commands.not_told", words=str(error))
            await asyncio.sleep(AGAIN)
        else:
            return


def _now(command: Command, result: Result, reason: str) -> Outcome:
    return Outcome(command.id, result, datetime.now(UTC), reason=reason[:500])
