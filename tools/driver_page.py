"""docs/reference/drivers.md: every driver, its settings and its score card, from the code."""

from hanmaru.floor.shapes import describe
from hanmaru.gateway.drivers import card, load, names
from hanmaru.gateway.scorecard import RULES, TRIED

SIGNS = {"done": "done", "todo": "to do", "exempt": "exempt"}


def drivers_page(note: str) -> str:
    """Answer the whole page in Markdown."""
    cards = [card(name) for name in names()]
    lines = [
        "# Drivers\n",
        note,
        "What speaks with machines. Every driver answers the same rules; those in the first table are tried by one",
        "suite over all drivers (`tests/contracts/drivers`), the others name the test that shows them.\n",
        "| rule | what it asks | tried by the suite |",
        "|---|---|---|",
    ]
    lines += [f"| `{rule}` | {asks} | {'yes' if rule in TRIED else ''} |" for rule, asks in RULES.items()]
    lines += ["", "| driver | addresses | rules done | made with |", "|---|---|---|---|"]
    lines += [
        f"| [{one.title}](#{one.protocol}) | {' '.join(f'`{scheme}://`' for scheme in one.schemes)} |"
        f" {one.done} of {len(RULES)} | {one.made_with} |"
        for one in cards
    ]
    for one in cards:
        lines += ["", f"## {one.protocol}", "", f"{one.title}, {one.title_ko}.", ""]
        lines += ["| setting | type | bounds | meaning |", "|---|---|---|---|"]
        lines += [
            f"| `{field}` | {kind} | {bounds} | {_cell(meaning)} |"
            for field, kind, bounds, meaning in describe(load(one.protocol).config)
        ]
        lines += ["", "| rule | | |", "|---|---|---|"]
        lines += [
            f"| `{rule}` | {SIGNS[answer.state]} | {_shown(answer.words)} |" for rule, answer in one.rules.items()
        ]
    return "\n".join(lines) + "\n"


def _shown(words: str) -> str:
    return f"`{words}`" if words.startswith(("tests/", "docs/", "benchmarks/")) else _cell(words)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
