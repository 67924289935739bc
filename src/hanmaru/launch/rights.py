"""The rights a child process has, set between fork and exec.

PostgreSQL refuses to run as root. When we are root it runs as `nobody`, and where the checkout or the data lie below a
folder that is closed to others (such as /root) the child keeps, of all of root's rights, the one to pass through it.
No permission of any folder outside our own is changed, and no account is made.
Sources: capabilities(7), "Ambient" and "securebits"; prctl(2).
"""

import ctypes
import os
import pwd
import signal
import struct
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
    """An unprivileged account, and the one capability that it keeps (None: not any)."""

    uid: int
    gid: int
    capability: int | None = None


def account_for(*paths: Path) -> Account | None:
    """Answer the account for a program that refuses to run as root and works in `paths`; None when we are not root."""
    if os.geteuid() != 0:
        return None
    nobody = pwd.getpwnam("nobody")
    closed = not all(folder.stat().st_mode & 0o001 for path in paths for folder in path.resolve().parents)
    return Account(nobody.pw_uid, nobody.pw_gid, _passing_capability() if closed else None)


def _passing_capability() -> int:
    """Choose the narrower right where we hold it: containers often keep only the wider one."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    effective = next(int(line.split()[1], 16) for line in status.splitlines() if line.startswith("CapEff:"))
    return CAP_DAC_READ_SEARCH if effective >> CAP_DAC_READ_SEARCH & 1 else CAP_DAC_OVERRIDE


def become(account: Account) -> None:
    """Turn this process (root) into `account`, for good."""
    if account.capability is not None:
        # Without this bit access(2) leaves the capability out of account for a user that is not root.
        _prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP)
    os.setgroups([])
    os.setgid(account.gid)
    os.setuid(account.uid)
    if account.capability is not None:
        mask = 1 << account.capability
        header = ctypes.create_string_buffer(struct.pack("=Ii", CAPABILITY_VERSION_3, 0))
        data = ctypes.create_string_buffer(struct.pack("=6I", mask, mask, mask, 0, 0, 0))
        _check(_libc.capset(header, data))
        _prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, account.capability)


def die_with_parent(by: signal.Signals, parent: int) -> None:
    """Have the kernel send us `by` when our parent (its process id as it was at the fork) ends."""
    _prctl(PR_SET_PDEATHSIG, int(by))
    if os.getppid() != parent:  # it ended before the line above took effect
        os.kill(os.getpid(), by)


def _prctl(option: int, value: int, extra: int = 0) -> None:
    _check(_libc.prctl(option, value, extra, 0, 0))


def _check(result: int) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
