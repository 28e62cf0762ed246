"""Everything that a check finds in one file, as data: findings with their sentences and places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.published.names import check_names
from bp_tutor.explain import View
from bp_tutor.explain.sections import sections_of
from bp_tutor.explain.verifying import wrong_names
from bp_tutor.frozen import Frozen
from bp_tutor.notations import load_notation, notation_names
from bp_tutor.problem import ProblemError, load_problem
from bp_tutor.problem.texts import LANGUAGES
from bp_tutor.reader import Key, Mapping, ReadError, Scalar, Sequence, read_document
from bp_tutor.solve import NumberError, solve
from bp_tutor.solve.check import Check, check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bp_tutor.authoring.published.judged import Judged
    from bp_tutor.authoring.weaknesses import Weakness
    from bp_tutor.explain import Presentation
    from bp_tutor.problem import Problem
    from bp_tutor.reader import Mark, Mistake, Node
    from bp_tutor.solve import Trace
    from bp_tutor.words import Words


FINDING, NOTE = "finding", "note"


class Finding(Frozen):
    """One thing that was found in a file that can be read.

    A `finding` is to be mended or accepted, and the check ends with exit code 1; a `note` is
    worth knowing and changes nothing.
    """

    key: str
    """The key of its sentence in the words."""
    values: tuple[tuple[str, object], ...] = ()
    """What stands in the sentence; a `reader.Key` is a word itself."""
    severity: str = FINDING
    mark: Mark | None = None
    path: str = ""
    """The way to it inside the file, such as `published[3]`."""

    def said(self, words: Words) -> str:
        """The sentence."""
        values = {
            name: words.text(value) if isinstance(value, Key) else value
            for name, value in self.values
        }
        return words.text(self.key, **values)


TEXTS = ("title", "text", "source", "source.part")


def missing_texts(root: Node) -> tuple[Finding, ...]:
    """What is missing of title, text, source, names and reasons.

    Whoever writes one language only is told so in a note. Where other texts of the file stand
    in both languages, one that lacks the other was forgotten, and that is a finding. A text
    without any language serves for both.
    """
    texts = list(_texts(root))
    both = any(_languages(node) == set(LANGUAGES) for _, node in texts)
    found = []
    for path, node in texts:
        for language in LANGUAGES:
            if _languages(node) and language not in _languages(node):
                values = (("language", Key(f"check.language.{language}")),)
                severity = FINDING if both else NOTE
                found.append(Finding("check.text_missing", values, severity, node.mark, path))
    if isinstance(root, Mapping) and root.get("title") is None:
        found.append(Finding("check.title_missing", (), NOTE, None, "title"))
    return tuple(found)


def names_not_shown(problem: Problem) -> tuple[Finding, ...]:
    """A note where the notation numbers the units that the file gives names."""
    network = problem.network
    if (
        network is None
        or not any(network.names.units)
        or load_notation(problem.notation).takes_names
    ):
        return ()
    others = ", ".join(name for name in notation_names() if load_notation(name).takes_names)
    values = (("notation", problem.notation), ("others", others))
    return (Finding("check.units_numbered", values, NOTE, None, "network"),)


def _texts(root: Node) -> Iterator[tuple[str, Node]]:
    """Every text that may stand in several languages, with the way to it."""
    for path in TEXTS:
        node: Node | None = root
        for key in path.split("."):
            node = node.get(key) if isinstance(node, Mapping) else None
        if node is not None:
            yield path, node
    names = root.get("names") if isinstance(root, Mapping) else None
    for of, name in names.items if isinstance(names, Mapping) else ():
        yield f"names.{of.text}", name
    published = root.get("published") if isinstance(root, Mapping) else None
    for place, figure in enumerate(published.items if isinstance(published, Sequence) else ()):
        why = figure.get("why") if isinstance(figure, Mapping) else None
        if why is not None:
            yield f"published[{place}].why", why


def _languages(node: Node) -> set[str]:
    """The languages of a text; none where it is one text for all, or no text at all."""
    if not isinstance(node, Mapping):
        return set()
    return {key.text for key, value in node.items if isinstance(value, Scalar)} & set(LANGUAGES)


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
