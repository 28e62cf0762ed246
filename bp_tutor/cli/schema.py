"""`bp-tutor schema`: the JSON Schema of problem files, for editors."""

from __future__ import annotations

import sys

from bp_tutor.cli import options, saving


def schema(
    out: saving.Out = None,
    force: saving.Force = False,
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
) -> int:
    """Print the JSON Schema, or write it into a file."""
    from bp_tutor.authoring.schema import schema_text
    from bp_tutor.cli.output import can_write

    output = options.output_of(lang, ascii_only, False, None)
    words = output.words
    text = schema_text(words, ascii_only=ascii_only)
    if out is None:
        plain = can_write(sys.stdout, text)
        sys.stdout.write(text if plain else schema_text(words, ascii_only=True))
    else:
        saving.save(out, text, force=force)
        saving.tell(out, output)
    return 0
