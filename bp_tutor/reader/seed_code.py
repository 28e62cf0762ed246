"""Seeds as they stand on paper: with a letter behind that a slip of the pen does not fit."""

from __future__ import annotations

LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"
"""The letter of a number is that of its remainder by 23, as in the numbers of Spanish identity
cards: it differs wherever one digit is another, or two neighbours have changed places."""


def code_of(seed: int) -> str:
    """A seed with its letter.

    >>> code_of(7), code_of(12345678)
    ('7F', '12345678Z')
    """
    return f"{seed}{LETTERS[seed % len(LETTERS)]}"


def seed_in(code: str) -> int | None:
    """The seed of a code; None where the letter is not that of the digits.

    >>> seed_in("12345678z"), seed_in("12345687Z"), seed_in("7")
    (12345678, None, None)
    """
    text = code.strip()
    digits = text[:-1]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        return None
    return int(digits) if text.upper() == code_of(int(digits)) else None


def is_code(text: str) -> bool:
    """Whether a text is digits and one letter, right or not."""
    digits, letter = text.strip()[:-1], text.strip()[-1:]
    return digits.isascii() and digits.isdigit() and letter.isascii() and letter.isalpha()
