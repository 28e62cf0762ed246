"""What is worked out once: for each key, and for each entry until an answer above it changes."""

from __future__ import annotations

from math import isclose, prod

from bp_tutor.problem import find_problem, load_problem
from bp_tutor.quiz import Context, StudentAnswers
from bp_tutor.quiz.batch import Marked, mark_rows, question_of
from bp_tutor.quiz.entry_line import PATIENCE, EntryLine
from bp_tutor.quiz.kept import Following, Remembered, once_each, work_out
from bp_tutor.quiz.kinds.kind import asked_steps
from bp_tutor.quiz.tolerance import Answer, value_of
from tests.quiz.networks import context_of_problem, random_context


class Squares:
    def __init__(self) -> None:
        self.asked: list[int] = []

    @once_each
    def of(self, number: int) -> int:
        """The square."""
        self.asked.append(number)
        return number**2


def test_a_method_is_asked_once_for_each_key_and_object() -> None:
    one, other = Squares(), Squares()
    assert [one.of(3), one.of(3), one.of(4), other.of(3)] == [9, 9, 16, 9]
    assert (one.asked, other.asked) == ([3, 4], [3])


def test_what_is_remembered_begins_anew_before_it_grows() -> None:
    kept = Remembered[int, str](2)
    kept[1], kept[2] = "one", "two"
    assert kept == {1: "one", 2: "two"}
    kept[3] = "three"
    assert kept == {3: "three"}


def test_who_was_marked_before_changes_no_mark() -> None:
    problem = load_problem(find_problem("sigmoid-2-2-1"))
    shared = context_of_problem(problem)
    entries = [one for step in asked_steps(shared) for one in step.quantity.addresses()]
    papers = []
    for student in range(6):
        own, rows = StudentAnswers(shared), []
        for place, entry in enumerate(entries):
            value, mistakes = own.follows(entry), shared.candidates.singles(entry)
            if (place + student) % 3 == 0 and (
                wrong := [*filter(None, mistakes.values(own.value))]
            ):
                value = wrong[(place + student // 3) % len(wrong)]
            text = f"{value:#.{4 + student % 2}g}"
            own.answer(entry.identifier, float(text))
            rows.append((entry.identifier, text))
        papers.append(rows)

    def marked(context: Context, paper: list[tuple[str, str]]) -> list[Marked]:
        asked = [(question_of([context], name), text) for name, text in paper]
        return mark_rows([context], asked)

    together = [marked(shared, paper) for paper in (*papers, *papers)]
    alone = [marked(context_of_problem(problem), paper) for paper in papers]
    assert together == [*alone, *alone]
    verdicts = [one.verdict for paper in alone for one in paper if one.verdict]
    assert any(one.diagnoses for one in verdicts)
    assert any(one.carried for one in verdicts)


def test_long_chains_are_worked_out_without_recursion() -> None:
    first = next(next(iter(random_context(1).graph.order)).addresses())
    chain = [first._replace(index=(place,)) for place in range(20_000)]
    known = {chain[0]: 1.0}
    found = work_out(
        chain[-1],
        known,
        lambda one: [chain[one.index[0] - 1]],
        lambda one: known[chain[one.index[0] - 1]] + 1,
    )
    assert found == len(chain)


def test_only_what_is_below_a_changed_entry_is_forgotten() -> None:
    graph = random_context(2).graph
    following = Following[int]()
    entries = [entry for quantity in graph.steps for entry in quantity.addresses()]
    for place, entry in enumerate(entries):
        following[entry] = place
    changed = entries[len(entries) // 2]
    following.forget(changed, graph.results(changed.quantity))
    kept = {
        entry
        for entry in entries
        if entry != changed and changed.quantity not in graph.sources(entry.quantity)
    }
    assert set(following) == kept
    assert 0 < len(kept) < len(entries)


def test_values_follow_from_answers_whichever_were_given_and_changed_before() -> None:
    context = context_of_problem(load_problem(find_problem("exercise")))
    graph, student = context.graph, StudentAnswers(context)
    entries = [entry for quantity in graph.steps for entry in quantity.addresses()]
    given = entries[:: len(entries) // 12]
    for turn, entry in enumerate((*given, *given[::3])):
        student.enter(entry, Answer(graph.exact(entry) * (1.1 + turn / 100), 5e-5, 4))
        if turn % 4 == 3:
            student.forget(given[turn // 2])
        afresh = StudentAnswers(context)
        for address, answer in student.answers.items():
            afresh.enter(address, answer)
        assert [student.value(one) for one in entries] == [afresh.value(one) for one in entries]
        judged = {one: student.judged(one) for one in student.answers}
        assert judged == {one: afresh.judged(one) for one in afresh.answers}


def test_a_line_has_the_same_number_before_and_after_it_was_compiled() -> None:
    graph = random_context(3).graph
    for quantity in graph.steps:
        for address in quantity.addresses():
            line = EntryLine(graph.formula(address))
            found = {line.value(graph.exact) for _ in range(PATIENCE + 3)}
            assert found == {value_of(graph.formula(address), graph.exact)}


def test_deviation_is_that_of_a_product_by_hand() -> None:
    """Each factor of z = a b c moves the product by its radius times the others."""
    graph = random_context(4).graph
    lines = [graph.line(entry) for quantity in graph.steps for entry in quantity.addresses()]
    line = next(
        one
        for one in lines
        if len(one.entries) == 2
        and isclose(prod(map(graph.exact, one.entries)), one.value(graph.exact) or 0.0)
    )
    one, other = line.entries
    first = 0.001 * abs(graph.exact(other))
    assert isclose(line.deviation(graph.exact, {one: 0.001, other: 0.0}), first, rel_tol=1e-6)
    second = 0.002 * abs(graph.exact(one))
    both = line.deviation(graph.exact, {one: 0.001, other: 0.002})
    assert max(first, second) <= both <= (first + second) * 1.01
