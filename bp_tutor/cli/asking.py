"""The questions of `bp-tutor new`, one line each."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bp_tutor.authoring.plan import FILLS, KINDS, usual_activations, usual_loss
from bp_tutor.cli.choosing import chosen, labels, notations
from bp_tutor.cli.planning import Wishes, activations_of, units_of
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.talk import LineTalk
from bp_tutor.notations import notation_names
from bp_tutor.problem.names import LOSSES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bp_tutor.cli.output import Output


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
        from bp_tutor.quiz.commands import command_in
        from bp_tutor.quiz.dialogue import PROMPT

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
