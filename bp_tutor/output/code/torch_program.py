"""The forward pass in PyTorch; its gradients by autograd, which are those of the derivation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.optimisers import form_of
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, VALUE
from bp_tutor.output.code.helpers import helpers
from bp_tutor.output.code.libraries import CodeError, PyTorch
from bp_tutor.output.code.names import ALL
from bp_tutor.output.code.outline import all_lines, lines_to
from bp_tutor.output.code.statements import INDENT, comment, indented, listed, written
from bp_tutor.output.code.writer import Writer
from bp_tutor.solve.program import used

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain import Presentation
    from bp_tutor.formula import Quantity
    from bp_tutor.output.code.names import Names
    from bp_tutor.output.code.outline import Outline, Part
    from bp_tutor.solve import Run, Trace

FORWARD = ("forward", "loss")
BY_FORMULA = (*FORWARD, "derivative")
"""Phases whose values are worked out line by line."""


class TorchWriter(Writer):
    """The forward pass as lines of PyTorch; everything behind it is PyTorch's own."""

    def __init__(self, page: Presentation, trace: Trace) -> None:
        super().__init__(page, trace, PyTorch())
        problem, program = trace.problem, trace.runs[0].program
        if problem.rounding.by_hand:
            raise CodeError("code.rounding", option="--rounding exact")
        if problem.conventions.update_order == "sequential":
            raise CodeError("code.sequential")
        model = program.model
        behind = {quantity.as_kind(DERIVATIVE) for quantity in model.behind_stated}
        if not behind.isdisjoint(program.defined):
            raise CodeError("code.stated", option="--code numpy")
        # A learning rule without a gradient asks autograd for nothing.
        self.by_gradient = not model.errors
        self.asked = dict.fromkeys((*model.trained, *model.wanted) if self.by_gradient else ())
        self.forward = [line for line in program.lines if line.phase in FORWARD]
        self.in_forward = {quantity for line in self.forward for quantity in used(line.formula)}
        self.in_forward.update(model.seeds)
        self.phases = {line.quantity.name: line.phase for line in all_lines(trace.runs[0])}
        for line in program.lines:
            if line.quantity.kind == DERIVATIVE:
                value = self.names.variable(line.quantity.as_kind(VALUE))
                self.names.spell_as(line.quantity, f"{value}.grad")
        self.optimiser = _optimiser_of(trace, self.names, rates_change=self.rates_change)

    def is_forward(self, quantity: Quantity) -> bool:
        """Whether a quantity belongs to the forward pass, the loss, or to `∂A/∂Z`."""
        return self.phases.get(quantity.name) in BY_FORMULA

    def shown_by(self, outline: Outline, phase: str) -> list[Quantity]:
        """What an update shows of one phase."""
        return [q for part in outline.parts for q in part.shown if self.phases[q.name] == phase]

    def updates(self, outline: Outline) -> bool:
        """Whether new weights are shown or used."""
        return outline.goes_on or bool(self.shown_by(outline, "update"))

    # What is given.

    def inputs(self, outline: Outline) -> list[Quantity]:
        run = outline.run
        model = run.program.model
        shown = [q for part in outline.parts for q in part.shown]
        behind = outline.goes_on or not all(map(self.is_forward, shown))
        wanted = [*filter(self.is_forward, shown), *(model.seeds if behind else ())]
        lines = list(lines_to(run, tuple(wanted), set()))
        uses = {quantity for line in lines for quantity in used(line.formula)}
        if behind:
            uses |= {quantity for seed in model.seeds.values() for quantity in used(seed)}
        if self.updates(outline):
            kept = {old for old, _ in run.program.next_values if old not in self.asked}
            told = {q for line in run.program.lines if line.phase == "update"
                    for q in used(line.formula)}  # fmt: skip
            uses |= told - kept if self.optimiser else told
        return [quantity for quantity in model.given if quantity in uses]

    def leaf(self, quantity: Quantity, text: str) -> str:
        if not quantity.shape and quantity in self.in_forward and not text.startswith("torch."):
            text = f"torch.tensor({text})"
        if quantity not in self.asked or quantity not in self.in_forward:
            return text
        if text.startswith("torch.tensor(") and text.endswith(")"):
            return f"{text[:-1]}, requires_grad=True)"
        return f"{text}.requires_grad_()"

    def given(self, quantities: Iterable[Quantity]) -> list[str]:
        needed = list(quantities)
        rate = self.trace.runs[0].program.model.rate
        lines = super().given(needed)
        if self.optimiser and rate is not None and rate in needed:
            kind, arguments = self.optimiser
            if self.rates_change:
                name = self.names.variable(rate)
                arguments = arguments.replace(f"lr={name}", f"lr={name}{ALL}[0]")
            trained = [
                old for old, _ in self.trace.runs[0].program.next_values if old in self.asked
            ]
            made = f"optimiser = torch.optim.{kind}(["
            lines += ["", *listed(made, map(self.names.variable, trained), f"], {arguments})")]
        return lines

    def samples(self, rows: str, quantities: Iterable[Quantity]) -> list[str]:
        asking = {self.names.variable(each) for each in self.asked}
        return [
            f"{line}.clone().requires_grad_()" if line.partition(" ")[0] in asking else line
            for line in super().samples(rows, quantities)
        ]

    def start(self, outline: Outline, rows: str, update: str) -> list[str]:
        lines = super().start(outline, rows, update)
        rate = outline.run.program.model.rate
        if len(self.trace.runs) > 1 and self.updates(outline):
            if self.optimiser:
                lines.append("optimiser.zero_grad()")
            if self.optimiser and self.rates_change and rate is not None:
                name = self.names.variable(rate)
                groups = "for group in optimiser.param_groups:"
                lines += [groups, f'{INDENT}group["lr"] = {name}']
            trained = outline.run.program.model.trained
            lines += [
                f"{self.names.variable(quantity)}.grad = None"
                for quantity in self.asked
                if quantity not in trained and not self.is_cut(quantity)
            ]
        return lines

    def head(self, lines: list[str]) -> list[str]:
        used_too = self.library.used
        text = "\n".join(lines)
        found = helpers(self.library, ["show"], self.page.words)
        settings = [
            "torch.set_default_dtype(torch.float64)",
            f"torch.set_printoptions(precision={self.precision})",
        ]
        if "rng" in used_too:
            settings.append("torch.manual_seed(1)")
        imports = sorted({*found.imports, *(["import math"] if "math." in text else [])})
        imports += [*([""] if imports else []), "import torch"]
        if "F." in text:
            imports.append("import torch.nn.functional as F")
        return found.behind(imports, settings)

    # What is calculated.

    def body(self, outline: Outline, runs: list[Run]) -> list[str]:
        run = outline.run
        done: set[Quantity] = set()
        lines: list[str] = []
        later: list[Part] = []
        for part in outline.parts:
            if not self.is_forward(part.shown[0]):
                later.append(part)
                continue
            found = lines_to(run, part.shown, done)
            done |= {line.quantity for line in found}
            lines += self.section(part._replace(lines=found), runs)
        if self.by_gradient and (later or outline.goes_on):
            lines += self.backward(outline, done, runs)
        for part in later:
            if self.phases[part.shown[0].name] != "update":
                lines += [
                    "",
                    comment(self.page.say(part.heading)),
                    *self.shown(map(self.pair, part.shown)),
                ]
        return [*lines, *self.update(outline, later, runs)]

    def pair(self, quantity: Quantity) -> tuple[str, str]:
        """The name of a value, and where it is found."""
        return self.names.variable(quantity), self.names.name(quantity, None)

    def backward(self, outline: Outline, done: set[Quantity], runs: list[Run]) -> list[str]:
        """The way back, by autograd."""
        run = outline.run
        seeds = run.program.model.seeds
        missing = lines_to(run, tuple(seeds), done)
        kept = [
            self.names.variable(quantity.as_kind(VALUE))
            for phase in ("backward", "gradient")
            for quantity in self.shown_by(outline, phase)
            if self.is_forward(quantity.as_kind(VALUE))
        ]
        aim = self.library.text(run.program.model.objective, self.names)
        lines = [*self.leading(missing, runs), "", comment(self.said("autograd"))]
        if len(kept) == 1:
            lines.append(f"{kept[0]}.retain_grad()")
        elif kept:
            lines += [*listed("for value in (", kept, "):"), f"{INDENT}value.retain_grad()"]
        lines.append(f"{aim}.backward()" if aim.isidentifier() else f"({aim}).backward()")
        return lines

    def update(self, outline: Outline, later: list[Part], runs: list[Run]) -> list[str]:
        """New weights: by the optimiser that means the same, else line by line."""
        if not self.updates(outline):
            return []
        run = outline.run
        parts = [part for part in later if self.phases[part.shown[0].name] == "update"]
        heading = self.page.say(parts[0].heading) if parts else self.said("carried")
        shown = [quantity for part in parts for quantity in part.shown]
        lines = ["", comment(heading)]
        if self.optimiser:
            lines.append("optimiser.step()")
            olds = {new: old for old, new in run.program.next_values}
            news = [new for new in shown if new.kind == UPDATED]
            pairs = [(self.names.variable(q), self.names.variable(olds[q])) for q in news]
            return [*lines, *self.shown(pairs)] if pairs else lines
        news = [new for _, new in run.program.next_values] if outline.goes_on else []
        wanted = dict.fromkeys((*shown, *news))
        found = [line for line in run.program.lines if line.phase == "update"]
        kept = lines_to(run, tuple(wanted), {line.quantity for line in run.program.lines
                                             if line not in found})  # fmt: skip
        told = written([self.statement(line, runs) for line in kept])
        lines += ["with torch.no_grad():", *indented(told)] if self.asked else told
        lines += self.shown((name, name) for name in map(self.names.variable, shown))
        if outline.goes_on:
            lines += ["", comment(self.said("carried")), *self.renewed(run)]
            trained = [self.names.variable(old) for old, _ in run.program.next_values
                       if old in self.asked]  # fmt: skip
            lines += [f"{name}.requires_grad_()" for name in trained]
        return lines


def _optimiser_of(trace: Trace, names: Names, *, rates_change: bool) -> tuple[str, str] | None:
    """The class in `torch.optim` that means the same, and its arguments behind the parameters."""
    run = trace.runs[0]
    model = run.program.model
    part = trace.problem.network or trace.problem.graph
    if part is None or model.rate is None or model.factor < 0 or not run.program.next_values:
        return None
    if part.states:
        # PyTorch's optimisers start from nothing.
        return None
    if model.errors:
        return None
    if part.optimiser.clipping is not None or part.optimiser.schedule is not None:
        # PyTorch adds a millionth to the norm, and its schedules count epochs.
        return None
    form = form_of(part.optimiser, trace.problem.conventions.report)
    if form.pytorch is None or (form.while_rate_stays and rates_change):
        return None
    kind, arguments = form.pytorch
    symbols = (each for each in model.given if not each.place)
    return kind, arguments.format(**{each.symbol: names.variable(each) for each in symbols})
