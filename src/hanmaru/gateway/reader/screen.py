"""What the person at the gate sees: each answer big, everything else a short line."""

from typing import Final

from rich.align import Align
from rich.console import Console, Group
from rich.panel import Panel
from rich.text import Text

from hanmaru.floor.reads import Answer
from hanmaru.gateway.reader.big_letters import big

# Sign and colour: colour is never alone.
_SIGNS: Final = {
    "known": ("✔", "green"),
    "repeat": ("↺", "cyan"),
    "unknown": ("?", "yellow"),
    "foreign": ("≠", "yellow"),
    "malformed": ("✘", "red"),
}


class Screen:
    """Prints to a terminal; what comes from outside is text, never markup."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def answer(self, answer: Answer) -> None:
        """Show one answer; one that tells no place takes a single line."""
        sign, colour = _SIGNS[answer.status]
        words = Text(f" {sign} {answer.words}", style=f"bold {colour}")
        if answer.put_to is None:
            self._console.print(words, Text(answer.reason or answer.epc, style="dim"), soft_wrap=True)
            return
        parts = [words]
        if answer.product:
            amount = f" × {answer.quantity}" if answer.quantity is not None else ""
            parts.append(Text(f"   {answer.product}{amount}   {answer.sku or ''}", style="bold"))
        place = Align.center(Text(f"\n{big(answer.put_to.code)}\n", style=f"bold {colour}"))
        below = Text(f"{answer.put_to.code}   {answer.put_to.label}", style="bold", justify="center")
        why = [Text(answer.reason, style="dim", justify="center")] if answer.reason else []
        self._console.print(Panel(Group(*parts, place, below, *why), border_style=colour))

    def say(self, sentence: str) -> None:
        """Show one line about the reader itself."""
        self._console.print(Text(f" · {sentence}", style="dim"), soft_wrap=True)
