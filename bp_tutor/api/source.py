"""Problems that are no files: mappings with lists and arrays, and networks given by layers."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bp_tutor.api.refusal import RefusalError
from bp_tutor.reader.text import shown

Layer = Mapping[str, Any] | Sequence[Any]
"""A layer as a file has it, or in short: `("dense", 3, "sigmoid")`, `("lstm", {"units": 2})`,
`"flatten"`."""


def text_of(content: Mapping[str, Any]) -> str:
    """A mapping as the text of a problem file.

    Raises:
        RefusalError: something in it is no text, number, list or mapping.
    """
    plain = _plain(content, "problem")
    lines = (line for key, value in plain.items() for line in _block({key: value}, whole=False))
    return "".join(f"{line}\n" for line in lines) or "{}\n"


MOST_COLUMNS = 100
"""What is no longer stands in one line, in brackets."""
_PLAIN = re.compile(r"[A-Za-z][\w-]*(?:\.[\w-]+)*")
_NO_TEXT = frozenset({"true", "false", "null", "yes", "no", "on", "off"})
"""Words that YAML would take for something else."""


def _flow(value: Any) -> str:
    """A value of YAML in one line; what JSON writes is YAML as well."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_flow(key)}: {_flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _NO_TEXT:
        return value
    return json.dumps(value, ensure_ascii=False)


def _block(value: Any, room: int = MOST_COLUMNS, *, whole: bool = True) -> list[str]:
    """A value in lines: a key or an item each where one line is too short for it.

    `whole`: one line will do where there is room.
    """
    flow = _flow(value)
    if not isinstance(value, dict | list) or not value or (whole and len(flow) <= room):
        return [flow]
    if isinstance(value, list):
        inner = (_block(item, room - 2) for item in value)
        return [
            f"{'- ' if first else '  '}{line}"
            for lines in inner
            for first, line in zip((True, *[False] * len(lines)), lines, strict=False)
        ]
    found = []
    for key, item in value.items():
        head = f"{_flow(key)}:"
        lines = _block(item, room - len(head) - 1)
        if len(lines) == 1:
            found.append(f"{head} {lines[0]}")
        else:
            found += [head, *(f"  {line}" for line in _block(item, room - 2))]
    return found


def _plain(value: Any, path: str) -> Any:
    """Lists and mappings of texts and numbers, whatever holds them."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        # JSON has no such numbers; the reader of files says what is wrong with them.
        return value if value - value == 0 else str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner, f"{path}.{key}") for key, inner in value.items()}
    for name in ("detach", "tolist"):
        # An array or a number of NumPy, PyTorch, JAX or whatever else has these.
        method = getattr(value, name, None)
        if callable(method):
            return _plain(method() if name == "tolist" else method().tolist(), path)
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return [_plain(inner, f"{path}[{place}]") for place, inner in enumerate(value)]
    raise RefusalError("api.no_data", path=shown(path), kind=type(value).__name__)


def network_content(layers: Any, inputs: Any, size: Any, more: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a problem file for a network of layers.

    Without `size`, one sample or each row of `inputs` has as many numbers as the inputs need.

    Raises:
        RefusalError: a layer is in no form, or nothing says how many inputs there are.
    """
    if isinstance(layers, str) or not isinstance(layers, Sequence):
        raise RefusalError("api.no_layer", layer=shown(str(layers)))
    given = None if inputs is None else _plain(inputs, "inputs")
    if size is None:
        row = given
        while isinstance(row, list) and row and isinstance(row[0], list):
            row = row[0]
        if not isinstance(row, list) or not row:
            raise RefusalError("api.no_size")
        size = len(row)
    own = {key: more[key] for key in IN_NETWORK if key in more}
    rest = {key: value for key, value in more.items() if key not in IN_NETWORK}
    part = {"inputs": size, "weight_order": "from-to", **own, "layers": [*map(_layer, layers)]}
    return {"network": part, **({} if given is None else {"inputs": given}), **rest}


IN_NETWORK = ("weight_order", "edges", "values")
"""Keys that stand under `network:` in a file."""


def _layer(layer: Any) -> Mapping[str, Any] | str:
    if isinstance(layer, Mapping | str):
        # The bare word, as in a file: `flatten`.
        return layer
    if not isinstance(layer, Sequence) or not layer:
        raise RefusalError("api.no_layer", layer=shown(str(layer)))
    kind, *rest = layer
    if kind == "dense" and 1 <= len(rest) <= 2:
        return dict(zip(("units", "activation"), rest, strict=False))
    if len(rest) <= 1 and isinstance(kind, str):
        return {kind: rest[0] if rest else None}
    raise RefusalError("api.no_layer", layer=shown(str(layer)))
