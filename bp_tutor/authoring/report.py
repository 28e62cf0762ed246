"""What was found in a file that can be used, as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.checked import NOTE
from bp_tutor.authoring.weaknesses import NOT_JUDGED
from bp_tutor.explain import Document, Note, Section
from bp_tutor.explain.closing import behind_given, in_symbols, taken_as_given
from bp_tutor.explain.numbers import format_number
from bp_tutor.reader import Mistake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.authoring.checked import Checked, Finding
    from bp_tutor.explain import Presentation


def report(checked: Checked, *, whole: bool = True) -> Document:
    """Everything about one file; where it is one of many (not `whole`), only what to mend."""
    page = checked.page
    assert page is not None
    where = Mistake("", file=str(checked.path)).where
    head = "check.sound" if checked.result == 0 else "check.findings"
    return Document(
        title=page.words.text(head, file=where, count=checked.count),
        facts=tuple(_facts(checked, page, whole=whole)),
        picture=None,
        sections=tuple(_sections(checked, page, whole=whole)),
        sound=checked.result == 0,
    )


def _facts(checked: Checked, page: Presentation, *, whole: bool) -> Iterator[str]:
    yield from _verified(checked, page)
    if not whole and checked.figures:
        from bp_tutor.authoring.published.table import summary

        yield summary(checked.figures, page.words)
    count = sum(weakness.key != NOT_JUDGED for weakness in checked.teaching)
    if not whole and count:
        yield page.words.text("check.weaknesses", count=count)


def _verified(checked: Checked, page: Presentation) -> Iterator[str]:
    """The derivation's check of itself, in a sentence or two."""
    words, trace = page.words, checked.trace
    if trace is None or checked.derivation:
        return
    if symbolic := in_symbols(trace.runs):
        yield page.say(symbolic)
        return
    for said in taken_as_given(page.settings, trace.runs[0], checked.checks[:1]):
        yield page.say(said)
    count = sum(found.checked for found in checked.checks)
    if count:
        largest = page.figure(format_number(max(c.largest for c in checked.checks), 1))
        kind = "directions" if checked.checks[0].along_directions else "gradients"
        yield words.text(f"check.{kind}", count=count, largest=largest)
    else:
        yield words.text("check.lines")
    skipped = [name for found in checked.checks for name in found.skipped]
    if skipped:
        yield words.text("verify.skipped", names=", ".join(dict.fromkeys(skipped)))
    undecided = [name for found in checked.checks for name in found.undecided]
    if undecided:
        yield words.text("verify.undecided", names=", ".join(dict.fromkeys(undecided)))
    yield from map(page.say, behind_given(checked.checks))


def _sections(checked: Checked, page: Presentation, *, whole: bool) -> Iterator[Section]:
    words = page.words
    if not whole:
        return
    if checked.figures:
        from bp_tutor.authoring.published.table import figure_blocks

        blocks = tuple(figure_blocks(checked.figures, page))
        yield Section(words.text("check.section.figures"), "figures", blocks)
    if checked.teaching:
        from bp_tutor.authoring.weaknesses import sentence

        said = tuple(
            Note(sentence(weakness, page), one_of_many=True) for weakness in checked.teaching
        )
        yield Section(words.text("check.section.teaching"), "teaching", said)


def located(checked: Checked, *, whole: bool = True) -> Iterator[tuple[Finding, str]]:
    """What there is to mend, each with a line that says where; notes only where all is told."""
    assert checked.page is not None
    for finding in checked.findings:
        if whole or finding.severity != NOTE:
            yield finding, _said(finding, checked, checked.page)


def _said(finding: Finding, checked: Checked, page: Presentation) -> str:
    """`file:12:5: published[3]: sentence`."""
    where = Mistake("", finding.mark, file=str(checked.path)).where
    parts = [where, *([finding.path] if finding.path else []), finding.said(page.words)]
    return ": ".join(parts)
