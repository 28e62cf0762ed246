"""How often the program is right about the bank: counts by kind, and examples of what failed."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from tests.mistakes.accepted import is_accepted, labels_of
from tests.mistakes.bank import DIGITS, Bank, Case, Chain
from tests.mistakes.formulas import Formulas, Typed
from tests.mistakes.marked import Mark, Opened
from tests.mistakes.sheet import Exercise

NAMED, OTHER, NOTHING, RIGHT = "named", "other name", "no name", "marked right"
RANDOMS, CHAINS = 12, 6
EARLY = "early_rounding"


class Example(NamedTuple):
    """A case that did not come out as it should."""

    outcome: str
    exercise: Exercise
    case: Case
    mark: Mark

    @property
    def told(self) -> str:
        case = self.case
        named = " | ".join("+".join(sorted(keys)) for keys in self.mark.named) or "-"
        alone = "" if case.before else " (nothing before)"
        doing = case.doing.replace("{", "").replace("}", "")
        place = "" if case.slip == case.name else f" made at {case.slip}"
        return (
            f"{self.exercise.family} {self.exercise.seed}: {case.kind}, {case.way} {case.digits}"
            f"{alone}: {case.label}{place}; {case.name} = {case.text} ({doing[:110]}): "
            f"{self.outcome}, {self.mark.verdict}, {named}"
        )


class ChainExample(NamedTuple):
    exercise: Exercise
    chain: Chain
    name: str
    mark: Mark

    @property
    def told(self) -> str:
        return (
            f"{self.exercise.family} {self.exercise.seed}: {self.chain.how}: {self.chain.label} "
            f"{self.chain.slip}; {self.name} = {self.chain.answers[self.name]}: "
            f"{self.mark.verdict}, first wrong {self.mark.first_wrong}"
        )


class FormulaExample(NamedTuple):
    exercise: Exercise
    answer: Typed
    mark: Mark

    @property
    def told(self) -> str:
        return (
            f"{self.exercise.family} {self.exercise.seed}: {self.answer.label or 'right'}: "
            f"{self.answer.name} = {self.answer.text}: {self.mark.verdict} {self.mark.first_wrong}"
        )


Key = tuple[str, str, int]
"""The kind of a case, the way and the digits."""


class Rates:
    """Counts over exercises."""

    def __init__(self, digits: tuple[int, ...] = DIGITS) -> None:
        self.digits = digits
        self.outcomes: dict[Key, Counter[str]] = defaultdict(Counter)
        self.by_label: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self.shown: Counter[int] = Counter()
        self.chains: Counter[str] = Counter()
        self.formulas: Counter[str] = Counter()
        self.formula_examples: list[FormulaExample] = []
        self.examples: list[Example] = []
        self.chain_examples: list[ChainExample] = []

    def add(self, exercise: Exercise, combinations: int = 8, *, cases_only: bool = False) -> None:
        """Everything about one exercise."""
        bank, opened = Bank(exercise, combinations), Opened(exercise)
        self.add_cases(bank, opened, (*bank.singles(), *bank.above(), *bank.pairs()))
        if cases_only:
            return
        self.add_cases(bank, opened, bank.randoms(RANDOMS))
        self.add_chains(bank, opened, CHAINS)
        self.add_formulas(exercise, opened)

    def add_cases(self, bank: Bank, opened: Opened, cases: Iterable[Case]) -> None:
        """Wrong answers to an exercise."""
        for case in cases:
            if case.digits in self.digits:
                self._case(bank, opened, case)

    def add_chains(self, bank: Bank, opened: Opened, wrong: int) -> None:
        """All chains in which everything is right, and so many with a mistake in them."""
        for chain in bank.right_chains():
            self._right_chain(bank, opened, chain)
        for chain in bank.wrong_chains(wrong):
            self._wrong_chain(bank, opened, chain)

    def add_formulas(self, exercise: Exercise, opened: Opened) -> None:
        """Right and wrong formulas for every value of which a quiz asks for the formula."""
        for answer in Formulas(exercise).answers(opened.asked_formulas()):
            mark = opened.formula(answer.name, answer.text)
            if not answer.label:
                self.formulas["right formulas"] += 1
                fails = not mark.right
                self.formulas["right formulas not taken for right"] += fails
            else:
                self.formulas["wrong formulas"] += 1
                fails = mark.right
                self.formulas["wrong formulas taken for right"] += fails
                accepted = any(is_accepted((answer.label,), keys) for keys in mark.named)
                self.formulas["wrong formulas named"] += accepted
                self.formulas["wrong formulas with another name"] += bool(
                    mark.named and not accepted
                )
            if fails:
                self.formula_examples.append(FormulaExample(exercise, answer, mark))

    def _case(self, bank: Bank, opened: Opened, case: Case) -> None:
        mark = opened.marks({**case.before, case.name: case.text})[case.name]
        outcome = outcome_of(bank, case, mark)
        self.outcomes[case.kind, case.way, case.digits][outcome] += 1
        self.by_label[case.kind, case.label][outcome] += 1
        if mark.named:
            self.shown[len(mark.named)] += 1
        good = NOTHING if case.kind == "random" else NAMED
        if outcome != good:
            self.examples.append(Example(outcome, bank.exercise, case, mark))

    def _right_chain(self, bank: Bank, opened: Opened, chain: Chain) -> None:
        for name, mark in opened.marks(chain.answers).items():
            self.chains["right answers"] += 1
            if mark.verdict == "digits":
                self.chains["right answers of which more digits are asked"] += 1
            elif mark.verdict != "right":
                self.chains["right answers marked wrong"] += 1
                self.chain_examples.append(ChainExample(bank.exercise, chain, name, mark))

    def _wrong_chain(self, bank: Bank, opened: Opened, chain: Chain) -> None:
        marks = opened.marks(chain.answers)
        self.chains["wrong chains"] += 1
        reached = bank.below(chain.slip)
        first = next((name for name, mark in marks.items() if not _is_fine(mark)), "")
        if first != chain.slip:
            self.chains["wrong chains with another first wrong step"] += 1
            name = first or chain.slip
            self.chain_examples.append(ChainExample(bank.exercise, chain, name, marks[name]))
        for name in reached:
            if name not in marks:
                continue
            mark = marks[name]
            self.chains["answers after a mistake"] += 1
            if mark.verdict in ("wrong", "zero"):
                self.chains["answers after a mistake marked wrong"] += 1
                self.chain_examples.append(ChainExample(bank.exercise, chain, name, mark))
            elif mark.verdict != "right" and mark.first_wrong not in ("", chain.slip):
                self.chains["answers after a mistake with another first wrong step"] += 1
                self.chain_examples.append(ChainExample(bank.exercise, chain, name, mark))

    def counts(
        self, kinds: tuple[str, ...], way: str = "", digits: tuple[int, ...] = ()
    ) -> Counter[str]:
        """The outcomes of these kinds of cases together."""
        found: Counter[str] = Counter()
        for (kind, by, figures), outcomes in self.outcomes.items():
            if kind in kinds and way in ("", by) and (not digits or figures in digits):
                found.update(outcomes)
        return found


def _is_fine(mark: Mark) -> bool:
    return mark.verdict in ("right", "digits")


def outcome_of(bank: Bank, case: Case, mark: Mark) -> str:
    """What the program made of a wrong answer."""
    if mark.right:
        return RIGHT
    if not mark.named:
        return NOTHING
    if case.kind == "random":
        return OTHER
    if any(is_accepted(case.labels, keys) for keys in mark.named):
        return NAMED
    return NAMED if any(_gives(bank, case, keys) for keys in mark.named) else OTHER


def _gives(bank: Bank, case: Case, keys: frozenset[str]) -> bool:
    """Whether what the program says gives this number as well, by the bank's own calculation."""
    if keys == {EARLY}:
        return bank.rounded_early(case)
    if len(keys) == 1:
        (key,) = keys
        return bank.gives(case, labels_of(key))
    first, second = keys
    return bank.gives_together(case, labels_of(first), labels_of(second))
