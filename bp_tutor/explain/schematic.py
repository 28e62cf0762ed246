"""A network that is too large or too various to draw, told in one line: its sizes in turn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.canvas import width_of
from bp_tutor.problem.signals import signals

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, Signal
    from bp_tutor.explain.page import Page
    from bp_tutor.problem.model import Network

INDENT = "  "


def is_plain(network: Network) -> bool:
    """Whether every layer is wired over vectors, so that units and wires can be drawn."""
    return network.form == "vector" and all(layer.wired for layer in network.layers)


def schematic(page: Page, network: Network, width: int) -> tuple[str, ...]:
    """What goes in and what each layer hands on, `1×2×2 → convolution 3×3 → 1×2×2 → ...`."""
    sizes = signals(network)
    arrow = " -> " if page.style.name == "ascii" else " → "
    pieces = [_size(page, sizes[0])]
    for layer, signal in zip(network.layers, sizes[1:], strict=True):
        pieces += [_layer(page, layer), _size(page, signal)]
    lines = [INDENT + pieces[0]]
    for piece in pieces[1:]:
        if width_of(lines[-1] + arrow + piece) > width - len(INDENT):
            lines.append(INDENT * 2)
        lines[-1] += arrow + piece
    return tuple(lines)


def _size(page: Page, signal: Signal) -> str:
    times = "x" if page.style.name == "ascii" else "×"
    # Where vectors are columns, the positions stand side by side.
    turned = page.columns and signal.form == "positions"
    text = times.join(map(str, reversed(signal.shape) if turned else signal.shape))
    if signal.form == "sequence":
        return page.words.text("schematic.steps", count=signal.steps, size=text)
    return text


def _layer(page: Page, layer: Layer) -> str:
    times = "x" if page.style.name == "ascii" else "×"
    name = page.words.word_for("layer_kind", layer.called)
    settings = dict(layer.settings)
    if "rows" in settings:
        name += f" {settings['rows']}{times}{settings['columns']}"
    return name
