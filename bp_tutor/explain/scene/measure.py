"""How wide a text is in a picture, roughly and rather too wide than too narrow."""

from __future__ import annotations

from functools import lru_cache
from unicodedata import category, east_asian_width

DIGIT = 0.6
_WIDTHS = {
    **dict.fromkeys("0123456789", DIGIT),
    **dict.fromkeys(" .,·:;'′|!()[]ijlıtf/-", 0.36),
    **dict.fromkeys("−+=<>≈", 0.64),
    **dict.fromkeys("mwMW@%", 0.98),
}


@lru_cache(maxsize=4096)
def text_width(text: str) -> float:
    """The width of a text in a sans-serif face, in heights of its letters."""
    return sum(_WIDTHS.get(sign) or _width(sign) for sign in text)


@lru_cache(maxsize=512)
def _width(sign: str) -> float:
    if category(sign) in ("Mn", "Cf"):
        return 0.0
    if east_asian_width(sign) in "WF":
        return 1.05
    if sign in "₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺⁽⁾₍₎":
        return 0.42
    return 0.72 if sign.isupper() else 0.62
