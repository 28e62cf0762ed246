"""Second pass over a graph problem: names, formulas, and what is to be differentiated."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.generate import normal
from bp_tutor.catalogue.optimisers import COUNT, form_of, formula_symbols, names_of
from bp_tutor.fields.forms import BAD, Name, Number, Whole, number_of
from bp_tutor.fields.numbers import GENERATED, Generated, Numbers, generated
from bp_tutor.fields.records import ListOf, Record, Section
from bp_tutor.fields.regular import SHAPE, Regular
from bp_tutor.formula.quantity import in_graph
from bp_tutor.problem.checks import check_clipping, check_schedule
from bp_tutor.problem.concepts import learnt_by
from bp_tutor.problem.graph_arrays import leaves_of, shape_of
from bp_tutor.problem.graph_formulas import (
    check_given,
    check_slopes,
    check_values,
    check_wanted,
    has_circle,
    is_name,
    read_formulas,
    text_of,
)
from bp_tutor.problem.model import MOST_UPDATES, Graph
from bp_tutor.reader import Mapping, Node, Scalar, Sequence, scalar_value, shown

if TYPE_CHECKING:
    from bp_tutor.catalogue.optimisers import UpdateForm
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Row
    from bp_tutor.formula import Quantity
    from bp_tutor.problem.model import Leaf
    from bp_tutor.problem.symbols import Reader

MOST_FORMULAS = 200
MOST_ENTRIES = 10_000
BACKWARD = ("with_respect_to", "learning_rate", "optimiser", "clipping", "schedule")
"""Keys that mean nothing where no derivative is asked for."""
_GIVEN = re.compile(r"[d∂](\w+)/[d∂](\w+)")


def build_graph(problem: Section, symbols: Reader, context: Context) -> Graph | None:
    """The graph of the file; None where too little of it is right."""
    section = problem["graph"]
    if not isinstance(section, Section) or not section.sound("formulas"):
        return None
    if section.lacks("formulas") and section.lacks("given"):
        context.missing(section.node, "formulas", "{c: a + b, e: c*d}")
        return None
    if section.lacks("formulas") and section.lacks("learning_rate"):
        context.missing(section.node, "learning_rate", "0.1")
    formulas: Mapping = section["formulas"] or Mapping((), section.node.mark)
    if section.has("formulas") and not 1 <= len(formulas.items) <= MOST_FORMULAS:
        context.mistake(
            formulas, "problem.list_length", low=1, high=MOST_FORMULAS, count=len(formulas.items)
        )
        return None
    leaves = _leaves(section, context)
    if leaves is None:
        return None
    leaf_keys = {key.text: key for key, _ in section["values"].items} if section["values"] else {}
    keys = {key.text: key for key, _ in formulas.items if is_name(key, context)}
    for name, key in keys.items():
        if name in leaves:
            context.mistake(key, "problem.leaf_and_formula", name=name)
    names = (*leaves, *keys)
    parsed = read_formulas(formulas, names, leaves_of(leaves.items()), context)
    shapes = {name: shape_of(leaf) for name, leaf in leaves.items()}
    shapes |= {name: formula.shape for name, (formula, _) in parsed.items()}
    given = _given(problem, names, shapes, context)
    _check_asked(section, names, keys, given, context)
    _check_size(section, shapes, context)
    if not has_circle(parsed, keys, context) and len(parsed) == len(formulas.items):
        check_values(parsed, leaves, formulas, context)
        starts = [name for name in (section["differentiate"], *given.keys) if name in names]
        check_slopes(parsed, starts, section["with_respect_to"] or (), formulas, context)
        check_given(parsed, given.keys, context)
        known = {name: node for name, node in _asked(section) if name in names}
        told = len(given.states) + len(given.keys)
        if starts and told == len(section["given"].items if section["given"] else given.keys):
            check_wanted(parsed, starts, known, context)
    if problem["updates"] and problem["updates"] > 1 and section.lacks("learning_rate"):
        context.mistake(problem.at("updates"), "problem.no_rate", updates=problem["updates"])
    _check_turns(problem, given, context)
    _check_optimiser(section, keys | leaf_keys, context)
    check_clipping(problem, section, context)
    check_schedule(section, context)
    _check_derived(problem, keys | leaf_keys, context)
    named = names_of(learnt_by(section)) if _learns(section) else ((), ())
    symbols.bind_graph(names, section["differentiate"] or given.symbol or "L", *named)
    if len(context):
        return None
    asked = section["with_respect_to"] or (() if formulas.items else tuple(given.derivatives))
    return Graph(
        formulas=tuple((key.text, text_of(value)) for key, value in formulas.items),
        marks=tuple((key.text, value.mark) for key, value in formulas.items),
        values=tuple(leaves.items()),
        differentiate=section["differentiate"],
        with_respect_to=asked,
        given=tuple(given.derivatives.items()),
        states=tuple((name, (number,)) for name, number in given.states.items()),
        loss_symbol=given.symbol or "L",
        learning_rate=section["learning_rate"],
        optimiser=learnt_by(section),
    )


def _leaves(section: Section, context: Context) -> dict[str, Leaf] | None:
    """The leaves with their numbers, None where only the symbol is known.

    None instead of all where of one nobody can say which size it has.
    """
    leaves: dict[str, Leaf] = {}
    for key, value in section["values"].items if section["values"] else ():
        if not is_name(key, context):
            continue
        if isinstance(value, Scalar):
            unknown = scalar_value(value) is None
            leaves[key.text] = None if unknown else number_of(value, context) or 0.0
            continue
        rows: Any = _array(key.text, value, context)
        if rows is BAD:
            return None
        count = len(rows) * len(rows[0])
        if count > MOST_ENTRIES:
            context.mistake(value, "problem.large_leaf", count=count, most=MOST_ENTRIES)
            return None
        leaves[key.text] = rows
    return leaves


def _array(name: str, node: Node, context: Context) -> Any:
    """Rows of numbers, as they stand there, drawn or by a formula."""
    if not isinstance(node, Mapping):
        return Numbers("expected.leaf", one_row=True).read(node, context)
    section = Record("leaf", (*GENERATED, SHAPE), "expected.leaf").read(node, context)
    if section is BAD or section["shape"] is BAD:
        return BAD
    given = generated(section, context)
    if given is BAD or given is None:
        if given is None:
            context.wrong(node, "expected.leaf")
        return BAD
    shape = section["shape"] or ((1, given.count) if isinstance(given, Regular) else None)
    if shape is None or None in shape:
        context.missing(node, "shape", "[2, 3]")
        return BAD
    rows, columns = map(int, shape)
    if rows * columns > MOST_ENTRIES:
        context.mistake(node, "problem.large_leaf", count=rows * columns, most=MOST_ENTRIES)
        return BAD
    return _filled(given, in_graph(name, (rows, columns)), node, context)


def _filled(given: Regular | Generated, array: Quantity, node: Node, context: Context) -> Any:
    """The rows of an array that a generator or a formula gives."""
    rows, columns = array.shape
    if isinstance(given, Generated):
        found: Row = normal(given, array)
    else:
        numbers = given.filled(array.shape)
        if numbers is None:
            size = f"{rows} x {columns}"
            context.mistake(node, "problem.formula_size", kind=given.kind, size=size)
            return BAD
        found = numbers
    return tuple(tuple(found[row * columns : (row + 1) * columns]) for row in range(rows))


def _given(
    problem: Section, names: tuple[str, ...], shapes: dict[str, tuple[int, ...]], context: Context
) -> _Given:
    """The derivatives that are given, and what the optimiser starts from."""
    section = problem["graph"]
    found = _Given()
    starts, form = _starts_of(section, names), form_of(learnt_by(section))
    for key, node in section["given"].items if section["given"] else ():
        match = _GIVEN.fullmatch(key.text)
        if match is None and key.text in starts:
            number: Any = _start(starts[key.text], node, form, context)
            if starts[key.text] in found.states:
                context.mistake(key, "problem.name_twice", name=key.text)
            found.states[starts[key.text]] = number
            continue
        if match is None or (found.symbol and match[1] != found.symbol):
            symbol = found.symbol or "L"
            if key.text == COUNT and _learns(section):
                context.mistake(key, "problem.no_count", optimiser=learnt_by(section).name)
            elif match is None and starts and "/" not in key.text:
                context.unknown(key, "problem.unknown_state", key.text, starts)
            else:
                context.mistake(key, "problem.given_form", found=shown(key.text), symbol=symbol)
            continue
        found.symbol = match[1]
        if match[2] not in names:
            context.unknown(key, "problem.unknown_quantity_name", match[2], names)
            continue
        if match[2] in found.keys:
            context.mistake(key, "problem.name_twice", name=key.text)
        found.keys[match[2]] = key
        if shapes.get(match[2]):
            context.mistake(key, "problem.given_array", name=match[2])
            continue
        value = _derivative(node, section, context)
        if value is not BAD:
            found.derivatives[match[2]] = value
    return found


class _Given:
    """What stands under `given:`."""

    def __init__(self) -> None:
        self.derivatives: dict[str, str | float | tuple[float, ...]] = {}
        self.keys: dict[str, Scalar] = {}
        """Of each derivative."""
        self.states: dict[str, float] = {}
        """By canonical names."""
        self.symbol = ""
        """Of what is differentiated."""


def _derivative(node: Node, section: Section, context: Context) -> Any:
    """A number, a symbol, or a number for each update."""
    if isinstance(node, Sequence):
        if section.lacks("learning_rate") and section.has("formulas"):
            context.mistake(node, "problem.given_for_updates")
        return ListOf(Number("expected.number"), "expected.row").read(node, context)
    number = scalar_value(node) if isinstance(node, Scalar) else None
    return Name().read(node, context) if isinstance(number, str) else number_of(node, context)


def _check_turns(problem: Section, given: _Given, context: Context) -> None:
    """There are no more gradients than updates, where the file says how many of these."""
    turns = {name: len(each) for name, each in given.derivatives.items() if type(each) is tuple}
    updates = problem["updates"] if problem.has("updates") else None
    for name, count in turns.items():
        if isinstance(updates, int) and count > updates:
            context.mistake(
                given.keys[name], "problem.given_beyond", name=shown(given.keys[name].text),
                count=count, updates=updates,
            )  # fmt: skip


def _starts_of(section: Section, names: tuple[str, ...]) -> dict[str, str]:
    """What the optimiser can start from, each by the names that a file may use."""
    optimiser = learnt_by(section)
    form = form_of(optimiser)
    starts = {COUNT: COUNT} if optimiser.counts else {}
    given = section["given"].items if section["given"] else ()
    found = [match[2] for key, _ in given if (match := _GIVEN.fullmatch(key.text))]
    learnt = section["with_respect_to"] or [name for name in names if name in found]
    for state in form.states:
        starts |= {f"{state}_{name}": state + name for name in learnt}
    return starts


def _start(name: str, node: Node, form: UpdateForm, context: Context) -> Any:
    """The number of the first update, or what is kept of a leaf."""
    if name == COUNT:
        number = Whole(1, MOST_UPDATES).read(node, context)
    elif name[0] in form.never_negative:
        number = Number("expected.mean_of_squares", 0).read(node, context)
    else:
        number = number_of(node, context)
    return 0.0 if number is BAD else float(number)


def _check_size(section: Section, shapes: dict[str, tuple[int, ...]], context: Context) -> None:
    """One number is differentiated."""
    of = section["differentiate"]
    if shapes.get(of):
        size = " x ".join(map(str, shapes[of]))
        context.mistake(section.at("differentiate"), "problem.not_one_number", name=of, size=size)


def _check_asked(
    section: Section,
    names: tuple[str, ...],
    keys: dict[str, Scalar],
    given: _Given,
    context: Context,
) -> None:
    """What is differentiated and by what must be there; or nothing of it, to go forward only."""
    begins = section.has("given") and (bool(given.keys) or not given.states)
    if section.has("differentiate") and begins:
        context.mistake(section.node, "problem.two_starts", child="differentiate")
    elif section.lacks("differentiate") and not begins and "given" not in section.meant:
        asks = [key for key in BACKWARD if section.has(key) or key in section.meant]
        if asks:
            context.mistake(section.node, "problem.no_start", child="differentiate")
    elif section.lacks("with_respect_to") and section.has("formulas"):
        context.missing(section.node, "with_respect_to", "[a, b]")
    of = section["differentiate"]
    if of and of not in names:
        context.unknown(section.at("differentiate"), "problem.unknown_quantity_name", of, names)
    seen: set[str] = set()
    for name, node in _asked(section):
        if name not in names:
            context.unknown(node, "problem.unknown_quantity_name", name, names)
        elif name in seen:
            context.mistake(node, "problem.name_twice", name=name)
        elif name in keys and section.has("learning_rate"):
            context.mistake(node, "problem.updates_formula", name=name)
        seen.add(name)


def _check_optimiser(section: Section, keys: dict[str, Scalar], context: Context) -> None:
    """Its own symbols, such as mu or t, cannot name anything else; and it needs a rate."""
    if not _learns(section):
        return
    if section.lacks("learning_rate"):
        key = "optimiser" if section["optimiser"] else "clipping"
        context.mistake(section.at(key), f"problem.{key}_without_rate")
    for name in sorted(set(formula_symbols(learnt_by(section))) & keys.keys()):
        context.mistake(keys[name], "problem.reserved_name", name=name)


def _learns(section: Section) -> bool:
    """Whether anything more is said of the steps than how long they are."""
    return bool(section["optimiser"] or section["clipping"])


def _check_derived(problem: Section, keys: dict[str, Scalar], context: Context) -> None:
    """The name of a derivative, a step or an optimiser's state cannot name anything else."""
    letters: tuple[str, ...] = ("d",)
    conventions, section = problem["conventions"], problem["graph"]
    if conventions and conventions["report"] == "step":
        letters += ("step",)
    if _learns(section):
        letters += learnt_by(section).beside
    for name in keys:
        for letter in letters:
            if letter + name in keys:
                context.mistake(
                    keys[letter + name], "problem.derived_name", name=letter + name, of=name
                )


def _asked(section: Section) -> tuple[tuple[str, Node], ...]:
    """The names by which is differentiated, each with its place."""
    if not section["with_respect_to"]:
        return ()
    nodes = section.at("with_respect_to")
    items = () if isinstance(nodes, Scalar | Mapping) else nodes.items
    return tuple(zip(section["with_respect_to"], items, strict=True))
