"""A walk through the steps of a derivation: which step a key leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.explain.steps import StepOf

ESCAPE = "\x1b"
MEANINGS = {
    "forward": (" ", "n", "l", "\x1b[C", "\x1bOC", "\xe0M", "\0M"),
    "back": ("b", "p", "h", "\x7f", "\x08", "\x1b[D", "\x1bOD", "\xe0K", "\0K"),
    "next_section": ("]", "j", "\x1b[B", "\x1bOB", "\xe0P", "\0P"),
    "last_section": ("[", "k", "\x1b[A", "\x1bOA", "\xe0H", "\0H"),
    "first": ("g", "\x1b[H", "\x1bOH", "\x1b[1~", "\x1b[7~", "\xe0G", "\0G"),
    "last": ("G", "\x1b[F", "\x1bOF", "\x1b[4~", "\x1b[8~", "\xe0O", "\0O"),
    "jump": ("\r", "\n"),
    "more": ("d", "\x1b[6~", "\xe0Q", "\0Q"),
    "less": ("u", "\x1b[5~", "\xe0I", "\0I"),
    "help": ("?",),
    "quit": ("q", "Q", "\x04"),
    "interrupt": ("\x03",),
}
"""What each key means; the keys with two signs are those that Windows sends."""
KEYS = {key: meaning for meaning, keys in MEANINGS.items() for key in keys}
MOST_DIGITS = 6


class Walk(Frozen):
    """Where somebody stands in a derivation."""

    starts: tuple[int, ...]
    """The number of the first step of each numbered section."""
    count: int
    step: int = 1
    typed: str = ""
    """The digits of a number that is being typed."""
    sheet: int = 0
    """How far a step that is higher than the window was paged through."""
    helping: bool = False
    left: bool = False


def walk_of(steps: Sequence[StepOf]) -> Walk:
    """At the first step."""
    starts = []
    before = None
    for step in steps:
        if step.section != before:
            starts.append(step.number)
        before = step.section
    return Walk(tuple(starts), len(steps))


def keys_in(typed: str) -> Iterator[str]:
    """The keys in what a terminal sent at once: cursor keys are several signs each."""
    while typed:
        length = 1
        if typed[0] in "\xe0\0":
            length = 2
        elif typed[:2] in ("\x1b[", "\x1bO"):
            length = 3
            while length < len(typed) and not ("@" <= typed[length - 1] <= "~"):
                length += 1
        yield typed[:length]
        typed = typed[length:]


def pressed(walk: Walk, key: str) -> Walk:
    """Where a key leads to.

    Raises:
        KeyboardInterrupt: it was the key that breaks off.
    """
    if walk.left:
        return walk
    if len(key) == 1 and key in "0123456789":
        return walk._replace(typed=(walk.typed + key)[:MOST_DIGITS], helping=False)
    meaning = KEYS.get(key, "")
    if walk.typed and key in ("\x7f", "\x08"):
        return walk._replace(typed=walk.typed[:-1])
    if meaning == "interrupt":
        raise KeyboardInterrupt
    if meaning == "help":
        return walk._replace(helping=not walk.helping, typed="")
    if meaning == "quit":
        return walk._replace(left=True)
    if walk.helping:
        return walk._replace(helping=False)
    if meaning in ("more", "less"):
        return walk._replace(sheet=walk.sheet + (1 if meaning == "more" else -1), typed="")
    step = min(max(_target(walk, meaning), 1), walk.count)
    sheet = walk.sheet if step == walk.step else 0
    return walk._replace(step=step, typed="", sheet=sheet)


def _target(walk: Walk, meaning: str) -> int:
    behind = [start for start in walk.starts if start > walk.step]
    # From the midst of a section one comes to its own beginning first.
    before = [start for start in walk.starts if start < walk.step]
    match meaning:
        case "forward":
            return walk.step + 1
        case "back":
            return walk.step - 1
        case "next_section":
            return behind[0] if behind else walk.count
        case "last_section":
            return before[-1] if before else 1
        case "first":
            return 1
        case "last":
            return walk.count
        case "jump":
            return int(walk.typed) if walk.typed else walk.step + 1
    return walk.step
