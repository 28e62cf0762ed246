"""What can be asked: a table of calls, and the way from a question to its answer as texts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from bp_tutor.api.errors import BpTutorError, told, words_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.engine.asking import gathered, taken_in
from bp_tutor.engine.open_page import OpenPage

if TYPE_CHECKING:
    from collections.abc import Callable

CALLS: dict[str, Callable[[OpenPage, dict[str, Any]], Any]] = {
    "open": OpenPage.open,
    "change": OpenPage.change,
    "seed": OpenPage.seed,
    "settle": OpenPage.settle,
    "explain": OpenPage.explain,
    "text": OpenPage.text,
    "train": OpenPage.train,
    "trained": OpenPage.trained,
    "quiz": lambda page, values: page.quiz.begin(
        page.sheet(values), values.get("language", page.language), values
    ),
    "quiz_resume": lambda page, values: page.quiz.resume(
        page.sheet(values), values.get("language", page.language), values
    ),
    "quiz_line": lambda page, values: page.quiz.line(values),
    "quiz_hand_in": lambda page, values: page.quiz.handed_in(values),
    "quiz_export": lambda _, values: gathered(values),
    "quiz_import": lambda _, values: taken_in(values),
}
"""Each call by its name; it gives what JSON can hold.

Raises of a call are sentences for the reader: `RefusalError`, `ReadError`, `NumberError`.
"""


class Engine:
    """One page's questions, one after the other."""

    def __init__(self) -> None:
        self._page = OpenPage()

    def answer(self, question: str) -> str:
        """The answer to `[name, values]`: `{"result": ...}`, or `{"error": sentence}`."""
        name, values = json.loads(question)
        words = words_of(values.get("language") or self._page.language)
        try:
            with told(words):
                if name not in CALLS:
                    raise RefusalError("engine.no_call", name=name)
                found: dict[str, Any] = {"result": CALLS[name](self._page, values)}
        except ModuleNotFoundError as error:
            # Large arrays need NumPy, which a browser has only where somebody put it.
            found = {"error": words.text("engine.needs", library=error.name or "?")}
        except BpTutorError as error:
            places = [[one.message, one.line, one.path] for one in error.mistakes]
            found = {"error": str(error), "places": places}
        return json.dumps(found, ensure_ascii=False, allow_nan=False)
