"""From a trace to the document that a teacher would write."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.closing import closing_lines
from bp_tutor.explain.document import Document, Section, Table
from bp_tutor.explain.facts import facts_of
from bp_tutor.explain.given import given_section
from bp_tutor.explain.picture import picture_of
from bp_tutor.explain.sections import sections_of
from bp_tutor.explain.verifying import wrong_names
from bp_tutor.formula import UNICODE

if TYPE_CHECKING:
    from bp_tutor.explain.page import Page
    from bp_tutor.explain.view import View
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve import Run, Trace

MOST_OUTPUTS = 12


def derivation(page: Page, trace: Trace, view: View, width: int = 80) -> Document:
    """The whole derivation, or the part of it that `view` asks for."""
    problem, runs = trace.problem, trace.runs
    sections: list[Section] = []
    wrong: list[str] = []
    between = " - " if page.style.name == "ascii" else " · "
    for run in runs:
        found = [part._replace(update=run.update) for part in sections_of(page, run, view)]
        wrong += wrong_names(page, run, found)
        head = _which_update(page, problem, run, len(runs))
        if head:
            found = [part._replace(heading=f"{head}{between}{part.heading}") for part in found]
        sections += found
    if trace.after is not None and trace.before is not None and view.everything:
        sections += _after(page, trace.before, trace.after, len(runs))
    note = page.words.text("elided.dots", dots=page.style.inline(page.dots), option="--all")
    numbered = tuple(
        part._replace(number=place, dots=page.dots, dots_note=note)
        for place, part in enumerate(sections, 1)
    )
    given = given_section(page, runs[0], view.form) if view.everything else None
    closing, sound = closing_lines(page, runs, wrong)
    if view.everything and len(runs) < problem.updates and trace.after is not None:
        said = page.words.text("elided.more_updates", shown=len(runs), count=problem.updates)
        closing = (*closing, said)
    whole = view.everything
    return Document(
        title=page.said(problem.title),
        facts=facts_of(page, problem) if whole else (),
        picture=picture_of(_in_text(page), problem, runs[0], width) if whole else (),
        sections=(*([given] if given else []), *numbered),
        closing=closing,
        sound=sound,
    )


def _in_text(page: Page) -> Page:
    """The page with lines of text for its formulas: what a picture made of signs is drawn with."""
    return page._replace(style=UNICODE) if page.style.typeset else page


def _which_update(page: Page, problem: Problem, run: Run, updates: int) -> str:
    """Which update it is and which samples it uses, where that is not plain."""
    number = run.update - 1 + problem.conventions.first_update
    count = problem.network.sample_count if problem.network is not None else 1
    if len(run.rows) == count:
        return page.words.text("section.update_number", number=number) if updates > 1 else ""
    rows = [str(row + 1) for row in run.rows]
    if len(rows) == 1:
        return page.words.text("section.update_number_sample", number=number, sample=rows[0])
    return page.words.text("section.update_number_samples", number=number, samples=", ".join(rows))


def _after(page: Page, first: Run, after: Run, updates: int) -> list[Section]:
    """What the updates changed: outputs and loss before the first and after the last.

    Where derivatives of the loss are given, not the loss itself: what they are derivatives by.
    """
    words = page.words
    model = after.program.model
    loss = model.loss
    outputs = model.outputs if loss is not None else tuple(model.seeds)
    shown = [q for q in outputs if q.size <= MOST_OUTPUTS and q in first.values and q != loss]
    shown += [loss] if loss is not None and loss in first.values else []
    rows = [
        (
            page.name(quantity, index),
            page.result(first, quantity, index).text,
            page.result(after, quantity, index).text,
        )
        for quantity in shown
        for index in quantity.indices()
    ]
    heads = tuple(
        words.text(f"table.{head}") for head in ("quantity", "before_update", "after_update")
    )
    head = words.text("section.after", count=updates)
    return [Section(head, "after", (Table(heads, tuple(rows)),))] if rows else []
