"""Which optimiser of PyTorch means the same as the problem's; none where it means another thing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.solve.program import used

if TYPE_CHECKING:
    from bp_tutor.render.code.names import Names
    from bp_tutor.solve import Run, Trace


def optimiser_of(trace: Trace, names: Names, *, rates_change: bool) -> tuple[str, str] | None:
    """The class in `torch.optim` and its arguments behind the parameters."""
    run = trace.runs[0]
    model = run.program.model
    part = trace.problem.network or trace.problem.graph
    if part is None or model.rate is None or model.factor < 0 or not run.program.carried_on:
        return None
    known = {quantity.symbol: quantity for quantity in model.given if not quantity.place}

    def argument(word: str, symbol: str) -> str:
        return f"{word}={names.variable(known[symbol])}"

    rate = f"lr={names.variable(model.rate)}"
    outside = not dict(part.optimiser.parameters).get("epsilon_inside")
    match part.optimiser.name:
        case "gradient_descent":
            return "SGD", rate
        # Its velocity is counted in gradients, not in steps: the same while the rate stays.
        case "momentum" if _of_gradients(run) or not rates_change:
            return "SGD", f"{rate}, {argument('momentum', 'mu')}"
        case "nesterov" if not rates_change:
            return "SGD", f"{rate}, {argument('momentum', 'mu')}, nesterov=True"
        case "rmsprop" if outside:
            return "RMSprop", f"{rate}, {argument('alpha', 'rho')}, {argument('eps', 'epsilon')}"
        case "adam" if outside:
            betas = f"({names.variable(known['beta1'])}, {names.variable(known['beta2'])})"
            return "Adam", f"{rate}, betas={betas}, {argument('eps', 'epsilon')}"
    return None


def _of_gradients(run: Run) -> bool:
    """Whether the velocity adds up gradients: then the rate stands in the step."""
    rate = run.program.model.rate
    _, new = run.program.carried_on[0]
    line = run.program.line(new)
    return line is not None and rate in used(line.formula)
