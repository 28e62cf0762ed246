"""Small questions after a mistake: which of several causes it was, and how it is done right."""

from __future__ import annotations

from itertools import islice, tee
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import Entry, Quantity
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, VALUE, Address
from bp_tutor.quiz.feedback import names_of, reasons
from bp_tutor.quiz.kinds.kind import asked_steps
from bp_tutor.quiz.kinds.table import KINDS
from bp_tutor.quiz.mistakes import MISCONCEPTIONS
from bp_tutor.quiz.mistakes.diagnosis import diagnosis_of, with_numbers
from bp_tutor.quiz.mistakes.pen import is_of_the_pen
from bp_tutor.quiz.mistakes.rewrites.table import VALUES
from bp_tutor.quiz.model import Verdict
from bp_tutor.quiz.practice import changes_number, made_at
from bp_tutor.quiz.student import StudentAnswers
from bp_tutor.quiz.tolerance import entries_of
from bp_tutor.quiz.typed import normalised

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.mistakes.candidates import Candidate
    from bp_tutor.quiz.model import Diagnosis, Question
    from bp_tutor.quiz.session import Session
    from bp_tutor.quiz.voice import Voice
    from bp_tutor.words import Words

LETTERS, NUMBERS = "abcde", "12345"
"""Options have letters, because an answer may be the number 1 or 2; where it is not, these do."""
ENTRIES = 4
"""So many entries of each array are looked at for another place of the same mistake."""
PLACES = 8
WIDEST = 68
OPTIONS = 3


class FollowUp(NamedTuple):
    """One small question about an answer; it neither costs nor earns marks."""

    about: Diagnosis
    lead: str
    options: tuple[str, ...]
    diagnoses: tuple[Diagnosis | None, ...]
    """What each option shows: a cause, a mistake, or nothing."""
    right: int | None = None
    """The place of the right option; None where only the student knows, of causes."""

    def chosen(self, line: str, *, numbered: bool = True) -> int | None:
        """The place of the option that a line names by its letter, or by its number."""
        plain = normalised(line).strip().strip(".()").casefold()
        for signs in (LETTERS, NUMBERS) if numbered else (LETTERS,):
            if len(plain) == 1 and plain in signs[: len(self.options)]:
                return signs.index(plain)
        return None


class FollowUps:
    """Asks and marks the small questions; whatever is no choice goes on to the quiz."""

    def __init__(
        self,
        session: Session,
        voice: Voice,
        words: Words,
        others: Callable[[], Iterable[Context]] = tuple,
    ) -> None:
        self._session, self._voice, self._words = session, voice, words
        self._exercises: Iterator[Context] | None = None
        self._find_exercises = others
        """Other exercises, where this one has no other place for a mistake."""
        self._waiting: tuple[int, FollowUp] | None = None
        """The place of the question it is about, and the small question that waits."""
        self._mistake: tuple[int, Diagnosis] | None = None

    def _say(self, key: str, look: str = "", **values: object) -> None:
        self._voice.say(self._words.text(key, **values), look)

    def close(self) -> None:
        """Leave the small question that waits: the student went on to something else."""
        self._waiting = None

    def after(self, place: int, verdict: Verdict) -> None:
        """What an answer leads to: several causes are told apart, a mistake can be practised."""
        self._waiting = None
        self._mistake = None
        if not verdict.diagnoses:
            return
        self._mistake = (place, verdict.diagnoses[0])
        session = self._session
        if KINDS[session.questions[place].kind].numeric:
            found = cause_of(session.student(place), verdict)
            if found is not None:
                self._pose(place, found)
                return
        self._offer()

    def _offer(self) -> None:
        """Say what helps after a mistake: a small question only where there is one."""
        found = self._next_remedy() is not None
        self._say("session.offer" if found else "session.offer_why", "commands")

    def _others(self) -> Iterator[Context]:
        """The other exercises; each is solved once, when it is first looked at."""
        self._exercises, found = tee(self._exercises or iter(self._find_exercises()))
        return found

    def _next_remedy(self) -> FollowUp | None:
        """The small question about the last mistake; None where there is none."""
        if self._mistake is None:
            return None
        session, (place, diagnosis) = self._session, self._mistake
        student, question = session.student(place), session.questions[place]
        return remedy_of(student, question, diagnosis, len(session.remedies), self._others())

    def remedy(self) -> bool:
        """The small question about the last mistake; whether there is one."""
        found = self._next_remedy()
        if self._mistake is None or found is None:
            self._say("session.no_remedy")
            return False
        self._pose(self._mistake[0], found)
        return True

    def _pose(self, place: int, found: FollowUp) -> None:
        self._voice.say(found.lead)
        self._voice.choose(zip(LETTERS, found.options, strict=False))
        self._waiting = (place, found)

    def take(self, line: str) -> bool:
        """Whether a line answers the small question that waits; it is marked then."""
        if self._waiting is None:
            return False
        place, found = self._waiting
        chosen = found.chosen(line, numbered=not self._session.may_be(line))
        if chosen is None:
            return False
        self._waiting = None
        if found.right is None:
            self._told(place, found.diagnoses[chosen])
        else:
            self._marked(place, found, chosen, found.right)
        return True

    def _told(self, place: int, cause: Diagnosis | None) -> None:
        self._session.told(place, cause)
        if cause is None:
            self._say("session.told_nothing")
            return
        self._mistake = (place, cause)
        self._explain(cause)
        self._offer()

    def _marked(self, place: int, found: FollowUp, chosen: int, right: int) -> None:
        made = found.diagnoses[chosen]
        verdict = Verdict(
            chosen == right,
            0.0,
            understood=found.about.misconception,
            diagnoses=() if made is None else (made,),
            key=f"quiz.verdict.{'right' if chosen == right else 'wrong'}",
        )
        self._session.remedied(place, verdict)
        if verdict.right:
            self._say("session.remedy_right", "sound")
            return
        name = names_of(made, self._words) if made is not None else ""
        option = found.options[right]
        answer = self._words.text("session.option", letter=LETTERS[right], text=option)
        self._say("session.remedy_wrong", "broken", name=name, right=answer)
        if made is not None:
            self._explain(made)

    def _explain(self, mistake: Diagnosis) -> None:
        for text in reasons(mistake, self._words):
            self._voice.say(text)


def cause_of(student: StudentAnswers, verdict: Verdict) -> FollowUp | None:
    """Which of several causes gave this number; they differ in what was put in."""
    if len(verdict.diagnoses) < 2:
        return None
    words = student.context.words
    found = [
        (diagnosis, put_in, symbols)
        for diagnosis in verdict.diagnoses
        for put_in, symbols in _worked_out(student, diagnosis)
    ][: len(LETTERS) - 1]
    shown = [put_in for _, put_in, _ in found]
    if len(set(shown)) < len(shown):
        # The same numbers by other ways: the symbols tell them apart.
        shown = [symbols for _, _, symbols in found]
    texts = [
        words.text("session.cause", name=names_of(diagnosis, words), formula=formula)
        if formula
        else names_of(diagnosis, words)
        for (diagnosis, _, _), formula in zip(found, shown, strict=True)
    ]
    if len(texts) < 2:
        return None
    return FollowUp(
        verdict.diagnoses[0],
        words.text("session.which_cause"),
        (*texts, words.text("session.no_cause")),
        (*(diagnosis for diagnosis, _, _ in found), None),
    )


def _worked_out(student: StudentAnswers, diagnosis: Diagnosis) -> Iterator[tuple[str, str]]:
    """What was worked out with a mistake: with the student's numbers, and in symbols.

    Of a slip of the pen it is nothing: the number that was meant is the answer.
    """
    context, told = student.context, dict(diagnosis.values)
    if is_of_the_pen(diagnosis.misconception):
        yield "", ""
        return
    asked = context.graph.read(told.get("name", ""))
    candidate = _candidate(context, asked, diagnosis) if isinstance(asked, Address) else None
    if candidate is not None:
        spell, formula = context.page.spell, candidate.formula
        symbols, numbers = spell(formula), spell(with_numbers(student, formula))
        if isinstance(formula, Entry):
            # Its number is what was typed; which value that is says more, unless it is asked for.
            symbols = numbers = "" if formula.address in student.unsaid else symbols
        yield numbers, symbols


def _candidate(context: Context, address: Address, diagnosis: Diagnosis) -> Candidate | None:
    """The candidate that a diagnosis was made from."""
    mistakes = context.candidates
    group = mistakes.pairs if "+" in diagnosis.misconception else mistakes.singles
    for one in group(address).found:
        part = one.part if one.part is not None else context.graph.formula(address)
        alike = one.name == diagnosis.misconception
        if alike and context.page.spell(part) == diagnosis.place:
            return one
    return None


def remedy_of(
    student: StudentAnswers,
    question: Question,
    diagnosis: Diagnosis,
    times: int = 0,
    others: Iterable[Context] = (),
) -> FollowUp | None:
    """Which formula is the right one at another place where the same mistake can be made.

    `times` is how often there was a small question about it already: the places take turns.
    `others` are exercises to look at where this one has no other such place.
    """
    known = MISCONCEPTIONS.get(diagnosis.keys[0])
    if known is None or known.rewrite is None:
        # A slip of the pen, or of rounding, is one of no formula.
        return None
    like = _made_in(student, question, diagnosis)
    asked = frozenset((*student.unsaid, *student.graph.entries(question.identifier)))
    found = _remedy_in(student, like, diagnosis, times, asked)
    for context in others if found is None else ():
        found = _remedy_in(StudentAnswers(context), like, diagnosis, times)
        if found is not None:
            title = context.problem.title.in_language(context.words.language)
            lead = context.words.text("session.elsewhere", title=title, question=found.lead)
            return found._replace(lead=lead)
    return found


class _Like(NamedTuple):
    """What another place of the same mistake is like: there it is the same mistake to a student."""

    rule: str
    sort: str | None
    """Whether a value, a derivative or a part of an update is asked for; None if nobody knows."""


def _made_in(student: StudentAnswers, question: Question, diagnosis: Diagnosis) -> _Like:
    """What was asked for where a mistake was made."""
    graph = student.graph
    at = graph.find(diagnosis.at.partition("#")[0]) if diagnosis.at else None
    step = graph.step(at) if at is not None else None
    if step is not None:
        return _Like(step.line.rule, _sort_of(step.quantity))
    quantity = graph.quantity(question.identifier)
    return _Like(question.rule, None if quantity is None else _sort_of(quantity))


def _sort_of(quantity: Quantity) -> str:
    return quantity.kind if quantity.kind in (VALUE, DERIVATIVE) else UPDATED


def _remedy_in(
    student: StudentAnswers,
    like: _Like,
    diagnosis: Diagnosis,
    times: int,
    asked: Collection[Address] = (),
) -> FollowUp | None:
    misconception = diagnosis.misconception.split("+")[0]
    context = student.context
    words, page = context.words, context.page
    places = list(islice(_elsewhere(context, like, misconception, asked), times + PLACES))
    turn = times % max(len(places), 1)
    for address, candidate in (*places[turn:], *places[:turn]):
        name = page.name(*address)
        right = page.spell(context.graph.formula(address))
        wrong = {page.spell(candidate.formula): candidate}
        for other in _alike(context, address, misconception):
            text = page.spell(other.formula)
            if text not in wrong and len(text) <= WIDEST:
                wrong[text] = other
            if len(wrong) >= OPTIONS - 1:
                break
        wrong.pop(right, None)
        if candidate not in wrong.values() or max(map(len, (right, *wrong))) > WIDEST:
            continue
        texts = [right, *wrong]
        Random(f"{name}{misconception}").shuffle(texts)  # noqa: S311 - no secret
        found = tuple(
            diagnosis_of(student, address, wrong[text], alone=True) if text in wrong else None
            for text in texts
        )
        about = next(each for each in found if each and each.misconception == misconception)
        small = _small_question(context, address, misconception, about)
        lead = words.text("session.which_formula", question=small, name=name)
        options = tuple(f"{name} = {text}" for text in texts)
        return FollowUp(about, lead, options, found, texts.index(right))
    return None


def _small_question(
    context: Context, address: Address, misconception: str, about: Diagnosis
) -> str:
    """What is asked about the right formula of an entry, by what is forgotten in it."""
    words, page, quantity = context.words, context.page, address.quantity
    key = f"misconception.{misconception}.remedy"
    if quantity.kind == VALUE and f"{key}_of_value" in words:
        key = f"{key}_of_value"
    names = {
        "value": page.name(quantity.as_kind(VALUE), address.index),
        "loss": page.name(context.run.program.model.loss or Quantity("L"), None),
    }
    return words.text(key, **dict(about.values) | names)


def _alike(context: Context, address: Address, misconception: str) -> Iterator[Candidate]:
    """Wrong formulas to choose from: where the question is about factors, with wrong factors."""
    family, every = MISCONCEPTIONS[misconception].family, context.candidates.singles(address).found
    others = [one for one in every if one.name != misconception]
    same = [one for one in others if MISCONCEPTIONS[one.name].family == family]
    for some in (same, others):
        likely = (one for one in some if _is_likely(context, address, one))
        if (first := next(likely, None)) is not None:
            yield first
            yield from likely
            return


def _is_likely(context: Context, address: Address, candidate: Candidate) -> bool:
    """Whether a wrong formula is one that a student may choose.

    It is none where it is no formula but another value, uses what is calculated only later, or
    gives the right number.
    """
    order, formula = context.graph.order, candidate.formula
    if MISCONCEPTIONS[candidate.name].family == VALUES or isinstance(formula, Entry):
        return False
    later = (order[leaf.quantity] > order[address.quantity] for leaf in entries_of(formula))
    return not any(later) and changes_number(context, address, candidate)


def _elsewhere(
    context: Context, like: _Like, misconception: str, asked: Collection[Address]
) -> Iterator[tuple[Address, Candidate]]:
    """Other entries where a mistake can be made: those of the same rule if there are any.

    None of what is still `asked` for: its formula is the student's to find.
    """
    steps = [s for s in asked_steps(context) if like.sort in (None, _sort_of(s.quantity))]
    same = [step for step in steps if step.line.rule == like.rule]
    for found in (same, [step for step in steps if step not in same]):
        made = False
        for step in found:
            for address in islice(step.quantity.addresses(), ENTRIES):
                candidate = made_at(context, address, misconception)
                if candidate is not None and address not in asked:
                    made = True
                    yield address, candidate
        if made:
            return
