"""What is known and what is due: every rule and every mistake is a card that is reviewed.

No schedule is kept: it is worked out from the answers each time, so it cannot disagree with
them, and a process that was killed has lost nothing of it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.store.history import answered, found_mistakes

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from bp_tutor.quiz.store.history import Answered, Found

RULE, MISCONCEPTION = "rule", "misconception"
AGAIN, HARD, GOOD = 1, 2, 3
"""The ratings of the scheduler, by number."""
WELL, FAIRLY = 0.9, 0.6
"""So much of the marks of a session counts as remembered, or as remembered with effort."""
REMEMBERED = 0.9
LEAST_GOOD = 2
"""So many good sessions one after the other show that what was forgotten is known now."""


class Review(NamedTuple):
    """How well something was remembered in one session."""

    kind: str
    key: str
    at: datetime
    rating: int


class Known(NamedTuple):
    """How well something is known now."""

    kind: str
    key: str
    times: int
    """Answers that a rule was needed for, or answers that showed the mistake."""
    credit: float
    """The part of the marks earned with a rule."""
    state: str
    """`known`, `shaky` or `weak`."""
    due: datetime
    rules: tuple[str, ...] = ()
    """Where it can be practised."""

    def is_due(self, now: datetime) -> bool:
        """Whether it is time to review it."""
        return self.due <= now


def known(connection: sqlite3.Connection, now: datetime | None = None) -> list[Known]:
    """Every rule and mistake that was met, what is due longest first."""
    now = now or datetime.now(UTC)
    answers, mistakes = answered(connection), found_mistakes(connection)
    by_rule: dict[str, list[Answered]] = {}
    for answer in (one for one in answers if not one.skipped):
        by_rule.setdefault(answer.rule, []).append(answer)
    by_mistake: dict[str, list[Found]] = {}
    for mistake in mistakes:
        by_mistake.setdefault(mistake.misconception, []).append(mistake)
    found = []
    for rule, of_rule in by_rule.items():
        credit = sum(answer.credit for answer in of_rule) / len(of_rule)
        state, due = _scheduled(_of_rule(rule, of_rule), now)
        found.append(Known(RULE, rule, len(of_rule), credit, state, due, (rule,)))
    for key, of_mistake in by_mistake.items():
        rules = tuple(dict.fromkeys(one.rule for one in of_mistake))
        state, due = _scheduled(_of_mistake(key, of_mistake, answers, rules), now)
        found.append(Known(MISCONCEPTION, key, len(of_mistake), 0.0, state, due, rules))
    return sorted(found, key=lambda one: one.due)


def _of_rule(rule: str, answers: Iterable[Answered]) -> list[Review]:
    """One review a session: how much of the marks its questions with this rule earned."""
    by_session: dict[int, list[Answered]] = {}
    for answer in answers:
        by_session.setdefault(answer.session, []).append(answer)
    reviews = []
    for found in by_session.values():
        mean = sum(answer.credit for answer in found) / len(found)
        rating = GOOD if mean >= WELL else HARD if mean >= FAIRLY else AGAIN
        reviews.append(Review(RULE, rule, _time(max(one.at for one in found)), rating))
    return reviews


def _of_mistake(
    key: str, found: Iterable[Found], answers: Iterable[Answered], rules: tuple[str, ...]
) -> list[Review]:
    """Forgotten in a session that shows the mistake, remembered in a later one without it."""
    made: dict[int, str] = {}
    for one in found:
        made[one.session] = max(one.at, made.get(one.session, ""))
    avoided: dict[int, str] = {}
    first = min(made)
    for answer in answers:
        later = answer.session > first and answer.session not in made
        if later and answer.rule in rules and answer.credit >= WELL:
            avoided[answer.session] = max(answer.at, avoided.get(answer.session, ""))
    reviews = [Review(MISCONCEPTION, key, _time(at), AGAIN) for at in made.values()]
    return reviews + [Review(MISCONCEPTION, key, _time(at), GOOD) for at in avoided.values()]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _scheduled(reviews: list[Review], now: datetime) -> tuple[str, datetime]:
    """How well it is known, and when it is due, by the free spaced repetition scheduler."""
    from fsrs import Card, Rating, Scheduler

    # Exercises are done in sessions, days apart: no steps of minutes, and no chance in it.
    scheduler = Scheduler(learning_steps=(), relearning_steps=(), enable_fuzzing=False)
    card = Card(card_id=1)
    ratings = []
    for review in sorted(reviews, key=lambda one: one.at):
        card, _ = scheduler.review_card(card, Rating(review.rating), review.at)
        ratings.append(review.rating)
    if ratings[-1] == AGAIN:
        return "weak", card.due
    # What was forgotten before may be right once by luck.
    least = LEAST_GOOD if AGAIN in ratings else 1
    good = ratings[-least:] == [GOOD] * least
    remembered = scheduler.get_card_retrievability(card, now) >= REMEMBERED
    return "known" if good and remembered else "shaky", card.due
