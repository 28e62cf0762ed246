"""The tables of all keys of problem files, from the records that check them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bp_tutor.authoring.schema import about
from bp_tutor.fields.described import Described
from bp_tutor.fields.numbers import SeededOr
from bp_tutor.fields.records import Later, ListOf, OneOf, Record
from bp_tutor.problem.concepts import LossForm
from bp_tutor.problem.layer_records import AnyLayer
from bp_tutor.problem.own_names import QUANTITIES, OwnNames
from bp_tutor.problem.schema import PROBLEM
from bp_tutor.problem.texts import SOURCE, Source
from bp_tutor.words import load_words
from tests.docs.spelling import markdown, plainly


def records(kind: Any, path: str = "") -> Iterator[tuple[str, Record]]:
    """Each mapping of a problem file with the way to it."""
    if isinstance(kind, Record):
        yield path, kind
        for field in kind.fields:
            yield from records(field.type, f"{path}.{field.name}" if path else field.name)
    elif isinstance(kind, Source):
        yield path, SOURCE
    elif isinstance(kind, OwnNames):
        yield from records(QUANTITIES, path)
    elif isinstance(kind, ListOf):
        yield from records(kind.item, f"{path}[…]")
    elif isinstance(kind, Later):
        yield from records(kind.load(), path)
    elif isinstance(kind, SeededOr):
        yield from records(kind.parts, path)
    elif isinstance(kind, AnyLayer | Described | LossForm):
        stem = path.removesuffix("[…]")
        for record in kind.records():
            own = record.name in ("layer", "loss")
            yield from records(record, path if own else f"{stem}[{record.name}]")
    elif isinstance(kind, OneOf):
        for part in (kind.word, kind.items, kind.mapping):
            yield from records(part, path)


HEADS = {
    "en": ("key", "what it says", "example", "if left out"),
    "zh": ("键", "含义", "例子", "不写时"),
}
ROOT_TITLE = {"en": "The file itself", "zh": "文件本身"}
NEEDED = {"en": " (needed)", "zh": "（必需）"}


def keys(language: str = "en") -> str:
    words = load_words(language)
    parts = []
    seen: list[Record] = []
    for path, record in records(PROBLEM):
        if record in seen:
            continue
        seen.append(record)
        rows = [
            (
                f"`{field.name}`" + (NEEDED[language] if field.required else ""),
                about(words, record.name, field.name).replace("[", r"\["),
                f"`{field.example}`",
                _default(field.default),
            )
            for field in record.fields
        ]
        title = f"### `{path}`" if path else f"### {ROOT_TITLE[language]}"
        parts.append(f"{title}\n\n{markdown(HEADS[language], rows)}")
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
