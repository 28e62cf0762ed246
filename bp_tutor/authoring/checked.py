"""Everything that a check finds in one file, as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.finding import FINDING, Finding
from bp_tutor.authoring.published.names import check_names
from bp_tutor.authoring.texts import missing_texts, names_not_shown
from bp_tutor.explain import View
from bp_tutor.explain.sections import sections_of
from bp_tutor.explain.verifying import wrong_names
from bp_tutor.frozen import Frozen
from bp_tutor.problem import ProblemError, load_problem
from bp_tutor.reader import Key, ReadError, read_document
from bp_tutor.solve import NumberError, solve
from bp_tutor.solve.check import Check, check

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bp_tutor.authoring.published.judged import Judged
    from bp_tutor.authoring.weakness import Weakness
    from bp_tutor.explain import Presentation
    from bp_tutor.problem import Problem
    from bp_tutor.reader import Mistake
    from bp_tutor.solve import Trace

MOST_NAMES = 6
USUAL_UPDATES = 3
"""So many updates are derived and checked line by line, as `solve` prints them."""
SOUND, FINDINGS, UNREADABLE = 0, 1, 2


class Checked(Frozen):
    """One file with all that was found, part by part."""

    path: Path
    page: Presentation | None = None
    """How its symbols and numbers are written; None where the file is not sound so far."""
    problem: Problem | None = None
    mistakes: tuple[Mistake, ...] = ()
    """What keeps the file from being used, by line."""
    readable: bool = True
    """Whether it could be read as YAML at all."""
    texts: tuple[Finding, ...] = ()
    derivation: tuple[Finding, ...] = ()
    checks: tuple[Check, ...] = ()
    """The comparison of the gradients with central differences, for each update."""
    trace: Trace | None = None
    figures: tuple[Judged, ...] = ()
    teaching: tuple[Weakness, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is to be mended or accepted, and what is worth a note."""
        no_rate = [one for one in self.figures if one.meant.missing == "rate" and not one.sound]
        others = (one for one in self.figures if one not in no_rate)
        figures = [finding for one in others if (finding := finding_of(one)) is not None]
        missing = (_no_rate(no_rate),) if no_rate else ()
        return (*self.texts, *self.derivation, *missing, *figures)

    @property
    def result(self) -> int:
        """The exit code for this file."""
        if not self.readable:
            return UNREADABLE
        grave = any(finding.severity == FINDING for finding in self.findings)
        return FINDINGS if self.mistakes or grave else SOUND

    @property
    def count(self) -> int:
        """How many things are to be mended."""
        return len(self.mistakes) + sum(one.severity == FINDING for one in self.findings)


def check_file(
    path: Path, page_of: Callable[[Problem], Presentation], *, quick: bool = False
) -> Checked:
    """Everything that can be found in one file; `quick` leaves out what has to be searched for."""
    try:
        problem = load_problem(path)
        check_names(problem)
        root = read_document(path).root
    except ReadError as error:
        found = error.mistakes
        return Checked(path, mistakes=found, readable=_is_readable(path, error))
    page = page_of(problem)
    checked = Checked(path, page, problem, texts=(*missing_texts(root), *names_not_shown(problem)))
    try:
        trace = solve(problem, problem.updates if problem.updates <= USUAL_UPDATES else 1)
    except NumberError as error:
        finding = Finding("error.number", (("name", str(error)),))
        return checked._replace(derivation=(finding,))
    checked = _derived(checked, trace, page)
    if quick:
        return checked
    from bp_tutor.authoring.teaching import teaching_findings

    checked = checked._replace(teaching=teaching_findings(problem, page, trace))
    if not problem.published:
        return checked
    from bp_tutor.authoring.published.judge import judge

    return checked._replace(figures=judge(problem, page))


def _is_readable(path: Path, error: ReadError) -> bool:
    """Whether the mistakes stand in a file that is YAML, and not in the way of reading it."""
    if not isinstance(error, ProblemError):
        return False
    try:
        read_document(path)
    except ReadError:
        return False
    return True


def _derived(checked: Checked, trace: Trace, page: Presentation) -> Checked:
    """With the derivation's check of itself, as at the end of `solve`."""
    wrong: list[str] = []
    checks = []
    for run in trace.runs:
        sections = sections_of(page.settings, run, View())
        wrong += map(page.say, wrong_names(page.settings, run, sections))
        found = check(run)
        if found is not None:
            checks.append(found)
            wrong += found.failed
    names = ", ".join(dict.fromkeys(wrong))
    failed = (Finding("verify.failed", (("names", names),)),) if wrong else ()
    return checked._replace(trace=trace, checks=tuple(checks), derivation=failed)


def _no_rate(figures: list[Judged]) -> Finding:
    """One finding for all figures that there would be with a learning rate."""
    first = figures[0].meant
    names = ", ".join(dict.fromkeys(one.meant.figure.name for one in figures[:MOST_NAMES]))
    more = " ..." if len(figures) > MOST_NAMES else ""
    values: tuple[tuple[str, object], ...] = (("names", names + more),)
    path = f"published[{first.place}]"
    return Finding("published.finding.no_rate", values, FINDING, first.figure.mark, path)


def finding_of(judged: Judged) -> Finding | None:
    """What there is to be done about a figure; None where nothing is."""
    if judged.sound:
        return None
    figure = judged.meant.figure
    values: tuple[tuple[str, object], ...] = (
        ("name", figure.name),
        ("printed", figure.value),
        ("verdict", Key(f"published.verdict.{judged.verdict}")),
        *(judged.misstated.values if judged.misstated is not None else ()),
        ("accepted", Key(f"published.verdict.{figure.accepted or judged.verdict}")),
    )
    key = "changed" if judged.changed else "misstated" if judged.misstated else judged.verdict
    path = f"published[{judged.meant.place}]"
    return Finding(f"published.finding.{key}", values, FINDING, figure.mark, path)
