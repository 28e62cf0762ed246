"""What `bp-tutor mark` writes besides: results, pages for students, a report, a gradebook."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.table_files import LARGEST_LIST, refusing
from bp_tutor.api.worth import worth_of_questions
from bp_tutor.authoring.roster import safe
from bp_tutor.cli import saving
from bp_tutor.cli.tables import open_table
from bp_tutor.frozen import Frozen
from bp_tutor.marking.points import Points, result_of
from bp_tutor.marking.statistics import Statistics
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.cli.output import Output
    from bp_tutor.marking import Exercise, Outcome
    from bp_tutor.marking.called import Called
    from bp_tutor.output.worksheet import Format
    from bp_tutor.quiz import Question
    from bp_tutor.results.gradebook import Gradebook, Template

GRADEBOOKS = ("moodle", "canvas")
PAGES = ("html", "md", "pdf")
"""The formats of pages for students."""
TOLD = 5


@contextmanager
def making() -> Iterator[None]:
    """What cannot be made here, told as any other refusal."""
    from bp_tutor.output.paper import PaperError

    try:
        yield
    except PaperError as error:
        raise RefusalError(error.key, "", **error.values) from None


class Asked(Frozen):
    """What is to be written, as the command line says it."""

    out: str | None
    points: str | None
    feedback: str | None
    page_format: str | None
    report: str | None
    gradebook: str | None
    template: str | None
    assignment: str | None
    grades: str | None
    force: bool

    @property
    def any(self) -> bool:
        """Whether grades are wanted, for which everybody is asked the same."""
        wanted = (self.out, self.points, self.feedback, self.report, self.gradebook)
        return any(one is not None for one in wanted)

    @property
    def files(self) -> bool:
        """Whether any file is to be written."""
        return any(
            one is not None for one in (self.out, self.feedback, self.report, self.gradebook)
        )

    def refuse_beforehand(self, answers: str) -> None:
        """Refuse before the first paper is marked what would be refused at the end."""
        from bp_tutor.results import ENDINGS

        if self.out is not None:
            saving.format_asked(self.out, None, ENDINGS)
            saving.refuse_existing(self.out, force=self.force)
        if self.report is not None:
            saving.format_asked(self.report, None, ("html",))
            saving.refuse_existing(self.report, force=self.force)
        if self.page_format is not None:
            saving.format_asked(None, self.page_format, PAGES)
        if self.feedback is not None:
            saving.refuse_filled(Path(self.feedback), "--feedback", force=self.force)
        self._refuse_without_libraries()
        if self.gradebook is None and (self.template or self.grades or self.assignment):
            raise RefusalError("gradebook.alone")
        if (self.gradebook == "canvas") != (self.template is not None):
            raise RefusalError("gradebook.template")
        if self.gradebook is not None:
            saving.refuse_existing(self.grades_file(answers), force=self.force)
        grades = self.grades_file(answers) if self.gradebook is not None else None
        saving.refuse_same(filter(None, (self.out, self.report, grades)))

    def _refuse_without_libraries(self) -> None:
        from bp_tutor.output.paper.paper import library_of

        pages = self.page_format if self.feedback is not None else None
        with making():
            for ending in filter(None, (Path(self.out or "").suffix[1:].lower(), pages)):
                library_of(ending)

    def grades_file(self, answers: str) -> Path:
        """Where the gradebook goes, by default beside nothing but under the name of the answers."""
        return Path(self.grades or f"{Path(answers).stem}-{self.gradebook}.csv")


class Outputs:
    """Takes marked papers, one after the other, and writes what was asked for at the end."""

    def __init__(
        self,
        asked: Asked,
        title: str,
        original: Exercise,
        called: Called,
        questions: Sequence[Question],
        output: Output,
        encoding: str | None,
    ) -> None:
        self.asked, self.title, self.original, self.called = asked, title, original, called
        self.output, self.words = output, original.words
        self._page = original.contexts[0].page
        self.template = self._template(encoding)
        self.points = self._points(questions)
        self.statistics = Statistics(questions, self.words)
        self._format = self._page_format()
        self._pages: list[tuple[Path, str]] = []
        self._taken: set[str] = set()

    def take(self, outcome: Outcome, exercise: Exercise) -> None:
        """A marked paper; `exercise` has the student's own numbers."""
        if not self.asked.files:
            return
        result = result_of(outcome, self.points, self.original.contexts, self.called)
        self.statistics.take(outcome, result)
        if self._format is None or self.asked.feedback is None:
            return
        from bp_tutor.results.feedback import page_of_student

        pen = self._format.pen(self._page)
        text = page_of_student(
            pen, self.title, outcome, result, self.points, exercise.contexts, self.called
        )
        path = Path(self.asked.feedback, self._file_of(outcome))
        self._pages.append((path, text))

    def _file_of(self, outcome: Outcome) -> str:
        """The name of a student's page, told apart from everybody else's."""
        student = outcome.student
        parts = dict.fromkeys(filter(None, (student.number, student.name)))
        stem = "-".join(safe(part, "student") for part in parts or [student.label])
        name, more = stem, 1
        while name.casefold() in self._taken:
            more += 1
            name = f"{stem}-{more}"
        self._taken.add(name.casefold())
        assert self._format is not None
        return name + self._format.ending

    def write(self, answers: str, warnings: Sequence[str]) -> None:
        """Everything that was asked for; what was written is said."""
        asked = self.asked
        if asked.out is not None:
            self._results(asked.out)
        if asked.report is not None:
            from bp_tutor.results.report import write_report

            text = write_report(self.title, self.statistics, self.called, self.words, warnings)
            saving.save(asked.report, text, force=asked.force)
            saving.tell(asked.report, self.output)
        if asked.gradebook is not None:
            self._gradebook(asked.grades_file(answers))
        # Many files, and the longest work: whatever goes wrong there, the others are written.
        if asked.feedback is not None:
            self._feedback(Path(asked.feedback))

    def _results(self, out: str) -> None:
        from bp_tutor.results import ENDINGS, write_results
        from bp_tutor.results.table import Sheet

        ending = saving.format_asked(out, None, ENDINGS)
        symbols = [self.called[one.full_name] for one in self.points.asked]
        sheet = Sheet(self.title, self.statistics.results, self.points, symbols, self.words)
        with making():
            saving.save(out, write_results(sheet, ending), force=self.asked.force)
        saving.tell(out, self.output)

    def _feedback(self, folder: Path) -> None:
        from bp_tutor.cli.worksheet import Source, files_of

        assert self._format is not None
        saving.make_folder(folder)
        sources = (Source(self._format, text) for _, text in self._pages)
        with making():
            for (path, _), content in zip(self._pages, files_of(sources), strict=True):
                saving.save(path, content, force=self.asked.force)
        count, where = len(self._pages), shown(str(folder))
        self.output.line(self.words.text("results.pages", count=count, folder=where))
        if others := saving.files_in(folder) - count:
            said = self.words.text("results.other_pages", count=others, folder=where)
            self.output.line(said, "error")

    def _gradebook(self, path: Path) -> None:
        from bp_tutor.results.gradebook import MOST_OF_MOODLE, for_canvas, for_moodle

        results = self.statistics.results
        with refusing():
            made = (
                for_canvas(self.template, results)
                if self.template is not None
                else for_moodle(self.title, results, self.words)
            )
        saving.save(path, made.text, force=self.asked.force)
        saving.tell(path, self.output)
        self._tell(made)
        if self.template is None and self.points.possible > MOST_OF_MOODLE:
            most = self.words.text("gradebook.too_much", most=MOST_OF_MOODLE)
            self.output.line(most, "note")

    def _tell(self, made: Gradebook) -> None:
        """By what the importer finds students, and whom it cannot find."""
        words = self.words
        kind = self.asked.gradebook
        self.output.line(words.text(f"gradebook.{kind}", column=shown(made.identifier)), "note")
        for key, who in (("left_out", made.left_out), ("unchanged", made.unchanged)):
            if who:
                names = words.text("fact.name_join").join(shown(name) for name in who[:TOLD])
                said = words.text(f"gradebook.{key}", count=len(who), names=names)
                self.output.line(said, "error")

    def _template(self, encoding: str | None) -> Template | None:
        if self.asked.template is None:
            return None
        from bp_tutor.results.gradebook import template_of

        file = open_table(Path(self.asked.template), encoding, self.output, LARGEST_LIST)
        with refusing():
            return template_of([*file.rows()], self.asked.assignment or "", file.where)

    def _points(self, questions: Sequence[Question]) -> Points:
        contexts = self.original.contexts
        worth = worth_of_questions(self.asked.points, contexts, questions)
        total = worth.total
        if self.asked.points is None and self.template is not None:
            total = self.template.possible or None
        return Points(questions, contexts, total, worth.of_kind)

    def _page_format(self) -> Format | None:
        if self.asked.feedback is None:
            return None
        from bp_tutor.output.worksheet import FORMATS

        return FORMATS[self.asked.page_format or PAGES[0]]
