"""Tries a driver on a device in a process of its own, so that a driver that hangs or dies takes nothing with it.

`python -m hanmaru.gateway.probe` reads one question as JSON from standard input and writes one answer to standard
output: {"do": "test" | "browse", "protocol": ..., "config": {...}, "address": ..., "depth": ...}. `ask` does that from
another process.
"""

import asyncio
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final, Self

from hanmaru.floor.words import forms, of_error, sentence
from hanmaru.gateway.contract import Driver, Node, patience_with
from hanmaru.gateway.drivers import make
from hanmaru.gateway.errors import Retry, system_said
from hanmaru.kernel.errors import HanmaruError

PATIENCE: Final = 45.0  # seconds; more for a driver whose device may be slower
OWN_TIME: Final = 5.0  # seconds of them, for the process to start and end
MOST_NODES: Final = 5_000  # in one answer
LONGEST_ANSWER: Final = 64 * 1024 * 1024


class ProbeDied(Retry):
    """The process that tried the device ended without an answer, or did not end."""

    code = "gateway.probe_died"
    message = "%(device)s: the trial %(why)s. Look whether the device hangs, and try again"


def told(error: HanmaruError) -> dict[str, Any]:
    """Answer an error as data: code, words, remedy, and how words and remedy were made (floor.words)."""
    words, remedy = of_error(error), error.data.get("remedy", "")
    if isinstance(error, Retry):  # only what is stored already is tried again by itself
        words = sentence("%(device)s: %(why)s", **error.data)
    return {"code": error.code, "words": words, "remedy": remedy, **forms(words=words, remedy=str(remedy))}


async def ask(question: Mapping[str, Any]) -> dict[str, Any]:
    """Have a question answered by a process of its own: {"nodes": [...]} or {"error": {...}}."""
    try:
        seconds = _patience(question, make(question["protocol"], question["config"])) + OWN_TIME
    except HanmaruError as error:
        return {"error": told(error)}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "hanmaru.gateway.probe",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=LONGEST_ANSWER,
    )
    try:
        async with asyncio.timeout(seconds):
            answer, _ = await process.communicate(json.dumps(dict(question)).encode())
    except TimeoutError:
        why = sentence("took longer than %(seconds)s s", seconds=f"{seconds:.0f}")
        return {"error": told(ProbeDied(device=question.get("protocol"), why=why))}
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode != 0 or not answer:
        why = sentence("ended with status %(status)s", status=process.returncode)
        return {"error": told(ProbeDied(device=question.get("protocol"), why=why))}
    found: dict[str, Any] = json.loads(answer)
    return found


def _patience(question: Mapping[str, Any], driver: Driver) -> float:
    """Answer the seconds that a device has; a slow one to tell what it has as long again as to connect."""
    return max(PATIENCE - OWN_TIME, patience_with(driver, 0.0) * (2 if question["do"] == "browse" else 1))


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked for on a device: below an address, so many levels deep, with these words in name or address.

    Of what fits, MOST_NODES are answered, from the place `first` on: a server may have 50,000.
    """

    address: str = ""
    depth: int = 1
    find: str = ""
    first: int = 0

    @classmethod
    def asked(cls, question: Mapping[str, Any]) -> Self:
        """Take one out of a question. Raise ValueError, TypeError."""
        find, first = str(question.get("find", "")), max(0, int(question.get("first", 0)))
        return cls(str(question.get("address", "")), int(question.get("depth", 1)), find.strip().casefold(), first)

    def fits(self, node: Node) -> bool:
        """Say whether a node is looked for; of a search folders are no answer."""
        if not self.find:
            return True
        return node.kind == "point" and all(
            word in f"{node.name}\n{node.address}".casefold() for word in self.find.split()
        )


async def browsed(driver: Driver, look: Look) -> dict[str, Any]:
    """Look through a connected driver; answer {"nodes": [...], "more": bool}."""
    nodes: list[dict[str, Any]] = []
    waiting, end = [(look.address, 0)], look.first + MOST_NODES
    while waiting and len(nodes) <= end:
        where, level = waiting.pop(0)
        for node in await driver.browse(where):
            if look.fits(node):
                nodes.append({**asdict(node), "level": level, "below": where})
            if node.kind == "folder" and level + 1 < look.depth:
                waiting.append((node.address, level + 1))
    return {"nodes": nodes[look.first : end], "more": bool(waiting) or len(nodes) > end}


async def answer(question: Mapping[str, Any]) -> dict[str, Any]:
    """Answer a question in this process."""
    try:
        driver = make(question["protocol"], question["config"])
        try:
            async with asyncio.timeout(_patience(question, driver)):
                await driver.connect()
                health = driver.health()
                found: dict[str, Any] = {"detail": health.detail, "skew": health.skew}
                if question["do"] == "browse":
                    found |= await browsed(driver, Look.asked(question))
            return found
        finally:
            await driver.close()
    except HanmaruError as error:
        return {"error": told(error)}
    except (OSError, TimeoutError) as error:
        return {"error": told(Retry(device=sentence("The device"), why=system_said(error)))}


def main() -> None:
    """Answer the question on standard input."""
    found = asyncio.run(answer(json.loads(sys.stdin.read())))
    sys.stdout.write(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main()
