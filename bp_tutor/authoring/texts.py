"""Texts that a file gives in one language and owes in the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.finding import FINDING, NOTE, Finding
from bp_tutor.notations import load_notation, notation_names
from bp_tutor.problem.texts import LANGUAGES
from bp_tutor.reader import Key, Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.problem import Problem
    from bp_tutor.reader import Node

TEXTS = ("title", "text", "source", "source.part")


def missing_texts(root: Node) -> tuple[Finding, ...]:
    """What is missing of title, text, source, names and reasons.

    Whoever writes one language only is told so in a note. Where other texts of the file stand
    in both languages, one that lacks the other was forgotten, and that is a finding. A text
    without any language serves for both.
    """
    texts = list(_texts(root))
    both = any(_languages(node) == set(LANGUAGES) for _, node in texts)
    found = []
    for path, node in texts:
        for language in LANGUAGES:
            if _languages(node) and language not in _languages(node):
                values = (("language", Key(f"check.language.{language}")),)
                severity = FINDING if both else NOTE
                found.append(Finding("check.text_missing", values, severity, node.mark, path))
    if isinstance(root, Mapping) and root.get("title") is None:
        found.append(Finding("check.title_missing", (), NOTE, None, "title"))
    return tuple(found)


def names_not_shown(problem: Problem) -> tuple[Finding, ...]:
    """A note where the notation numbers the units that the file gives names."""
    network = problem.network
    if (
        network is None
        or not any(network.names.units)
        or load_notation(problem.notation).takes_names
    ):
        return ()
    others = ", ".join(name for name in notation_names() if load_notation(name).takes_names)
    values = (("notation", problem.notation), ("others", others))
    return (Finding("check.units_numbered", values, NOTE, None, "network"),)


def _texts(root: Node) -> Iterator[tuple[str, Node]]:
    """Every text that may stand in several languages, with the way to it."""
    for path in TEXTS:
        node: Node | None = root
        for key in path.split("."):
            node = node.get(key) if isinstance(node, Mapping) else None
        if node is not None:
            yield path, node
    names = root.get("names") if isinstance(root, Mapping) else None
    for of, name in names.items if isinstance(names, Mapping) else ():
        yield f"names.{of.text}", name
    published = root.get("published") if isinstance(root, Mapping) else None
    for place, figure in enumerate(published.items if isinstance(published, Sequence) else ()):
        why = figure.get("why") if isinstance(figure, Mapping) else None
        if why is not None:
            yield f"published[{place}].why", why


def _languages(node: Node) -> set[str]:
    """The languages of a text; none where it is one text for all, or no text at all."""
    if not isinstance(node, Mapping):
        return set()
    return {key.text for key, value in node.items if isinstance(value, Scalar)} & set(LANGUAGES)
