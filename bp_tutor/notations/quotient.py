"""Quotients of derivatives, `∂A/∂Z`, taken apart."""

from __future__ import annotations

from bp_tutor.formula.tokens import upright

SIGNS = ("d", "∂", "𝜕")
"""What a derivative is written with; the last is that of formulas copied from slides."""


def quotient(text: str) -> tuple[str, str] | None:
    """What is differentiated and by what; None where the text is no such quotient.

    >>> quotient("∂out_h1 / ∂net_h1"), quotient("w1/w2")
    (('out_h1', 'net_h1'), None)
    """
    upper, slash, lower = (part.strip() for part in upright(text).partition("/"))
    if not slash or not (upper[:1] in SIGNS and lower[:1] in SIGNS):
        return None
    upper, lower = upper[1:].strip(), lower[1:].strip()
    return (upper, lower) if upper and lower and "/" not in lower else None
