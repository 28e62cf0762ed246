"""Mistakes are recognised on random networks, and random numbers are not explained."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, zip_longest
from pathlib import Path
from random import Random

import pytest

from bp_tutor.formula import Address, Quantity
from bp_tutor.problem import load_problem
from bp_tutor.quiz import MISCONCEPTIONS, Context, Diagnosis, StudentAnswers
from bp_tutor.quiz.kinds.kind import asked_steps
from bp_tutor.quiz.mistakes import OFTEN, diagnose
from bp_tutor.quiz.student import WRONG
from bp_tutor.quiz.tolerance import Answer, value_of
from bp_tutor.quiz.typed import read_number
from bp_tutor.words import languages, load_words
from tests.quiz.networks import LAST, context_of_problem, random_context

KINDS = len(LAST)
"""So many random networks are one of each kind of output and loss."""
MOST_ASKED = 40
"""So many values of each exercise are answered wrongly."""
PROBLEMS = Path(__file__).parents[2] / "problems"
OWN = Path(__file__).parent / "exercises"
"""Where mistakes can be made that can be made in no other exercise."""
LARGE = ("digits-784", "transformer-block")
FIGURES = 5
VALUE = "other_value"


def answer_of(text: str) -> Answer:
    typed = read_number(text)
    return Answer(typed.value, typed.radius, typed.figures)


@lru_cache(KINDS)
def plain_context(seed: int) -> Context:
    """A random network, with what mistakes make of it worked out once for several tests."""
    return random_context(seed)


def contexts() -> Iterator[Context]:
    """Random networks, and of every other kind of exercise those that come with the program."""
    for seed in range(2 * KINDS):
        yield random_context(seed, **({"frozen": True, "updates": True} if seed % 3 == 0 else {}))
    for path in (*PROBLEMS.glob("*.yaml"), *OWN.glob("*.yaml")):
        problem = load_problem(path)
        if path.stem not in LARGE:
            yield context_of_problem(problem)


def from_every_step(context: Context, draw: Random) -> Iterator[Address]:
    """Entries in turn: one of each step, then another of each."""
    steps = [list(step.quantity.addresses()) for step in asked_steps(context)]
    for entries in steps:
        draw.shuffle(entries)
    draw.shuffle(steps)
    in_turn = (entry for row in zip_longest(*steps) for entry in row)
    return (entry for entry in in_turn if entry is not None)


def test_every_mistake_is_recognised() -> None:
    """How often each is made, and how often it is found, once in each exercise."""
    made: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for number, context in enumerate(contexts()):
        student = StudentAnswers(context)
        here: set[str] = set()
        for key in islice(from_every_step(context, Random(number)), MOST_ASKED):  # noqa: S311
            groups = context.candidates.singles(key), context.candidates.roundings(key)
            for candidate, value in (
                pair
                for group in groups
                for pair in zip(group.found, group.values(student.value), strict=True)
            ):
                if candidate.name in here or not value:
                    continue
                answer = answer_of(f"{value:#.{FIGURES}g}")
                if student.judge(key, answer).status != WRONG:
                    continue
                here.add(candidate.name)
                made[candidate.name] += 1
                found[candidate.name] += is_named(candidate.name, diagnose(student, key, answer))
    never = [name for name in MISCONCEPTIONS if not made[name]]
    missed = {n: (found[n], made[n]) for n in MISCONCEPTIONS if found[n] < 0.95 * made[n]}
    assert (never, missed) == ([], {})


def is_named(misconception: str, diagnoses: tuple[Diagnosis, ...]) -> bool:
    """Whether it is named, or what is made more often and comes to the same."""
    names = [each.misconception for each in diagnoses]
    keys = [key for name in names for key in name.split("+") if key in MISCONCEPTIONS]
    often = [MISCONCEPTIONS[key].often for key in keys]
    return misconception in names or (
        bool(often) and max(often) <= MISCONCEPTIONS[misconception].often
    )


MOST_EXPLAINED = {3: 0.03, 4: 0.015, 5: 0.01, 6: 0.01}
"""Of random numbers with so many figures; of all of them together 1 in 100."""


def test_random_numbers_are_not_explained() -> None:
    tried: Counter[int] = Counter()
    explained: Counter[int] = Counter()
    for seed in range(KINDS):
        context = plain_context(seed)
        student = StudentAnswers(context)
        draw = Random(seed)  # noqa: S311
        keys = [address for step in asked_steps(context) for address in step.quantity.addresses()]
        # On paper with so many digits an update is worked out anew: two of them for each network.
        two = [*MOST_EXPLAINED][seed % 2 :: 2]
        for key in draw.sample(keys, 25):
            exact = student.graph.exact(key)
            for value in (
                draw.uniform(-1, 1),
                exact * draw.uniform(0.3, 3),
                -exact * draw.random(),
            ):
                for figures in two:
                    answer = answer_of(f"{value:#.{figures}g}")
                    if student.judge(key, answer).status == WRONG:
                        tried[figures] += 1
                        explained[figures] += bool(diagnose(student, key, answer))
    assert tried.total() > 1_000
    assert explained.total() <= 0.01 * tried.total(), (explained, tried)
    for figures, most in MOST_EXPLAINED.items():
        assert explained[figures] <= most * tried[figures], (figures, explained, tried)


def test_two_mistakes_together_are_recognised() -> None:
    made = found = named = 0
    for seed in range(2 * KINDS):
        context = plain_context(seed)
        student = StudentAnswers(context)
        deltas = [step for step in asked_steps(context) if step.line.phase == "backward"]
        key = next(deltas[-1].quantity.addresses())
        candidates = context.candidates.pairs(key)
        values = candidates.values(student.value)
        for candidate, value in zip(candidates.found[:20], values, strict=False):
            if value:
                answer = answer_of(f"{value:#.8g}")
                if student.judge(key, answer).status == WRONG:
                    made += 1
                    diagnoses = diagnose(student, key, answer)
                    found += bool(diagnoses)
                    named += candidate.name in [each.misconception for each in diagnoses]
    assert made > 150
    assert found >= 0.95 * made
    # Where one mistake alone gives the same number, it is said to be that one.
    assert named >= 0.9 * made


def test_three_figures_are_enough_for_frequent_mistakes() -> None:
    """Of rare ones there are too many for three figures to tell them apart."""
    made = found = 0
    for seed in range(KINDS):
        context = plain_context(seed)
        student = StudentAnswers(context)
        for step in asked_steps(context):
            key = next(step.quantity.addresses())
            candidates = context.candidates.singles(key)
            for candidate, value in zip(
                candidates.found, candidates.values(student.value), strict=True
            ):
                answer = answer_of(f"{value:#.3g}") if value else None
                if answer is None or candidate.often > OFTEN:
                    continue
                if student.judge(key, answer).status == WRONG:
                    made += 1
                    found += is_named(candidate.name, diagnose(student, key, answer))
    assert made > 1_000
    assert found >= 0.9 * made


@pytest.mark.parametrize("decimals", [1, 2])
def test_rounding_all_along_is_recognised(decimals: int) -> None:
    """Every value rounded on paper, and only the last one handed in with all its digits."""
    made = found = 0
    for seed in range(5):
        context = plain_context(seed)
        student = StudentAnswers(context)
        paper: dict[tuple[Quantity, tuple[int, ...]], float] = {}
        for quantity in context.run.program.model.given:
            for index in quantity.indices():
                paper[Address(quantity, index)] = context.run.value(quantity, index)
        for step in asked_steps(context):
            for index in step.quantity.indices():
                key = Address(step.quantity, index)
                value = value_of(student.graph.formula(key), paper.__getitem__)
                assert value is not None
                paper[key] = round(value, decimals)
                answer = answer_of(f"{value:#.6g}") if value else None
                if answer is None or student.judge(key, answer).status != WRONG:
                    continue
                names = [each.misconception for each in diagnose(student, key, answer)]
                # Nobody calculated a value that stood there before: an old weight.
                if any(abs(value - student.value(one)) < 1e-9 for one in student.leaves(key)):
                    assert "early_rounding" not in names
                    continue
                made += 1
                found += "early_rounding" in names
    assert made > 60
    assert found >= 0.9 * made


def test_an_ambiguous_number_is_never_certain() -> None:
    for seed in range(3):
        context = plain_context(seed)
        student = StudentAnswers(context)
        for step in asked_steps(context):
            key = next(step.quantity.addresses())
            for value in context.candidates.singles(key).values(student.value):
                if not value:
                    continue
                diagnoses = diagnose(student, key, answer_of(f"{value:#.6g}"))
                certain = {each.certainty for each in diagnoses}
                assert certain <= ({"only"} if len(diagnoses) == 1 else {"one_of"})


@pytest.mark.parametrize("name", ["exercise", "softmax-cross-entropy", "lstm-step"])
def test_the_answer_to_another_question_is_said_to_be_that(name: str) -> None:
    """Six figures tell it from all others; where a likelier mistake gives them too, it is that."""
    context = context_of_problem(load_problem(PROBLEMS / f"{name}.yaml"))
    student = StudentAnswers(context)
    steps = {one: step for step in asked_steps(context) for one in step.quantity.addresses()}
    texts = {one: f"{student.graph.exact(one):#.6g}" for one in steps}
    often = Counter(texts.values())
    draw = Random(1)  # noqa: S311
    made = found = told = 0
    for key in draw.sample(list(steps), min(12, len(steps))):
        phase = steps[key].line.phase
        others = [one for one in steps if one != key and steps[one].line.phase == phase]
        for other in draw.sample(others, min(4, len(others))):
            answer = answer_of(texts[other])
            if often[texts[other]] > 1 or student.judge(key, answer).status != WRONG:
                continue
            made += 1
            diagnoses = diagnose(student, key, answer)
            found += bool(diagnoses)
            told += context.page.name(*other) in [
                dict(one.values)["instead"] for one in diagnoses if one.misconception == VALUE
            ]
    assert made >= 20
    assert found == made
    assert told >= 0.8 * made


@pytest.mark.parametrize("name", ["softmax-cross-entropy", "word2vec"])
def test_another_value_is_told_with_the_number_that_was_answered(name: str) -> None:
    """After a wrong first value as well, from which other numbers follow than were copied."""
    context = context_of_problem(load_problem(PROBLEMS / f"{name}.yaml"))
    steps = asked_steps(context)
    keys = [address for step in steps for address in step.quantity.addresses()]
    told = 0
    for key in Random(1).sample(keys[1:], 5):  # noqa: S311
        for other in keys:
            student = StudentAnswers(context)
            student.enter(keys[0], answer_of("0.2"))
            answer = answer_of(f"{student.graph.exact(other):#.6g}")
            if other == key or student.judge(key, answer).status != WRONG:
                continue
            for one in diagnose(student, key, answer):
                if one.misconception == VALUE and one.at == "":
                    number = answer_of(dict(one.values)["instead_numbers"])
                    assert abs(number.value - answer.value) <= number.radius + answer.radius, key
                    told += student.touches(other.quantity)
    assert told >= 10


@pytest.mark.parametrize("name", ["exercise", "batch-weight-decay", "momentum", "rnn-bptt"])
def test_the_old_value_is_named_however_near_it_is(name: str) -> None:
    """In every digit that is written, as many as tell it from the new one and more."""
    context = context_of_problem(load_problem(PROBLEMS / f"{name}.yaml"))
    student, told = StudentAnswers(context), 0
    for old, new in context.run.program.next_values:
        if old not in context.run.program.model.trained:
            continue
        for index in old.indices():
            value, address = context.run.value(old, index), Address(new, index)
            for decimals in range(2, 9):
                answer = answer_of(f"{value:.{decimals}f}")
                if answer.value != value or student.judge(address, answer).status != WRONG:
                    continue
                told += 1
                names = [each.misconception for each in diagnose(student, address, answer)]
                assert names == ["old_value"], (address.identifier, answer)
    assert told > 4


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("name", MISCONCEPTIONS)
def test_every_mistake_has_its_words(name: str, language: str) -> None:
    words = load_words(language)
    file = f"bp_tutor/words/{language}.yaml"
    for part in ("name", "why", "remedy"):
        key = f"misconception.{name}.{part}"
        assert words.has(key), f"add {key} to {file}"
    why = f"misconception.{name}.why"
    assert words.places(why) & {"part", "numbers"}, f"say {{part}} or {{numbers}} in {why}: {file}"


SHORT = ("exercise", "softmax-cross-entropy", "batch-weight-decay")


@pytest.mark.parametrize("name", SHORT)
@pytest.mark.parametrize("text", ["0", "1/2", "1/4"])
def test_a_short_exact_number_shows_no_rare_mistake(name: str, text: str) -> None:
    """So many formulas come to 0 or ½ that only the most frequent mistakes are named."""
    context = context_of_problem(load_problem(PROBLEMS / f"{name}.yaml"))
    student = StudentAnswers(context)
    for step in asked_steps(context):
        for key in step.quantity.addresses():
            answer = answer_of(text)
            if student.judge(key, answer).status == WRONG:
                found = diagnose(student, key, answer)
                keys = [one.misconception for one in found if not one.at]
                assert all(MISCONCEPTIONS[each].often == OFTEN for each in keys), key
                if text == "0":
                    # Nothing but a 0 that stands there is a 0.
                    inputs = map(student.graph.exact, student.graph.leaves(key))
                    assert not found or 0 in inputs, key


@pytest.mark.parametrize("text", ["0.00636", "0.00637"])
def test_what_is_right_but_for_its_sign_has_lost_its_sign_alone(text: str) -> None:
    """δZ₃₁ of the exercise, with all digits or with those of the page."""
    context = context_of_problem(load_problem(PROBLEMS / "exercise.yaml"))
    student = StudentAnswers(context)
    key = next(
        one
        for step in asked_steps(context)
        for one in step.quantity.addresses()
        if one.identifier == "dZ[3,1]"
    )
    assert student.judge(key, answer_of(f"-{text}")).status != WRONG
    names = [one.misconception for one in diagnose(student, key, answer_of(text))]
    assert names == ["sign_of_delta"]


@pytest.mark.parametrize(
    ("name", "identifier", "typed", "mistake"),
    [
        # 0.3715 + 0.5550 and 0.6897 - 1, not halved: the mean over two samples.
        ("logits-cross-entropy", "L", "0.9265", "mean_lost"),
        ("logits-cross-entropy", "dZ[2,1]@1", "-0.3103", "mean_lost"),
        # 0.2·0.54, not divided by 1 - 0.8.
        ("adam-on-gradients", "mhatw", "0.108", "correction_left_out"),
    ],
)
def test_mistakes_that_make_the_same_formula_are_one(
    name: str, identifier: str, typed: str, mistake: str
) -> None:
    context = context_of_problem(load_problem(PROBLEMS / f"{name}.yaml"))
    key = context.graph.find(identifier)
    assert key is not None
    (found,) = diagnose(StudentAnswers(context), key, answer_of(typed))
    assert (found.misconception, found.certainty) == (mistake, "only")
    for step in asked_steps(context):
        for address in step.quantity.addresses():
            wrong = [one.formula for one in context.candidates.singles(address).found]
            assert len(wrong) == len(set(wrong))
