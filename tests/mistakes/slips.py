"""Wrong ways to a value: what students do to a line, each change with a plain label."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from tests.mistakes.sheet import Factor, Line, Rounding, Term

EVERYWHERE = "all:"
LOST = (
    "slope",
    "weight",
    "input",
    "delta",
    "error",
    "rate",
    "share",
    "half",
    "gate",
    "mask",
    "scale",
)
TWICE = ("slope", "share", "rate")
ALONE = ("slope", "error")
FREQUENT = (
    "slope left out",
    "error turned",
    "bias left out",
    "rate left out",
    "step added",
    "sign lost",
    "one term left out",
    "one time left out",
    "one sample left out",
    "weights transposed",
    "net for activation",
    "share left out",
)
"""Those that are made together with another one."""
FREQUENT_BACKWARD = ("input left out", "weight left out")
"""Those that are frequent on the way back alone."""
NOT_TOGETHER = frozenset(
    {
        frozenset({"rate left out", "rate twice"}),
        frozenset({"weight left out", "weights transposed"}),
        frozenset({"input left out", "net for activation"}),
    }
)


class Way(NamedTuple):
    """A line with something wrong in it."""

    label: str
    line: Line

    @property
    def text(self) -> str:
        return self.line.text


def wrong_ways(line: Line) -> Iterator[Way]:
    """Every wrong way to a line's value."""
    yield from _factors(line)
    yield from _exchanges(line)
    yield from _terms(line)
    yield from _signs(line)
    for label, text in line.also:
        yield Way(label, line._replace(whole=text, terms=(), outer=(), also=()))


def two_wrong_ways(line: Line) -> Iterator[Way]:
    """Two of the frequent mistakes made in one line."""
    backward = line.phase in ("backward", "gradient")
    frequent = (*FREQUENT, *(FREQUENT_BACKWARD if backward else ()))
    for first in wrong_ways(line):
        if first.label not in frequent or not first.line.terms:
            continue
        for second in wrong_ways(first.line):
            labels = frozenset((first.label, second.label))
            if second.label in frequent and len(labels) == 2 and labels not in NOT_TOGETHER:
                yield Way(" + ".join(sorted(labels)), second.line)


def _factors(line: Line) -> Iterator[Way]:
    for place, factor in enumerate(line.outer):
        rest = line.outer[:place] + line.outer[place + 1 :]
        if factor.kind in LOST and (rest or line.terms):
            yield Way(f"{factor.kind} left out", line._replace(outer=rest))
        if factor.kind in TWICE:
            yield Way(f"{factor.kind} twice", line._replace(outer=(*line.outer, factor)))
        if factor.kind in ALONE and (rest or line.terms):
            yield Way(f"only the {factor.kind}", line._replace(outer=(factor,), terms=()))
    kinds = {f.kind for term in line.terms for f in term.factors if len(term.factors) > 1}
    for kind in sorted(kinds):
        if kind in LOST:
            yield Way(f"{kind} left out", line._replace(terms=_each(line, kind, 0)))
        if kind in TWICE:
            yield Way(f"{kind} twice", line._replace(terms=_each(line, kind, 2)))


def _each(line: Line, kind: str, times: int) -> tuple[Term, ...]:
    """The terms with so many of each factor of a kind."""

    def changed(term: Term) -> Term:
        if len(term.factors) < 2:
            return term
        factors = [f for f in term.factors for _ in range(times if f.kind == kind else 1)]
        return term._replace(factors=tuple(factors))

    return tuple(map(changed, line.terms))


def _exchanges(line: Line) -> Iterator[Way]:
    labels: dict[str, None] = {}
    spots = [*line.outer, *(factor for term in line.terms for factor in term.factors)]
    for factor in spots:
        labels.update(dict.fromkeys(label for label, _ in factor.others))
    for label in labels:
        if label.startswith(EVERYWHERE):
            outer = tuple(_exchanged(factor, label) for factor in line.outer)
            terms = tuple(
                term._replace(factors=tuple(_exchanged(f, label) for f in term.factors))
                for term in line.terms
            )
            yield Way(label.removeprefix(EVERYWHERE), line._replace(outer=outer, terms=terms))
            continue
        for factors in _one_exchanged(line.outer, label):
            yield Way(label, line._replace(outer=factors))
        for number, term in enumerate(line.terms):
            for factors in _one_exchanged(term.factors, label):
                changed = term._replace(factors=factors)
                terms = (*line.terms[:number], changed, *line.terms[number + 1 :])
                yield Way(label, line._replace(terms=terms))


def _one_exchanged(factors: tuple[Factor, ...], label: str) -> Iterator[tuple[Factor, ...]]:
    for place, factor in enumerate(factors):
        for name, text in factor.others:
            if name == label:
                yield (*factors[:place], factor._replace(text=text), *factors[place + 1 :])


def _exchanged(factor: Factor, label: str) -> Factor:
    text = dict(factor.others).get(label)
    return factor if text is None else factor._replace(text=text)


def _terms(line: Line) -> Iterator[Way]:
    for kind in ("bias", "decay"):
        others = tuple(term for term in line.terms if term.kind != kind)
        if 0 < len(others) < len(line.terms):
            yield Way(f"{kind} left out", line._replace(terms=others))
    for kind in ("term", "time", "sample", "moment"):
        yield from _alike(line, kind)
    samples = [term for term in line.terms if term.kind in ("sample", "moment")]
    if len(samples) > 1 and not any(factor.kind == "share" for factor in line.outer):
        share = Factor("share", f"(1/{len(samples)})")
        yield Way("averaged instead of added", line._replace(outer=(*line.outer, share)))


def _alike(line: Line, kind: str) -> Iterator[Way]:
    """Terms of one kind left out: one, all but one, all."""
    alike = [term for term in line.terms if term.kind == kind]
    others = tuple(term for term in line.terms if term.kind != kind)
    for one in alike if len(alike) > 1 else ():
        kept = tuple(term for term in line.terms if term is not one)
        yield Way(f"one {kind} left out", line._replace(terms=kept))
    for one in alike if len(alike) > 2 else ():
        kept = tuple(term for term in line.terms if term.kind != kind or term is one)
        yield Way(f"only one {kind}", line._replace(terms=kept))
    for one in alike if kind == "term" and others else ():
        yield Way("only one of all terms", line._replace(terms=(one,)))
    if kind == "time" and alike and others:
        yield Way("terms through time left out", line._replace(terms=others))
    if kind == "time" and len(alike) > 1 and others:
        yield Way("only the terms through time", line._replace(terms=tuple(alike)))


def _signs(line: Line) -> Iterator[Way]:
    for place, term in enumerate(line.terms):
        turned = term._replace(sign=-term.sign)
        terms = (*line.terms[:place], turned, *line.terms[place + 1 :])
        if term.kind == "bias":
            yield Way("bias subtracted", line._replace(terms=terms))
        elif term.kind == "step":
            yield Way("step added", line._replace(terms=terms))
        elif term.kind != "old" and len(line.terms) > 1:
            yield Way("sign of a term", line._replace(terms=terms))
    if line.phase in ("backward", "gradient") and (line.terms or line.outer):
        yield Way("sign lost", line._replace(whole=line.whole.replace("%s", "-(%s)")))


def slips_of_the_pen(text: str) -> Iterator[tuple[str, str]]:
    """The right number written down wrongly, in every way, each with its label."""
    places = [place for place, sign in enumerate(text.partition("e")[0]) if sign.isdigit()]
    leading = next((p for p in places if text[p] != "0"), None)
    if leading is None:
        return
    significant = [place for place in places if place >= leading]
    for one, other in pairwise(significant):
        if other == one + 1 and text[one] != text[other]:
            signs = list(text)
            signs[one], signs[other] = signs[other], signs[one]
            yield "digits exchanged", "".join(signs)
    for place in significant[1:-1]:
        yield "digit lost", text[:place] + text[place + 1 :]
        yield "digit twice", text[:place] + text[place] + text[place:]
    yield "minus lost or put in", text[1:] if text.startswith("-") else f"-{text}"
    for by in (10.0, 0.1):
        yield "decimal point moved", Rounding(len(significant)).written(float(text) * by)
