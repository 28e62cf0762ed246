"""A problem, from wherever it comes: a file, a name, a text, a mapping, layers, a seed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bp_tutor.api.errors import told, whole, words_of
from bp_tutor.api.reading import (
    MOST_ASKED,
    MOST_DIGITS,
    MOST_MADE,
    MOST_SHOWN,
    presented,
    read_whole,
    refuse_unknown,
    rounded,
    seed_typed,
    taken_apart,
    updates_of,
)
from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.source import network_content, text_of
from bp_tutor.problem import find_problem
from bp_tutor.problem.load import read_problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bp_tutor.api.derivation import Derivation
    from bp_tutor.api.quizzing import Quiz
    from bp_tutor.api.source import Layer
    from bp_tutor.problem import Problem as Record
    from bp_tutor.quiz import Context
    from bp_tutor.words import Words


class Problem:
    """An exercise: a network or a computation graph with its numbers and conventions."""

    def __init__(self, record: Record, text: str, words: Words, notation: str | None) -> None:
        """Made by `load`, `network` and `variants`."""
        self._record, self._text = record, text
        self._words, self._notation = words, notation

    @property
    def name(self) -> str:
        """The name of its file, without the ending."""
        return self._record.name

    @property
    def title(self) -> str:
        """Its title in the language of the reader."""
        return self._words.choose(self._record.title.in_language)

    @property
    def text(self) -> str:
        """The text of its file, in YAML."""
        return self._text

    def solve(
        self,
        *,
        updates: int | None = None,
        rounding: str | None = None,
        digits: int | None = None,
        unfused: bool = False,
    ) -> Derivation:
        """Forward, backward and update, with every intermediate value.

        Args:
            updates: so many steps of the optimiser; None: what the file says, where that is few.
            rounding: `hand:4` (4 decimals after every step), `significant:3`, `full`.
            digits: so many digits are shown; what is calculated does not change.
            unfused: loss and activation of the output are differentiated one after the other.

        Raises:
            BpTutorError: a value is no number (an overflow, the logarithm of 0), or an option
                means nothing here.
        """
        from bp_tutor.api.derivation import Derivation
        from bp_tutor.explain import View, symbols_of
        from bp_tutor.solve import solve

        with told(self._words):
            count = whole("updates", updates, 1, MOST_SHOWN)
            figures = whole("digits", digits, 1, MOST_DIGITS)
            record = rounded(self._record, None if rounding is None else str(rounding))
            record = taken_apart(record) if unfused else record
            trace = solve(record, updates_of(record, count))
            symbols = symbols_of(record, self._notation)
        return Derivation(trace, symbols, self._words, figures, View())

    def quiz(self, *, only: Iterable[str] = (), updates: int | None = None) -> Quiz:
        """Questions about it, one after the other.

        Args:
            only: kinds of values such as `dZ`; none: all.
            updates: so many steps of the optimiser; None: what the file says, where that is few.

        Raises:
            BpTutorError: nothing of the kind can be asked.
        """
        from bp_tutor.api.quizzing import Quiz

        return Quiz(self._contexts(updates), tuple(only), self._words)

    def export(
        self,
        form: str,
        *,
        only: Iterable[str] = (),
        level: str = "numbers",
        points: float | str | None = None,
    ) -> bytes | dict[str, bytes]:
        """Its questions for a learning platform, as `bp-tutor export` writes them.

        Args:
            form: `moodle`, `numbas`, `qti`, `qti2`, `qti3`, `prairielearn` or `anki`.
            only: kinds of values such as `dZ`; none: all.
            level: `numbers`, `shapes` or `mixed`.
            points: what all questions are worth together, or `"Z=1,dW=2"`, each of a kind; None:
                each is worth 1.

        Returns:
            The content of the file; for `prairielearn` the files of the folder by their names.

        Raises:
            BpTutorError: there is no such format, nothing of the kind can be asked, or `points`
                says none.
        """
        from bp_tutor.api.exporting import exported

        with told(self._words):
            page = self._contexts(None)[0].page
            worth = None if points is None else str(points)
            return exported(self._record, self._text, page, form, tuple(only), level, worth)

    def _contexts(self, updates: int | None) -> tuple[Context, ...]:
        """What questions and marks go by, for each update."""
        from bp_tutor.explain import symbols_of
        from bp_tutor.quiz import contexts_of
        from bp_tutor.solve import solve

        record, words = self._record, self._words
        with told(words):
            count = whole("updates", updates, 1, MOST_ASKED)
            trace = solve(record, updates_of(record, count))
            symbols = symbols_of(record, self._notation)
            return contexts_of(trace, presented(record, symbols, words, "unicode"))

    def _variants(self, count: int, seed: int | str) -> tuple[Problem, ...]:
        from bp_tutor.authoring.draw import LARGEST_SEED
        from bp_tutor.authoring.variant import Variants

        with told(self._words):
            number = whole("count", count, 1, MOST_MADE) or 0
            first = whole("seed", seed_typed("seed", seed), 0, LARGEST_SEED) or 0
            made = Variants(self.text, self._record)
            seeds = range(first, first + number)
            return tuple(
                Problem(made.problem_of(one), one.text, self._words, self._notation)
                for one in map(made.make, seeds)
            )

    def save(self, path: str | Path) -> None:
        """Write its file.

        Raises:
            BpTutorError: the file cannot be written.
        """
        with told(self._words):
            Path(path).write_text(self._text, encoding="utf-8")

    def __repr__(self) -> str:
        return f"<Problem {self.name}: {self.title}>"


def load(
    source: str | Path | Mapping[str, Any],
    *,
    notation: str | None = None,
    lang: str | None = None,
) -> Problem:
    """A problem from a file, by the name of one that comes along, from a text or a mapping.

    Args:
        source: a path, a name such as `exercise`, the text of a problem file, or a mapping with
            its keys, in which lists may be arrays.
        notation: how quantities are called, such as `plain`; None: what the file says.
        lang: the language of sentences, `en` or `zh`; None: that of the environment.

    Raises:
        BpTutorError: there is no such file, or it has mistakes: every one with its place.

    >>> load("exercise", lang="en").solve()["Z[2,1]"]
    1.5
    """
    words = words_of(lang)
    text = source if isinstance(source, str) and _is_text(source) else ""
    in_file = not text and isinstance(source, str | Path)
    with told(words, in_file=in_file):
        refuse_unknown(notation)
        if isinstance(source, str | Path) and not text:
            path = find_problem(source)
            record = read_whole(path)
            return Problem(record, path.read_text(encoding="utf-8-sig"), words, notation)
        if isinstance(source, Mapping):
            text = text_of(source)
        if not text:
            raise RefusalError("api.no_source", kind=type(source).__name__)
        return Problem(read_problem(text), text, words, notation)


def _is_text(source: str) -> bool:
    """Whether it is the text of a problem file: lines, or a mapping, and no file of that name."""
    if "\n" in source:
        return True
    mapping = ": " in source or source.lstrip().startswith("{")
    try:
        return mapping and not Path(source).exists()
    except OSError:
        # Too long for a name.
        return mapping


def network(
    layers: Sequence[Layer],
    *,
    inputs: Any = None,
    size: Any = None,
    notation: str | None = None,
    lang: str | None = None,
    **more: Any,
) -> Problem:
    """A problem of a network that is given by its layers, without a file.

    Args:
        layers: each as a file has it, `{"units": 2, "activation": "relu", "weights": W}`, or in
            short, `("dense", 2, "relu")`; weights stand in the order from unit, to unit.
        inputs: one sample, or `(samples, units)`; lists or arrays. Or how many there are.
        size: how many inputs where there are no numbers, or the lengths of an image,
            `{"channels": 1, "height": 3, "width": 3}`; None: what `inputs` show.
        notation: as for `load`.
        lang: as for `load`.
        more: the other keys of a file: `targets`, `loss`, `learning_rate`, `optimiser`, ...

    Raises:
        BpTutorError: with every mistake.

    >>> one = network([{"units": 1, "weights": [[0.5], [0.25]], "bias": [0]}], inputs=[1, 2],
    ...     targets=[2], loss="half_squared_error", learning_rate=0.1)
    >>> one.solve()["W'[1,1,1]"]
    0.6
    """
    words = words_of(lang)
    if isinstance(inputs, int):
        inputs, size = None, inputs
    with told(words, in_file=False):
        content = network_content(layers, inputs, size, more)
    return load(content, notation=notation, lang=lang)


def problem_of(problem: Problem | str | Path) -> Problem:
    """A problem, its file or its name as a problem."""
    return problem if isinstance(problem, Problem) else load(problem)


def variants(
    problem: Problem | str | Path, count: int, *, seed: int | str = 1
) -> tuple[Problem, ...]:
    """The problem with other numbers, of `count` seeds from `seed` on; chosen to teach well.

    `seed` may be what stands on a sheet, such as `"7F"`.

    Raises:
        BpTutorError: a variant cannot be made of this problem, or the letter of `seed` is not
            that of its digits.
    """
    return problem_of(problem)._variants(count, seed)
