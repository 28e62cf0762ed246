"""The tables of all keys of problem files, from the records that check them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bp_tutor.problem.any_layer import AnyLayer
from bp_tutor.problem.forms import SOURCE, Source
from bp_tutor.problem.layer_forms import DrawnOr
from bp_tutor.problem.optimisers import OptimiserName
from bp_tutor.problem.schema import PROBLEM
from bp_tutor.problem.shapes import Later, ListOf, OneOf, Record
from tests.docs.spelling import markdown, plainly


def records(kind: Any, path: str = "") -> Iterator[tuple[str, Record]]:
    """Each mapping of a problem file with the way to it."""
    if isinstance(kind, Record):
        yield path, kind
        for field in kind.fields:
            yield from records(field.type, f"{path}.{field.name}" if path else field.name)
    elif isinstance(kind, Source):
        yield path, SOURCE
    elif isinstance(kind, ListOf):
        yield from records(kind.item, f"{path}[…]")
    elif isinstance(kind, Later):
        yield from records(kind.load(), path)
    elif isinstance(kind, DrawnOr):
        yield from records(kind.parts, path)
    elif isinstance(kind, AnyLayer | OptimiserName):
        stem = path.removesuffix("[…]")
        for record in kind.records():
            yield from records(record, path if record.name == "layer" else f"{stem}[{record.name}]")
    elif isinstance(kind, OneOf):
        for part in (kind.word, kind.items, kind.mapping):
            yield from records(part, path)


def keys() -> str:
    parts = []
    seen: list[Record] = []
    for path, record in records(PROBLEM):
        if record in seen:
            continue
        seen.append(record)
        rows = [
            (
                f"`{field.name}`" + (" (needed)" if field.required else ""),
                field.about,
                f"`{field.example}`",
                _default(field.default),
            )
            for field in record.fields
        ]
        title = f"### `{path}`" if path else "### The file itself"
        parts.append(
            f"{title}\n\n{markdown(('key', 'what it says', 'example', 'if left out'), rows)}"
        )
    return "\n".join(parts)


def _default(value: object) -> str:
    """What holds where a key is left out; an activation's parameters go without saying."""
    if isinstance(value, tuple) and value:
        value = value[0]
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | float):
        return f"`{plainly(value)}`"
    return f"`{value}`" if isinstance(value, str) and value != "default" else ""
