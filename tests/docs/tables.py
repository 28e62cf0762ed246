"""The long tables of the documents, made from the tables that the program itself uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bp_tutor.catalog.losses import LOSSES as LOSS_ROWS
from bp_tutor.cli.app import application
from bp_tutor.cli.commands import COMMANDS
from bp_tutor.formula import FUNCTIONS, UNICODE, Formula, Function, Quantity, Ref, parse, spell
from bp_tutor.notations import Structure, load_notation, notation_names
from bp_tutor.problem import list_problems, load_problem
from bp_tutor.problem.any_layer import AnyLayer
from bp_tutor.problem.forms import SOURCE, Source
from bp_tutor.problem.layer_forms import DrawnOr
from bp_tutor.problem.names import ACTIVATIONS, LOSSES
from bp_tutor.problem.optimisers import OptimiserName
from bp_tutor.problem.schema import PROBLEM
from bp_tutor.problem.shapes import Later, ListOf, OneOf, Record
from bp_tutor.words import load_words
from tests.docs.blocks import ROOT
from tests.test_architecture import ROOMS

Rows = Iterable[tuple[str, ...]]
ALPHABET = {"alpha": "α", "beta": "β"}


def markdown(head: tuple[str, ...], rows: Rows) -> str:
    """A Markdown table."""
    lines = [head, ("---",) * len(head), *rows]
    cells = ([cell.replace("|", r"\|") for cell in line] for line in lines)
    return "".join(f"| {' | '.join(line)} |\n" for line in cells)


class Names:
    """Spells the parameters of a function as a reader writes them."""

    style = UNICODE

    def name(self, quantity: Quantity, index: object) -> str:
        return ALPHABET.get(quantity.symbol, quantity.symbol)


def spelled(text: str) -> str:
    """A formula of the catalogue in Unicode."""

    def resolve(name: str) -> Formula:
        return Ref(Quantity(name, (), (), ()))

    return spell(parse(text, resolve), Names())


SOFTMAX = ("e^zᵢ/(e^z₁ + e^z₂ + …)", "aᵢ·(1 − aᵢ), and −aᵢ·aⱼ for another unit's z")
"""Softmax is no function of one number, so no row gives it."""


def activations() -> str:
    rows = []
    for name, row in ACTIVATIONS.items():
        function = FUNCTIONS.get(name)
        body, slope = SOFTMAX if function is None else _body_and_slope(function)
        settings = [f"{key}: {value:g}" for key, value in row.parameters]
        settings += ["slope_at_zero: 0"] * row.has_kink
        rows.append((f"`{name}`", ", ".join(f"`{one}`" for one in settings), body, slope))
    return markdown(("name", "parameters and what they are if left out", "a", "slope ∂a/∂z"), rows)


def _body_and_slope(function: Function) -> tuple[str, str]:
    slope = function.slopes[0]
    return spelled(
        function.body or ""
    ), "none: forward only" if not slope or slope == "0" else spelled(slope)


def losses() -> str:
    rows = []
    for name, row in LOSS_ROWS.items():
        slope = row.function.slopes[0]
        assert row.function.body
        assert slope
        fused = ", ".join(
            f"{spelled(delta)} after `{activation}`" for activation, delta in row.fused
        )
        kind = "mean" if row.mean else "sum"
        rows.append((f"`{name}`", spelled(row.function.body), spelled(slope), kind, fused))
    assert [*LOSS_ROWS] == [*LOSSES]
    head = ("name", "loss of one output", "its slope ∂E/∂a", "over outputs", "delta if `fused`")
    return markdown(head, rows)


def notations() -> str:
    structure = Structure(units=(3, 3, 2))
    shown = [
        (Quantity("A", (1,), (1, 3), ("sample", "unit")), (0, 1)),
        (Quantity("Z", (2,), (1, 3), ("sample", "unit")), (0, 0)),
        (Quantity("A", (2,), (1, 3), ("sample", "unit")), (0, 0)),
        (Quantity("W", (1,), (3, 3), ("from", "to")), (1, 0)),
        (Quantity("B", (2,), (1, 3), ("one", "unit")), (0, 0)),
        (Quantity("Z", (2,), (1, 3), ("sample", "unit"), "d"), (0, 0)),
        (Quantity("W", (1,), (3, 3), ("from", "to"), "d"), (1, 0)),
        (Quantity("L"), ()),
    ]
    rows = []
    for name in notation_names():
        symbols = load_notation(name).bind(structure)
        rows.append((f"`{name}`", *(symbols.name(quantity, index) for quantity, index in shown)))
    head = ("canonical", *(f"`{quantity.identifier(index)}`" for quantity, index in shown))
    return markdown(head, rows)


def problems() -> str:
    rows = []
    for path in list_problems():
        title = load_problem(path).title
        rows.append((f"`{path.stem}`", title.in_language("en"), title.in_language("zh")))
    return markdown(("name", "title", "标题"), rows)


def options() -> Iterator[tuple[str, str, str]]:
    """Option, the commands that know it, and its help."""
    words = load_words("en")
    known: dict[str, list[str]] = {}
    helps: dict[str, str] = {}
    for name, command in application(words).commands.items():
        for parameter in command.params:
            if parameter.param_type_name == "option":
                names = [*parameter.opts, *parameter.secondary_opts]
                key = ", ".join(f"`{option}`" for option in names)
                if parameter.metavar and not parameter.is_flag:
                    key = f"{key[:-1]} {parameter.metavar}`"
                known.setdefault(key, []).append(name)
                helps[key] = words.text(f"help.option.{parameter.name}")
    for key, commands in known.items():
        yield key, "all" if len(commands) == len(COMMANDS) else ", ".join(commands), helps[key]


def option_table() -> str:
    return markdown(("option", "command", "what it does"), options())


def records(kind: Any, path: str = "") -> Iterator[tuple[str, Record]]:
    """Each mapping of a problem file with the way to it."""
    if isinstance(kind, Record):
        yield path, kind
        for field in kind.fields:
            yield from records(field.type, f"{path}.{field.name}" if path else field.name)
    elif isinstance(kind, Source):
        yield path, SOURCE
    elif isinstance(kind, ListOf):
        yield from records(kind.item, f"{path}[…]")
    elif isinstance(kind, Later):
        yield from records(kind.load(), path)
    elif isinstance(kind, DrawnOr):
        yield from records(kind.parts, path)
    elif isinstance(kind, AnyLayer | OptimiserName):
        stem = path.removesuffix("[…]")
        for record in kind.records():
            yield from records(record, path if record.name == "layer" else f"{stem}[{record.name}]")
    elif isinstance(kind, OneOf):
        for part in (kind.word, kind.items, kind.mapping):
            yield from records(part, path)


def keys() -> str:
    parts = []
    seen: list[Record] = []
    for path, record in records(PROBLEM):
        if record in seen:
            continue
        seen.append(record)
        rows = [
            (
                f"`{field.name}`" + (" (needed)" if field.required else ""),
                field.about,
                f"`{field.example}`",
                _default(field.default),
            )
            for field in record.fields
        ]
        title = f"### `{path}`" if path else "### The file itself"
        parts.append(
            f"{title}\n\n{markdown(('key', 'what it says', 'example', 'if left out'), rows)}"
        )
    return "\n".join(parts)


def _default(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, int | float | str) and value != "default":
        return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"
    return ""


def rooms() -> str:
    """The rooms with the rooms that they may import, from the test that keeps them so."""
    rows = []
    for room, below in ROOMS.items():
        init = ROOT / "bp_tutor" / room / "__init__.py"
        if init.exists():
            about = (ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or "").split(
                "\n"
            )
            order = [name for name in ROOMS if name in below]
            may = "all" if below >= ROOMS.keys() - {room} else ", ".join(order) or "nothing"
            rows.append((f"`{room}`", about[0], may))
    return markdown(("room", "what it holds", "may import"), rows)


TABLES: dict[str, Callable[[], str]] = {
    "activations": activations,
    "losses": losses,
    "notations": notations,
    "problems": problems,
    "options": option_table,
    "keys": keys,
    "rooms": rooms,
}
PLACE = re.compile(r"(<!-- table: (\w+) -->\n)(.*?)(<!-- end of table -->)", re.DOTALL)


def with_tables(text: str) -> str:
    """A document with every table made anew."""
    return PLACE.sub(lambda place: f"{place[1]}\n{TABLES[place[2]]()}\n{place[4]}", text)
