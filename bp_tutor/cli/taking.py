"""A quiz that somebody takes: begun, gone on with, asked to its end, and summed up."""

from __future__ import annotations

import os
import shlex
import sys
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from bp_tutor.api.reading import MOST_ASKED, updates_of, view_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli.options import LARGEST_SEED, listed
from bp_tutor.cli.reading import PageChoice, for_shell, page_of, read_problem
from bp_tutor.cli.talk import Learner, day
from bp_tutor.problem import list_problems
from bp_tutor.problem.load import read_problem as read_text
from bp_tutor.reader.text import printable, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.problem import Problem
    from bp_tutor.quiz import Choice, Context, Question
    from bp_tutor.quiz.practice import Due
    from bp_tutor.quiz.session import Session
    from bp_tutor.quiz.store import Recorder, Saved


LEVELS = ("numbers", "formulas", "shapes", "mixed")
FORMS = ("index", "matrix", "general")
GIVEN = ("all", "needed", "none")


class Asked(NamedTuple):
    """What the options ask for."""

    ask: tuple[str, ...] = ()
    layer: tuple[str, ...] = ()
    most: int | None = None
    level: str = "numbers"
    form: str = "index"
    shuffle: bool = False
    seed: int | None = None
    hints: bool = True
    given: str = "all"
    """Which values stand with a question."""
    due: tuple[Due, ...] = ()
    """Only questions that practise this; empty for all."""
    rules: tuple[str, ...] = ()
    """The same by rules alone, of a quiz that was begun with an older version."""
    updates: int | None = None
    """How many updates are asked about; None for as many as the file says."""
    file: str = ""
    """The text of the variant that is asked about; empty for the problem's own numbers."""


class Taken(NamedTuple):
    """A quiz that is ready to be taken."""

    problem: Problem
    session: Session
    recorder: Recorder
    hints: bool
    resumed: str = ""
    """When it was begun, where it is gone on with."""


LARGEST = 1_000_000


def begin(learner: Learner, name: str, asked: Asked) -> Taken:
    """A new quiz about a problem."""
    problem, asked = _of_seed(read_problem(name, None, learner.notation), learner, asked)
    contexts = _opened(learner, problem, asked)
    seed = int.from_bytes(os.urandom(4)) % LARGEST if asked.seed is None else asked.seed
    choice = _choice(contexts, asked, seed)
    # Kept by the letters that hold in every notation.
    asked = asked._replace(ask=choice.ask)
    questions = _questions(contexts, choice, asked)
    if not questions and asked.level == "numbers":
        # Where nothing has a number, the formulas are what there is to ask.
        asked = asked._replace(level="formulas")
        questions = _questions(contexts, choice._replace(level="formulas"), asked)
        if questions:
            learner.say("session.no_numbers", "note", option="--level formulas")
    if not questions:
        raise RefusalError("session.none")
    _tell_unfinished(learner, problem)
    return _taken(learner, problem, contexts, questions, asked, seed)


def _of_seed(problem: Problem, learner: Learner, asked: Asked) -> tuple[Problem, Asked]:
    """The problem with the numbers of the seed that is asked for."""
    if asked.seed is None:
        return problem, asked
    from bp_tutor.cli.variants import with_numbers_of

    variant, text = with_numbers_of(problem, asked.seed)
    if text:
        learner.say("session.variant", "note", seed=asked.seed)
        named = for_shell(problem.path)
        learner.talk.say(f"  bp-tutor variant {named} --seed {asked.seed} -o mine.yaml", "note")
    return variant, asked._replace(file=text)


def _opened(learner: Learner, problem: Problem, asked: Asked) -> tuple[Context, ...]:
    from bp_tutor.explain import symbols_of
    from bp_tutor.quiz import contexts_of
    from bp_tutor.solve import solve

    symbols = symbols_of(problem, learner.notation)
    updates = updates_of(problem, asked.updates)
    page = page_of(PageChoice(problem, symbols, learner.output))
    return contexts_of(solve(problem, updates), page)


def _choice(contexts: tuple[Context, ...], asked: Asked, seed: int) -> Choice:
    from bp_tutor.quiz import Choice

    ratios, only = _ratios(contexts, listed(asked.ask))
    layers = list(asked.layer)
    run, symbols = contexts[0].run, contexts[0].page.symbols
    view = view_of(run, symbols, listed(only), listed(layers), (), "full", "index")
    # Fewer are taken after those that are not wanted are left out.
    count = None if asked.rules or asked.due else asked.most
    ask = (*view.only, *ratios)
    return Choice(ask, view.layers, count, asked.level, asked.form, seed, asked.shuffle)


def _ratios(
    contexts: tuple[Context, ...], texts: tuple[str, ...]
) -> tuple[tuple[str, ...], list[str]]:
    """The names of one value's derivatives by another, and the other texts."""
    from bp_tutor.solve.partial import PartialError

    ratios: dict[str, None] = {}
    others = []
    for text in texts:
        try:
            found = [context.graph.ratio(text) for context in contexts]
        except PartialError as error:
            raise RefusalError(f"error.partial.{error}", name=shown(text)) from error
        ratios |= dict.fromkeys(one.identifier for one in found if one is not None)
        others += [] if any(found) else [text]
    return tuple(ratios), others


def _questions(contexts: tuple[Context, ...], choice: Choice, asked: Asked) -> tuple[Question, ...]:
    from bp_tutor.quiz import make_questions

    found = make_questions(contexts, choice)
    if asked.due:
        from bp_tutor.quiz.practice import practising

        most = asked.most or len(found)
        return practising(contexts, found, asked.due, most) or found[:most]
    if asked.rules:
        found = tuple(one for one in found if one.rule in asked.rules)[: asked.most]
    return found


def _taken(
    learner: Learner,
    problem: Problem,
    contexts: tuple[Context, ...],
    questions: tuple[Question, ...],
    asked: Asked,
    seed: int,
    session: int | None = None,
) -> Taken:
    from bp_tutor.quiz.session import Session
    from bp_tutor.quiz.store import Header, Recorder
    from bp_tutor.version import __version__

    page = contexts[0].page
    header = Header(
        app=__version__,
        problem=problem.name,
        path=str(problem.path.resolve()),
        digest=digest_of(problem.path),
        notation=page.symbols.notation.name,
        language=page.words.language,
        seed=seed,
        options=asked._asdict(),
        questions=questions,
    )
    recorder = Recorder(learner.opened, header, session)
    taken = Session(contexts, questions, recorder.note, asked.given)
    return Taken(problem, taken, recorder, asked.hints)


def opened(path: Path) -> Problem | None:
    """A problem; None where its file cannot be read."""
    from bp_tutor.problem import load_problem
    from bp_tutor.reader import ReadError

    try:
        return load_problem(path)
    except ReadError:
        return None


def practised(learner: Learner, path: str, asked: Asked, due: tuple[Due, ...]) -> int:
    """How much of what is due can be practised with an exercise."""
    from bp_tutor.quiz.practice import can_be_practised

    problem = opened(Path(path))
    if problem is None:
        return 0
    contexts = _opened(learner, problem, asked)
    return can_be_practised(contexts, _questions(contexts, _choice(contexts, asked, 0), asked), due)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file: answers belong to the problem as it was."""
    return sha256(path.read_bytes()).hexdigest()


def _tell_unfinished(learner: Learner, problem: Problem) -> None:
    from bp_tutor.quiz.store import unfinished

    found = unfinished(learner.opened.connection, str(problem.path.resolve()))
    if found is not None:
        learner.say("session.unfinished", "note", date=day(found.started))
        learner.talk.say(f"  bp-tutor quiz {for_shell(problem.path)} --resume", "note")


def resumed(learner: Learner, saved: Saved) -> Taken:
    """A quiz as it stood when it was left or broken off."""
    from bp_tutor.explain import in_notation
    from bp_tutor.notations import notation_names
    from bp_tutor.quiz.questions import asked_before
    from bp_tutor.quiz.store import events_of

    path = Path(saved.path)
    if not path.is_file():
        raise RefusalError("session.gone", path=shown(saved.path))
    if digest_of(path) != saved.digest:
        raise RefusalError("session.changed", path=shown(saved.path))
    notation = learner.notation or saved.notation
    asked = _as_asked(saved.options)
    problem = read_text(asked.file, path) if asked.file else read_problem(saved.path, None, None)
    # A notation that only another version knows gives way to the file's own.
    problem = in_notation(problem, notation if notation in notation_names() else None)
    learner = learner._replace(notation=None)
    contexts = _opened(learner, problem, asked)
    choice = _choice(contexts, asked, saved.seed)
    questions = _questions(contexts, choice, asked)
    if [_same(one) for one in questions] != [_same(one) for one in saved.questions]:
        # Another version asks other questions: those that were asked hold.
        before = asked_before(contexts, saved.questions)
        if not before:
            raise RefusalError("session.unreadable")
        questions = before
    taken = _taken(learner, problem, contexts, questions, asked, saved.seed, saved.id)
    taken.session.restore(events_of(learner.opened.connection, saved.id))
    return taken._replace(resumed=saved.started)


def _as_asked(options: dict[str, Any]) -> Asked:
    """What was asked for.

    Raises:
        RefusalError: it is nothing that can be asked for.
    """
    known = {name: value for name, value in options.items() if name in Asked._fields}
    lists = [known.get(name) or [] for name in ("ask", "layer", "rules")]
    limits = {"most": LARGEST, "seed": LARGEST_SEED, "updates": MOST_ASKED}
    numbers = [(known.get(name), limit) for name, limit in limits.items()]
    sound = [
        *(isinstance(one, list) for one in lists),
        all(isinstance(one, list) and len(one) == 2 for one in known.get("due") or ()),
        *(
            number is None or (isinstance(number, int) and 0 <= number <= limit)
            for number, limit in numbers
        ),
        known.get("level", "numbers") in LEVELS,
        known.get("form", "index") in FORMS,
        known.get("given", "all") in GIVEN,
        isinstance(known.get("file", ""), str),
    ]
    if not all(sound):
        raise RefusalError("session.unreadable")
    ask, layer, rules = map(tuple, lists)
    due = tuple((str(kind), str(key)) for kind, key in known.get("due") or ())
    return Asked(**known | {"ask": ask, "layer": layer, "rules": rules, "due": due})


def _same(question: Question) -> tuple[str, str, str, int]:
    return question.kind, question.identifier, question.rule, question.update


INTERRUPTED = 130
MOST_PLAIN = 4
"""So many plain networks are looked at for the place of a mistake."""


def take(learner: Learner, taken: Taken) -> int:
    """Ask until all is settled or the student leaves; the exit code."""
    from bp_tutor.quiz.dialogue import Dialogue

    learner = learner.about(taken.problem)
    words, talk = learner.output.words, learner.talk
    dialogue = Dialogue(
        taken.session,
        talk,
        words,
        lambda: learner.say_troubles(taken.recorder.new_troubles()),
        hints=taken.hints,
        ahead=talk.terminal,
        piped=talk.piped,
        others=lambda: _others(learner, taken.problem),
    )
    finished, code = False, 0
    try:
        dialogue.introduce()
        if taken.resumed:
            learner.say("session.resumed", date=day(taken.resumed))
        finished = dialogue.run() or taken.session.answered
    except KeyboardInterrupt:
        talk.say("")
        code = INTERRUPTED
    finally:
        taken.recorder.end("done" if finished else "left")
        taken.recorder.close()
    _close(learner, taken, finished=finished)
    return code


def _others(learner: Learner, problem: Problem) -> Iterator[Context]:
    """Other exercises as the learner reads them, the easy ones first.

    Those of the same topic, and then a few plain networks: sums, activations and deltas are the
    same there.
    """
    from bp_tutor.problem.topics import DIFFICULTIES, HARD, NETWORKS, difficulty_of, topic_of

    found = [one for path in list_problems() if (one := opened(path)) is not None]
    others = [
        one
        for one in sorted(found, key=lambda one: DIFFICULTIES.index(difficulty_of(one)))
        if difficulty_of(one) != HARD and one.path.resolve() != problem.path.resolve()
    ]
    alike = [one for one in others if topic_of(one) == topic_of(problem)]
    plain = [one for one in others if topic_of(one) == NETWORKS and one not in alike]
    for one in (*alike, *plain[:MOST_PLAIN]):
        yield from _opened(learner.about(one), one, Asked())


def _close(learner: Learner, taken: Taken, *, finished: bool) -> None:
    from bp_tutor.quiz.result import as_data, kinds_of, result_of, sentences, table_of

    words, talk = learner.output.words, learner.talk
    learner.say_troubles(taken.recorder.new_troubles())
    result = result_of(taken.session)
    kinds = kinds_of(taken.session)
    talk.say("")
    learner.say("result.heading", "heading")
    if result.rows:
        talk.show(table_of(result, words, kinds, learner.output.style))
    name = taken.problem.name
    named = for_shell(taken.problem.path)
    options = _options(taken.recorder.header.options)
    for text, look in sentences(result, words, kinds, named, options):
        talk.say(text, look)
    if not finished and taken.recorder.session is not None and taken.recorder.complete:
        learner.say("session.kept", "note", problem=named)
    if learner.json:
        header = taken.recorder.header
        about = {
            "app": header.app, "problem": name, "digest": header.digest, "seed": header.seed,
            "state": "done" if finished else "left", "kept": taken.recorder.complete,
        }  # fmt: skip
        text = dumps(as_data(taken.session, result, **about), ensure_ascii=False, indent=1)
        sys.stdout.write(f"{text}\n")


def _options(asked: dict[str, Any]) -> str:
    """What was asked for, as it is typed again: the same numbers, the same kind of questions."""
    seed, usual = asked["seed"], Asked()
    given = [("--seed", seed)] if seed is not None else []
    given += [("--layer", shlex.quote(printable(layer))) for layer in asked["layer"]]
    given += [
        (f"--{name}", asked[name])
        for name in ("level", "form", "updates")
        if asked[name] != getattr(usual, name)
    ]
    return "".join(f" {option} {value}" for option, value in given)
