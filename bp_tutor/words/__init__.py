"""Words: every text that the tutor says, a file a language."""

from bp_tutor.words.language import choose_language
from bp_tutor.words.plain import PlainWords, bare, plain
from bp_tutor.words.words import Pieces, Words, joined, languages, load_words

__all__ = [
    "Pieces",
    "PlainWords",
    "Words",
    "bare",
    "choose_language",
    "joined",
    "languages",
    "load_words",
    "plain",
]
