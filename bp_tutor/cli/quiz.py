"""`bp-tutor quiz`: questions about a problem, marked one by one."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from hashlib import sha256
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from bp_tutor.cli import options
from bp_tutor.cli.options import LARGEST_SEED, MOST_ASKED, Seed, listed, one_of, whole
from bp_tutor.cli.reading import PageChoice, for_shell, page_of, read_problem, updates_of, view_of
from bp_tutor.cli.refusal import RefusalError, with_nearest
from bp_tutor.cli.talk import Learner, LineTalk, day, name_of_known
from bp_tutor.problem import list_problems
from bp_tutor.problem.load import read_problem as read_text
from bp_tutor.reader.text import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.problem import Problem
    from bp_tutor.quiz import Choice, Context, Question
    from bp_tutor.quiz.reviews import Known
    from bp_tutor.quiz.session import Session
    from bp_tutor.quiz.store import Recorder, Saved


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
    rules: tuple[str, ...] = ()
    """Only questions with these rules; empty for all."""
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


LEVELS = ("numbers", "formulas", "shapes", "mixed")
FORMS = ("index", "matrix")
GIVEN = ("all", "needed", "none")
Level = Annotated[
    str, typer.Option("--level", metavar="|".join(LEVELS), parser=one_of("--level", LEVELS))
]
Form = Annotated[
    str, typer.Option("--form", metavar="|".join(FORMS), parser=one_of("--form", FORMS))
]
Given = Annotated[
    str, typer.Option("--given", metavar="|".join(GIVEN), parser=one_of("--given", GIVEN))
]
Count = Annotated[
    int | None, typer.Option("--count", metavar="N", parser=whole("--count", 1, 10_000))
]
ProblemOrNone = Annotated[str | None, typer.Argument(metavar="[PROBLEM]")]


def quiz(
    problem: ProblemOrNone = None,
    ask: Annotated[list[str] | None, typer.Option("--ask", metavar="KINDS")] = None,
    layer: Annotated[list[str] | None, typer.Option("--layer", metavar="N")] = None,
    count: Count = None,
    updates: options.AskedUpdates = None,
    level: Level = "numbers",
    form: Form = "index",
    shuffle: Annotated[bool, typer.Option("--shuffle")] = False,
    seed: Seed = None,
    hints: Annotated[bool, typer.Option("--hints/--no-hints")] = True,
    given: Given = "all",
    resume: Annotated[bool, typer.Option("--resume")] = False,
    plain: Annotated[bool, typer.Option("--plain")] = False,
    json: options.Json = False,
    notation: options.Notation = None,
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Ask, mark, and say what it came to."""
    from bp_tutor.quiz.store import open_store

    output = options.output_of(lang, ascii_only, no_color or plain, width)
    if json:
        # The talk leaves standard output to the result.
        output = output._replace(stream=sys.stderr, colour=False)
    learner = Learner(output, LineTalk(output, plain=plain), open_store(), notation, json)
    learner.say_troubles(learner.opened.troubles)
    asked = Asked(
        ask=tuple(ask or ()), layer=tuple(layer or ()), most=count, level=level, form=form,
        shuffle=shuffle, seed=seed, hints=hints, given=given, updates=updates,
    )  # fmt: skip
    if resume:
        return take(learner, go_on(learner, problem))
    if problem is not None:
        return take(learner, begin(learner, problem, asked))
    chosen = choose(learner, asked)
    return 0 if chosen is None else take(learner, chosen)


FIRST = "sigmoid-2-2-1"
"""Where something is practised whose own problem is not there any more."""
PRACTISED = 10
MOST_DUE = 8


class Entry(NamedTuple):
    """One line of the menu."""

    text: str
    take: Callable[[], Taken | None]


def choose(learner: Learner, asked: Asked) -> Taken | None:
    """The quiz that is chosen; None where nothing is."""
    from bp_tutor.quiz.reviews import known
    from bp_tutor.quiz.store import unfinished

    words = learner.output.words
    now = datetime.now(UTC)
    everything = known(learner.opened.connection)
    due = [one for one in everything if one.is_due(now)]
    if due:
        learner.say("menu.due", "heading")
        for one in due[:MOST_DUE]:
            learner.talk.say(f"  {name_of_known(learner, one)}")
    elif everything:
        learner.say("menu.nothing_due")
    entries = []
    if due:
        path = _practised(learner, due)
        text = words.text("menu.practise", problem=Path(path).stem)
        entries.append(Entry(text, lambda: begin(learner, path, _practising(asked, due))))
    saved = unfinished(learner.opened.connection)
    if saved is not None:
        date = day(saved.started)
        text = words.text("menu.resume", problem=saved.problem, date=date)
        entries.append(Entry(text, lambda: resumed(learner, saved)))
    if not entries:
        return _exercise(learner, asked)
    entries.append(Entry(words.text("menu.exercise"), lambda: _exercise(learner, asked)))
    return _chosen(learner, asked, entries)


def _practising(asked: Asked, due: list[Known]) -> Asked:
    rules = tuple(dict.fromkeys(rule for one in due for rule in one.rules))
    return asked._replace(rules=rules, most=asked.most or PRACTISED)


def _practised(learner: Learner, due: list[Known]) -> str:
    """The problem where what is due was met last."""
    from bp_tutor.quiz.store import answered

    rules = {rule for one in due for rule in one.rules}
    for answer in reversed(answered(learner.opened.connection)):
        if answer.rule in rules and Path(answer.path).is_file():
            return answer.path
    return FIRST


def _exercise(learner: Learner, asked: Asked) -> Taken | None:
    from bp_tutor.problem import load_problem
    from bp_tutor.reader import ReadError

    entries = []
    for path in list_problems():
        try:
            title = load_problem(path).title.in_language(learner.output.words.language)
        except ReadError:
            continue
        entries.append(Entry(f"{path.stem}: {title}", _beginning(learner, str(path), asked)))
    return _chosen(learner, asked, entries)


def _beginning(learner: Learner, path: str, asked: Asked) -> Callable[[], Taken]:
    return lambda: begin(learner, path, asked)


def _chosen(learner: Learner, asked: Asked, entries: list[Entry]) -> Taken | None:
    """What is chosen by number or by name."""
    from bp_tutor.quiz.commands import PROMPT, command_in

    for number, entry in enumerate(entries, 1):
        learner.talk.say(f"  {number}  {entry.text}")
    learner.say("menu.number")
    names = [path.stem for path in list_problems()]
    while True:
        line = learner.talk.ask(PROMPT)
        if line is None or command_in(line) == "quit":
            learner.say("menu.ended")
            return None
        text = line.strip()
        if text.isdecimal() and len(text) < 4 and 1 <= int(text) <= len(entries):
            return entries[int(text) - 1].take()
        if text in names:
            return begin(learner, text, asked)
        near = nearest(text[:100], names)
        said = learner.output.words.text("menu.unknown", name=shown(text))
        learner.talk.say(with_nearest(said, near, learner.output.words))


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
        learner.say("session.variant", "note", seed=asked.seed, problem=for_shell(problem.path))
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
    view = view_of(run, symbols, only, layers, (), "full", "index")
    # Fewer are taken after those that are not wanted are left out.
    count = None if asked.rules else asked.most
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
    from bp_tutor import __version__
    from bp_tutor.quiz.session import Session
    from bp_tutor.quiz.store import Header, Recorder

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


def digest_of(path: Path) -> str:
    """The SHA-256 of a file: answers belong to the problem as it was."""
    return sha256(path.read_bytes()).hexdigest()


def _tell_unfinished(learner: Learner, problem: Problem) -> None:
    from bp_tutor.quiz.store import unfinished

    found = unfinished(learner.opened.connection, str(problem.path.resolve()))
    if found is not None:
        learner.say(
            "session.unfinished", "note", date=day(found.started), problem=for_shell(problem.path)
        )


def go_on(learner: Learner, name: str | None) -> Taken:
    """The latest unfinished quiz, of one problem or of any."""
    from bp_tutor.problem import find_problem
    from bp_tutor.quiz.store import unfinished

    path = None if name is None else str(find_problem(name).resolve())
    saved = unfinished(learner.opened.connection, path)
    if saved is None:
        raise RefusalError("session.nothing_saved")
    return resumed(learner, saved)


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
    return Asked(**known | {"ask": ask, "layer": layer, "rules": rules})


def _same(question: Question) -> tuple[str, str, str, int]:
    return question.kind, question.identifier, question.rule, question.update


INTERRUPTED = 130


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
    )
    finished, code = False, 0
    try:
        dialogue.introduce()
        if taken.resumed:
            learner.say("session.resumed", date=day(taken.resumed))
        finished = dialogue.run()
    except KeyboardInterrupt:
        talk.say("")
        code = INTERRUPTED
    finally:
        taken.recorder.end("done" if finished else "left")
        taken.recorder.close()
    _close(learner, taken, finished=finished)
    return code


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
    seed, level = asked["seed"], asked["level"]
    given = [("--seed", seed)] if seed is not None else []
    given += [("--level", level)] if level != "numbers" else []
    return "".join(f" {option} {value}" for option, value in given)
