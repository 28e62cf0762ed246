"""What `import bp_tutor` offers: each name with its module, which is imported when it is used."""

from __future__ import annotations

from importlib import import_module

NAMES = {
    "BpTutorError": "errors",
    "FileMistake": "errors",
    "Problem": "problem",
    "load": "problem",
    "network": "problem",
    "variants": "problem",
    "from_torch": "from_torch",
    "Derivation": "derivation",
    "Checked": "derivation",
    "Line": "derivation",
    "Section": "derivation",
    "Explanation": "derivation",
    "Picture": "picture",
    "Mark": "marking",
    "Marks": "marking",
    "mark": "marking",
    "Quiz": "quizzing",
    "Answer": "quizzing",
    "Report": "checking",
    "Finding": "checking",
    "check": "checking",
    "Diagnosis": "diagnosis",
    "GradientCheck": "diagnosis",
    "Verdict": "diagnosis",
    "LayersUnsaidError": "debugging",
    "debug": "debugging",
    "Watch": "watching",
    "watch": "watching",
    "load_ipython_extension": "notebook",
}
"""Public names; what is not listed here is private and may change."""


def attribute(name: str) -> object:
    """The public thing of that name.

    Raises:
        AttributeError: there is none.
    """
    if name not in NAMES:
        raise AttributeError(f"module 'bp_tutor' has no attribute {name!r}")
    found: object = getattr(import_module(f"bp_tutor.api.{NAMES[name]}"), name)
    return found


def listed() -> list[str]:
    """Every public name."""
    return [*NAMES, "__version__"]
