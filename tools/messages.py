"""Translations: one catalogue an app, kept true to the code.

    python -m tools.messages update [APP ...]   take new texts in, drop those no longer used, keep the Korean
    python -m tools.messages check [APP ...]    say what is missing or wrong; exit status 1 when anything is
    python -m tools.messages compile            make the .mo files that gettext reads (newer ones only)

An app has translations when it has a folder `locale` (`update APP` makes it). Texts are found in Python by
`_()`, `gettext`, `ngettext`, `pgettext` and their lazy kin, in templates by Django's own reading of them. The rooms
below central may not import Django, so the app `web` keeps what of theirs stands on pages: the sentences of their
errors (`message = "..."` in a class), the words of a table `REASONS`, what is said of machines (`sentence("...")`),
what is wrong with a message (`WrongShape(field=..., problem="...")`), and what a driver says of its fields
(`told("...")` in the files that `FIELDS_OF_DRIVERS` names).
"""

import argparse
import ast
import io
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polib

SOURCE = Path(__file__).parents[1] / "src" / "hanmaru"
CENTRAL = SOURCE / "central"
LANGUAGE = "ko"
ROOMS_WITHOUT_DJANGO = ("kernel", "floor", "bus", "decide", "gateway", "edge")
KEEPER_OF_OTHER_ROOMS = "web"
FIELDS_OF_DRIVERS = ("gateway/broker.py", "gateway/drivers/*/config.py")
FUNCTIONS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
# 을/를, 이/가 ... depend on the sound before them, which a placeholder does not tell.
PARTICLE = re.compile(r"(?:%\(\w+\)[sd]|%[sd]|\{\w*\})['\"”’]?(?:을|를|이|가|은|는|과|와|으로|로)(?=[\s.,!?)]|$)")


@dataclass(frozen=True)
class Text:
    """One text to be translated; `context` tells apart what English writes the same."""

    singular: str
    plural: str = ""
    context: str | None = None

    @property
    def key(self) -> tuple[str | None, str]:
        """What gettext finds it by."""
        return (self.context, self.singular)


def apps() -> list[str]:
    """Answer the names of the apps that have translations."""
    return sorted(path.parent.name for path in CENTRAL.glob("*/locale"))


def catalogue(app: str) -> Path:
    """Answer the path of an app's catalogue."""
    return CENTRAL / app / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"


def texts(app: str) -> dict[Text, list[str]]:
    """Find an app's texts, each with the files it stands in."""
    found: dict[Text, list[str]] = {}
    for path, text in _all_texts(app):
        name = path.relative_to(SOURCE).as_posix()
        if name not in found.setdefault(text, []):
            found[text].append(name)
    return found


def _all_texts(app: str) -> Iterator[tuple[Path, Text]]:
    for path in sorted((CENTRAL / app).rglob("*")):
        if path.suffix == ".py" and "migrations" not in path.parts:
            yield from ((path, text) for text in _in_python(path.read_text(encoding="utf-8")))
        elif "templates" in path.parts and path.suffix in {".html", ".txt"}:
            yield from ((path, text) for text in _in_template(path.read_text(encoding="utf-8")))
    if app == KEEPER_OF_OTHER_ROOMS:
        for room in ROOMS_WITHOUT_DJANGO:
            for path in sorted((SOURCE / room).rglob("*.py")):
                yield from ((path, Text(sentence)) for sentence in _error_sentences(path.read_text(encoding="utf-8")))
                yield from ((path, Text(reason)) for reason in _reasons(path.read_text(encoding="utf-8")))
                yield from ((path, Text(words)) for words in _sentences(path.read_text(encoding="utf-8")))
                yield from ((path, Text(words)) for words in _problems(path.read_text(encoding="utf-8")))
        for path in sorted(found for pattern in FIELDS_OF_DRIVERS for found in SOURCE.glob(pattern)):
            yield from ((path, Text(words)) for words in _field_descriptions(path.read_text(encoding="utf-8")))


def _in_python(source: str) -> Iterator[Text]:
    from babel.messages.extract import extract  # noqa: PLC0415 - compiling must do without babel

    for _line, message, _comments, context in extract("python", io.BytesIO(source.encode()), FUNCTIONS):
        singular, plural = message if isinstance(message, tuple) else (message, "")
        if singular:
            yield Text(singular, plural, context)


def _in_template(source: str) -> Iterator[Text]:
    """Let Django turn the template into something that reads like Python and find the texts in that."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 - as above

    lines: Iterable[str] = templatize(source).splitlines()
    return _in_python("\n".join(line.strip() for line in lines))


def _error_sentences(source: str) -> Iterator[str]:
    """Find `message = "..."` in classes, and the sentence of one case in `MalformedEpc("...", got=...)`."""
    for found in ast.walk(ast.parse(source)):
        if isinstance(found, ast.Call) and (sentence := _sentence_of_a_case(found)):
            yield sentence
        if isinstance(found, ast.ClassDef):
            for line in found.body:
                targets = [line.target] if isinstance(line, ast.AnnAssign) else getattr(line, "targets", [])
                value = getattr(line, "value", None)
                named = any(isinstance(target, ast.Name) and target.id == "message" for target in targets)
                if named and isinstance(value, ast.Constant) and isinstance(value.value, str):
                    yield value.value


def _reasons(source: str) -> Iterator[str]:
    """Find the values of a dictionary `REASONS`."""
    for found in ast.walk(ast.parse(source)):
        if not isinstance(found, ast.AnnAssign) or not isinstance(found.value, ast.Dict):
            continue
        if isinstance(found.target, ast.Name) and found.target.id == "REASONS":
            yield from filter(None, map(_text, found.value.values))


def _sentences(source: str) -> Iterator[str]:
    """Find the template of every `sentence("...")` of hanmaru.floor.words."""
    for found in ast.walk(ast.parse(source)):
        if isinstance(found, ast.Call) and isinstance(found.func, ast.Name) and found.func.id == "sentence":
            yield from filter(None, map(_text, found.args[:1]))


def _problems(source: str) -> Iterator[str]:
    """Find what `WrongShape(field=..., problem="...")` and `_require(holds, field, "...")` ask for."""
    for found in ast.walk(ast.parse(source)):
        if not isinstance(found, ast.Call) or not isinstance(found.func, ast.Name):
            continue
        if found.func.id == "WrongShape":
            yield from filter(None, (_text(one.value) for one in found.keywords if one.arg == "problem"))
        elif found.func.id == "_require":
            yield from filter(None, map(_text, found.args[2:3]))


def _field_descriptions(source: str) -> Iterator[str]:
    """Find the description of every field that is declared with `told("...")`."""
    for found in ast.walk(ast.parse(source)):
        if isinstance(found, ast.Call) and isinstance(found.func, ast.Name) and found.func.id == "told":
            yield from filter(None, map(_text, found.args[:1]))


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _sentence_of_a_case(call: ast.Call) -> str | None:
    """Answer the sentence given to one of our errors: a class, and none of Python's, which all end in Error."""
    named = isinstance(call.func, ast.Name) and call.func.id[:1].isupper() and not call.func.id.endswith("Error")
    first = call.args[0] if named and call.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str) and " " in first.value:
        return first.value
    return None


def update(app: str) -> int:
    """Bring an app's catalogue up to date; answer how many texts still lack a translation."""
    path = catalogue(app)
    known = _entries(path)
    fresh = polib.POFile(wrapwidth=110)
    fresh.metadata = {
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Language": LANGUAGE,
        "Plural-Forms": "nplurals=1; plural=0;",
    }
    for text, files in sorted(texts(app).items(), key=lambda item: (item[1][0], item[0].singular)):
        entry = polib.POEntry(msgctxt=text.context, msgid=text.singular, occurrences=[(name, "") for name in files])
        before = known.get(text.key)
        if text.plural:
            entry.msgid_plural = text.plural
            entry.msgstr_plural = {0: before.msgstr_plural.get(0, before.msgstr) if before else ""}
        elif before:
            entry.msgstr = before.msgstr or before.msgstr_plural.get(0, "")
        fresh.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh.save(str(path))
    return sum(1 for entry in fresh if not _translations(entry))


def check(app: str) -> list[str]:
    """Answer what is wrong with an app's catalogue, a sentence each."""
    entries = _entries(catalogue(app))
    wanted = {text.key: text for text in texts(app)}
    wrong = [f"missing, run update: {singular!r}" for key in wanted.keys() - entries.keys() for singular in [key[1]]]
    wrong += [f"no longer used, run update: {key[1]!r}" for key in entries.keys() - wanted.keys()]
    for key in wanted.keys() & entries.keys():
        wrong += _faults(entries[key])
    return [f"{app}: {sentence}" for sentence in sorted(wrong)]


def clashes() -> list[str]:
    """Answer the texts that two apps translate differently: Django shows one of the two in both."""
    told: dict[tuple[str | None, str], dict[str, str]] = {}
    for app in apps():
        for key, entry in _entries(catalogue(app)).items():
            told.setdefault(key, {})[app] = " | ".join(_translations(entry))
    return [
        f"two translations, agree on one or tell them apart by a context: {key[1]!r}: {found}"
        for key, found in told.items()
        if len(set(found.values())) > 1
    ]


def _entries(path: Path) -> dict[tuple[str | None, str], polib.POEntry]:
    return {(entry.msgctxt, entry.msgid): entry for entry in polib.pofile(str(path))} if path.exists() else {}


def _translations(entry: polib.POEntry) -> list[str]:
    return [text for text in ([entry.msgstr], entry.msgstr_plural.values())[bool(entry.msgid_plural)] if text]


def _faults(entry: polib.POEntry) -> Iterator[str]:
    name = repr(entry.msgid)
    if entry.fuzzy:
        yield f"marked as uncertain (fuzzy): {name}"
    if not _translations(entry):
        yield f"not translated: {name}"
    for translation in _translations(entry):
        if sorted(set(PLACEHOLDER.findall(translation))) != sorted(
            set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
        ):
            yield f"other placeholders than the original: {name} -> {translation!r}"
        if PARTICLE.search(translation):
            yield f"a particle follows a placeholder: {name} -> {translation!r}"
        if translation.strip("\n") == translation and entry.msgid.endswith("\n"):
            yield f"must end with a new line, as the original does: {name}"


def compile_all() -> int:
    """Make every .mo file that is missing or older than its catalogue; answer how many were made."""
    made = 0
    for app in apps():
        source, target = catalogue(app), catalogue(app).with_suffix(".mo")
        if source.exists() and (not target.exists() or target.stat().st_mtime < source.stat().st_mtime):
            polib.pofile(str(source)).save_as_mofile(str(target))
            made += 1
    return made


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=["update", "check", "compile"])
    parser.add_argument("app", nargs="*", help="apps of central; all that have translations when none is named")
    asked = parser.parse_args()
    chosen: list[str] = asked.app or apps()
    if asked.task == "compile":
        print(f"{compile_all()} catalogues compiled")
        return 0
    if asked.task == "update":
        for app in chosen:
            print(f"{app}: {update(app)} texts to translate in {catalogue(app)}")
        return 0
    wrong = [sentence for app in chosen for sentence in check(app)] + clashes()
    print("\n".join(wrong) or f"{len(chosen)} catalogues complete")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
