"""What a quiz is made of: questions, what was understood, verdicts, diagnoses."""

from __future__ import annotations

from typing import NamedTuple

from bp_tutor.frozen import Frozen

Values = tuple[tuple[str, str], ...]
"""What stands in a sentence of the words, by name."""


class Choice(Frozen):
    """Which questions are asked for."""

    ask: tuple[str, ...] = ()
    """Canonical letters such as `dZ`; empty for all."""
    layers: tuple[int, ...] = ()
    count: int | None = None
    level: str = "numbers"
    """`numbers`, `formulas`, `shapes` or `mixed`."""
    form: str = "index"
    """`index`: entry by entry; `matrix`: whole arrays; `general`: with letters, at any level."""
    seed: int = 0
    shuffle: bool = False


class Question(NamedTuple):
    """One question about one quantity, or about one entry of it."""

    kind: str
    """A key of the table of kinds, such as `number`."""
    identifier: str
    """Canonical: `dZ[3,1]`, `dW[2]` for an array, `backward` for the whole pass."""
    rule: str
    update: int
    prompt_key: str
    values: Values = ()
    choices: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """Its identifier, with the update where that is not the first."""
        return full_name(self.identifier, self.update)


def full_name(identifier: str, update: int) -> str:
    """An identifier with the update it belongs to, where that is not the first: `Z[2,1]#2`."""
    return identifier if update == 1 else f"{identifier}#{update}"


class Understood(NamedTuple):
    """An answer that made sense: its echo, and what it says."""

    text: str
    value: object


class NotUnderstood(Exception):  # noqa: N818 - invalid is not wrong, and no error either
    """Text that is no answer: what is the matter (a key of the words), and where it stops."""

    def __init__(self, key: str, position: int = 0, length: int = 1, **values: object) -> None:
        self.key = key
        self.position = position
        self.length = length
        self.values: Values = tuple((name, str(value)) for name, value in values.items())
        super().__init__(f"{key} at {position}: {values}")


class Diagnosis(NamedTuple):
    """A mistake that explains a wrong answer."""

    misconception: str
    """Its key in `MISCONCEPTIONS`; of a pair, the two keys joined by `+`."""
    certainty: str
    """`only` where nothing else explains the answer, else `one_of`; `told` by the student."""
    place: str
    """The part of the formula that it points at, spelled."""
    values: Values = ()
    second: Values = ()
    """What stands in the sentence of the second of two mistakes."""
    at: str = ""
    """The identifier of the value in which it was made, if that is not the one asked for."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The mistakes that were made together, each by its key."""
        return tuple(self.misconception.split("+"))

    @property
    def told(self) -> tuple[tuple[str, Values], ...]:
        """Each mistake with what stands in its sentence."""
        return tuple(zip(self.keys, (self.values, self.second), strict=False))


class Verdict(NamedTuple):
    """What an answer is worth, and why."""

    right: bool
    credit: float
    carried: bool = False
    """Whether it follows correctly from the student's own earlier, wrong value: carried forward."""
    first_wrong: str | None = None
    """The identifier of the first wrong answer on the way here."""
    understood: str = ""
    diagnoses: tuple[Diagnosis, ...] = ()
    wrong_entries: tuple[str, ...] = ()
    key: str = ""
    """The sentence that says it, a key of the words."""
    values: Values = ()
    cut: tuple[str, ...] = ()
    """Names of right answers whose digits were cut off instead of rounded."""
