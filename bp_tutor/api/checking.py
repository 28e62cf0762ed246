"""A problem file checked: everything that there is to say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.api.errors import FileMistake, told, words_of
from bp_tutor.api.reading import presented
from bp_tutor.api.shown import WIDTH, Shown, text_of
from bp_tutor.frozen import Frozen
from bp_tutor.problem import find_problem
from bp_tutor.words import PlainWords

if TYPE_CHECKING:
    from pathlib import Path

    from bp_tutor.authoring.checked import Checked
    from bp_tutor.explain import Presentation
    from bp_tutor.problem import Problem
    from bp_tutor.words import Words


class Finding(Frozen):
    """One thing that was found in a file that can be read."""

    message: str
    grave: bool
    """Whether it is to be mended or accepted; else it is worth knowing, and changes nothing."""
    path: str = ""
    line: int | None = None
    column: int | None = None


class Report(Shown):
    """What was found in a file."""

    def __init__(self, checked: Checked, words: Words) -> None:
        """Made by `check`."""
        self._checked, self._words = checked, words

    @property
    def sound(self) -> bool:
        """Whether nothing is to be mended."""
        return self._checked.result == 0

    @property
    def mistakes(self) -> tuple[FileMistake, ...]:
        """What keeps the file from being used, by line."""
        return tuple(
            FileMistake(one.message(self._words.text), one.path, one.file, *_place(one.mark))
            for one in self._checked.mistakes
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What else is to be said: missing texts, printed figures that do not follow, ..."""
        from bp_tutor.authoring.checked import FINDING

        return tuple(
            Finding(one.said(self._words), one.severity == FINDING, one.path, *_place(one.mark))
            for one in self._checked.findings
        )

    def text(self, *, width: int = WIDTH, ascii_only: bool = False) -> str:
        """The report as `bp-tutor check` prints it, at most `width` columns wide."""
        from bp_tutor.authoring.report import report
        from bp_tutor.output.rows import document_rows

        page = self._checked.page
        if page is None:
            lines = (one.format(self._words.text) for one in self._checked.mistakes)
            return "".join(f"{line}\n" for line in lines)
        if ascii_only:
            from bp_tutor.explain import style_named

            page = page._replace(words=PlainWords(page.words), style=style_named("ascii"))
        return text_of(document_rows(report(self._checked), page, width))


def _place(mark: object) -> tuple[int | None, int | None]:
    return getattr(mark, "line", None), getattr(mark, "column", None)


def check(path: str | Path, *, quick: bool = False, lang: str | None = None) -> Report:
    """Everything that there is to say about a problem file.

    Args:
        path: a file, or the name of a problem that comes along.
        quick: leave out what has to be searched for: printed figures, what the numbers teach.
        lang: the language of sentences, `en` or `zh`; None: that of the environment.

    Raises:
        BpTutorError: there is no such file.
    """
    from bp_tutor.authoring.checked import check_file
    from bp_tutor.explain import symbols_of

    words = words_of(lang)

    def page_of(problem: Problem) -> Presentation:
        return presented(problem, symbols_of(problem), words, "unicode")

    with told(words):
        return Report(check_file(find_problem(path), page_of, quick=quick), words)
