"""Examples in docstrings as blocks of code: Markdown would take `>>>` for a quotation."""

from __future__ import annotations

import re
from typing import Any

import griffe

EXAMPLE = re.compile(r"^>>> .*\n?(?:.*\S.*\n?)*", re.MULTILINE)


def fenced(text: str) -> str:
    """A docstring with a fence around each of its examples, which end at an empty line."""
    return EXAMPLE.sub(lambda found: f"```pycon\n{found[0].rstrip()}\n```\n", text)


class Doctests(griffe.Extension):
    """Fences the examples of everything that is documented."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """What is called for each object."""
        if obj.docstring is not None:
            obj.docstring.value = fenced(obj.docstring.value)
