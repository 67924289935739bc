"""How a child process is begun: whose rights it has, and that it never outlives its parent.

Both are asked of the Linux kernel between fork and exec, so they hold for every program we start, also for one that
knows nothing of us. Sources: prctl(2), capabilities(7), "Ambient" and "securebits".
"""

import ctypes
import os
import pwd
import signal
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS = 28
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
SECBIT_NO_SETUID_FIXUP = 1 << 2
CAPABILITY_VERSION_3 = 0x20080522
CAP_DAC_OVERRIDE = 1
CAP_DAC_READ_SEARCH = 2

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(frozen=True)
class Account:
    """The unprivileged account that a server runs under when we are root."""

    name: str
    uid: int
    gid: int


def unprivileged_account() -> Account | None:
    """Answer the account for programs that refuse to run as root; None when we are not root ourselves."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def reachable_by_all(path: Path) -> bool:
    """Say whether every folder on the way to `path` may be entered by any account."""
    return all(folder.stat().st_mode & 0o001 for folder in path.resolve().parents)


def rules(
    *, account: Account | None = None, may_pass_closed_folders: bool = False, when_parent_dies: signal.Signals | None = None
) -> Callable[[], None]:
    """Make the `preexec_fn` of a child.

    `account`: run under it (needs root). `may_pass_closed_folders`: keep, of all of root's rights, the one to enter
    folders such as /root, in which a checkout may lie. `when_parent_dies`: the signal the kernel sends the child then.
    """
    parent = os.getpid()
    capability = _passing_capability() if account and may_pass_closed_folders else None

    def apply() -> None:
        if account:
            _become(account, capability)
        if when_parent_dies:
            _prctl(PR_SET_PDEATHSIG, int(when_parent_dies))
            if os.getppid() != parent:  # it died before the line above took effect
                os.kill(os.getpid(), when_parent_dies)

    return apply


def _passing_capability() -> int:
    """Choose the narrower right where we hold it: containers often keep only the wider one."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    effective = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapEff:"))
    return CAP_DAC_READ_SEARCH if effective >> CAP_DAC_READ_SEARCH & 1 else CAP_DAC_OVERRIDE


def _become(account: Account, capability: int | None) -> None:
    if capability is not None:
        # Without this access(2) would leave the capability out of account for a user that is not root.
        _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    if capability is not None:
        mask = 1 << capability
        header = ctypes.create_string_buffer(struct.pack("=Ii", CAPABILITY_VERSION_3, 0))
        data = ctypes.create_string_buffer(struct.pack("=6I", mask, mask, mask, 0, 0, 0))
        _check(_libc.capset(header, data), "capset")
        _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability)


def _prctl(option: int, value: int, extra: int = 0) -> None:
    _check(_libc.prctl(option, value, extra, 0, 0), f"prctl {option}")


def _check(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
