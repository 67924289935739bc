"""Sentences that travel: told in English beside a machine, said on a page in the language of whoever reads it.

A sentence keeps the template it was made of and what was filled in. On the bus that goes beside the English words as a
form, {"say": template, "with": {name: text or form}}; central looks the template up in its catalogue.
"""

from collections.abc import Mapping
from typing import Final

from hanmaru.kernel.errors import HanmaruError

FOREIGN: Final = "%(words)s"


class Sentence(str):  # noqa: SLOT000 - it is a text wherever a text is wanted
    """A sentence that knows how it was made. Make it by `sentence`, `foreign` or `of_error`."""

    template: str
    parts: Mapping[str, object]

    def form(self) -> dict[str, object]:
        """Answer it as data for JSON."""
        parts = {name: one.form() if isinstance(one, Sentence) else str(one) for name, one in self.parts.items()}
        return {"say": self.template, "with": parts}


def sentence(template: str, /, **parts: object) -> Sentence:
    """Make a sentence. The template is written out where this is called, so that it can be found and translated."""
    made = Sentence(template % parts if parts else template)
    made.template, made.parts = template, parts
    return made


NOTHING: Final = sentence("")


def whole(words: str) -> Sentence:
    """Take a sentence of ours without figures that was written out elsewhere; it is its own template."""
    return words if isinstance(words, Sentence) else sentence(words)


def foreign(words: object) -> Sentence:
    """Take words of somebody else, such as a library or a device, as they are; they are in no catalogue of ours."""
    return words if isinstance(words, Sentence) else sentence(FOREIGN, words=str(words))


def of_error(error: HanmaruError) -> Sentence:
    """Take the sentence of an error of ours."""
    return sentence(str(error.message), **error.data)


def forms(**words: str | Mapping[str, str]) -> dict[str, object]:
    """Answer {"said": {name: form}} for those fields of a message that were made of templates; {} for none."""
    found: dict[str, object] = {}
    for name, one in words.items():
        if isinstance(one, Mapping):
            inner = {key: text.form() for key, text in one.items() if isinstance(text, Sentence)}
            if inner:
                found[name] = inner
        elif isinstance(one, Sentence):
            found[name] = one.form()
    return {"said": found} if found else {}
