"""HTML put together so that no text can become markup: everything is escaped unless it is Html."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "\0": "\ufffd"}
)


class Html(str):
    """Markup that was made here, not text from anywhere else."""

    __slots__ = ()


def escaped(text: str) -> Html:
    """Text as markup that shows just this text; markup stays what it is."""
    return text if isinstance(text, Html) else Html(text.translate(_ESCAPES))


def joined(pieces: Iterable[str]) -> Html:
    """Pieces one behind the other, texts escaped."""
    return Html("".join(map(escaped, pieces)))


def tag(name: str, attributes: Mapping[str, str | bool | None], *inside: str) -> Html:
    """An element; attributes that are None or False are left out, True ones have no value."""
    said = ""
    for key, value in attributes.items():
        if value is True:
            said += f" {key}"
        elif value is not None and value is not False:
            said += f' {key}="{value.translate(_ESCAPES)}"'
    return Html(f"<{name}{said}>{joined(inside)}</{name}>")
