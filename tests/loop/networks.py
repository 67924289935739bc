"""A gateway's node in a network namespace of its own, joined to ours by lines that can be cut. Linux only.

    gateway ── bus ──── switch ── here: broker, historian      10.77.1.0/24
    gateway ── floor ── switch ── here: devices                10.77.2.0/24

The switch, in a third namespace, is a bridge for each line. Taking it down cuts the line in between: neither end sees
its carrier go, nobody is sent a RST, packets vanish.

All of it lies within namespaces (of users, networks and processes) that end with the program run in them; nothing of
the machine is changed. Source: network_namespaces(7), pid_namespaces(7), veth(4), ip-link(8), unshare(1), nsenter(1).
"""

import asyncio
import shutil
import subprocess
from contextlib import AsyncExitStack
from types import TracebackType
from typing import Final, Self

PROGRAMS: Final = ("unshare", "nsenter", "ip")
APART: Final = (
    "unshare", "--user", "--map-root-user", "--net", "--pid", "--fork", "--kill-child", "--mount-proc",
)  # fmt: skip
BUS, FLOOR = "bus", "floor"
NETS: Final = {BUS: "10.77.1", FLOOR: "10.77.2"}


def impossible() -> str:
    """Say why no networks can be made here; nothing when they can."""
    missing = [name for name in PROGRAMS if shutil.which(name) is None]
    if missing:
        return f"a network to be cut needs {', '.join(missing)}: install util-linux and iproute2"
    trial = "ip link add one type veth peer name other && ip link add switch type bridge"
    done = subprocess.run([*APART, "sh", "-c", trial], check=False, capture_output=True, text=True)
    why = done.stderr.strip()[-200:] or f"status {done.returncode}"
    return f"this system lets us make no network to be cut: {why}" if done.returncode else ""


def here(line: str) -> str:
    """Answer our own address on a line."""
    return f"{NETS[line]}.1"


class Networks:
    """The lines, for a program that runs `APART`: it is root there, and its network is empty and its own."""

    async def __aenter__(self) -> Self:
        self._stack = AsyncExitStack()
        self._gateway, self._switch = [await self._namespace() for _ in range(2)]
        await _ip("link", "set", "lo", "up")
        await self._at(self._gateway, "link", "set", "lo", "up")
        for line, net in NETS.items():
            await self._at(self._switch, "link", "add", line, "type", "bridge")
            await self._end(line, "a", f"{net}.1/24", [])
            await self._end(line, "b", f"{net}.2/24", self._inside(self._gateway))
            await self.mend(line)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    def at_gateway(self, command: list[str]) -> list[str]:
        """Answer the command that runs a command on the gateway's node, under the same process id."""
        return [*self._inside(self._gateway), *command]

    async def cut(self, line: str) -> None:
        """Let no packet through any more; nobody is told."""
        await self._at(self._switch, "link", "set", line, "down")

    async def mend(self, line: str) -> None:
        """Let packets through again."""
        await self._at(self._switch, "link", "set", line, "up")

    async def _namespace(self) -> int:
        """Make a network that lives as long as a process in it, which ends with us; answer that process."""
        process = await asyncio.create_subprocess_exec(
            "unshare", "--net", "sh", "-c", "echo there; exec cat", stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdin
        assert process.stdout
        await process.stdout.readline()
        self._stack.push_async_callback(process.wait)
        self._stack.callback(process.stdin.close)
        return process.pid

    async def _end(self, line: str, end: str, address: str, inside: list[str]) -> None:
        """Lay one end of a line from the switch."""
        port = f"{line}-{end}"
        await _run(*inside, "ip", "link", "add", line, "type", "veth", "peer", "name", port, "netns", str(self._switch))
        await self._at(self._switch, "link", "set", port, "master", line, "up")
        await _run(*inside, "ip", "address", "add", address, "dev", line)
        await _run(*inside, "ip", "link", "set", line, "up")

    async def _at(self, process: int, *words: str) -> None:
        await _run(*self._inside(process), "ip", *words)

    @staticmethod
    def _inside(process: int) -> list[str]:
        return ["nsenter", "--target", str(process), "--net"]


async def _ip(*words: str) -> None:
    await _run("ip", *words)


async def _run(*words: str) -> None:
    process = await asyncio.create_subprocess_exec(*words, stderr=subprocess.PIPE)
    _, said = await process.communicate()
    assert process.returncode == 0, (words, said.decode())
