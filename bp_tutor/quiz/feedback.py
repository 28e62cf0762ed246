"""What is said about a question and an answer: the verdict, and the mistake that explains it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.words import cells

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.model import Diagnosis, NotUnderstood, Question, Verdict
    from bp_tutor.quiz.student import Position
    from bp_tutor.words import Words

TELLING = frozenset(("digits", "entries", "shape", "trivial"))
"""Verdicts that say more than that an answer is wrong."""
SHORT = 60
"""So many signs of an answer are shown again."""


def percent(part: float) -> str:
    """A part of a mark, `37.5 %`."""
    return f"{round(100 * part, 1):g} %"


def prompt(context: Context, question: Question) -> str:
    """The question as a sentence, with the update where there are several."""
    asked = context.words.text(question.prompt_key, **dict(question.values))
    if len(context.trace.runs) == 1:
        return asked
    return context.words.text("session.in_update", number=question.update, question=asked)


def names_of(diagnosis: Diagnosis, words: Words) -> str:
    """The name of a mistake, or of two together, and where it was made if not in the answer."""
    names = joined_names(diagnosis.keys, words)
    if not diagnosis.at:
        return names
    return words.text("session.made_in", names=names, place=dict(diagnosis.values)["name"])


def joined_names(misconceptions: Iterable[str], words: Words) -> str:
    """The names of mistakes that were made together."""
    return words.text("session.and").join(name_of(key, words) for key in misconceptions)


def name_of_position(context: Context, position: Position | None) -> str:
    """An answer by its name, with its update where that is another one; empty for none."""
    if position is None:
        return ""
    name = context.page.name(*position.address)
    if position.update == context.run.update:
        return name
    return context.words.text("quiz.of_update", name=name, number=position.update)


def name_of(misconception: str, words: Words) -> str:
    """The name of one mistake; its key, where a newer version kept one that is not known here."""
    key = f"misconception.{misconception}.name"
    return words.text(key) if key in words else misconception


def more_of(verdict: Verdict, words: Words) -> str:
    """What a verdict says beside that an answer is wrong; empty where that is all.

    It may say why one that follows earns nothing, or which entries of an array are wrong.
    """
    telling = verdict.key.rpartition(".")[2] in TELLING
    return words.text(verdict.key, **dict(verdict.values)) if telling else ""


def verdict_lines(context: Context, verdict: Verdict) -> Iterator[tuple[str, str]]:
    """Sentences about an answer, each with its look."""
    words, understood = context.words, verdict.understood
    said = words.text(verdict.key, **dict(verdict.values)) if verdict.key else ""
    understood = understood if len(understood) <= SHORT else f"{understood[:SHORT]}..."
    look = "sound" if verdict.right else "broken"
    yield words.text("session.verdict", understood=understood, said=said), look
    if verdict.cut:
        yield words.text("session.cut", names=", ".join(verdict.cut)), "note"
    if verdict.diagnoses:
        found = (names_of(each, words) for each in verdict.diagnoses)
        names = words.text("fact.name_join").join(dict.fromkeys(found))
        several = len(verdict.diagnoses) > 1
        yield words.text(f"quiz.verdict.{'one_of' if several else 'only'}", names=names), ""


def reasons(diagnosis: Diagnosis, words: Words) -> Iterator[str]:
    """Why a mistake is one, with the student's numbers; of a pair, both.

    Of one of several that may have been made it is said what would be so.
    """
    key_of_words = "session.if_so" if diagnosis.certainty == "one_of" else "session.because"
    for key, why in zip(diagnosis.keys, whys(diagnosis, words), strict=False):
        yield words.text(key_of_words, name=name_of(key, words), why=why)


def whys(diagnosis: Diagnosis, words: Words) -> Iterator[str]:
    """What is wrong with a mistake, with the student's numbers; of a pair, with each."""
    for key, values in diagnosis.told:
        told = dict(values)
        why = words.text(f"misconception.{key}.why", **told)
        for symbols, numbers in (("part", "numbers"), ("instead", "instead_numbers")):
            if (same := told.get(symbols)) == told.get(numbers):
                # A number that is still asked for stands there as its name: once is enough.
                why = why.replace(f"{same} = {same}", f"{same}")
        yield why


def caret(error: NotUnderstood, text: str, words: Words) -> Iterator[str]:
    """What is not counted, with a mark below where it stopped making sense."""
    reason = words.text(error.key, **dict(error.values))
    yield words.text("session.not_counted", reason=reason)
    if error.position == 0 and error.length >= len(text.strip()):
        # The whole of it is meant: there is no place to point at.
        return
    start = max(0, min(error.position, len(text)) - SHORT // 2)
    piece = text[start : start + SHORT]
    if not piece.strip():
        return
    plain = "".join(sign if sign.isprintable() else "?" for sign in piece)
    before = plain[: max(0, error.position - start)]
    yield f"  {plain}"
    yield "  " + " " * cells(before) + "^" * max(1, min(error.length, len(plain) - len(before)))
