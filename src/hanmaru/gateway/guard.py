"""Whether a command may be carried out: its expiry, its permit and the interlock, looked at beside the device.

Whoever asked has looked as well; here it is looked at again, because the command may have waited, and because a value
out of bounds must not reach a machine whoever sent it. What is not known is not allowed.
"""

import math
from collections.abc import Callable, Mapping
from datetime import datetime

from hanmaru.floor.command import Command, Outcome, Permit
from hanmaru.floor.quality import is_good
from hanmaru.floor.tag import Tag

Latest = Callable[[int], tuple[float, int]]


def refusal(command: Command, source: str, tags: Mapping[str, Tag], latest: Latest, now: datetime) -> Outcome | None:
    """Answer why a command is not to be done, None when it may.

    `tags` by path; `latest` answers the newest (number, quality) of a tag by its id.
    """
    if now >= command.expires_at:
        late = (now - command.expires_at).total_seconds()
        return Outcome(command.id, "expired", now, reason=f"It came {late:.1f} s after its expiry; ask again")
    reason = _wrong_target(command, source, tags) or _not_permitted(command, tags, latest)
    return Outcome(command.id, "refused", now, reason=reason) if reason else None


def _wrong_target(command: Command, source: str, tags: Mapping[str, Tag]) -> str:
    if command.source != source:
        return f"The command is for {command.source}, this is {source}"
    if command.program is not None:
        return ""
    if command.target not in tags:
        return f"{source} has no tag {command.target}; pick it on the gateway page first"
    if not tags[command.target].writable:
        return f"{command.target} may only be read; make the tag writable on the gateway page"
    if command.number is None and command.text is None:
        return "The command names no value and no program"
    return ""


def _not_permitted(command: Command, tags: Mapping[str, Tag], latest: Latest) -> str:
    permit = command.permit
    if permit is None:
        return "There is no permit with it"
    if command.number is not None and (reason := _out_of_range(command.number, permit)):
        return reason
    return _interlocked(permit, tags, latest)


def _out_of_range(number: float, permit: Permit) -> str:
    if not math.isfinite(number):
        return f"{number} cannot be set"
    low = -math.inf if permit.low is None else permit.low
    high = math.inf if permit.high is None else permit.high
    return "" if low <= number <= high else f"{number:g} is outside the permitted {low:g} to {high:g}"


def _interlocked(permit: Permit, tags: Mapping[str, Tag], latest: Latest) -> str:
    if not permit.interlock:
        return ""
    if permit.interlock not in tags:
        return f"The interlock {permit.interlock} is no tag of this device, so nothing is known of it"
    number, quality = latest(tags[permit.interlock].id)
    if not is_good(quality):
        return f"The interlock {permit.interlock} has no good value"
    return "" if number == 1 else f"The interlock {permit.interlock} is off"
