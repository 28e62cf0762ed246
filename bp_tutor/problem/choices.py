"""What a file chooses beside the network itself: rounding, conventions, figures to compare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.problem.model import Text
    from bp_tutor.reader import Mark


class Rounding(Frozen):
    """`exact`, or by hand: each quantity rounded or cut to so many decimals or figures."""

    mode: str = "exact"
    """`exact` or `hand`: how every quantity is treated that `by_quantity` does not name."""
    digits: int = 4
    significant: bool = False
    truncate: bool = False
    by_quantity: tuple[tuple[str, int | None], ...] = ()
    """Other digits for some quantities (`Z`, `W'[1]`); None keeps these exact."""

    def digits_of(self, name: str) -> int | None:
        """The digits kept of a quantity, by its canonical name; None where it stays exact."""
        default = self.digits if self.mode == "hand" else None
        special = dict(self.by_quantity)
        return special.get(name, special.get(name.partition("[")[0], default))

    @property
    def by_hand(self) -> bool:
        """Whether anything is rounded at all."""
        return self.mode == "hand" or bool(self.by_quantity)

    @property
    def everything(self) -> bool:
        """Whether nothing at all is left exact."""
        return self.mode == "hand" and all(digits is not None for _, digits in self.by_quantity)


class Conventions(Frozen):
    """Choices in which courses differ and that change a figure or a sign."""

    delta: str = "gradient"
    """`gradient`: delta = dL/dz. `descent`: delta = -dL/dz, and steps are added."""
    update_order: str = "simultaneous"
    """`simultaneous`: all deltas with the old weights; `sequential`: with updated ones."""
    report: str = "gradient"
    """`gradient`: W' = W - eta*dW. `step`: the step -eta*dW is written out first."""
    layout: str = ""
    """Matrix form: `rows` writes x·W, `columns` writes W·x; empty: as the notation has it."""
    first_update: int = 1
    """The number of the first update, 0 or 1."""


VERDICTS = (
    "agrees", "truncated", "follows_by_hand_rounding", "follows_under_convention",
    "does_not_follow",
)  # fmt: skip
"""What can be found of a printed figure, and accepted in a file."""


class Published(Frozen):
    """A figure as the source prints it; `value` stays text so that its digits count."""

    name: str
    value: str
    update: int | None = None
    """In the course of which update it is met (before that update's step); None: the first."""
    after: int | None = None
    """After how many updates it holds."""
    origin: str | None = None
    """How the source got it, from its own printed figures (`from: 0.19*0.69`)."""
    page: str | None = None
    accepted: str | None = None
    """The verdict that the author knows and accepts, one of `VERDICTS`."""
    why: Text | None = None
    mark: Mark | None = None


class OwnName(Frozen):
    """What the course calls a quantity, a unit or a weight."""

    of: str
    """A letter such as `Z` or `dZ`, `X` (inputs), `O` (outputs), or a name of the file."""
    symbol: str = ""
    """In formulas; empty where only the words are given, and for what the file names itself."""
    ascii: str = ""
    """The symbol in ASCII, where letters alone do not say it."""
    words: Text | None = None


class Rule(Frozen):
    """How values of one sort are drawn anew: one of these, or kept as they are."""

    choices: tuple[float, ...] = ()
    """Empty: they stay."""


class Vary(Frozen):
    """Which values of a file vary in its variants, and how; the rest by what they are like."""

    rules: tuple[tuple[str, Rule], ...] = ()
    """By `weights`, `biases`, `inputs`, `targets`, `learning_rate`, `values` or `values.a`."""
    nothing: bool = False
    """All numbers stay."""


class Variant(Frozen):
    """Of which problem a file is a variant, and which."""

    of: str
    seed: int
    drawing: int = 1
    """The number of the scheme by which its numbers were drawn."""
    student: str = ""
