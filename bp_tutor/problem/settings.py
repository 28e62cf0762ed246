"""From what stands under a layer's key to its kind and settings, as `kinds.py` knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.kinds import KINDS, Signal, padded_size
from bp_tutor.catalogue.layer import Layer
from bp_tutor.fields.forms import BAD
from bp_tutor.fields.records import Section

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.fields.context import Context
    from bp_tutor.fields.forms import Setting

    Settings = dict[str, Setting]
    Said = tuple[str, int, Settings]

MOST_NUMBERS = 1_000_000


def input_form(section: Section, context: Context) -> Signal | None:
    """What one sample is, from the mapping under `inputs:` of a network."""
    if not section.sound(*section.values):
        return None
    for form, names in _FORMS.items():
        if section.has(names[0]):
            return _signal(form, names, section, context)
    if not section.meant - {""}:
        context.wrong(section.node, "expected.inputs")
    return None


_FORMS = {
    "image": ("height", "width", "channels"),
    "sequence": ("steps", "units"),
    "positions": ("positions", "units"),
}


def _signal(form: str, names: tuple[str, ...], section: Section, context: Context) -> Signal | None:
    for name in section.nodes:
        if name not in names:
            context.mistake(section.at(name), "problem.not_in_form", name=name, form=_word(form))
            return None
    missing = [name for name in names if section.lacks(name) and name != "channels"]
    if missing or any(section[name] is None for name in names if name != "channels"):
        for name in missing:
            context.mistake(section.node, "problem.missing_key", child=name, name=name, example="2")
        return None
    sizes = tuple(section[name] for name in names)
    if form == "image":
        return Signal(form, (section["channels"] or 1, *sizes[:2]))
    if form == "sequence":
        return Signal(form, sizes[1:], sizes[0])
    return Signal(form, sizes)


def _word(form: str) -> Any:
    from bp_tutor.reader import Key

    return Key(f"form.{form}")


def layer_of(section: Section, signal: Signal, number: int, context: Context) -> Layer | None:
    """The layer's kind, units and settings; None where what reaches it does not fit."""
    said = _READ[section.name](section, signal, context) if _is_sound(section) else None
    if said is None:
        return None
    kind, units, settings = said
    if not takes(kind, signal, section, number, context):
        return None
    activation, parameters, slope = "identity", (), 0
    if KINDS[kind].activation and section["activation"] is not BAD:
        activation, parameters, slope = section["activation"]
    layer = Layer(
        units, activation, parameters, slope, mark=section.node.mark, kind=kind,
        settings=tuple(settings.items()), frozen=bool(section.values.get("frozen")),
    )  # fmt: skip
    if "rows" in settings:
        sizes = padded_size(layer, signal)
        if layer.setting("rows") > sizes[0] or layer.setting("columns") > sizes[1]:
            context.mistake(
                section.node, "problem.window_too_large", layer=number,
                rows=settings["rows"], columns=settings["columns"],
                height=sizes[0], width=sizes[1],
            )  # fmt: skip
            return None
    after = KINDS[kind].hands_on(layer, signal)
    if after.size * after.steps > MOST_NUMBERS:
        most = f"{MOST_NUMBERS:,}"
        context.mistake(section.node, "problem.signal_too_large", layer=number, most=most)
        return None
    return layer._replace(units=units or after.shape[0 if after.form == "image" else -1])


def _is_sound(section: Section) -> bool:
    """Whether all settings of the layer could be read."""
    name = "units" if section.name == "layer" else section.name
    if not section.sound(name):
        return False
    waiting = [section[name]]
    for value in waiting:
        if isinstance(value, Section):
            waiting += value.values.values()
    return not any(value is BAD for value in waiting)


def takes(kind: str, signal: Signal, section: Section, number: int, context: Context) -> bool:
    """Whether the layer understands the form of what reaches it."""
    allowed = KINDS[kind].takes
    if signal.form in allowed:
        return True
    key = "problem.wrong_form"
    if signal.form == "image":
        key = "problem.flatten_first"
    elif "image" in allowed:
        key = "problem.no_image"
    elif signal.form == "vector" and "sequence" in allowed:
        key = "problem.no_sequence"
    values = {"form": _word(signal.form), "allowed": _word(allowed[-1])}
    name = "dense" if kind == "dense" else section.name
    context.mistake(section.node, key, layer=number, kind=name, **values)
    return False


def _convolution(section: Section, _: Signal, __: Context) -> Said | None:
    own: Section = section["convolution"]
    (rows, columns), (down, across) = own["kernel"], own["stride"]
    padding: Any = own["padding"]
    if padding == "same":
        # An odd surplus goes below and to the right.
        above, before = (rows - 1) // 2, (columns - 1) // 2
        sides = (above, rows - 1 - above, before, columns - 1 - before)
    elif isinstance(padding, Section):
        sides = tuple(padding.values[side] for side in ("top", "bottom", "left", "right"))
    else:
        sides = (padding,) * 4
    settings: Settings = _window(rows, columns, down, across)
    settings |= zip(("top", "bottom", "left", "right"), sides, strict=True)
    if own["flip"]:
        settings["flip"] = 1
    return "convolution", own["channels"], settings


def _pooling(section: Section, _: Signal, context: Context) -> Said | None:
    own: Section = section["pooling"]
    ways = [way for way in ("max", "average") if own.has(way)]
    if len(ways) != 1:
        if ways or not own.meant - {""}:
            context.mistake(own.node, "problem.pooling_way")
        return None
    (way,) = ways
    window = own[way]
    if window == "global":
        if own.has("stride"):
            context.mistake(own.at("stride"), "problem.global_stride")
        return "global_average", 0, {}
    rows, columns = window
    return f"{way}_pooling", 0, _window(rows, columns, *(own["stride"] or window))


def _window(rows: int, columns: int, down: int, across: int) -> Settings:
    return {"rows": rows, "columns": columns, "down": down, "across": across}


def _cell(section: Section, _: Signal, __: Context) -> Said:
    own: Section = section[section.name]
    return section.name, own["units"], {"returns": own["returns"]}


def _attention(section: Section, _: Signal, __: Context) -> Said:
    own: Section = section["attention"]
    return "attention", own["values"], {"keys": own["keys"]}


def _swiglu(section: Section, _: Signal, __: Context) -> Said:
    own: Section = section["swiglu"]
    return "swiglu", own["units"], {"beta": own["beta"]}


def _normalisation(section: Section, _: Signal, __: Context) -> Said:
    own: Section | None = section["normalisation"]
    return "normalisation", 0, {"epsilon": own["epsilon"] if own else 1e-5}


def _dense(section: Section, _: Signal, __: Context) -> Said:
    units: int | tuple[str, ...] = section["units"]
    return "dense", units if isinstance(units, int) else len(units), {}


def _flatten(_: Section, __: Signal, ___: Context) -> Said:
    return "flatten", 0, {}


_READ: dict[str, Callable[[Section, Signal, Context], Said | None]] = {
    "layer": _dense,
    "convolution": _convolution,
    "pooling": _pooling,
    "flatten": _flatten,
    "recurrent": _cell,
    "lstm": _cell,
    "gru": _cell,
    "swiglu": _swiglu,
    "attention": _attention,
    "normalisation": _normalisation,
}
