"""Words: every text that the tutor says, a file a language.

A text has a key, the same in every language, and places for values, which are data and never
looked into again. What quantities are called is put in as well, by the course where it says so.
Signs beyond ASCII have a plain form for terminals that lack them.
"""

from bp_tutor.words.language import choose_language
from bp_tutor.words.plain import PlainWords, bare, cells, plain
from bp_tutor.words.words import MissingTextError, Pieces, Words, joined, languages, load_words

__all__ = [
    "MissingTextError",
    "Pieces",
    "PlainWords",
    "Words",
    "bare",
    "cells",
    "choose_language",
    "joined",
    "languages",
    "load_words",
    "plain",
]
