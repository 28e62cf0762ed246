"""The JSON Schema of problem files, written by the forms that read them.

Each form knows its own fragment (`schema`, beside `read`); what goes along from one to the
next is a `SchemaWriter`. Editors that know JSON Schema complete and explain files by it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

Fragment = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The draft that editors know best."""
NUMBER: Fragment = {"type": "number"}


class SchemaWriter:
    """What each key is for, in the language of the reader, and the definitions written so far.

    `about` gives the line for a key of a record, such as `("layer", "units")`.
    """

    def __init__(self, about: Callable[[str, str], str]) -> None:
        self.about = about
        self.definitions: dict[str, Fragment] = {}

    def defined(self, name: str, write: Callable[[], Fragment]) -> Fragment:
        """A reference to what is written once, however often it is used."""
        key = name.replace(" ", "_")
        if key not in self.definitions:
            self.definitions[key] = {}
            self.definitions[key] = write()
        return {"$ref": f"#/definitions/{key}"}


def any_of(*fragments: Fragment) -> Fragment:
    """Alternatives, those inside alternatives lifted up."""
    flat = [
        part
        for fragment in fragments
        for part in (fragment["anyOf"] if fragment.keys() == {"anyOf"} else [fragment])
    ]
    return flat[0] if len(flat) == 1 else {"anyOf": flat}


def rows(inner: Fragment, depth: int = 1) -> Fragment:
    """Lists inside lists, none of them empty."""
    for _ in range(depth):
        inner = {"type": "array", "items": inner, "minItems": 1}
    return inner


def one_key(values: dict[str, Fragment]) -> Fragment:
    """A mapping with exactly one key, as `{leaky_relu: {alpha: 0.1}}`."""
    return {
        "type": "object",
        "properties": values,
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }
