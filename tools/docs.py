"""Reference pages made from the code, so that they cannot lie.

    python -m tools.docs update    write docs/reference/{settings,commands,errors,roles,api,drivers,slotting}.md
    python -m tools.docs check     say which of them is not what the code says; exit status 1 when any is

A page that another room wants to have made is a function here that answers its text, named in PAGES.
"""

import importlib
import inspect
import os
import pkgutil
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import get_args, get_type_hints

import typer

import hanmaru
from hanmaru.kernel.errors import HanmaruError
from hanmaru.launch.settings import Settings
from tools.api_page import api_page
from tools.driver_page import drivers_page
from tools.history_page import history_page
from tools.slotting_page import SCHEMAS, schema_text, slotting_page

REFERENCE = Path(__file__).parents[1] / "docs" / "reference"
NOTE = "<!-- Made by `make docs` from the code; change it there. -->\n"
DJANGO_OPTIONS = {
    "--help",
    "--version",
    "--verbosity",
    "--settings",
    "--pythonpath",
    "--traceback",
    "--no-color",
    "--force-color",
    "--skip-checks",
}
# Modules that do something when they are imported.
NOT_IMPORTED = re.compile(r"\.(migrations|asgi|__main__)(\.|$)")


def settings_page() -> str:
    """Answer the page of all settings."""
    lines = [
        "# Settings\n",
        NOTE,
        "Hanmaru runs without any. To change one, write it into `hanmaru.toml`, by section, or set its variable;",
        "a variable wins over the file. `hanmaru doctor` shows what is in effect.\n",
        "```toml\n[web]\nport = 9000\n```\n",
        "| in the file | variable | default | what it is for |",
        "|---|---|---|---|",
    ]
    for one in Settings().told():
        default = f"`{one.default}`" if one.default else "(empty)"
        secret = " Secret: never shown." if one.secret else ""
        lines.append(f"| `{one.name}` | `{one.variable}` | {default} | {one.description}.{secret} |")
    return "\n".join(lines) + "\n"


def commands_page() -> str:
    """Answer the page of the command line."""
    from hanmaru.launch.cli import app  # noqa: PLC0415 - after Django is set up

    lines = ["# Commands\n", NOTE, f"{getattr(app.info, 'help', '')}\n"]
    lines += _options(begin_of(app))
    for path, callback in sorted(_commands(app, "hanmaru")):
        lines += [f"## {path}\n", f"{inspect.getdoc(callback)}\n", *_options(callback), *_central_options(callback)]
    return "\n".join(lines).rstrip() + "\n"


def begin_of(app: typer.Typer) -> Callable[..., object]:
    """Answer what takes the options that all commands share."""
    callback = app.registered_callback
    if callback is None or callback.callback is None:
        raise ValueError("the command line has no beginning")
    return callback.callback


def _commands(app: typer.Typer, path: str) -> Iterator[tuple[str, Callable[..., object]]]:
    for command in app.registered_commands:
        if command.callback:
            yield f"{path} {command.name}", command.callback
    for group in app.registered_groups:
        if group.typer_instance:
            yield from _commands(group.typer_instance, f"{path} {group.name}")


def _options(callback: Callable[..., object]) -> list[str]:
    """Answer a table of a command's options, nothing when it has none."""
    rows = []
    for name, parameter in inspect.signature(callback).parameters.items():
        kind, *facts = get_args(get_type_hints(callback, include_extras=True)[name]) or (None,)
        if facts and kind is not None:
            default = "" if parameter.default in (None, inspect.Parameter.empty, False) else f"`{parameter.default}`"
            shown = str(getattr(kind, "__name__", kind)).partition(" ")[0].rpartition(".")[2].lower()
            option = name.replace("_", "-")
            rows.append(f"| `--{option}` | {shown} | {default} | {facts[0].help} |")
    return ["| option | kind | default | what it says |", "|---|---|---|---|", *rows, ""] if rows else []


def _central_options(callback: Callable[..., object]) -> list[str]:
    """Answer what a command of central takes, by its own parser."""
    handed_over = re.search(r'hand_over\(context, "(\w+)"', inspect.getsource(callback))
    from django.core.management import get_commands, load_command_class  # noqa: PLC0415 - as above

    name = handed_over[1] if handed_over else ""
    if name not in get_commands():
        return []
    parser = load_command_class(get_commands()[name], name).create_parser("hanmaru", name)
    own = [action for action in parser._actions if not DJANGO_OPTIONS.intersection(action.option_strings)]  # noqa: SLF001 - argparse tells them nowhere else
    rows = [f"| `{' '.join(one.option_strings) or one.dest}` | {one.help or ''} |" for one in own]
    return ["| argument | what it says |", "|---|---|", *rows, ""] if rows else []


def errors_page() -> str:
    """Answer the page of all errors. Raise ValueError when two share a code."""
    found: dict[str, type[HanmaruError]] = {}
    for one in sorted(_errors(), key=lambda kind: (kind.code, kind.__name__)):
        if one.code in found and "code" in vars(one):
            sharing = f"{one.__module__}.{one.__name__} and {found[one.code].__module__}.{found[one.code].__name__}"
            raise ValueError(f"the code {one.code} is shared by {sharing}")
        if "code" in vars(one):
            found[one.code] = one
    lines = [
        "# Errors\n",
        NOTE,
        "Every refusal has a code that never changes. The API answers it as `code` in a problem document",
        "(RFC 9457), with the status below; pages and the command line show the sentence.\n",
        "| code | status | sentence | meaning |",
        "|---|---|---|---|",
    ]
    for code, one in found.items():
        meaning = (inspect.getdoc(one) or "").splitlines()[0]
        lines.append(f"| `{code}` | {one.status} | {_cell(str(one.message))} | {_cell(meaning)} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _errors() -> set[type[HanmaruError]]:
    """Find all errors of our own by importing every module."""
    for module in pkgutil.walk_packages(hanmaru.__path__, "hanmaru."):
        if not NOT_IMPORTED.search(module.name):
            importlib.import_module(module.name)
    found: set[type[HanmaruError]] = {HanmaruError}
    waiting: list[type[HanmaruError]] = [HanmaruError]
    while waiting:
        kinds = [kind for kind in waiting.pop().__subclasses__() if kind.__module__.startswith("hanmaru.")]
        waiting += kinds
        found.update(kinds)
    return found


def roles_page() -> str:
    """Tell who may do what, and what a device token may be used for."""
    from hanmaru.central.companies.access import SCOPES, Can, Role  # noqa: PLC0415 - needs Django's settings

    shown = [role for role in Role if role is not Role.OWNER]
    lines = [
        "# Roles and scopes\n",
        NOTE,
        "An owner may do everything. A person may have several roles.\n",
        f"| | {' | '.join(str(role.label) for role in shown)} |",
        f"|---|{'---|' * len(shown)}",
    ]
    for can in Can:
        marks = ["yes" if role in can.roles else "" for role in shown]
        lines.append(f"| {_cell(str(can.title))} | {' | '.join(marks)} |")
    lines += [
        "",
        "A device token has scopes. Writing includes reading; `api:read` and `api:write` hold for every part.\n",
        "| scope | what it allows |",
        "|---|---|",
    ]
    lines += [f"| `{scope}` | {_cell(str(words))} |" for scope, words in SCOPES.items()]
    return "\n".join(lines) + "\n"


def decisions_page() -> str:
    """Answer the list of decisions, by their titles."""
    lines = [
        "# Decisions\n",
        NOTE,
        "One short page each: what was the matter, what was decided, what follows. A decision is not rewritten;",
        "a later one replaces it and says so.\n",
    ]
    for path in sorted((REFERENCE.parent / "decisions").glob("[0-9]*.md")):
        number, _, title = path.read_text(encoding="utf-8").splitlines()[0].removeprefix("# ").partition(". ")
        lines.append(f"- {number}. [{title}]({path.name})")
    return "\n".join(lines) + "\n"


PAGES: dict[str, Callable[[], str]] = {
    "settings.md": settings_page,
    "commands.md": commands_page,
    "errors.md": errors_page,
    "roles.md": roles_page,
    "api.md": lambda: api_page(NOTE),
    "history.md": lambda: history_page(NOTE),
    "drivers.md": lambda: drivers_page(NOTE),
    "slotting.md": lambda: slotting_page(NOTE),
    **{f"slotting/{name}.schema.json": partial(schema_text, name) for name in SCHEMAS},
    "../decisions/index.md": decisions_page,
}


def main(task: str) -> int:
    """Write the pages, or compare them; answer how many were not true."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanmaru.central.settings")
    import django  # noqa: PLC0415 - errors of central need it
    from django.utils import translation  # noqa: PLC0415 - as above

    django.setup()
    untrue = 0
    with translation.override("en"):
        for name, page in PAGES.items():
            path, text = REFERENCE / name, page()
            if path.exists() and path.read_text(encoding="utf-8") == text:
                continue
            untrue += 1
            if task == "update":
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
            print(f"{path}: {'written' if task == 'update' else 'is not what the code says, run: make docs'}")
    return 0 if task == "update" else untrue


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
