"""`bp-tutor problems`: the problems there are."""

from __future__ import annotations

from bp_tutor.cli import options


def problems(
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Print the names and titles of all problems."""
    from bp_tutor.explain import Table
    from bp_tutor.output.rows import Layout, block_rows
    from bp_tutor.problem import list_problems, load_problem
    from bp_tutor.reader import ReadError
    from bp_tutor.words import plain

    output = options.output_of(lang, ascii_only, no_color, width)
    words = output.words
    rows = []
    for path in list_problems():
        try:
            title = load_problem(path).title.in_language(words.language)
            title = plain(title) if output.style == "ascii" else title
        except ReadError as error:
            title = words.text("problems.broken", count=len(error.mistakes))
        rows.append((path.stem, title))
    heads = (words.text("table.problem"), words.text("table.title"))
    output.rows(block_rows(Table(heads, tuple(rows), numbers=False), 0, 0, Layout(output.width)))
    return 0
