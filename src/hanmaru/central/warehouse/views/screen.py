"""What all scan screens share: one step a screen, answered anew for each scan or press.

A screen keeps nothing on the server. What the person has come to (the product scanned, the place stood before) travels
in hidden inputs of the step, so that a scan sent again after a lost connection means the same as the first time.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from hanmaru.central.warehouse.services import ScanKind, undo_last, was_done
from hanmaru.central.warehouse.views.short_words import short_words
from hanmaru.kernel.errors import HanmaruError

State = dict[str, str]
STATE = "s_"  # hidden inputs carry their names behind this
MOST_CHARACTERS = 512
MOST_STATE = 20_000
_IDS = frozenset({"delivery", "variant", "quantity", "lot_id", "source", "place", "at", "last", "parcel", "box"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A full-width button: ``do`` is told to the screen, ``state`` is added to what the step carries."""

    word: str
    do: str = ""
    icon: str = "check"
    variant: str = "plain"
    href: str = ""
    state: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """Something to be typed: a quantity with big - and +, a date, or a text."""

    name: str
    label: str
    kind: str = "quantity"
    value: Any = 1
    min: int = 1
    max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: what to do now in at most eight words, the one thing to look for, buttons."""

    words: str
    tone: str = "info"
    subject: str = ""
    detail: str = ""
    photo: str = ""
    amount: tuple[str, int, int | None] | None = None
    asks: tuple[Ask, ...] = ()
    presses: tuple[Press, ...] = ()
    rows: tuple[tuple[str, str, str], ...] = ()
    rows_title: str = ""
    done: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a scan came to: the state now, and what to say about it. ``to`` leaves for another page."""

    state: State
    tone: str = "ok"
    done: str = ""
    to: str = ""
    step: Step | None = None


class Screen:
    """A scan screen. A subclass says what the step is in a state, and what a scan or a press makes of the state."""

    title: ClassVar[str | Promise]
    label: ClassVar[str | Promise]
    undoes: ClassVar[tuple[ScanKind, ...]] = ()

    def __init__(self, request: HttpRequest, subject: int | None = None) -> None:
        self.request = request
        self.subject = subject

    def now(self, state: State) -> Step:
        """What to do in this state."""
        raise NotImplementedError

    def scanned(self, state: State, code: str, key: str) -> Outcome:
        """Something was scanned."""
        raise NotImplementedError

    def pressed(self, state: State, do: str, key: str) -> Outcome:
        """A button was pressed."""
        raise NotImplementedError

    def repeated(self, state: State) -> State | None:
        """The state after a scan that was done before; None where doing it again finds that out by itself."""
        del state
        return None

    def begins(self) -> State:
        """The state on arrival."""
        return {}

    def leaves(self) -> str:
        """Where "Leave" goes."""
        return "/warehouse/"

    def number(self, name: str, otherwise: int) -> int:
        """A quantity that was typed in the step, or else this."""
        text = self.request.POST.get(name, "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else otherwise

    def typed(self, name: str) -> str:
        """A text that was typed in the step."""
        return self.request.POST.get(name, "").strip()[:MOST_CHARACTERS]

    def answer(self) -> HttpResponse:
        """The page, or the next step."""
        if self.request.method != "POST":
            return self._page()
        state = _state_of(self.request)
        try:
            outcome = self._act(state)
            step = outcome.step or self.now(outcome.state)
        except HanmaruError as error:
            words, detail = short_words(error), _sentence(error)
            return self._step(
                state, replace(self._safely(state), tone="stop", words=words, subject="", detail=detail, done="")
            )
        except (KeyError, ValueError):  # a step that was bent on its way to us
            return self._step({}, replace(self._safely({}), tone="stop", words=_("Start again")))
        if outcome.to:
            return HttpResponse(status=204, headers={"HX-Redirect": outcome.to})
        return self._step(outcome.state, replace(step, tone=outcome.tone, done=outcome.done or step.done))

    def _act(self, state: State) -> Outcome:
        key = self.typed("idempotency_key")
        do = self.typed("do")
        if do == "undo":
            undone = undo_last(self.undoes)
            done = _("Taken back: %(what)s") % {"what": undone.get_kind_display()}
            return Outcome(state=self.begins(), done=done)
        if key and (after := self.repeated(state)) is not None and was_done(key):
            return Outcome(state=after, done=_("Was counted already"))
        if do:
            return self.pressed(state, do, key)
        return self.scanned(state, self.typed("code"), key)

    def _safely(self, state: State) -> Step:
        """The step to stand beside an error, even where the state is what is wrong."""
        try:
            return self.now(state)
        except (HanmaruError, KeyError, ValueError):
            return Step(words=_("Start again"), presses=(Press(word=_("Start again"), href=self.request.path),))

    def _context(self, state: State, step: Step) -> dict[str, Any]:
        presses = [(press, {**state, **press.state}, uuid.uuid4().hex) for press in step.presses]
        return {
            "screen": self,
            "step": step,
            "state": [(STATE + name, text) for name, text in state.items()],
            "presses": [(press, _vals(press.do, carried, state, key)) for press, carried, key in presses],
            "undo": _vals("undo", {}, {}, uuid.uuid4().hex) if self.undoes and step.done else None,
            "url": self.request.path,
            "leaves": self.leaves(),
        }

    def _step(self, state: State, step: Step) -> HttpResponse:
        return render(self.request, "warehouse/step.html", self._context(state, step))

    def _page(self) -> HttpResponse:
        try:
            state = self.begins()
            step = self.now(state)
        except HanmaruError as error:
            state, step = {}, Step(words=short_words(error), tone="stop", detail=str(error))
        return render(self.request, "warehouse/screen.html", self._context(state, step))


def _vals(do: str, carried: Mapping[str, str], state: Mapping[str, str], key: str) -> dict[str, str]:
    """What a press sends besides the step's own inputs."""
    changed = {STATE + name: text for name, text in carried.items() if state.get(name) != text}
    return {"do": do, "idempotency_key": key, **changed}


def _state_of(request: HttpRequest) -> State:
    """What the step carried. Ids are figures; a state that somebody bent is dropped, and the screen begins anew."""
    carried = {name[len(STATE) :]: str(text) for name, text in request.POST.items() if name.startswith(STATE)}
    for name, text in carried.items():
        wrong_id = name in _IDS and text and not (text.isascii() and text.isdigit() and len(text) < 19)
        if wrong_id or len(text) > MOST_STATE or "\0" in text:
            return {}
    return carried


def _sentence(error: HanmaruError) -> str:
    instead = error.data.get("instead")
    return f"{error} {_('Take %(place)s instead.') % {'place': instead}}" if instead else str(error)
