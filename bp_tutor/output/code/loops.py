"""The algorithm of the lectures in plain Python: loops over lists that count from 1."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.explain.general import ends_of
from bp_tutor.formula import (
    CANONICAL,
    Add,
    Call,
    Formula,
    Function,
    Indicator,
    Neg,
    Quantity,
    replace,
    spell,
    walk,
)
from bp_tutor.formula.algebra import scalar_code_of, template
from bp_tutor.formula.atoms import Hole, Pi
from bp_tutor.formula.quantity import SAMPLE
from bp_tutor.formula.style import Binding
from bp_tutor.output.code.algorithm import Assign, Loop, carried, refuse_layers, stages_of, told
from bp_tutor.output.code.libraries import TINY, TINY_LINE, CodeError
from bp_tutor.output.code.loop_names import LoopNames
from bp_tutor.output.code.statements import INDENT, comment, indented, nested
from bp_tutor.solve import Drawn, used

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation
    from bp_tutor.output.code.algorithm import Stage, Statement
    from bp_tutor.solve import Definition, Trace

MATHS = ("exp", "log", "log10", "sqrt", "sin", "cos", "tanh", "erf", "floor", "pi")
"""What Python has in its module `math`."""
BUILTIN = ("abs", "max", "min")
COLUMN = 44
"""Where reasons begin at most."""
ROOM = '''
def room(*lengths):
    """Zeros in lists within lists, with places from 1 on; place 0 stays unused."""
    if not lengths:
        return 0.0
    return [room(*lengths[1:]) for _ in range(lengths[0] + 1)]
'''
COUNTED = '''
def counted(values):
    """The list with its places counted from 1."""
    return [None] + [counted(each) if isinstance(each, list) else each for each in values]
'''
DRAWN = '''
def drawn(seed, name, scale, *lengths):
    """Normally distributed numbers that the seed decides, counted from 1."""
    draw = Random(f"{seed}:{name}").random

    def numbers(*lengths):
        if not lengths:
            return round(scale * sqrt(-2 * log(1 - draw())) * cos(2 * pi * draw()), 9)
        return [None] + [numbers(*lengths[1:]) for _ in range(lengths[0])]

    return numbers(*lengths)
'''
SHOW = '''
def shown(values):
    """The numbers of a list, without its unused places; None where there is nothing."""
    if not isinstance(values, list):
        return values if values is None else round(values, {digits})
    return [shown(each) for each in values[1:]]
'''


class LoopWriter:
    """Writes the algorithm of one problem."""

    def __init__(self, page: Presentation, trace: Trace) -> None:
        refuse(trace)
        self.page = page
        self.trace = trace
        self.run = trace.runs[0]
        self.ends = ends_of(self.run.program.lines, page.settings.structure)
        self.stages = stages_of(trace, self.ends)
        self.kept = carried(self.run)
        self.names = LoopNames(page.symbols, self.kept)
        self.used: dict[str, None] = {}
        self.functions: dict[str, Function] = {}

    def said(self, key: str, **values: object) -> str:
        """A word for comments."""
        return self.page.words.text(f"code.{key}", **values)

    def program(self) -> str:
        """The whole program."""
        update = [line for stage in self.stages for line in self._stage(stage)]
        update += self._carried()
        given = self._given()
        body = self._repeated(update)
        shown = self._shown()
        title = comment(self.page.say(self.trace.problem.title))
        head = [comment(self.said("loops.made")), "#", title, ""]
        maths = [name for name in MATHS if name in self.used]
        head += [f"from math import {', '.join(maths)}"] if maths else []
        head += ["from random import Random"] if "drawn" in self.used else []
        head += [""] if head[-1] else []
        head += [TINY_LINE, ""] if TINY in self.used else []
        digits = self.page.settings.digits + 3
        own = [DRAWN] if "drawn" in self.used else []
        parts = [
            ROOM,
            COUNTED,
            *own,
            SHOW.format(digits=digits),
            *map(self._function, self.functions.values()),
        ]
        text = "\n".join((*head, "")) + "\n".join(parts) + "\n\n"
        return text + "\n".join((*given, *body, *shown, ""))

    # Statements.

    def _stage(self, stage: Stage) -> list[str]:
        key = told(stage, self.trace.problem)
        lines = ["", comment(self.said(f"loops.{key}"))]
        return [*lines, *(line for each in stage.body for line in self._statement(each))]

    def _statement(self, statement: Statement) -> list[str]:
        if isinstance(statement, Loop):
            first, last = self._text(statement.first), self._text(statement.last)
            span = f"{first}, {_less(last)}, -1" if statement.down else f"{first}, {last} + 1"
            body = [line for each in statement.body for line in self._statement(each)]
            return [f"for {statement.letter} in range({span}):", *indented(body)]
        return [self._assigned(statement)]

    def _assigned(self, statement: Assign) -> str:
        target = self._text(statement.target)
        sign, formula = "+=" if statement.adds else "=", statement.formula
        match formula:
            case Add((first, Neg(second))) if not statement.adds and self._text(first) == target:
                sign, formula = "-=", second
        code = self._text(formula)
        if sign == "-=" and isinstance(formula, Add):
            code = f"({code})"
        line = f"{target} {sign} {code}"
        reason = self.page.words.rule(statement.rule) if statement.rule else ""
        return f"{line:{COLUMN}}  {comment(reason)}" if reason and len(line) <= COLUMN else line

    def _text(self, formula: Formula) -> str:
        return spell(replace(formula, self._put), self.names)

    def _put(self, node: Formula) -> Formula | None:
        """What has another name in Python."""
        match node:
            case Indicator(arg, sign):
                self.used[TINY] = None
                bound = TINY if sign in (">", "<=") else f"-{TINY}"
                inside = spell(replace(arg, self._put), self.names)
                return _Code(f"(1 if {inside} {sign[0]} {bound} else 0)")
            case Pi():
                self.used["pi"] = None
            case Call(function, args):
                if function.body == function.parameters[0]:
                    return replace(args[0], self._put)
                self._need(function)
                inside = ", ".join(spell(replace(arg, self._put), self.names) for arg in args)
                return _Code(f"{function.name}({inside})")
        return None

    def _need(self, function: Function) -> None:
        """Remember that a function is called."""
        if function.name in MATHS:
            self.used[function.name] = None
        elif function.name not in BUILTIN and function.name not in self.functions:
            if function.body is not None:
                for node in walk(template(function.body)):
                    if isinstance(node, Call):
                        self._need(node.function)
                    elif isinstance(node, Indicator):
                        self.used[TINY] = None
                    elif spell(node, CANONICAL) in MATHS:
                        self.used[spell(node, CANONICAL)] = None
            else:
                words = re.findall(r"[a-z]\w*", scalar_code_of(function))
                self.used.update(dict.fromkeys(word for word in words if word in MATHS))
            self.functions[function.name] = function

    def _function(self, function: Function) -> str:
        """The definition of a function, as its formula says it."""
        body = template(function.body) if function.body else None
        code = scalar_code_of(function).format(**{name: name for name in function.parameters})
        if body is not None:
            code = spell(replace(replace(body, _letters), self._put), self.names)
        return f"\ndef {function.name}({', '.join(function.parameters)}):\n{INDENT}return {code}\n"

    # What is given.

    def _given(self) -> list[str]:
        units = ", ".join(map(str, (0, *self.ends.units)))
        alone = "_alone" * self.page.settings.structure.alone
        lines = [
            comment(self.said("given")),
            f"n = {len(self.ends.units)}  {comment(self.said(f'loops.n{alone}'))}",
            f"N = [{units}]  {comment(self.said('loops.N'))}",
        ]
        if self.samples > 1:
            lines.append(f"m = {self.samples}  {comment(self.said('loops.m'))}")
        lines += self._rooms()
        values = self.run.program.model.given
        cut = self._cut()
        for quantity in self._inputs():
            if quantity in cut:
                continue
            place = f"[{quantity.place[0]}]" if self.names.layered(quantity) else ""
            numbers = values[quantity]
            if quantity == self.run.program.model.rate:
                numbers = self.run.values[quantity]
            assert numbers is not None
            lines.append(
                f"{self.names.array(quantity)}{place} = {self._numbers(quantity, numbers)}"
            )
        return lines

    @property
    def samples(self) -> int:
        """How many samples one update sees."""
        return len(self.run.rows)

    def _inputs(self) -> list[Quantity]:
        """Given quantities that take part."""
        uses = {each for line in self.run.program.lines for each in used(line.formula)}
        return [quantity for quantity in self.run.program.model.given if quantity in uses]

    def _cut(self) -> dict[Quantity, Quantity]:
        """Arrays of which each update sees some samples, with those of all samples."""
        before = self.trace.before
        if before is None or before.rows == self.run.rows:
            return {}
        held = {each.name: each for each in before.program.model.given}
        return {each: held[each.name] for each in self._inputs() if SAMPLE in each.axes}

    def _numbers(self, quantity: Quantity, numbers: tuple[float, ...]) -> str:
        """The numbers of an array as lists, one within the other for each axis that is seen."""
        seen = self._lengths(quantity)
        if isinstance(numbers, Drawn):
            self.used.update(dict.fromkeys(("drawn", "sqrt", "log", "cos", "pi")))
            how = repr(numbers.seed), f'"{numbers.stream}"', repr(numbers.scale)
            return f"drawn({', '.join((*how, *map(str, seen)))})"
        if not seen:
            return repr(float(numbers[0]))
        return f"counted({nested([float(each) for each in numbers], seen)})"

    def _lengths(self, quantity: Quantity) -> tuple[int, ...]:
        shown = self.ends.seen(quantity)
        return tuple(length for length, seen in zip(quantity.shape, shown, strict=True) if seen)

    def _rooms(self) -> list[str]:
        """Lists for everything that is calculated, and for what is given in several layers."""
        heads: dict[str, Quantity] = {}
        held: dict[str, set[int]] = {}
        for quantity in (*self._inputs(), *(line.quantity for line in self._lines())):
            held.setdefault(self.names.array(quantity), set()).update(quantity.place[:1])
            # One bias may be shared in a layer, and each unit have its own in another.
            before = heads.setdefault(self.names.array(quantity), quantity)
            if len(self._lengths(quantity)) > len(self._lengths(before)):
                heads[self.names.array(quantity)] = quantity
        given = {self.names.array(each) for each in self._inputs()}
        lines = []
        for name, quantity in heads.items():
            lengths = self._sizes(quantity)
            if self.names.layered(quantity):
                end = "n" if quantity.is_weight else "n + 1"
                only = self._only(held[name], len(self.ends.units) + (not quantity.is_weight))
                lines.append(f"{name} = [room({lengths}){only} for i in range({end})]")
            elif lengths and name not in given:
                lines.append(f"{name} = room({lengths})")
        return lines

    @staticmethod
    def _only(layers: set[int], end: int) -> str:
        """For which layers there is an array: one may share its weights, or have no bias."""
        first, *others = sorted(layers)
        if len(layers) == end - first:
            return f" if i > {first - 1} else None" if first > 1 else ""
        return f" if i {f'in {[first, *others]}' if others else f'== {first}'} else None"

    def _lines(self) -> list[Definition]:
        return [
            line for line in self.run.program.lines if line.is_written or line.phase == "update"
        ]

    def _sizes(self, quantity: Quantity) -> str:
        """The lengths of the lists of one layer."""
        texts = []
        for axis, length, seen in zip(
            quantity.axes, quantity.shape, self.ends.seen(quantity), strict=True
        ):
            if not seen:
                continue
            layered = self.names.layered(quantity)
            if axis == SAMPLE:
                texts.append("m")
            elif axis in ("unit", "from") and layered:
                texts.append("N[i]")
            elif axis == "to" and layered:
                texts.append("N[i + 1]")
            else:
                texts.append("N[n]" if length == self.ends.units[-1] else str(length))
        return ", ".join(texts)

    # Around one update.

    def _repeated(self, update: list[str]) -> list[str]:
        """The updates one after the other."""
        cut = self._cut()
        if len(self.trace.runs) == 1 and not cut:
            return update
        lines: list[str] = [""]
        start: list[str] = []
        rate = self.run.program.model.rate
        if rate in self.run.program.model.given:
            assert rate is not None
            rates = [run.values[rate][0] for run in self.trace.runs]
            if len(set(rates)) > 1:
                name = self.names.array(rate)
                lines.append(f"rates = counted({nested(rates, (len(rates),))})")
                start.append(f"{name} = rates[update]")
        if cut:
            epoch = list(dict.fromkeys(run.rows for run in self.trace.runs))
            batches = [[row + 1 for row in rows] for rows in epoch]
            for whole in cut.values():
                given = self.trace.before
                assert given is not None
                values = given.program.model.given[whole]
                assert values is not None
                lines.append(f"{self._every(whole)} = {self._numbers(whole, values)}")
            lines.append(f"batches = {batches}  {comment(self.said('loops.batches'))}")
            start.append(f"batch = batches[(update - 1) % {len(batches)}]")
            for part, whole in cut.items():
                place = f"[{part.place[0]}]" if self.names.layered(part) else ""
                picked = f"{self._every(whole)}[batch[0]]"
                if self.samples > 1:
                    picked = f"[None] + [{self._every(whole)}[s] for s in batch]"
                start.append(f"{self.names.array(part)}{place} = {picked}")
        lines.append(f"for update in range(1, {len(self.trace.runs) + 1}):")
        return [*lines, *indented([*start, *update])]

    def _every(self, quantity: Quantity) -> str:
        """The list of all samples."""
        return f"{self.names.array(quantity)}_all"

    def _carried(self) -> list[str]:
        """New values that only now take the place of the old ones."""
        lines = []
        for new, old in self.kept.items():
            place = f"[{new.place[0]}]" if self.names.layered(new) else ""
            target, source = (f"{self.names.array(each)}{place}" for each in (old, new))
            copied = f"{source}[:]" if len(self._lengths(new)) == 1 else source
            if len(self._lengths(new)) > 1:
                copied = f"[None] + [row[:] for row in {source}[1:]]"
            lines.append(f"{target} = {copied}")
        return ["", comment(self.said("carried")), *lines] if lines else []

    def _shown(self) -> list[str]:
        """What comes out, array by array."""
        names = dict.fromkeys(self.names.array(line.quantity) for line in self._lines())
        return [
            "",
            comment(self.said("loops.shown")),
            *(f'print("{name} =", shown({name}))' for name in names),
        ]


class _Code(Formula):
    """A part of a formula that is Python already."""

    __slots__ = __match_args__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text

    @property
    def shape(self) -> tuple[int, ...]:
        return ()

    def spelled(self, speller: object) -> tuple[str, int]:
        return self.text, Binding.ATOM


def _letters(node: Formula) -> Formula | None:
    """The names in the formula of a function as plain names."""
    return _Code(node.symbol) if isinstance(node, Hole) else None


def _more(text: str) -> str:
    """One more than a bound."""
    if text.endswith(" - 1"):
        return text.removesuffix(" - 1")
    return str(int(text) + 1) if text.isdecimal() else f"{text} + 1"


def _less(text: str) -> str:
    """One less than a bound."""
    return str(int(text) - 1) if text.isdecimal() else f"{text} - 1"


def refuse(trace: Trace) -> None:
    """Refuse, by name, what has no plain loops here.

    Raises:
        CodeError: says what.
    """
    problem, runs = trace.problem, trace.runs
    refuse_layers(problem)
    rounded = (problem.rounding.digits_of(each.name) for each in runs[0].values)
    if any(digits is not None for digits in rounded):
        raise CodeError("code.loops.rounding", option="--rounding exact")
    if not all(step.value is not None for step in runs[0].steps if not step.line.may_fail):
        raise CodeError("code.loops.numbers")
    if any(run.program.lines != runs[0].program.lines for run in runs):
        raise CodeError("code.loops.batches_differ")
