"""Help texts: typer's parameters, laid out in the learner's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.cli.commands import COMMANDS, EXAMPLES, PROGRAM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.cli.output import Output
    from bp_tutor.output.wrapping import Row
    from bp_tutor.words import Words

INDENT = 2
WIDEST_NAME = 26
"""A longer option stands on a row of its own, above its text."""


def help_rows(context: Any, output: Output) -> Iterator[Row]:
    """Usage, what the command is for, and tables of arguments, options and commands."""
    words, command = output.words, context.command
    name = command.name or ""
    yield ((words.text("help.usage"), "heading"), (_usage(context, words), ""))
    yield ()
    yield from _wrapped(words.text(f"help.{name}"), 0, output.width)
    for heading, rows in _tables(command, words):
        if rows:
            yield ()
            yield ((words.text(heading), "heading"),)
            yield from _table(rows, output.width)
    if f"help.more.{name}" in words:
        yield ()
        yield from _wrapped(words.text(f"help.more.{name}"), 0, output.width)
    examples = COMMANDS.get(name, EXAMPLES)
    if examples:
        yield ()
        yield ((words.text("help.examples"), "heading"),)
    for example in examples:
        yield ((" " * INDENT, ""), (f"{PROGRAM} {example}", ""))


def _usage(context: Any, words: Words) -> str:
    command = context.command
    parts = [context.command_path]
    parts += [p.metavar or p.name.upper() for p in command.params if _is_argument(p)]
    if getattr(command, "commands", None):
        parts.append(words.text("help.command_word"))
    parts.append(f"[{words.text('help.options_word')}]")
    return " ".join(parts)


def _is_argument(parameter: Any) -> bool:
    return bool(parameter.param_type_name == "argument")


def _tables(command: Any, words: Words) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    arguments = [p for p in command.params if _is_argument(p)]
    options = [p for p in command.params if not _is_argument(p)]
    yield (
        "help.arguments",
        [(p.metavar or p.name, words.text(f"help.argument.{p.name}")) for p in arguments],
    )
    yield (
        "help.commands",
        [(name, words.text(f"help.{name}")) for name in getattr(command, "commands", {})],
    )
    rows = [(_option(p), words.text(f"help.option.{p.name}")) for p in options]
    yield "help.options", [*rows, ("--help", words.text("help.option.help"))]


def _option(parameter: Any) -> str:
    names = "/".join([*parameter.opts, *parameter.secondary_opts])
    return names if parameter.is_flag else f"{names} {parameter.metavar or 'TEXT'}"


def _table(rows: list[tuple[str, str]], width: int) -> Iterator[Row]:
    names = max((len(name) for name, _ in rows if len(name) <= WIDEST_NAME), default=0)
    start = min(INDENT + names + 2, width // 2)
    for name, text in rows:
        lines = list(_wrapped(text, start, width))
        if INDENT + len(name) + 2 <= start:
            gap = " " * (start - INDENT - len(name))
            yield ((" " * INDENT, ""), (name, "name"), (gap, ""), *lines[0][1:])
            lines = lines[1:]
        else:
            yield ((" " * INDENT, ""), (name, "name"))
        yield from lines


def _wrapped(text: str, margin: int, width: int) -> Iterator[Row]:
    from bp_tutor.output.wrapping import wrapped

    return wrapped(text, "", margin, width)
