"""How a number stands on paper, before any style writes it."""

from __future__ import annotations

from bp_tutor.frozen import Frozen


class Shown(Frozen):
    """The digits of a number as they are to be written, and the number that these stand for."""

    digits: str
    """With their sign, as Python writes them: `-0.6803`, `1.5`; `inf`, `-inf` and `nan`."""
    value: float
    power: int | None = None
    """The power of ten that is written behind the digits, as in 2.763·10⁻⁵."""
    last: int | None = None
    """The power of ten of the last digit (-4 for `0.6803`); None where the digits are exact."""

    def negative(self) -> Shown:
        """The same with its sign turned; 0 keeps none."""
        bare = self.digits.removeprefix("-")
        positive = bare != self.digits or not self.value
        return self._replace(digits=bare if positive else f"-{bare}", value=-self.value)
