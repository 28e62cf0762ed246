"""A solved problem: its values by name, its lines, and the whole of it in every format."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bp_tutor.api.asked import refusal, with_asked, with_one
from bp_tutor.api.errors import BpTutorError, told, whole
from bp_tutor.api.reading import presented, view_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.shown import WIDTH, Shown, text_of
from bp_tutor.explain.view import DETAILS, FORMS
from bp_tutor.frozen import Frozen
from bp_tutor.notations.names import Names
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    import numpy as np
    import sympy

    from bp_tutor.api.picture import Picture
    from bp_tutor.explain import Document, Presentation, View
    from bp_tutor.explain import Line as DocumentLine
    from bp_tutor.formula import Address, Quantity
    from bp_tutor.notations import Symbols
    from bp_tutor.solve import Run, Trace
    from bp_tutor.words import Words


class Line(Frozen):
    """One derived value: `Z₂₁ = A₁₁·W₁₁₁ + … = 0.46`."""

    name: str
    """The canonical name, `Z[2,1]`, as `Derivation.__getitem__` takes it."""
    symbol: str
    """What the course calls it, `Z₂₁`."""
    parts: tuple[tuple[str, str], ...]
    """Behind each equals sign, with its kind: `rule`, `formula`, `numbers`, `result`."""
    reason: str
    """Why it is so, in a few words: `weighted sum`."""
    value: float | None
    """The full value; None for a whole array, or where the file leaves numbers out."""


class Section(Frozen):
    """A part of the derivation under one heading."""

    heading: str
    phase: str
    """`forward`, `loss`, `backward`, `gradient` or `update`."""
    update: int
    """Which step of the optimiser, counted from 1."""
    lines: tuple[Line, ...]


class Checked(Frozen):
    """How the gradients compare with central differences of the loss."""

    sound: bool
    """Whether none differs and every line, evaluated again, gives its result."""
    compared: int
    """So many gradients were compared."""
    largest: float
    """The largest difference, relative to the larger of 1 and the value."""
    skipped: tuple[str, ...] = ()
    """Where a function has a kink, so that there is no slope."""
    failed: tuple[str, ...] = ()
    undecided: tuple[str, ...] = ()


class Explanation(Shown):
    """The tree of everything that one value depends on."""

    def __init__(self, derivation: Derivation, run: Run, address: Address) -> None:
        self._derivation, self._run, self._address = derivation, run, address

    def text(self, *, width: int = WIDTH, ascii_only: bool = False) -> str:
        """As `bp-tutor why` prints it, at most `width` columns wide."""
        from bp_tutor.explain.why import tree_of
        from bp_tutor.output.tree import tree_rows

        page = self._derivation._page("ascii" if ascii_only else "unicode")
        tree = tree_of(page.settings, self._run, *self._address)
        return text_of(tree_rows(tree, page, width))


class Derivation(Shown):
    """Every intermediate value of a problem, with the line that it comes from.

    Names are canonical, `dW[1,1,1]` (layer, from, to), or those of the course, `δW₁₁₁`, `w5+`.
    Behind `@` stands the number of a sample, behind `#` that of an update: `Z[2,1]@3#2`.
    """

    def __init__(
        self, trace: Trace, symbols: Symbols, words: Words, digits: int | None, view: View
    ) -> None:
        """Made by `Problem.solve`."""
        self._trace, self._symbols, self._words = trace, symbols, words
        self._digits, self._view = digits, view

    # Values

    def __getitem__(self, name: str) -> float:
        """The full value of one entry.

        Raises:
            BpTutorError: the name means nothing here, or several entries, or has no number.
        """
        with told(self._words):
            run, address = self._one(name)
            if address.quantity not in run.values:
                raise RefusalError("api.no_number", name=shown(name))
            return float(run.value(*address))

    def array(self, name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
        """A whole array by its canonical name.

        Returns:
            `A[l]`, `Z[l]` and their derivatives as `(samples, units)`, images as
            `(samples, channels, rows, columns)`, weights as `(from, to)`, biases as `(1, units)`,
            kernels as `(channels out, channels in, rows, columns)`. Of a sequence `A[l,t]` is
            step `t`, as `(samples, units)`, and `A[l]` all steps, `(steps, samples, units)`; of
            attention `P[l,h]` is head `h`, `(positions, positions)`, and `P[l]` all heads. What
            is before the first step, `A[l,0]`, is no part of `A[l]`.

        Raises:
            BpTutorError: the name is that of no array, or it has no numbers.

        >>> from bp_tutor import load
        >>> load("exercise").solve().array("dW[2]").shape
        (3, 3)
        """
        import numpy as np

        with told(self._words):
            run, text = self._run(name)
            if parts := _parts(run, text):
                arrays = [np.reshape(run.values[one], one.shape) for one in parts]
                whole = arrays[0] if parts[0].name == text else np.stack(arrays)
                return np.array(whole, dtype=float)
            meaning = Names(self._symbols, run.named()).read(text)
            if meaning is None or meaning.short:
                names = Names(self._symbols, run.named())
                raise refusal(names, text, tied=run.program.model.tied)
            quantity = meaning.quantity
            if quantity not in run.values:
                raise RefusalError("api.no_number", name=shown(name))
            return np.array(run.values[quantity], dtype=float).reshape(quantity.shape)

    def to_sympy(self, name: str) -> sympy.Expr:
        """The line of one entry as a SymPy expression over the canonical names it is made from.

        Raises:
            BpTutorError: the name means nothing here, or the line has no such expression.
        """
        from bp_tutor.formula.symbolic import SymbolicError, expression, symbol

        with told(self._words):
            run, address = self._one(name)
            step = next((one for one in run.steps if one.quantity == address.quantity), None)
            if step is None:
                raise RefusalError("error.given", name=shown(name))
            formula = step.entry(address.index)
            try:
                return expression(formula, lambda q, index: symbol(q.identifier(index)))
            except SymbolicError:
                called = self._page("unicode").name(*address)
                raise RefusalError("symbolic.none", name=called) from None

    def _run(self, name: str) -> tuple[Run, str]:
        """The update that a name is of, and the name without its number."""
        text, sign, number = _name(name).rpartition("#")
        if not sign:
            return self._trace.runs[0], name
        runs = self._trace.runs
        known = number.isascii() and number.isdigit() and len(number) < 4
        known = known and 1 <= int(number) <= len(runs)
        if not known:
            raise RefusalError("api.no_update", name=shown(name), count=len(runs))
        return runs[int(number) - 1], text

    def _one(self, name: str) -> tuple[Run, Address]:
        run, text = self._run(name)
        return with_one(run, self._symbols, text, self._trace.problem.rounding)

    # Parts

    def why(self, name: str) -> Explanation:
        """The tree of everything that one value depends on, as `bp-tutor why` prints it.

        Raises:
            BpTutorError: the name means nothing here, or several entries.
        """
        with told(self._words):
            return Explanation(self, *self._one(name))

    def only(
        self,
        *names: str,
        layer: int | None = None,
        form: str | None = None,
        detail: str | None = None,
    ) -> Derivation:
        """The part of it that is asked for.

        Args:
            names: kinds such as `dZ`, or entries such as `dW[1,1,1]`; none: everything.
            layer: only this layer; the inputs are layer 1.
            form: `index` (entry by entry), `matrix` or `general`.
            detail: `formula`, `numbers` or `full`.

        Raises:
            BpTutorError: a name or a word means nothing here.
        """
        trace, symbols = self._trace, self._symbols
        with told(self._words):
            names = tuple(map(_name, names))
            for given, known in ((form, FORMS), (detail, DETAILS)):
                if given is not None and given not in known:
                    choices = ", ".join(known)
                    raise RefusalError("api.choice", value=shown(given), choices=choices)
            kinds = [name for name in names if "[" not in name and self._is_kind(name)]
            asked = [name for name in names if name not in kinds]
            runs, entries = with_asked(trace.runs, symbols, asked, trace.problem.rounding)
            view = self._view
            layers = () if layer is None else (str(layer),)
            view = view_of(
                runs[0], symbols, kinds, layers, entries, detail or view.detail, form or view.form
            )
        new = trace._replace(runs=runs)
        return Derivation(new, symbols, self._words, self._digits, view)

    def _is_kind(self, name: str) -> bool:
        from bp_tutor.notations import Kinds

        steps = (step.quantity for step in self._trace.runs[0].steps)
        return Kinds(self._symbols, steps).read(name) is not None

    @property
    def sections(self) -> tuple[Section, ...]:
        """The derivation as the tutor writes it, part by part."""
        page = self._page("unicode")
        return tuple(
            Section(
                page.say(section.heading),
                section.phase,
                section.update,
                tuple(self._line(block, page, section.update) for block in _lines(section.blocks)),
            )
            for section in self._document.sections
            if any(_lines(section.blocks))
        )

    @property
    def lines(self) -> tuple[Line, ...]:
        """Every line of it."""
        return tuple(line for section in self.sections for line in section.lines)

    def _line(self, line: DocumentLine, page: Presentation, update: int) -> Line:
        from bp_tutor.output.spelled import spelled_line

        spelled = spelled_line(line, page)
        name = line.quantity.name if line.index is None else line.quantity.identifier(line.index)
        run = self._trace.runs[max(update, 1) - 1]
        known = line.index is not None and line.quantity in run.values
        value = run.value(line.quantity, line.index or ()) if known else None
        parts = tuple((part.kind, part.text) for part in spelled.parts)
        return Line(name, spelled.name, parts, spelled.reason, value)

    @property
    def check(self) -> Checked:
        """Its gradients, compared with central differences of the loss."""
        from bp_tutor.solve.check import check

        found = [one for run in self._trace.runs if (one := check(run)) is not None]
        return Checked(
            self._document.sound,
            sum(one.checked for one in found),
            max((one.largest for one in found), default=0.0),
            tuple(name for one in found for name in one.skipped),
            tuple(name for one in found for name in one.failed),
            tuple(name for one in found for name in one.undecided),
        )

    # Formats

    def _page(self, style: str) -> Presentation:
        words = self._words
        if style == "ascii":
            from bp_tutor.words import PlainWords

            words = PlainWords(words)
        return presented(self._trace.problem, self._symbols, words, style, self._digits)

    @cached_property
    def _document(self) -> Document:
        from bp_tutor.explain import document_of

        return document_of(self._page("unicode").settings, self._trace, self._view)

    def text(self, *, width: int = WIDTH, ascii_only: bool = False) -> str:
        """The derivation as `bp-tutor solve` prints it, at most `width` columns wide."""
        from bp_tutor.output.rows import document_rows

        page = self._page("ascii" if ascii_only else "unicode")
        return text_of(document_rows(self._document, page, width))

    def markdown(self) -> str:
        """The derivation in Markdown, with formulas in TeX between dollar signs."""
        return str(self._written("md"))

    def latex(self) -> str:
        """The derivation as a LaTeX document."""
        return str(self._written("tex"))

    def html(self) -> str:
        """The page that plays the derivation forward and back, whole and by itself."""
        from bp_tutor.api.whole_page import whole_page

        with told(self._words):
            return whole_page(self._page("unicode"), self._trace, asked=True, explained=True)[0]

    def picture(self, *, step: int | None = None, values: str = "both") -> Picture:
        """The network or the graph, drawn.

        Args:
            step: what is known at this step of the derivation, counted from 1; None: what is given.
            values: `both`, `numbers` or `symbols`.

        Raises:
            BpTutorError: there is no such step, or values are shown in no such way.
        """
        from bp_tutor.api.picture import MOST_STEPS, VALUES, Picture

        with told(self._words):
            number = whole("step", step, 1, MOST_STEPS)
            if values not in VALUES:
                raise RefusalError(
                    "api.choice", value=shown(str(values)), choices=", ".join(VALUES)
                )
            return Picture(self._page("unicode"), self._trace, number, values, self._words)

    def to_dict(self) -> dict[str, Any]:
        """Every step by its canonical name, with its values; see docs/reference/json.md."""
        found: dict[str, Any] = json.loads(self._written("json"))
        return found

    def _written(self, name: str) -> Any:
        from bp_tutor.output.paper import FORMATS, Paper, PaperError

        paper = Paper(self._page("unicode"), self._trace, self._view)
        try:
            return FORMATS[name].write(paper)[0]
        except PaperError as error:
            raise BpTutorError(self._words.text(error.key, **error.values)) from None

    def save(self, path: str | Path) -> None:
        """Write a file in the format of its ending; one that is there already is written over.

        `.md`, `.tex`, `.typ`, `.pdf`, `.ipynb`, `.json`, `.html` (the page that plays) or `.txt`.

        Raises:
            BpTutorError: the ending is unknown, a library is missing, or it cannot be written.
        """
        from bp_tutor.output.paper import FORMATS

        path = Path(path)
        ending = path.suffix.lower()
        own = {".html": self.html, ".txt": self.text}
        formats = {row.ending: row.name for row in FORMATS.values()}
        with told(self._words):
            if ending not in own.keys() | formats.keys():
                endings = ", ".join((*formats, *own))
                raise RefusalError("api.ending", name=shown(path.name), endings=endings)
            content = own[ending]() if ending in own else self._written(formats[ending])
            data = content.encode("utf-8") if isinstance(content, str) else content
            path.write_bytes(data)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        from bp_tutor.output.page.still import still_html

        return {
            "text/plain": self.text(),
            "text/markdown": self.markdown(),
            "text/html": str(still_html(self._document, self._page("mathml"))),
        }

    def __repr__(self) -> str:
        return f"<Derivation of {self._trace.problem.name}>"


def _parts(run: Run, text: str) -> tuple[Quantity, ...]:
    """The array of a canonical name, or those of all its steps or heads where it is of a layer."""
    own = tuple(one for one in run.values if one.name == text)
    found = [
        one
        for one in run.values
        if one.name.startswith(f"{text[:-1]},") and len(one.place) > 1 and one.place[1]
    ]
    alike = len({one.shape for one in found}) == 1
    return own or (tuple(sorted(found, key=lambda one: one.place)) if alike else ())


def _name(name: object) -> str:
    """A name, which is a text.

    Raises:
        RefusalError: it is something else.
    """
    if not isinstance(name, str):
        raise RefusalError("api.no_name", kind=type(name).__name__)
    return name


def _lines(blocks: Any) -> list[DocumentLine]:
    from bp_tutor.explain import Line as OfDocument

    return [block for block in blocks if isinstance(block, OfDocument)]
