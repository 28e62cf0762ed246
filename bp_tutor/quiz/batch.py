"""Many answers without a person: each student's are marked in the order of the calculation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula.quantity import Address, PartialDerivative
from bp_tutor.notations.suggest import MOST_LISTED, hint
from bp_tutor.quiz.kinds.kind import prompt_values
from bp_tutor.quiz.kinds.number import explained_since
from bp_tutor.quiz.model import NotUnderstood, Question, Understood, Verdict
from bp_tutor.quiz.questions import LONGEST, mark, order_of, understand
from bp_tutor.quiz.student import StudentAnswers
from bp_tutor.quiz.typed import Typed, normalised, shown
from bp_tutor.solve.partial import PartialError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.entry_graph import EntryGraph

LONGEST_NAME = 200
SHORT = 100
"""So long are answers that are remembered, which others give as well."""
LEFT_BLANK = frozenset(
    ("", "-", "–", "—", "−", "--", "---", "?", "n/a", "#n/a", "n.a.", "nil", "none", "null", "nan",
     "no answer", "not answered", "k.a.", "k. a.", "keine angabe", "keine antwort", "s/o", "n.c.",
     "sans réponse", "sin respuesta", "s/r", "无", "未答", "未作答", "空", "没有回答")
)  # fmt: skip
"""What stands where nothing was answered, in small letters."""
MORE_DIGITS = "quiz.answer.more_digits"


class Marked(NamedTuple):
    """One answer with its verdict, or with what keeps it from being one."""

    verdict: Verdict | None
    refused: NotUnderstood | None = None
    twice: bool = False
    """Whether the same was answered before, which counts."""
    superseded: bool = False
    """Whether nobody could read it and a later answer to the same counts."""
    missing: bool = False
    """Whether nothing was answered."""


def is_blank(text: str) -> bool:
    """Whether a text says that there is no answer: empty, a dash, "n/a"."""
    return text.strip().casefold() in LEFT_BLANK


class Unclear(str):
    """What is the matter with the name of an answer: a key of the words, and its values."""

    values: tuple[tuple[str, str], ...]
    near: str

    def __new__(cls, key: str, values: tuple[tuple[str, str], ...] = (), near: str = "") -> Unclear:
        """`near` is the name that was probably meant."""
        made = super().__new__(cls, key)
        made.values, made.near = values, near
        return made


def question_of(contexts: Sequence[Context], text: str) -> Question | Unclear:
    """The question behind a name, whichever way it is spelled: one number, or a whole array.

    `Z[2,1]#2` is of the second update. Else what is the matter with the name.
    """
    if len(text) > LONGEST_NAME:
        return Unclear("marking.unknown_id")
    name, sign, number = text.rpartition("#")
    if not sign:
        name, number = text, "1"
    known = number.isascii() and number.isdigit() and len(number) < 4
    if not known or not 1 <= int(number) <= len(contexts):
        return Unclear("marking.unknown_update" if known else "marking.unknown_id")
    context = contexts[int(number) - 1]
    graph = context.graph
    try:
        found = graph.read(name) or graph.ratio(name)
    except PartialError as error:
        return Unclear(f"error.partial.{error}", (("name", shown(name.strip())),))
    if found is None:
        return _unclear(graph, normalised(name.strip()))
    if graph.is_negated(name.strip()):
        return Unclear("marking.downhill_id")
    quantity, address = (found.quantity, found) if isinstance(found, Address) else (found, None)
    step = graph.steps.get(quantity)
    if step is None or step.value is None:
        return Unclear("marking.given_id")
    kind = "array" if address is None else "update" if step.line.phase == "update" else "number"
    identifier = quantity.name if address is None else address.identifier
    called = (("name", context.page.name(quantity, None)),)
    values = called if address is None else prompt_values(context, address)
    return Question(kind, identifier, step.line.rule, step.update, f"quiz.prompt.{kind}", values)


def is_name(contexts: Sequence[Context], text: str) -> bool:
    """Whether a text is the name of something, without looking for what it may have meant."""
    if len(text) > LONGEST_NAME:
        return False
    graph, (name, sign, _) = contexts[0].graph, text.rpartition("#")
    try:
        return bool(graph.read(name if sign else text) or graph.ratio(name if sign else text))
    except PartialError:
        return False


def _unclear(graph: EntryGraph, name: str) -> Unclear:
    """A name of nothing, or of several numbers: what it may have meant."""
    ratios = [PartialDerivative(*pair).name for pair in graph.names.quotient(name)]
    if len(ratios) > 1:
        names = ", ".join(ratios[:MOST_LISTED])
        return Unclear("naming.which_sample", (("name", shown(name)), ("names", names)))
    asked = {step.quantity for step in graph.run.steps if step.value is not None}
    found = hint(graph.names, name, asked)
    if found.key == "unknown":
        return Unclear("marking.unknown_id", (), found.near)
    return Unclear(
        f"naming.{found.key}", (("name", shown(name)), ("names", found.listed)), found.near
    )


def mark_rows(
    contexts: Sequence[Context], rows: Sequence[tuple[Question | Unclear, str]]
) -> list[Marked]:
    """One student's answers as they stand in a table, where names may be unclear or come twice.

    What nobody can read is no answer: a later row of the same name counts then, else the first.
    Where nothing stands but blanks, the first of them says that the answer is missing.
    """
    found = [Marked(None)] * len(rows)
    counting: dict[str, int] = {}
    blank: dict[str, int] = {}
    for place, (question, text) in enumerate(rows):
        if isinstance(question, Unclear):
            continue
        if is_blank(text):
            found[place] = Marked(None, superseded=True, missing=True)
            blank.setdefault(question.full_name, place)
            continue
        before = counting.setdefault(question.full_name, place)
        if before == place:
            continue
        refused = _unread(contexts, question, rows[before][1])
        if refused is None:
            found[place] = Marked(None, twice=True)
        else:
            found[before] = Marked(None, refused, superseded=True)
            counting[question.full_name] = place
    for name in blank.keys() - counting.keys():
        found[blank[name]] = Marked(None, missing=True)
    asked = [(question, value) for place in sorted(counting.values())
             for question, value in [rows[place]] if isinstance(question, Question)]  # fmt: skip
    for place, marked in zip(sorted(counting.values()), mark_all(contexts, asked), strict=True):
        found[place] = marked
    return found


def _unread(contexts: Sequence[Context], question: Question, text: str) -> NotUnderstood | None:
    """What keeps a text from being an answer; None where it is one."""
    try:
        understand(question, text, contexts[question.update - 1])
    except NotUnderstood as refused:
        return refused
    return None


def mark_all(contexts: Sequence[Context], answers: Sequence[tuple[Question, str]]) -> list[Marked]:
    """One student's answers, marked in the order of the calculation, given back as they stood."""
    return _Marking(contexts, answers).marked()


class _Marking:
    """The answers of one student: all are read first, for together they show more than alone."""

    def __init__(
        self, contexts: Sequence[Context], answers: Sequence[tuple[Question, str]]
    ) -> None:
        self._contexts = contexts
        self._questions = [question for question, _ in answers]
        self._texts = [text for _, text in answers]
        self._students: list[StudentAnswers] = []
        for context in contexts:
            before = self._students[-1] if self._students else None
            self._students.append(StudentAnswers(context, before))
        self._found: list[Marked] = [Marked(None)] * len(answers)

    def marked(self) -> list[Marked]:
        """What each answer is worth."""
        places = sorted(range(len(self._questions)), key=self._order)
        read: dict[int, Understood] = {}
        for place in places:
            try:
                read[place] = self._read(place)
            except NotUnderstood as refused:
                self._found[place] = Marked(None, refused)
        for place, understood in read.items():
            try:
                verdict = mark(self._questions[place], understood, self._student(place))
                self._found[place] = Marked(verdict)
            except NotUnderstood as refused:
                self._found[place] = _refused(refused)
        for place in read:
            self._explain_again(place)
        return self._found

    def _order(self, place: int) -> tuple[int, int]:
        question = self._questions[place]
        return order_of(self._contexts[question.update - 1], question)

    def _student(self, place: int) -> StudentAnswers:
        return self._students[self._questions[place].update - 1]

    def _read(self, place: int) -> Understood:
        question, text, student = self._questions[place], self._texts[place], self._student(place)
        known, key = student.context.understood, (question.identifier, text)
        understood = known.get(key)
        if understood is None:
            if len(text) > LONGEST:
                raise NotUnderstood("quiz.answer.too_long", LONGEST, 1, limit=LONGEST)
            understood = understand(question, text, student.context)
            if len(text) <= SHORT:
                known[key] = understood
        address = student.graph.find(question.identifier)
        if address is not None and isinstance(understood.value, Typed):
            student.ahead[address] = understood.value.answer
        return understood

    def _explain_again(self, place: int) -> None:
        """Whether answers after it showed the slip that a wrong one follows from."""
        verdict, student = self._found[place].verdict, self._student(place)
        if verdict is None or verdict.right or verdict.diagnoses or not student.assumed:
            return
        address = student.graph.find(self._questions[place].identifier)
        if address is not None and address in student.answers:
            self._found[place] = Marked(explained_since(student, address, verdict))


def _refused(refused: NotUnderstood) -> Marked:
    """What is said of an answer that cannot be marked: too few digits are wrong for now."""
    if refused.key != MORE_DIGITS:
        return Marked(None, refused)
    key = "quiz.verdict.digits"
    return Marked(Verdict(right=False, credit=0.0, key=key, values=refused.values))
