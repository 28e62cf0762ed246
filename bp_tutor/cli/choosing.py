"""One of several names, as people type it: the name, what else it is called, or its word."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import normalize

from bp_tutor.cli.values import one_of
from bp_tutor.notations import load_notation, notation_names
from bp_tutor.problem.names import ACTIVATIONS, LOSSES, also_called
from bp_tutor.words import languages, load_words, plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.cli.output import Output
    from bp_tutor.words import Words

ALSO = {"loss": also_called(LOSSES), "activation": also_called(ACTIVATIONS)}
"""What else the names of a question are called."""


def usual(text: str) -> str:
    """What was typed with full-width signs and spaces at its ends made usual."""
    return normalize("NFKC", text).replace("，", ",").replace("、", ",").strip()


def known(question: str, text: str, choices: Iterable[str]) -> str | None:
    """The name that was typed, in any language; None where it is none of them."""
    listed = tuple(choices)
    names = {_folded(other): name for other, name in ALSO.get(question, {}).items()}
    for language in languages():
        words = load_words(language)
        for name in listed:
            names |= dict.fromkeys(map(_folded, _called(words, question, name)), name)
    names |= {_folded(name): name for name in listed}
    found = names.get(_folded(usual(text)))
    return found if found in listed else None


def chosen(question: str, text: str, choices: Iterable[str]) -> str:
    """The name that was typed, in any language.

    Raises:
        RefusalError: it is none of them.
    """
    listed = tuple(choices)
    return known(question, text, listed) or one_of(question, listed)(usual(text))


def labels(output: Output, question: str, choices: Iterable[str]) -> str:
    """The names in a row, each with its word where that says more."""
    words, said = output.words, []
    for name in choices:
        called = _called(words, question, name)[:1]
        told = called and _folded(called[0]) != _folded(name)
        said.append(words.text("new.choice", name=name, word=called[0]) if told else name)
    return words.text("new.comma").join(said)


def notations(output: Output) -> Iterable[str]:
    """A line for each notation: how it looks, and in which order a weight names its units."""
    for name in notation_names():
        found = load_notation(name)
        looks = output.words.choose(found.title.__getitem__)
        looks = looks.removeprefix(f"{name}: ").removeprefix(f"{name}：")
        order = output.words.text(f"new.order.{found.weight_order}")
        line = f"  {name:<11}  {output.words.text('new.notation', looks=looks, order=order)}"
        yield plain(line) if output.style == "ascii" else line


def _called(words: Words, question: str, name: str) -> list[str]:
    """What a choice is called in a language, the usual word first."""
    for key in (f"new.answers.{question}.{name}", f"{question}.{name}"):
        if words.has(key):
            return [word.strip() for word in words.text(key).split(";")]
    return []


def _folded(text: str) -> str:
    return text.casefold().replace("_", " ").replace("-", " ")
