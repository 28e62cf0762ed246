"""What a quiz says, as a page can show it: sentences, what to choose from, lines and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.explain import Table, style_named
from bp_tutor.explain.document import Section
from bp_tutor.output.page.html import joined
from bp_tutor.output.page.lines import Numbering, block_html
from bp_tutor.output.page.prose import Prose

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain import Block, Document, Presentation
    from bp_tutor.quiz.scene import Scene

AROUND = Section("", "quiz", (), update=1)
"""No part of a derivation: lines stand there one by one."""
NO_NUMBERS = Numbering(index={}, matrix={})


class PageVoice:
    """Collects what is said until the page fetches it."""

    def __init__(self) -> None:
        self._said: list[dict[str, Any]] = []

    def taken(self) -> list[dict[str, Any]]:
        """What was said since this was asked last."""
        found, self._said = self._said, []
        return found

    def say(self, text: str, look: str = "") -> None:
        """A sentence; `caret` points into the line above it."""
        if text:
            self._said.append({"kind": "text", "text": text, "look": look})

    def choose(self, options: Iterable[tuple[str, str]]) -> None:
        """Buttons; pressed, one is the same as what is typed for it."""
        if found := [list(option) for option in options]:
            self._said.append({"kind": "options", "options": found})

    def show(self, block: Block, reader: Presentation | None = None) -> None:
        """A block of the derivation in MathML, or a table of texts."""
        if reader is None:
            assert isinstance(block, Table)
            rows = [[str(cell) for cell in row] for row in block.rows]
            heads = [str(head) for head in block.heads]
            self._said.append({"kind": "table", "heads": heads, "rows": rows})
        else:
            self._said.append({"kind": "block", "html": _html([block], reader)})

    def scene(self, scene: Scene, reader: Presentation) -> None:
        """The values that stand with a question; its picture is that of the page."""
        if blocks := (*scene.drawn, *scene.beside):
            self._said.append({"kind": "given", "html": _html(blocks, reader)})

    def state(self, document: Document, reader: Presentation) -> None:
        """Nothing: the exercise stands on the page."""


def _html(blocks: Iterable[Block], reader: Presentation) -> str:
    prose = Prose([reader._replace(style=style_named("mathml"))])
    return joined(block_html(block, AROUND, prose, NO_NUMBERS) for block in blocks)
