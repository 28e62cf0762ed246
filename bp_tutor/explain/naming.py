"""What the course calls quantities, units and weights: in sentences, and in a line of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Joined, Sentence, sentence
from bp_tutor.explain.nodes import Letters
from bp_tutor.notations.own import LETTERS, letters_of
from bp_tutor.notations.template import split_name

if TYPE_CHECKING:
    from bp_tutor.explain.settings import Settings
    from bp_tutor.notations import Symbols
    from bp_tutor.problem.model import Problem
    from bp_tutor.words import Words


def named_words(words: Words, problem: Problem) -> Words:
    """The words with the names that the file gives to quantities."""
    called = {
        own.of: printed
        for own in problem.own_names
        if own.words is not None
        and (printed := _printed(dict(own.words.by_language).get(words.language, "")))
    }
    return words.calling(called) if called else words


def _printed(text: str) -> str:
    """The text without marks and signs that nobody sees."""
    return "".join(sign for sign in text if sign.isprintable())


def legend(settings: Settings, problem: Problem) -> Sentence | None:
    """Each symbol that the file has a word for, with the word; None where there is none."""
    told = tuple(
        sentence("fact.name", symbol=Letters(own.of), word=own.words)
        for own in problem.own_names
        if own.words is not None and letters_in(settings.symbols, own.of)[0]
    )
    return sentence("fact.names", names=Joined(told, Sentence("fact.name_join"))) if told else None


def letters_in(symbols: Symbols, of: str) -> tuple[str, str]:
    """The letters of a quantity without indices, or the name of a unit, a weight, a node.

    Base and subscript; empty where the notation has no letters for it, or none that the file may
    choose.
    """
    notation = symbols.notation
    if of in LETTERS:
        return letters_of(notation, of)
    return split_name(of) if notation.takes_names or of in symbols.given.values() else ("", "")
