"""Letters and signs as they are typed and written: Greek letters, indices, quotients."""

from __future__ import annotations

import re

from bp_tutor.formula import style
from bp_tutor.formula.tokens import upright

STYLES = (*style.STYLES, "canonical")

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "η": "eta",
    "θ": "theta", "λ": "lambda", "μ": "mu", "σ": "sigma", "Δ": "Delta", "ℒ": "Loss",
    "ŷ": "yhat", "Ŷ": "Yhat", "′": "'", "∂": "d", "ζ": "zeta", "ι": "iota", "κ": "kappa",
    "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "τ": "tau", "υ": "upsilon", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Θ": "Theta", "Λ": "Lambda", "Ξ": "Xi",
    "Π": "Pi", "Φ": "Phi", "Ψ": "Psi", "Ω": "Omega",
}  # fmt: skip
"""Letter -> its spelling in ASCII."""

_PLAIN = "0123456789()+-abcdefghijklmnoprstuvwxyz′"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾⁺⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ′"
_TO_RAISED = str.maketrans(_PLAIN, _RAISED)
_TO_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")

# Compiled when they are first looked for: a set beyond Latin takes a quarter of a millisecond.
_LOWERED_RUN = "[₀₁₂₃₄₅₆₇₈₉]+"
_RAISED_RUN = f"[{_RAISED[:-1]}]+"
_FROM_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_FROM_RAISED = str.maketrans(_RAISED, _PLAIN)
_TYPED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | str.maketrans(
    {"，": ",", "−": "-", "’": "'", "ˈ": "'", "\\": "", "$": "", "{": "", "}": "", " ": ""}
)
"""What a keyboard may give for a plain character, and LaTeX marks that say nothing here."""

SIGNS = ("d", "∂", "𝜕")
"""What a derivative is written with; the last is that of formulas copied from slides."""
DERIVED = ("d", "δ", "∂")
"""What stands in front of a value's name to mean its derivative."""


def lowered(digits: str) -> str:
    """Digits as a subscript: `12` -> `₁₂`."""
    return digits.translate(_TO_LOWERED)


def raised(text: str) -> str | None:
    """Text as a superscript, `(2)` -> `⁽²⁾`, or None where Unicode lacks a letter."""
    return text.translate(_TO_RAISED) if all(letter in _PLAIN for letter in text) else None


def linear(text: str) -> str:
    """Typed text in one form: no spaces or braces, `_1` for ₁, `^(2)` for ⁽²⁾.

    >>> linear("w_{11}^{(2)}"), linear("w₁₁⁽²⁾")
    ('w_11^(2)', 'w_11^(2)')
    """
    text = upright(text).translate(_TYPED)
    if text.isascii():
        return text
    text = re.sub(_LOWERED_RUN, lambda run: "_" + run[0].translate(_FROM_LOWERED), text)
    return re.sub(_RAISED_RUN, lambda run: "^" + run[0].translate(_FROM_RAISED), text)


def greek(name: str, style: str) -> str:
    """A Greek letter's name as the letter itself, a number behind it kept: `beta1` is `β1`."""
    bare = name.rstrip("0123456789")
    for letter, spelled in GREEK.items():
        if spelled == bare and style != "ascii":
            return letter + name[len(bare) :]
    return name


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
