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
    if out is not None:
        text = schema_text(options.files_of(lang).words, ascii_only=ascii_only)
        saving.save(out, text, force=force)
        saving.tell(out, output)
        return 0
    text = schema_text(output.words, ascii_only=ascii_only)
    plain = can_write(sys.stdout, text)
    sys.stdout.write(text if plain else schema_text(output.words, ascii_only=True))
    return 0
