"""The JSON Schema of problem files, for editors and for whoever makes files by program."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from bp_tutor.problem.schema import problem_schema

if TYPE_CHECKING:
    from bp_tutor.words import Words

SCHEMA_FILE = "bp-tutor.schema.json"
"""Under this name new problem files look for it, beside themselves."""
MODELINE = f"# yaml-language-server: $schema={SCHEMA_FILE}"
"""The comment by which editors find it."""


def schema_text(words: Words, *, ascii_only: bool = False) -> str:
    """The JSON Schema as text, each key explained in the language of the words."""
    schema = problem_schema(lambda record, field: about(words, record, field))
    return json.dumps(schema, ensure_ascii=ascii_only, indent=1) + "\n"


def about(words: Words, record: str, field: str) -> str:
    """What a key of a problem file is for."""
    own = f"key.{record.replace(' ', '_')}.{field}"
    return words.text(own) if own in words else words.word_for("key.any", field)
