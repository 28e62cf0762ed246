"""How wide a text is in a picture, roughly and rather too wide than too narrow.

Labels are set bold while a step uses them. The usual faces have no small figures such as ₁ and ⁻⁵:
a text with such signs is set in a face that is wider in all its letters.
"""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category, decomposition, east_asian_width

DIGIT = 0.6
_USUAL = {
    **dict.fromkeys("0123456789", DIGIT),
    **dict.fromkeys(" .,·:;'′|!()[]ijlıtf/-", 0.36),
    **dict.fromkeys("−+=<>≈", 0.64),
    **dict.fromkeys("mwMW@%", 0.98),
}
_WIDE = {
    **dict.fromkeys("0123456789", 0.7),
    **dict.fromkeys(".,·:;'′|ijlı/ ", 0.4),
    **dict.fromkeys("!()[]tf-⟨⟩", 0.48),
    **dict.fromkeys("−+=<>≈", 0.84),
    **dict.fromkeys("mwMW@%", 1.1),
    **dict.fromkeys("⁻⁺₋₊", 0.53),
    **dict.fromkeys("⁽⁾₍₎", 0.3),
}
_USUAL_SIGNS = "−≈∂′…–—×→⋮"


@lru_cache(maxsize=4096)
def text_width(text: str) -> float:
    """The width of a text in a sans-serif face, in heights of its letters."""
    widths = _WIDE if any(map(_is_rare, text)) else _USUAL
    return sum(widths.get(sign) or _width(sign, wide=widths is _WIDE) for sign in text)


@lru_cache(maxsize=512)
def _is_rare(sign: str) -> bool:
    """Whether usual faces lack a sign: they have letters of Europe, and some signs of maths."""
    if sign in _USUAL_SIGNS or east_asian_width(sign) in "WF":
        return False
    return sign > "Ͽ" or "ʰ" <= sign <= "ͯ"


@lru_cache(maxsize=512)
def _width(sign: str, *, wide: bool) -> float:
    if category(sign) in ("Mn", "Cf"):
        return 0.0
    if east_asian_width(sign) in "WF":
        return 1.05
    if decomposition(sign).startswith(("<sub>", "<super>")):
        letter = chr(int(decomposition(sign).split()[1], 16))
        return 0.6 if letter.isalpha() else 0.45
    if wide:
        return 0.86 if sign.isupper() else 0.74
    return 0.72 if sign.isupper() else 0.62
