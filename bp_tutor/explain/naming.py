"""What the course calls quantities, units and weights: in sentences, and in a line of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.notations.own import LETTERS, letters_of
from bp_tutor.notations.template import split_name

if TYPE_CHECKING:
    from bp_tutor.explain.page import Page
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


def legend(page: Page, problem: Problem) -> str:
    """Each symbol that the file has a word for, with the word; empty where there is none."""
    words = page.words
    told = []
    for own in problem.own_names:
        symbol = _symbol(page, own.of)
        if own.words is not None and symbol:
            told.append(words.text("fact.name", symbol=symbol, word=page.said(own.words)))
    return words.text("fact.names", names=words.text("fact.name_join").join(told)) if told else ""


def _symbol(page: Page, of: str) -> str:
    """The letters of a quantity without indices, or the name of a unit, a weight, a node.

    Empty where the notation has no letters for it, or none that the file may choose.
    """
    notation, style = page.symbols.notation, page.style
    if of in LETTERS:
        base, sub = letters_of(notation, of)
    else:
        shown = notation.takes_names or of in page.symbols.given.values()
        base, sub = split_name(of) if shown else ("", "")
    return style.inline(notation.spelling.spell(base, sub, "", style.name)) if base else ""
