"""The small functions that a program brings along where its library has none.

Functions of the table are written from their row, array primitives from the tutor's own source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import CANONICAL, FUNCTIONS
from bp_tutor.formula.algebra import array_code_of, template
from bp_tutor.formula.softmax import LOGSUMEXP
from bp_tutor.frozen import Frozen
from bp_tutor.output.code.libraries import PYTHON, TINY, TINY_LINE
from bp_tutor.output.code.taken import ARRAYS, ROUNDING, taken
from bp_tutor.words import cells

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.formula import Function
    from bp_tutor.output.code.libraries import Library
    from bp_tutor.words import Words

_SHOW = """
def show(**values):
    for name, value in values.items():
        print(name, "=", np.array2string(np.asarray(value), prefix=f"{name} = "))
"""
_SHOW_TORCH = """
def show(**values):
    for name, value in values.items():
        print(name, "=", torch.as_tensor(value).detach())
"""
_SAME = """
def same(name, value, expected):
    width = max(len(name) + 2, {width})
    told = " " * (width - {width}) + "{said}"
    for said, each in ((f"{name} =".rjust(width), value), (told, expected)):
        print(said, np.array2string(np.asarray(each), prefix=" " * (width + 1)))
    assert np.allclose(value, expected, rtol=1e-5, atol=1e-12), name
"""
_DRAWN = """
def drawn(seed, name, scale, *shape):
    draw = Random(f"{seed}:{name}").random
    values = [
        round(scale * sqrt(-2 * log(1 - draw())) * cos(2 * pi * draw()), 9)
        for _ in range(prod(shape))
    ]
    return np.array(values).reshape(shape)
"""
_WINNER = """
def winner(place, *candidates):
    return 1.0 if candidates.index(max(candidates)) == place else 0.0
"""
_BY_HAND = """
def by_hand(values, digits, **way):
    return np.vectorize(lambda value: round_by_hand(float(value), digits, **way))(values)
"""
_OWN = {
    "show": _SHOW, "drawn": _DRAWN, "winner": _WINNER, "by_hand": _BY_HAND,
}  # fmt: skip
IMPORTS = {
    "drawn": ("from math import cos, log, pi, prod, sqrt", "from random import Random"),
    "by_hand": ("from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal",
                "from math import isfinite"),
    "erf": ("import math",),
    "normal_cdf": ("import math",),
}  # fmt: skip
WINDOWS = "from numpy.lib.stride_tricks import sliding_window_view"
SHARED = ("_windows", LOGSUMEXP.name, "round_by_hand")
"""Helpers that others call."""


class Helpers(Frozen):
    """What stands above a program: imports of Python, of NumPy; constants; functions."""

    imports: list[str]
    of_numpy: list[str]
    constants: list[str]
    sources: list[str]

    def behind(self, imports: list[str], settings: list[str]) -> list[str]:
        """All of it, below all imports and behind the settings of a library."""
        lines = [*imports, "", *settings, *self.constants]
        for source in self.sources:
            lines += ["", "", *source.split("\n")]
        return lines


def helpers(library: Library, printers: Iterable[str], words: Words) -> Helpers:
    """The helpers that a library's lines use, with everything that they need themselves."""
    sources: dict[str, str] = {}
    # A function that is written by its definition may need further ones.
    while missing := sorted(library.used - {"rng", TINY} - sources.keys()):
        sources |= {name: _source(name, words, library) for name in missing}
    sources |= {name: _source(name, words, library) for name in printers}
    called = [each for each in SHARED if any(f"{each}(" in text for text in sources.values())]
    sources = {name: _source(name, words, library) for name in called} | sources
    wanted, needed = library.used, [*called, *sources]
    imports = [line for name in needed for line in IMPORTS.get(name, ())]
    of_numpy = [WINDOWS] if "_windows" in needed else []
    constants = [f"{TINY_LINE}  # {words.text('code.tiny')}"] if TINY in wanted else []
    texts = [text.strip("\n") for text in sources.values()]
    return Helpers(sorted(set(imports)), of_numpy, constants, texts)


def _source(name: str, words: Words, library: Library) -> str:
    torch = library.module == "torch"
    if name == "show" and torch:
        return _SHOW_TORCH
    if name == "drawn" and torch:
        return _with_remark(_DRAWN.replace("np.array", "torch.tensor"), name, words)
    if name == "same":
        said = words.text("code.derivation")
        code = _SAME.replace("{said}", said).replace("{width}", str(cells(said)))
        return _with_remark(code, name, words)
    if name in _OWN:
        return _with_remark(_OWN[name], name, words)
    if name in FUNCTIONS:
        row = FUNCTIONS[name]
        code = _of_body(row, library) if torch else _of_row(row)
        return f"def {name}({', '.join(row.parameters)}):\n    return {code}\n"
    said = words.text(f"code.helper.{name}") if words.has(f"code.helper.{name}") else ""
    if name == "round_by_hand":
        return taken(ROUNDING, name, said)
    return taken(ARRAYS, name, said)


def _of_row(row: Function) -> str:
    """A function as the tutor calculates it with NumPy."""
    return array_code_of(row).format(**{each: each for each in row.parameters})


def _of_body(row: Function, library: Library) -> str:
    """A function by its definition, in the words of the library."""
    return library.text(template(row.body or row.parameters[0]), CANONICAL._replace(style=PYTHON))


def _with_remark(code: str, name: str, words: Words) -> str:
    if not words.has(f"code.helper.{name}"):
        return code
    head, rest = code.strip("\n").split("\n", 1)
    return f'{head}\n    """{words.text(f"code.helper.{name}")}"""\n{rest}\n'
