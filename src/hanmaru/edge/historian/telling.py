"""The historian's events in words."""

from collections.abc import Mapping

from hanmaru.floor.words import Sentence, foreign, sentence


def sentence_of(code: str, facts: Mapping[str, object]) -> Sentence:
    """Answer what an event says to people; `free` and `freed` are bytes."""
    free = f"{float(str(facts.get('free', 0))) / 1e9:.1f}"
    match code:
        case "historian.thinned":
            freed = f"{float(str(facts.get('freed', 0))) / 1e9:.1f}"
            return sentence(
                "The disk fills up: the readings of class %(class)s of %(day)s were removed, which freed %(freed)s GB",
                **{"class": facts.get("class"), "day": facts.get("day"), "freed": freed},
            )
        case "historian.disk_little":
            return sentence("The disk of the history has only %(free)s GB left: make room", free=free)
        case "historian.disk_nearly_full":
            return sentence("The disk of the history is nearly full (%(free)s GB left): the oldest days go", free=free)
        case "historian.disk_full":
            return sentence(
                "The disk of the history is full (%(free)s GB left): readings wait in the stream. Make room", free=free
            )
        case "historian.disk_well":
            return sentence("The disk of the history has room again: %(free)s GB", free=free)
    return foreign(f"{code}: " + ", ".join(f"{name} {fact}" for name, fact in facts.items()))
