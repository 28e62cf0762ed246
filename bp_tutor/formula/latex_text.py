"""Formulas pasted from LaTeX, as the plain text that people type."""

from __future__ import annotations

import re

_WORDS = re.compile(
    r"\\(?:mathrm|mathit|mathbf|mathbb|mathds|text|textrm|operatorname|boldsymbol)\s*\{([^{}]*)\}"
)
_INNER = r"((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)"
"""What stands in braces, with braces in braces in it."""
_FRACTION = re.compile(rf"\\[dt]?frac\s*\{{{_INNER}\}}\s*\{{{_INNER}\}}")
_PARTIAL = re.compile(r"\s*(?:\\partial|∂|d)\s*(\S.*)")
_SIGNS = {
    "partial": "∂", "delta": "δ", "eta": "η", "lambda": "λ", "sigma": "σ", "alpha": "α",
    "beta": "β", "gamma": "γ", "mu": "μ", "epsilon": "ε", "varepsilon": "ε", "theta": "θ",
    "Delta": "Δ", "cdot": "·", "times": "*", "left": "", "right": "", "langle": "⟨",
    "rangle": "⟩", "prime": "'", "ell": "l", "mathcal": "", "exp": "exp", "ln": "ln", "log": "log",
    "tanh": "tanh", "max": "max", "min": "min", "sqrt": "sqrt", "circ": "*", "odot": "⊙",
    "top": "ᵀ", "sin": "sin", "cos": "cos", "lvert": "|", "rvert": "|", "le": "≤", "leq": "≤",
    "ge": "≥", "geq": "≥", "lt": "<", "gt": ">",
}  # fmt: skip
_APPLIED = re.compile(rf"\\(sqrt|ln|log|exp|tanh|sigma)\s*\{{{_INNER}\}}")
_HAT = re.compile(r"\\(?:wide)?hat\s*(?:\{\s*([^\W\d_])\s*\}|\s([^\W\d_]))")
_SCRIPT = re.compile(r"\\mathcal\s*(?:\{\s*L\s*\}|\s*L(?![A-Za-z]))")
_PRIME = re.compile(r"\^\s*(?:\{\s*\\prime\s*\}|\\prime(?![A-Za-z]))")
_COMMAND = re.compile(r"\\([A-Za-z]+) ?")
_SPACES = re.compile(r"\\[,;:! ]|~|\\quad")
MOST_NESTED = 8


def from_latex(text: str) -> str:
    r"""The text with the commands of LaTeX as plain signs; others stay.

    >>> from_latex(r"\frac{\partial E_{o1}}{\partial w_5}\cdot \mathrm{out}_{h1}")
    '∂E_{o1}/∂w_5·out_{h1}'
    >>> from_latex(r"\hat{y}_1"), from_latex(r"w_5^{\prime}")
    ('ŷ_1', "w_5'")
    """
    if "\\" not in text:
        return text
    text = _PRIME.sub("'", _SCRIPT.sub("ℒ", _HAT.sub(_under_hat, text)))
    text = _SPACES.sub(" ", _WORDS.sub(r"\1", text))
    for _ in range(MOST_NESTED):
        before, text = text, _APPLIED.sub(r"\\\1(\2)", _FRACTION.sub(_as_quotient, text))
        if text == before:
            break
    return _COMMAND.sub(lambda found: _SIGNS.get(found[1], found[0]), text).strip()


def _under_hat(found: re.Match[str]) -> str:
    letter = found[1] or found[2]
    return {"y": "ŷ", "Y": "Ŷ"}.get(letter, f"{letter}\u0302")


def _as_quotient(found: re.Match[str]) -> str:
    upper, lower = _PARTIAL.fullmatch(found[1]), _PARTIAL.fullmatch(found[2])
    if upper and lower:
        return f"∂{upper[1].strip()}/∂{lower[1].strip()}"
    return f"(({found[1]})/({found[2]}))"
