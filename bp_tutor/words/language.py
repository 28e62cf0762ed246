"""Which language to speak."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bp_tutor.words.words import languages

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT = "en"
_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
_WINDOWS_LANGUAGES = {0x04: "zh", 0x09: "en"}
"""Primary language identifiers of Windows."""


def choose_language(explicit: str | None, environment: Mapping[str, str]) -> str:
    """The language asked for, else that of the locale, else English.

    What is asked for and does not exist counts as not asked for: the refusal needs words too.

    >>> choose_language(None, {"LANG": "zh_CN.UTF-8"})
    'zh'
    """
    if explicit in languages():
        return str(explicit)
    locale = next((environment[name] for name in _VARIABLES if environment.get(name)), "")
    found = locale.lower()[:2] if locale else _windows_language()
    return found if found in languages() else DEFAULT


def _windows_language() -> str:
    """The language of the Windows user interface; nothing elsewhere."""
    if sys.platform == "win32":
        import ctypes

        identifier = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return _WINDOWS_LANGUAGES.get(identifier & 0x3FF, "")
    return ""
