"""Words: every text that the tutor says, a file a language."""

from bp_tutor.words.language import choose_language
from bp_tutor.words.plain import PlainWords, bare, plain
from bp_tutor.words.words import Words, languages, load_words

__all__ = ["load_words", "choose_language", "languages", "Words", "PlainWords", "plain", "bare"]
