"""MQTT topics and the subjects of the bus behind the server's MQTT listener.

Source: NATS documentation, "MQTT", topic names: `/` becomes `.`, an empty level becomes `/`, a dot becomes `//`, `+` is
`*` and `#` is `>`. So `spBv1.0/G/NDATA/N` is the subject `spBv1//0.G.NDATA.N`. The listener speaks MQTT 3.1.1.
"""

from hanmaru.kernel.errors import Invalid


class BadTopic(Invalid):
    """No topic that the bus can carry."""

    code = "bus.bad_topic"
    message = (
        "%(topic)s is no topic that the bus can carry: leave out blanks, * and >, write + for one whole level and # "
        "only as the last one"
    )


def subjects_of_topic(topic: str) -> tuple[str, ...]:
    """Answer the subjects of a topic or a filter. `a/#` also means `a`, so it has two. Raise BadTopic."""
    levels = topic.split("/")
    misplaced = any("#" in level and (level != "#" or at != len(levels) - 1) for at, level in enumerate(levels))
    if not topic or misplaced or any("+" in level and level != "+" for level in levels):
        raise BadTopic(topic=topic[:80] or "''")
    if any(sign in topic for sign in " *>\t\r\n\0"):
        raise BadTopic(topic=topic[:80])
    subject = _joined(levels)
    if levels[-1] == "#" and len(levels) > 1:
        return (_joined(levels[:-1]), subject)
    return (subject,)


def _joined(levels: list[str]) -> str:
    words = {"+": "*", "#": ">"}
    written = [words.get(level, level.replace(".", "//")) for level in levels]
    return ".".join(word or "/" for word in written)
