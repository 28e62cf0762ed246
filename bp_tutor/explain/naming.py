"""What the course calls layers, quantities, units and weights: in sentences, and in a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Joined, Sentence, sentence, word_for
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


def layer_name(settings: Settings, layer: int) -> Sentence:
    """What a layer is called: hidden layers are counted only where there are several."""
    depth = len(settings.structure.units)
    kinds = settings.structure.kinds
    if kinds and layer > 1:
        kind = word_for("layer_kind", kinds[layer - 2])
        return sentence("layer.named", kind=kind, number=layer)
    if layer in (1, depth):
        return sentence("layer.input" if layer == 1 else "layer.output")
    if depth == 3:
        return sentence("layer.hidden")
    return sentence("layer.hidden_number", number=layer - 1)
