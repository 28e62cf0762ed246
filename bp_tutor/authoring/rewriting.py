"""The text of a variant: the teacher's own file, with other numbers and nothing else changed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from bp_tutor.authoring.places import rewritten
from bp_tutor.reader import Mapping, plain, read_text
from bp_tutor.words import languages, load_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.authoring.places import Place
    from bp_tutor.authoring.vary import Drawn
    from bp_tutor.problem.choices import Variant

GONE = ("published", "variant")
"""Keys that say nothing true of a variant."""
TOLD = ("title", "text")
_LONGEST = 200


def variant_text(text: str, places: tuple[Place, ...], drawn: Drawn, variant: Variant) -> str:
    """The file with the drawn numbers, without printed figures, and with `variant:` at its head."""
    changes = [
        (places[number].start, places[number].text, new)
        for number, new in drawn.items()
        if new != places[number].text
    ]
    root = read_text(text)
    assert isinstance(root, Mapping)
    head = _head(variant)
    if not _in_lines(root, text):
        return _as_json(rewritten(text, changes), head, variant)
    lines = text.splitlines(keepends=True)
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line))
    end = "\r\n" if lines[0].endswith("\r\n") else "\n"
    told = dict(_told(places, drawn))
    for name, first, last in _blocks(root, lines):
        old = text[starts[first] : starts[last]]
        if name in GONE:
            # Numbers that vary never stand in these blocks.
            changes.append((starts[first], old, ""))
        elif name in TOLD and told:
            changes.append((starts[first], old, _retold(old, told)))
    first_key = starts[root.mark.line - 1]
    changes.append((first_key, "", end.join([*head, _key(variant), ""])))
    new = rewritten(text, changes)
    return new if new.endswith(("\n", "\r")) else new + end


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


def _blocks(root: Mapping, lines: list[str]) -> Iterator[tuple[str, int, int]]:
    """Each key with the lines (counted from 0) in which it and its value stand."""
    firsts = [key.mark.line - 1 for key, _ in root.items]
    for (key, _), first, following in zip(
        root.items, firsts, [*firsts[1:], len(lines)], strict=True
    ):
        last = following
        while last > first + 1 and _is_between(lines[last - 1]):
            last -= 1
        yield key.text, first, last


def _is_between(line: str) -> bool:
    """Whether a line belongs to what follows: empty, or a comment at its very beginning."""
    return not line.strip() or line.startswith(("#", "..."))


def _told(places: tuple[Place, ...], drawn: Drawn) -> Iterator[tuple[tuple[str, str], str]]:
    """What a text may say of the leaves of a graph: name and old number, and the new one."""
    for number, new in drawn.items():
        if places[number].name and places[number].role == "values":
            yield (places[number].name, places[number].text), new


def _retold(block: str, told: dict[tuple[str, str], str]) -> str:
    """`a = 2` with the number that `a` has now."""
    if not told:
        return block
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
