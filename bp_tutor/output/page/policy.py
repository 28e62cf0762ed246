"""What the page allows itself: its own script and style, and nothing from outside.

The policy names both by their hashes. They are the same on every page, and the library that
works out such hashes takes longer to load than the rest of the page; so they are kept in a
file, by a short check sum. Where a script or style is not the one in the file, its hash is
worked out; a test sees that the file is up to date.
"""

from __future__ import annotations

from binascii import crc32
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_REST = "img-src data:; font-src data:; base-uri 'none'; form-action 'none'"


def policy(script: str, style: str, kept: str) -> str:
    """The content security policy; `kept` is the file of hashes."""
    known = dict(line.split(" ", 1) for line in kept.splitlines())
    return (
        f"default-src 'none'; script-src {_hash(script, known)};"
        f" style-src {_hash(style, known)}; {_REST}"
    )


def policy_of_styles(*styles: str) -> str:
    """The policy of a page that has these styles and no script."""
    allowed = " ".join(_hash(style, {}) for style in styles)
    return f"default-src 'none'; style-src {allowed}; {_REST}"


def hashes(*texts: str) -> str:
    """The file of hashes for these texts."""
    return "".join(f"{_sum(text)} {_hash(text, {})}\n" for text in texts)


def _hash(text: str, known: Mapping[str, str]) -> str:
    found = known.get(_sum(text))
    if found is not None:
        return found
    from base64 import b64encode
    from hashlib import sha256

    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _sum(text: str) -> str:
    data = text.encode()
    return f"{len(data)}.{crc32(data):08x}"
