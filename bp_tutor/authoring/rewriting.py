"""The text of a variant: the teacher's own file, with other numbers and nothing else changed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from bp_tutor.authoring.places import line_starts, rewritten
from bp_tutor.reader import Mapping, plain, read_text
from bp_tutor.words import languages, load_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.authoring.places import Place
    from bp_tutor.authoring.vary import Drawn
    from bp_tutor.problem.model import Variant

GONE = ("published", "variant")
"""Keys that say nothing true of a variant."""
TOLD = ("title", "text")
_LONGEST = 200


def variant_text(text: str, places: tuple[Place, ...], drawn: Drawn, variant: Variant) -> str:
    """The file with the drawn numbers, without printed figures, and with `variant:` at its head."""
    root = _root(text)
    changes = list(_renumbering(root, text, places, drawn))
    head = _head(variant)
    if not _in_lines(root, text):
        return _as_json(rewritten(text, changes), head, variant)
    # Numbers that vary never stand in what goes.
    changes += [(start, old, "") for name, start, old in _blocks(root, text) if name in GONE]
    lines = text.splitlines(keepends=True)
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    first_key = line_starts(text)[root.mark.line - 1]
    changes.append((first_key, "", end.join([*head, _key(variant), ""])))
    new = rewritten(text, changes)
    return new if new.endswith(("\n", "\r")) else new + end


def renumbered(text: str, places: tuple[Place, ...], drawn: Drawn) -> str:
    """The file with the drawn numbers, also where title and text tell them; all else stays."""
    return rewritten(text, _renumbering(_root(text), text, places, drawn))


def _root(text: str) -> Mapping:
    root = read_text(text)
    assert isinstance(root, Mapping)
    return root


def _renumbering(
    root: Mapping, text: str, places: tuple[Place, ...], drawn: Drawn
) -> Iterator[tuple[int, str, str]]:
    """What changes with the numbers: (offset, old, new)."""
    for number, new in drawn.items():
        if new != places[number].text:
            yield places[number].start, places[number].text, new
    if told := dict(_told(places, drawn)):
        for name, start, old in _blocks(root, text):
            if name in TOLD:
                yield start, old, _retold(old, told)


def _head(variant: Variant) -> list[str]:
    """The comment above `variant:`, in every language."""
    values = {"of": variant.of, "seed": variant.seed}
    return [f"# {load_words(name).text('variant.comment', **values)}" for name in languages()]


def _key(variant: Variant) -> str:
    parts = [f"of: {json.dumps(variant.of, ensure_ascii=False)}", f"seed: {variant.seed}"]
    parts.append(f"drawing: {variant.drawing}")
    if variant.student:
        parts.append(f"student: {json.dumps(variant.student, ensure_ascii=False)}")
    return f"variant: {{{', '.join(parts)}}}"


def as_data(text: str) -> str:
    """A name as a file can hold it: on one line, without signs that nobody sees."""
    shown = "".join(sign if sign.isprintable() else " " for sign in text)
    return " ".join(shown.split())[:_LONGEST]


def _in_lines(root: Mapping, text: str) -> bool:
    """Whether every key of the file begins a line of its own."""
    first = text.split("\n")[root.mark.line - 1].lstrip() if text else ""
    lines = [key.mark.line for key, _ in root.items]
    return (
        not first.startswith("{")
        and len(set(lines)) == len(lines)
        and all(key.mark.column == 1 for key, _ in root.items)
        and "\r" not in text.replace("\r\n", "")
    )


def _blocks(root: Mapping, text: str) -> Iterator[tuple[str, int, str]]:
    """Each key, the offset where it begins, and the text in which it and its value stand."""
    lines = line_starts(text)
    starts = [lines[key.mark.line - 1] + key.mark.column - 1 for key, _ in root.items]
    for (key, _), start, end in zip(root.items, starts, [*starts[1:], len(text)], strict=True):
        own = text[start:end].splitlines(keepends=True)
        while len(own) > 1 and _is_between(own[-1]):
            own.pop()
        yield key.text, start, "".join(own)


def _is_between(line: str) -> bool:
    """Whether a line belongs to what follows: empty, or a comment at its very beginning."""
    return not line.strip() or line.startswith(("#", "..."))


def _told(places: tuple[Place, ...], drawn: Drawn) -> Iterator[tuple[tuple[str, str], str]]:
    """What a text may say of the leaves of a graph: name and old number, and the new one.

    And of the derivatives that are given, written with either sign.
    """
    for number, new in drawn.items():
        place = places[number]
        if place.name and place.role in ("values", "given"):
            yield (place.name, place.text), new
        if place.role == "given":
            yield ("∂" + place.name[1:].replace("/d", "/∂"), place.text), new


def _retold(block: str, told: dict[tuple[str, str], str]) -> str:
    """`a = 2` with the number that `a` has now."""
    names = "|".join(sorted({re.escape(name) for name, _ in told}, key=len, reverse=True))
    pattern = re.compile(rf"(?<![\w.])({names})(\s*=\s*)([-−+]?[\d.]*\d)(?![\w.]*\d)")

    def new(found: re.Match[str]) -> str:
        number = told.get((found[1], found[3].replace("−", "-")))
        return found[0] if number is None else f"{found[1]}{found[2]}{number}"

    return pattern.sub(new, block)


def _as_json(text: str, head: list[str], variant: Variant) -> str:
    """A file whose keys do not stand line by line, written anew: JSON is YAML as well."""
    data = plain(read_text(text))
    assert isinstance(data, dict)
    kept = {key: value for key, value in data.items() if key not in GONE}
    about = plain(read_text(_key(variant)))
    assert isinstance(about, dict)
    body = json.dumps({**about, **kept}, ensure_ascii=False, indent=1)
    return "\n".join([*head, body, ""])
