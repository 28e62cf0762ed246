"""What other courses call a value: read where nothing here has the name itself.

Whoever learned `alpha` for the learning rate, `C` for the loss or `t1` for a target is
understood, whatever the course at hand calls them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.formula.addresses import Meaning
from bp_tutor.formula.quantity import VALUE, Role
from bp_tutor.notations.letters import GREEK, quotient

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.notations.names import Names

SINGLE = {
    Role.RATE: ("eta", "alpha", "lambda", "lr", "learningrate", "gamma", "epsilon"),
    Role.LOSS: ("C", "J", "E", "L", "loss", "cost", "error", "Etotal", "Ctotal", "Ltotal"),
}
"""Names of what there is one of, without marks; those of several letters in any case."""
FIRST = {"t": "Y", "target": "Y", "y": "Y", "label": "Y"}
"""Letters in front of an index, with the canonical letter."""
_INDEXED = re.compile(r"([^\W\d_]+)_?(\d[\d_,\[\]@]*|\[[\d,]+\](?:@\d+)?)")


def customary(names: Names, text: str) -> Meaning | None:
    """The value that courses often call so; None where it is none, or could be several."""
    plain = _plain(text)
    for role, called in SINGLE.items():
        if plain in called or (len(plain) > 1 and plain.lower() in called):
            found = [q for q in names.quantities if q.role is role and q.kind == VALUE]
            single = [quantity for quantity in found if not quantity.shape]
            if len(single) == 1:
                return Meaning(single[0], ((),))
    for other in _others(names, text):
        if (found_there := names.read(other)) is not None:
            return found_there
    return None


def _others(names: Names, text: str) -> Iterator[str]:
    """Other ways to write a name."""
    for letter, spelled in GREEK.items():
        if text.startswith(spelled):
            # `delta41` for δ41.
            yield f"{letter}{text.removeprefix(spelled)}"
    indexed = _INDEXED.fullmatch(text)
    if indexed is not None and indexed[1].lower() in FIRST:
        first, index = FIRST[indexed[1].lower()], indexed[2]
        yield f"{first}{index}"
        yield f"{first}[{index}]"
    sides = quotient(text)
    if sides is not None:
        upper, lower = (names.read(side) or customary(names, side) for side in sides)
        if upper is not None and lower is not None and upper.key and lower.key:
            whole = upper.quantity.role is Role.LOSS and not upper.quantity.shape
            derivative = f"d{lower.identifier}"
            yield derivative if whole else f"d{upper.identifier}/d{lower.identifier}"


def _plain(text: str) -> str:
    """A name without marks, its Greek letters spelled."""
    for letter, spelled in GREEK.items():
        text = text.replace(letter, spelled)
    return re.sub(r"[_{}\\ ]", "", text)
