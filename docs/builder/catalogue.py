"""What pages show of the live tables: each formula, and how its slope is proven; the library."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bp_tutor.api.names import NAMES
from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.explain import Presentation, Settings, View, style_named, symbols_of
from bp_tutor.explain.document import word_for
from bp_tutor.explain.general import general_sections
from bp_tutor.explain.proofs import proof_named, proof_section, proof_symbols, provable
from bp_tutor.formula import FUNCTIONS
from bp_tutor.output.page.appendix import section_table
from bp_tutor.output.page.html import Html, tag
from bp_tutor.output.page.prose import Prose
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.signals import signals
from bp_tutor.solve import solve
from bp_tutor.words import load_words
from tests.docs.layer_examples import EXAMPLES, inputs_for, layer_in
from tests.docs.model_tables import FORMS
from tests.docs.spelling import plainly

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bp_tutor.explain import Said, Section
    from bp_tutor.fields.records import Field
    from bp_tutor.notations import Symbols
    from bp_tutor.problem import Problem

SHOWN = ("forward", "backward", "gradient")
"""The parts of a calculation that are a layer's own."""


def entries_of(table: str, language: str) -> str:
    """The entries of one table of the catalogue, as Markdown.

    `table` is `activations`, `losses`, `fused`, `functions`, `optimisers`, `layers`, or
    `api` for the names of the library.
    """
    book = _Book(language)
    functions = [name for name in FUNCTIONS if name not in ACTIVATIONS]
    pairs = [name for name in provable() if "+" in name]
    entries: dict[str, Iterable[str]] = {
        "activations": map(book.activation, ACTIVATIONS),
        "losses": map(book.loss, LOSSES),
        "fused": map(book.pair, pairs),
        "functions": map(book.pair, functions),
        "optimisers": book.optimisers(),
        "layers": book.layers(),
        "api": (f"::: bp_tutor.{name}" for name in NAMES),
    }
    return "\n\n".join(entries[table])


class _Book:
    """Writes entries of the catalogue in one language."""

    def __init__(self, language: str) -> None:
        self._words = load_words(language)
        self._proofs = self._reader(proof_symbols())

    def activation(self, name: str) -> str:
        """An activation with its parameters and its proof."""
        file = f"activation: {_with_settings(name, ACTIVATIONS[name].fields)}"
        return _entry(self._called("activation", name), _file(file), self._proof(name))

    def loss(self, name: str) -> str:
        """A loss with its parameters and its proof."""
        file = f"loss: {_with_settings(name, LOSSES[name].fields)}"
        return _entry(self._called("loss", name), _file(file), self._proof(name))

    def pair(self, name: str) -> str:
        """What is known by its key alone, with its proof."""
        return _entry(f"`{name}`", self._proof(name))

    def optimisers(self) -> Iterator[str]:
        """The lines of an update, for every form of every optimiser."""
        for chosen_by, _, _ in FORMS:
            problem = read_problem(_with_optimiser(chosen_by))
            yield _entry(f"`{chosen_by}`", self._general(problem, ("update",)))

    def layers(self) -> Iterator[str]:
        """Forward and back through every kind of layer."""
        last = ""
        for _, text in EXAMPLES:
            problem = read_problem(_with_layer(text))
            assert problem.network
            called = problem.network.layers[0].called
            heading = self._called("layer_kind", called) if called != last else ""
            yield _entry(heading, _file(text), self._general(problem, SHOWN))
            last = called

    def _called(self, group: str, name: str) -> str:
        said = self._said(word_for(group, name))
        return f"{said} (`{name}`)" if said != name else f"`{name}`"

    def _proof(self, name: str) -> str:
        """From the definition to the slope; nothing where a teacher would not derive it."""
        proof = proof_named(name)
        return self._shown([proof_section(proof)], self._proofs) if proof else ""

    def _said(self, said: Said) -> str:
        return self._proofs.readers[0].say(said)

    def _general(self, problem: Problem, phases: Sequence[str]) -> str:
        prose = self._reader(symbols_of(problem))
        run = solve(problem).runs[0]
        every = general_sections(prose.readers[0].settings, run, View())
        return self._shown([each for each in every if each.phase in phases], prose)

    def _shown(self, sections: Sequence[Section], prose: Prose) -> str:
        parts: list[Html] = []
        for each in sections:
            if len(sections) > 1:
                parts.append(tag("p", {"class": "heading"}, prose.heading(each)))
            parts.append(section_table(each, prose))
        return tag("div", {"class": "bp-tutor"}, *parts)

    def _reader(self, symbols: Symbols) -> Prose:
        settings = Settings(symbols)
        return Prose((Presentation(symbols, self._words, style_named("mathml"), settings),))


def _entry(heading: str, *parts: str) -> str:
    return "\n\n".join(part for part in (heading and f"## {heading}", *parts) if part)


def _file(text: str) -> str:
    """What stands in a problem file."""
    return f"```yaml\n{text}\n```"


def _with_settings(name: str, fields: tuple[Field, ...]) -> str:
    settings = ", ".join(f"{each.name}: {plainly(each.default)}" for each in fields)
    return f"{{{name}: {{{settings}}}}}" if settings else name


def _with_layer(text: str) -> str:
    """A problem with that layer alone; images are laid flat behind it, for the loss."""
    layer = layer_in(text)
    inputs, samples = inputs_for(layer)
    file = {
        "title": text,
        "network": {"inputs": inputs, "weight_order": "from-to", "layers": [layer]},
        "inputs": samples,
        "loss": "none",
    }
    network = read_problem(json.dumps(file)).network
    assert network
    image = signals(network)[-1].form == "image"
    network_file = {"inputs": inputs, "weight_order": "from-to"}
    network_file["layers"] = [layer, *["flatten"] * image]
    given = {"targets": {"seed": 1, "scale": 1}, "loss": "half_squared_error"}
    return json.dumps(file | given | {"network": network_file, "gradients_of_inputs": True})


def _with_optimiser(chosen_by: str) -> str:
    """A problem with one weight, which is updated in that way."""
    layer = {"units": 1, "weights": [[0.5]], "bias": "none"}
    return json.dumps({
        "title": chosen_by,
        "network": {"inputs": 1, "weight_order": "from-to", "layers": [layer]},
        "inputs": [1],
        "targets": [1],
        "learning_rate": 0.1,
    } | layer_in(chosen_by))  # fmt: skip
