"""`bp-tutor new`: a problem file to begin with, from options or from questions."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple
from unicodedata import normalize

import typer

from bp_tutor.api.reading import listed
from bp_tutor.api.refusal import RefusalError
from bp_tutor.authoring.plan import (
    FILLS,
    KINDS,
    Plan,
    activations_for,
    usual_activations,
    usual_loss,
)
from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.layer import MOST_UNITS
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.cli import options, saving
from bp_tutor.cli.options import one_of, whole
from bp_tutor.cli.talk import LineTalk
from bp_tutor.fields.described import also_called
from bp_tutor.notations import load_notation, notation_names
from bp_tutor.problem.schema import MOST_LAYERS
from bp_tutor.reader import ReadError
from bp_tutor.reader.text import nearest, printable, shown
from bp_tutor.words import languages, load_words, plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bp_tutor.cli.output import Output
    from bp_tutor.words import Words


ENDING = ".yaml"
MOST_SEEDS = 999_999_999
LOSS_NAMES = (*LOSSES, "none")


def new(
    file: Annotated[str, typer.Argument(metavar="FILE")],
    layers: Annotated[str | None, typer.Option("--layers", metavar="UNITS")] = None,
    activation: Annotated[str | None, typer.Option("--activation", metavar="NAMES")] = None,
    loss: Annotated[
        str | None,
        typer.Option(
            "--loss", metavar="NAME", parser=one_of("--loss", LOSS_NAMES, also_called(LOSSES))
        ),
    ] = None,
    notation: Annotated[
        str | None,
        typer.Option("--notation", metavar="NAME", parser=one_of("--notation", notation_names())),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="|".join(KINDS), parser=one_of("--kind", KINDS)),
    ] = None,
    fill: Annotated[
        str | None,
        typer.Option("--fill", metavar="|".join(FILLS), parser=one_of("--fill", FILLS)),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", parser=whole("--seed", 0, MOST_SEEDS))
    ] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT")] = None,
    force: saving.Force = False,
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Write a commented problem file, and the schema for editors beside it."""
    path = file if Path(file).suffix else f"{file}{ENDING}"
    saving.refuse_existing(path, force=force)
    output = options.output_of(lang, ascii_only, no_color, width)
    wishes = Wishes(layers, activation, loss, notation, kind, fill, seed, title)
    if layers is None and kind is None:
        if not can_ask():
            raise RefusalError("new.no_layers")
        answered = asked(wishes, output)
        if answered is None:
            output.line(output.words.text("new.ended"))
            return 0
        wishes = answered
    _write(path, wishes, output, lang, force=force)
    return 0


def _write(path: str, wishes: Wishes, output: Output, lang: str | None, *, force: bool) -> None:
    """The file, once it is seen that it can be read, and the schema unless there is one."""
    from bp_tutor.authoring.new_file import new_text
    from bp_tutor.authoring.schema import SCHEMA_FILE, schema_text

    words, files = output.words, options.files_of(lang).words
    try:
        text = new_text(plan_of(wishes), files)
    except ReadError as error:
        reason = error.mistakes[0].message(words.text)
        raise RefusalError("new.does_not_fit", reason=reason) from None
    saving.save(path, text, force=force)
    saving.tell(path, output)
    beside = str(Path(path).parent / SCHEMA_FILE)
    there = Path(beside).exists()
    if not there:
        saving.save(beside, schema_text(files))
    key = "new.schema_kept" if there else "new.schema_written"
    output.line(words.text(key, path=printable(beside)))
    output.line(words.text("new.next"))
    for name in ("check", "solve"):
        output.line(printable(f"  bp-tutor {name} {shlex.quote(path)}"))


_BETWEEN = re.compile(r"[-x×,，、;\s]+")
_MOST_DIGITS = 6


class Wishes(NamedTuple):
    """What the options, or the answers to questions, say."""

    layers: str | None = None
    activation: str | None = None
    loss: str | None = None
    notation: str | None = None
    kind: str | None = None
    fill: str | None = None
    seed: int | None = None
    title: str | None = None


def plan_of(wishes: Wishes) -> Plan:
    """The plan, what was left open filled in as is usual."""
    kind = wishes.kind or "network"
    if kind == "graph":
        for option, value in zip(wishes._fields[:4], wishes[:4], strict=True):
            if value is not None:
                raise RefusalError("new.graph_takes", option=f"--{option}")
    units = units_of(wishes.layers, kind) if wishes.layers is not None else KINDS[kind]
    activations = activations_of(wishes.activation, units, kind, wishes.loss)
    return Plan(
        kind=kind,
        units=units,
        activations=activations,
        loss=wishes.loss or usual_loss(activations),
        notation=wishes.notation or ("plain" if kind == "graph" else "layered"),
        title=wishes.title or "",
        fill=wishes.fill or "drawn",
        seed=wishes.seed if wishes.seed is not None else 1,
    )


def units_of(text: str, kind: str) -> tuple[int, ...]:
    """The sizes: `3,3,2`, `3-3-2`."""
    parts = _BETWEEN.split(usual(text))
    plain = all(part.isascii() and part.isdigit() and len(part) <= _MOST_DIGITS for part in parts)
    units = tuple(int(part) for part in parts) if plain else ()
    if not 2 <= len(units) <= MOST_LAYERS + 1 or not all(1 <= n <= MOST_UNITS for n in units):
        raise RefusalError("new.layers", found=shown(text))
    if kind != "network" and len(units) != len(KINDS[kind]):
        example = ",".join(map(str, KINDS[kind]))
        raise RefusalError("new.layers_count", kind=kind, count=len(KINDS[kind]), example=example)
    if kind == "image" and units[1] > units[0]:
        raise RefusalError("new.kernel", kernel=units[1], side=units[0])
    return units


def activations_of(
    text: str | None, units: tuple[int, ...], kind: str, loss: str | None
) -> tuple[str, ...]:
    """The activation of each layer that has one of its own choice."""
    typed = usual_activations(loss) if text is None else listed([usual(text)])
    names = tuple(known("activation", name, ACTIVATIONS) or name for name in typed)
    for name in names:
        if name not in ACTIVATIONS:
            choices = ", ".join(ACTIVATIONS)
            raise RefusalError(
                "new.activation", nearest(name, ACTIVATIONS), found=shown(name), choices=choices
            )
    layers = units if kind == "network" else units[-2:]
    found = activations_for(layers, names) if names and layers else names
    if found is None or not names:
        raise RefusalError("new.activation_count", count=len(names), layers=len(layers) - 1)
    return found


class _LeftError(Exception):
    """Whoever was asked has left."""


def can_ask() -> bool:
    """Whether somebody sits there."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def asked(wishes: Wishes, output: Output) -> Wishes | None:
    """The wishes with the answers put in; None where whoever was asked left."""
    questions = Questions(LineTalk(output, plain=False), output)
    try:
        return questions.ask(wishes)
    except _LeftError:
        return None


class Questions:
    """Asks until each answer can be used."""

    def __init__(self, talk: LineTalk, output: Output) -> None:
        self.talk, self.words = talk, output.words

    def ask(self, wishes: Wishes) -> Wishes:
        """What was left open, question by question."""
        self.talk.say(self.words.text("new.intro"))
        kind = wishes.kind or self._one_of("kind", KINDS, "network")
        wishes = wishes._replace(kind=kind)
        if kind != "graph":
            wishes = self._network(wishes, kind)
        fill = wishes.fill or self._one_of("fill", FILLS, "drawn")
        title = wishes.title
        if title is None:
            title = self._line("title", "", lambda text: text)
        return wishes._replace(fill=fill, title=title)

    def _network(self, wishes: Wishes, kind: str) -> Wishes:
        usual = ",".join(map(str, KINDS[kind]))
        layers = wishes.layers or self._line("layers", usual, lambda t: (units_of(t, kind), t)[1])
        units = units_of(layers, kind)
        activation = wishes.activation or self._line(
            "activation",
            ",".join(usual_activations(wishes.loss)),
            lambda text: ",".join(activations_of(text, units, kind, wishes.loss)),
        )
        last = activations_of(activation, units, kind, wishes.loss)
        loss = wishes.loss or self._one_of("loss", (*LOSSES, "none"), usual_loss(last))
        notation = wishes.notation or self._one_of("notation", notation_names(), "layered")
        if kind != "network":
            activation = last[-1]
        return wishes._replace(layers=layers, activation=activation, loss=loss, notation=notation)

    def _one_of(self, name: str, choices: Iterable[str], usual: str) -> str:
        known = tuple(choices)
        told = labels(self.talk.output, name, known)
        return self._line(name, usual, lambda text: chosen(name, text, known), choices=told)

    def _line(self, name: str, usual: str, read: Callable[[str], str], **values: str) -> str:
        """The first answer that can be used."""
        from bp_tutor.quiz.commands import PROMPT, command_in

        question = self.words.text(f"new.question.{name}", **values)
        self.talk.say(question)
        for more in notations(self.talk.output) if name == "notation" else ():
            self.talk.say(more)
        while True:
            line = self.talk.ask(f"[{usual}] {PROMPT}" if usual else PROMPT)
            if line is None or command_in(line) == "quit":
                raise _LeftError
            try:
                return read(line.strip() or usual)
            except RefusalError as refusal:
                self.talk.say(refusal.text(self.words))


ALSO = {"loss": also_called(LOSSES), "activation": also_called(ACTIVATIONS)}
"""What else the names of a question are called."""


def usual(text: str) -> str:
    """What was typed with full-width signs and spaces at its ends made usual."""
    return normalize("NFKC", text).replace("，", ",").replace("、", ",").strip()


def known(question: str, text: str, choices: Iterable[str]) -> str | None:
    """The name that was typed, in any language; None where it is none of them."""
    listed = tuple(choices)
    names = {_folded(other): name for other, name in ALSO.get(question, {}).items()}
    for language in languages():
        words = load_words(language)
        for name in listed:
            names |= dict.fromkeys(map(_folded, _called(words, question, name)), name)
    names |= {_folded(name): name for name in listed}
    found = names.get(_folded(usual(text)))
    return found if found in listed else None


def chosen(question: str, text: str, choices: Iterable[str]) -> str:
    """The name that was typed, in any language.

    Raises:
        RefusalError: it is none of them.
    """
    listed = tuple(choices)
    return known(question, text, listed) or one_of(question, listed)(usual(text))


def labels(output: Output, question: str, choices: Iterable[str]) -> str:
    """The names in a row, each with its word where that says more."""
    words, said = output.words, []
    for name in choices:
        called = _called(words, question, name)[:1]
        told = called and _folded(called[0]) != _folded(name)
        said.append(words.text("new.choice", name=name, word=called[0]) if told else name)
    return words.text("new.comma").join(said)


def notations(output: Output) -> Iterable[str]:
    """A line for each notation: how it looks, and in which order a weight names its units."""
    for name in notation_names():
        found = load_notation(name)
        looks = output.words.choose(found.title.__getitem__)
        looks = looks.removeprefix(f"{name}: ").removeprefix(f"{name}：")
        order = output.words.text(f"new.order.{found.weight_order}")
        line = f"  {name:<11}  {output.words.text('new.notation', looks=looks, order=order)}"
        yield plain(line) if output.style == "ascii" else line


def _called(words: Words, question: str, name: str) -> list[str]:
    """What a choice is called in a language, the usual word first."""
    for key in (f"new.answers.{question}.{name}", f"{question}.{name}"):
        if words.has(key):
            return [word.strip() for word in words.text(key).split(";")]
    return []


def _folded(text: str) -> str:
    return text.casefold().replace("_", " ").replace("-", " ")
