"""The part of the talk that follows a mistake: what it was, and a small question about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.quiz.followups import CAUSE, LETTERS, FollowUp, cause_of, remedy_of
from bp_tutor.quiz.kinds.entries import NUMBERS
from bp_tutor.quiz.model import Verdict
from bp_tutor.quiz.telling import names_of, reason

if TYPE_CHECKING:
    from bp_tutor.quiz.model import Diagnosis
    from bp_tutor.quiz.session import Session
    from bp_tutor.quiz.talk import Talk
    from bp_tutor.words import Words


class Asides:
    """Asks and marks the small questions; whatever is no choice goes on to the quiz."""

    def __init__(self, session: Session, talk: Talk, words: Words) -> None:
        self._session, self._talk, self._words = session, talk, words
        self._waiting: tuple[int, FollowUp] | None = None
        """The place of the question it is about, and the small question that waits."""
        self._mistake: tuple[int, Diagnosis] | None = None

    def _say(self, key: str, look: str = "", **values: object) -> None:
        self._talk.say(self._words.text(key, **values), look)

    def after(self, place: int, verdict: Verdict) -> None:
        """What an answer leads to: several causes are told apart, a mistake can be practised."""
        self._waiting = None
        if not verdict.diagnoses:
            return
        self._mistake = (place, verdict.diagnoses[0])
        session = self._session
        if session.questions[place].kind in NUMBERS:
            found = cause_of(session.context(place), session.sheet(place), verdict)
            if found is not None:
                self._pose(place, found)
                return
        self._say("session.offer", "note")

    def remedy(self) -> None:
        """The small question about the last mistake."""
        if self._mistake is None:
            self._say("session.no_remedy")
            return
        place, diagnosis = self._mistake
        session = self._session
        context, sheet = session.context(place), session.sheet(place)
        times = len(session.remedies)
        found = remedy_of(context, sheet, session.questions[place], diagnosis, times)
        if found is None:
            self._say("session.no_remedy")
            return
        self._pose(place, found)

    def _pose(self, place: int, found: FollowUp) -> None:
        self._talk.say(found.lead)
        for letter, option in zip(LETTERS, found.options, strict=False):
            self._talk.say(f"  {letter}  {option}")
        self._waiting = (place, found)

    def take(self, line: str) -> bool:
        """Whether a line answers the small question that waits; it is marked then."""
        if self._waiting is None:
            return False
        place, found = self._waiting
        chosen = found.chosen(line)
        if chosen is None:
            return False
        self._waiting = None
        if found.kind == CAUSE:
            self._told(place, found, chosen)
        else:
            self._marked(place, found, chosen)
        return True

    def _told(self, place: int, found: FollowUp, chosen: int) -> None:
        told = found.diagnoses[chosen]
        self._session.told(place, told)
        if told is None:
            self._say("session.told_nothing")
            return
        self._mistake = (place, told)
        for text in reason(told, self._words):
            self._talk.say(text)
        self._say("session.offer", "note")

    def _marked(self, place: int, found: FollowUp, chosen: int) -> None:
        assert found.right is not None
        made = found.diagnoses[chosen]
        right = chosen == found.right
        self._session.remedied(
            place,
            Verdict(
                right,
                0.0,
                understood=found.about.misconception,
                diagnoses=() if made is None else (made,),
                key=f"quiz.verdict.{'right' if right else 'wrong'}",
            ),
        )
        if right:
            self._say("session.remedy_right", "sound")
            return
        name = names_of(made, self._words) if made is not None else ""
        answer = f"{LETTERS[found.right]}  {found.options[found.right]}"
        self._say("session.remedy_wrong", "broken", name=name, right=answer)
        if made is not None:
            for text in reason(made, self._words):
                self._talk.say(text)
