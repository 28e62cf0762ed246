"""Making worksheets and keys: the sheets of one, or of a class with numbers of their own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bp_tutor.cli.refusal import RefusalError
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bp_tutor.authoring.roster import Share
    from bp_tutor.authoring.variant import Variants
    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Page
    from bp_tutor.problem import Problem
    from bp_tutor.render.worksheet import Format, Paper
    from bp_tutor.solve import Trace


WORKERS = 2
"""Files that are set at the same time."""


class Source(Frozen):
    """What a file is made from, and the format that it gets."""

    form: Format
    text: str

    def made(self) -> str | bytes:
        """The file itself."""
        return self.form.made(self.text)


def files_of(sources: Iterable[Source]) -> Iterator[str | bytes]:
    """Files of sources; while one is set, the next source is written."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(WORKERS) as workers:
        yield from workers.map(Source.made, sources)


class Wanted(Frozen):
    """What is to be asked for."""

    ask: list[str]
    layer: list[str]
    formulas: bool
    updates: int


class Sheets:
    """The worksheets of one problem: what is asked for is the same on all of them."""

    def __init__(
        self, problem: Problem, called: str, page: Page, form: Format, wanted: Wanted
    ) -> None:
        from bp_tutor.cli.view import view_of
        from bp_tutor.explain import derivation
        from bp_tutor.explain.asked import left_out, questions_of
        from bp_tutor.explain.worksheet import MOST_ASKED, MOST_GIVEN, given_numbers
        from bp_tutor.solve import solve

        self.problem, self.called, self.form, self.wanted = problem, called, form, wanted
        self.page = page._replace(style=form.pen().style)
        trace = solve(problem, wanted.updates)
        count = given_numbers(trace.runs[0])
        if count > MOST_GIVEN:
            raise RefusalError("worksheet.too_large", count=f"{count:,}", most=MOST_GIVEN)
        run = trace.runs[0]
        self.view = view_of(run, page.symbols, wanted.ask, wanted.layer, (), "full", "index")
        self.questions = questions_of(derivation(self.page, trace, self.view), trace)
        if not self.questions:
            raise RefusalError("error.nothing_to_show")
        self.asked = sum(len(question.asked) for question in self.questions)
        if self.asked > MOST_ASKED:
            raise RefusalError("worksheet.too_many", count=self.asked, most=MOST_ASKED)
        self.left_out = left_out(self.questions)
        self.sound = True
        self.varies = True
        self._variants: Variants | None = None

    def one(self, seed: int | None = None) -> Paper:
        """The sheet of the problem itself, or of one variant."""
        from bp_tutor.authoring.roster import Share

        return self._paper(Share(seed, "") if seed is not None else None)

    def of(self, shares: Sequence[Share], output: Output) -> list[Paper]:
        """The sheets of a class."""
        from bp_tutor.cli.bar import Progress

        papers = []
        text = output.words.text("worksheet.progress")
        with Progress(len(shares), text, sys.stderr) as progress:
            for done, share in enumerate(shares, 1):
                papers.append(self._paper(share))
                progress(done)
        return papers

    def written(self, papers: Sequence[Paper]) -> str:
        """The file that is handed out, as a source."""
        from bp_tutor.render.worksheet import write_sheets

        return write_sheets(self.form.pen(), self.page, papers)

    def key(self, paper: Paper) -> str:
        """The key of one sheet: filled in, and the whole derivation."""
        from bp_tutor.explain import View, derivation
        from bp_tutor.explain.asked import numbered_alike
        from bp_tutor.explain.worksheet import filled_in
        from bp_tutor.render.worksheet import write_key

        document = derivation(self.page, paper.trace, View())
        self.sound = document.sound
        filled = paper._replace(
            sheet=filled_in(paper.sheet, self.page, paper.trace, self.questions)
        )
        document = numbered_alike(document, self.questions)
        return write_key(self.form.pen(), self.page, filled, document)

    def class_key(self, papers: Sequence[Paper]) -> str:
        """The key of a class."""
        from bp_tutor.explain.worksheet import answers
        from bp_tutor.formula import UNICODE
        from bp_tutor.render.worksheet import Key, write_class_key

        text = self.page._replace(style=UNICODE)
        students = tuple(
            (paper.sheet, answers(text, paper.trace, self.questions)) for paper in papers
        )
        command = f"bp-tutor worksheet {self.called} --seed N"
        key = Key(papers[0].sheet.title, self.questions, students, command)
        return write_class_key(self.form.pen(), self.page, key)

    def _paper(self, share: Share | None) -> Paper:
        from bp_tutor.explain.worksheet import worksheet
        from bp_tutor.render.worksheet import Paper

        trace = self._trace(share)
        sheet = worksheet(self.page, trace, self.questions, formulas=self.wanted.formulas)
        if share is None:
            return Paper(sheet, trace)
        sheet = sheet._replace(student=share.student, seed=share.seed)
        return Paper(sheet, trace, f"bp-tutor quiz {self.called} --seed {share.seed}")

    def _trace(self, share: Share | None) -> Trace:
        """The problem worked out, with the numbers of a share."""
        from bp_tutor.cli.variants import variants_of
        from bp_tutor.problem.load import read_problem
        from bp_tutor.solve import solve

        problem = self.problem
        if share is not None:
            if self._variants is None:
                self._variants = variants_of(problem)
                self.varies = self._variants.varies
            if self.varies:
                text = self._variants.filled(share.seed)
                drawn = read_problem(text, problem.path)
                problem = drawn._replace(rounding=problem.rounding)
        return solve(problem, self.wanted.updates)
