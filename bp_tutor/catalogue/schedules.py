"""Schedules: how the learning rate changes from update to update, as formulas of t.

The formulas speak of `start`, the learning rate of the file, of `t`, which counts the updates
from 1, and of the schedule's own settings.

Sources: cosine as by Loshchilov and Hutter (2017) without restarts, linear warm-up as by Goyal et
al. (2017).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.fields.described import table
from bp_tutor.fields.forms import Number, Whole
from bp_tutor.fields.records import Field
from bp_tutor.formula.algebra import filled, number, template, tidy
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.fields.forms import Setting
    from bp_tutor.formula import Formula

SCHEDULED = "scheduled_rate"
"""The rule of the line of a learning rate."""
MOST = 1_000_000_000


class ScheduleKind(Frozen):
    """A schedule: its name in a file, the formula of the learning rate, and its settings."""

    key: str
    formula: str
    fields: tuple[Field, ...] = ()
    also: tuple[str, ...] = ()
    """What else it is called; only for the hint in a message."""


class Schedule(Frozen):
    """A schedule as a file chooses it."""

    name: str
    settings: tuple[tuple[str, Setting], ...] = ()


def rate_of(schedule: Schedule, start: float, count: Formula) -> Formula:
    """The learning rate of the update that `count` stands for."""
    holes: dict[str, Formula] = {
        name: number(float(value)) for name, value in (*schedule.settings, ("start", start))
    }
    holes["t"] = count
    if dict(schedule.settings).get(RISING):
        # It rises to where the schedule starts, whose first update is the one behind it.
        risen = filled(template(_RISEN), holes)
        holes |= {"start": risen, "t": filled(template(_BEHIND), holes)}
    return tidy(filled(template(SCHEDULES[schedule.name].formula), holes))


RISING = "warm_up"
"""The setting of the schedules that fall: so many updates of warm-up before."""
_RISEN = f"start*min(1, t/{RISING})"
_BEHIND = f"max(t - {RISING}, 1)"
_PART = Number("expected.share_above", 0, 1, above=0)
_FACTOR = Field("factor", _PART, "0.5", 0.5, also=("gamma",))
_UPDATES = Whole(1, MOST)
_RISING = Field(RISING, _UPDATES, "3", also=("warmup", "warmup_steps"))

SCHEDULES = table(
    ScheduleKind(
        "step",
        "start*factor**floor((t - 1)/every)",
        (
            _FACTOR,
            Field("every", _UPDATES, "2", required=True, also=("step_size", "updates")),
            _RISING,
        ),
        also=("step_decay", "staircase"),
    ),
    ScheduleKind(
        "exponential",
        "start*factor**(t - 1)",
        (_FACTOR._replace(example="0.9", default=0.9), _RISING),
        also=("exponential_decay", "exp"),
    ),
    ScheduleKind(
        "cosine",
        "end + 1/2*(start - end)*(1 + cos(pi*min(t - 1, updates)/updates))",
        (
            Field("updates", _UPDATES, "10", required=True, also=("steps", "t_max")),
            Field("end", Number("expected.not_negative", 0), "0.001", 0.0, also=("min", "eta_min")),
            _RISING,
        ),
        also=("cosine_annealing", "cosine_decay"),
    ),
    ScheduleKind(
        "warm_up",
        "start*min(1, t/updates)",
        (Field("updates", _UPDATES, "4", required=True, also=("steps", "warmup_steps")),),
        also=("warmup", "linear_warmup"),
    ),
)
