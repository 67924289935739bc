"""What every message is put in."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from hanmaru.kernel.errors import Invalid, TooLarge

LIMIT = 1024 * 1024  # bytes; news are small. What is larger is kept in a stream or as an object (bus.streams)
SUBJECT = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*")


class BadSubject(Invalid):
    """The subject is not made of words parted by dots."""

    code = "bus.bad_subject"
    message = "A subject is words of letters, digits, - and _, parted by dots; this is not one: %(subject)s"


class BadEnvelope(Invalid):
    """What came in is not a message of ours."""

    code = "bus.bad_envelope"
    message = "Not a message of ours: %(why)s"


class MessageTooLarge(TooLarge):
    """The message is larger than the bus takes."""

    code = "bus.message_too_large"
    message = "A message of %(size)s bytes is more than the %(limit)s allowed; send a reference instead"


@dataclass(frozen=True)
class Envelope:
    """One message: `subject` says what happened, `payload` (JSON values) the rest.

    `company` is the number of the company it belongs to, None for what concerns the whole house. `id` is the same when
    a message is sent again, so that a receiver can do it once. `time` is UTC.
    """

    subject: str
    payload: Mapping[str, object]
    company: int | None = None
    id: UUID = field(default_factory=uuid4)
    time: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        if not SUBJECT.fullmatch(self.subject):
            raise BadSubject(subject=self.subject)

    def encode(self) -> bytes:
        """Write it as JSON. Raise MessageTooLarge."""
        fields = {"id": str(self.id), "subject": self.subject, "time": self.time.isoformat(), "company": self.company}
        data = json.dumps({**fields, "payload": self.payload}, ensure_ascii=False, separators=(",", ":")).encode()
        if len(data) > LIMIT:
            raise MessageTooLarge(size=len(data), limit=LIMIT)
        return data


def decode(data: bytes) -> Envelope:
    """Read what `Envelope.encode` wrote. Raise BadEnvelope."""
    try:
        fields = json.loads(data)
        payload, company, time = fields["payload"], fields["company"], datetime.fromisoformat(fields["time"])
        if not isinstance(payload, dict) or not isinstance(company, int | None) or time.tzinfo is None:
            raise BadEnvelope(why="payload, company or time is of another kind")
        return Envelope(fields["subject"], payload, company, UUID(fields["id"]), time)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadEnvelope(why=str(error)) from error
