"""The picture of a problem, or of one step of its derivation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.api.errors import told
from bp_tutor.api.refusal import RefusalError
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation
    from bp_tutor.solve import Trace
    from bp_tutor.words import Words

ENDINGS = (".svg", ".pdf", ".png")
VALUES = ("both", "numbers", "symbols")
"""What stands in a picture."""
MOST_STEPS = 1_000_000
"""No derivation has more."""


def picture_svg(
    page: Presentation, trace: Trace, step: int | None, values: str, *, paper: bool
) -> str:
    """The picture as SVG: all that is given, or what is known at a step of the derivation.

    `paper`: always light, else dark where the screen of the reader is.

    Raises:
        RefusalError: there is no such step.
    """
    from bp_tutor.explain import View, derivation
    from bp_tutor.explain.steps import steps_of
    from bp_tutor.output.svg import svg_of
    from bp_tutor.pictures import scene_of
    from bp_tutor.pictures.moment import moment_of

    steps = steps_of(derivation(page.settings, trace, View()))
    if step is not None and step > len(steps):
        raise RefusalError("draw.no_step", number=step, count=len(steps))
    update = steps[step - 1].update if step else 1
    run = next((run for run in trace.runs if run.update == update), trace.runs[0])
    scene = scene_of(page, trace.problem, run, values, trace.runs, still=step is None)
    return svg_of(scene, moment_of(scene, steps, step or 0), look="paper" if paper else "file")


def set_picture(svg: str, kind: str) -> bytes:
    """An SVG as `pdf` or `png`.

    Raises:
        RefusalError: the library for it is not installed.
    """
    from bp_tutor.output.picture_file import picture_file

    try:
        return picture_file(svg, kind)
    except ModuleNotFoundError:
        raise RefusalError("draw.no_library", extra="'bp-tutor[paper]'") from None


def refuse_ending(path: str) -> str:
    """The ending of a picture's file, in small letters.

    Raises:
        RefusalError: pictures have no such ending.
    """
    ending = Path(path).suffix.lower()
    if ending not in ENDINGS:
        raise RefusalError("draw.ending", name=shown(path), endings=", ".join(ENDINGS))
    return ending


class Picture:
    """A picture, which shows itself in a notebook."""

    def __init__(
        self, page: Presentation, trace: Trace, step: int | None, values: str, words: Words
    ) -> None:
        """Made by `Derivation.picture`."""
        self._told = page, trace, step, values
        self._words = words
        self.svg = picture_svg(*self._told, paper=False)
        """It as SVG: dark where the screen of the reader is."""

    def save(self, path: str | Path) -> None:
        """Write a `.svg`, `.pdf` or `.png`; one that is there already is written over.

        Raises:
            BpTutorError: the ending is another, a library is missing, or it cannot be written.
        """
        with told(self._words):
            ending = refuse_ending(str(path))
            data = self.svg.encode("utf-8")
            if ending != ".svg":
                data = set_picture(picture_svg(*self._told, paper=True), ending[1:])
            Path(path).write_bytes(data)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "image/svg+xml": self.svg}

    def __repr__(self) -> str:
        return f"<Picture of {self._told[1].problem.name}>"
