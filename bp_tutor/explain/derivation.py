"""From a trace to the document that a teacher would write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.closing import closing_lines
from bp_tutor.explain.document import Document, Joined, Said, Section, Table, sentence
from bp_tutor.explain.facts import facts_of
from bp_tutor.explain.given import given_section
from bp_tutor.explain.nodes import DOTS
from bp_tutor.explain.picture import picture_of
from bp_tutor.explain.sections import sections_of
from bp_tutor.explain.slopes import with_proofs
from bp_tutor.explain.verifying import wrong_names
from bp_tutor.formula import Entry

if TYPE_CHECKING:
    from bp_tutor.explain.document import Sentence
    from bp_tutor.explain.settings import Settings
    from bp_tutor.explain.view import View
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve import Run, Trace

GENERAL = "general"
MOST_OUTPUTS = 12


def document_of(settings: Settings, trace: Trace, view: View) -> Document:
    """What is to be shown: the derivation, or its general form."""
    if view.form == GENERAL:
        from bp_tutor.explain.general import general_document

        return general_document(settings, trace, view)
    return derivation(settings, trace, view)


def derivation(settings: Settings, trace: Trace, view: View, *, verified: bool = True) -> Document:
    """The whole derivation, or the part of it that `view` asks for.

    Without being `verified` it says nothing of how it was checked: for numbers that change while
    they are looked at.
    """
    problem, runs = trace.problem, trace.runs
    sections: list[Section] = []
    wrong: list[Said] = []
    for run in runs:
        found = sections_of(settings, run, view)
        wrong += wrong_names(settings, run, found) if verified else ()
        occasion = _which_update(problem, run, len(runs)) or ""
        sections += [part._replace(update=run.update, occasion=occasion) for part in found]
    if trace.after is not None and trace.before is not None and view.everything:
        sections += _after(settings, trace.before, trace.after, len(runs))
    note = sentence("elided.dots", dots=DOTS, option="--all")
    numbered = tuple(
        part._replace(number=place, dots_note=note)
        for place, part in enumerate(with_proofs(sections), 1)
    )
    given = given_section(settings, runs[0], view.form) if view.everything else None
    closing, sound = closing_lines(settings, runs, wrong) if verified else ((), True)
    if view.everything and len(runs) < problem.updates and trace.after is not None:
        said = sentence("elided.more_updates", shown=len(runs), count=problem.updates)
        closing = (*closing, said)
    whole = view.everything
    return Document(
        title=problem.title,
        facts=facts_of(settings, problem) if whole else (),
        picture=picture_of(settings, problem, runs[0]) if whole else None,
        sections=(*([given] if given else []), *numbered),
        closing=closing,
        sound=sound,
    )


def _which_update(problem: Problem, run: Run, updates: int) -> Sentence | None:
    """Which update it is and which samples it uses, where that is not plain."""
    number = run.update - 1 + problem.conventions.first_update
    count = problem.network.sample_count if problem.network is not None else 1
    if len(run.rows) == count:
        return sentence("section.update_number", number=number) if updates > 1 else None
    rows = tuple(row + 1 for row in run.rows)
    if len(rows) == 1:
        return sentence("section.update_number_sample", number=number, sample=rows[0])
    return sentence("section.update_number_samples", number=number, samples=Joined(rows))


def _after(settings: Settings, first: Run, after: Run, updates: int) -> list[Section]:
    """What the updates changed: outputs and loss before the first and after the last.

    Where derivatives of the loss are given, not the loss itself: what they are derivatives by.
    """
    model = after.program.model
    loss = model.loss
    outputs = model.outputs if loss is not None else tuple(model.seeds)
    shown = [q for q in outputs if q.size <= MOST_OUTPUTS and q in first.values and q != loss]
    shown += [loss] if loss is not None and loss in first.values else []
    rows = tuple(
        (Entry(quantity, index), *(settings.number(run, quantity, index) for run in (first, after)))
        for quantity in shown
        for index in quantity.indices()
    )
    heads = tuple(
        sentence(f"table.{head}") for head in ("quantity", "before_update", "after_update")
    )
    head = sentence("section.after", count=updates)
    return [Section(head, "after", (Table(heads, rows),))] if rows else []
