"""`bp-tutor site`: a web site of exercises, to put on any web server or to look at here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.api.refusal import RefusalError, reason_of
from bp_tutor.cli import options, saving
from bp_tutor.cli.bar import Progress
from bp_tutor.cli.reading import read_problem
from bp_tutor.problem import list_problems
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.cli.output import Output
    from bp_tutor.site.building import Source
    from bp_tutor.site.runtime import Runtime

OUT = "-o"
SERVE = "--serve"
RUNTIME = "--runtime"
ADDRESS = "--runtime-address"
USUAL_PORT = 8000


def site(
    problems: Annotated[list[str] | None, typer.Argument(metavar="PROBLEM")] = None,
    out: saving.Out = None,
    force: saving.Force = False,
    serve: Annotated[bool, typer.Option(SERVE)] = False,
    port: Annotated[
        int, typer.Option("--port", metavar="N", parser=options.whole("--port", 1, 65535))
    ] = USUAL_PORT,
    runtime: Annotated[str | None, typer.Option(RUNTIME, metavar="FOLDER")] = None,
    runtime_address: Annotated[str | None, typer.Option(ADDRESS, metavar="URL")] = None,
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
) -> int:
    """Write the files of the site, and serve them where that is asked for."""
    from tempfile import TemporaryDirectory

    output = options.output_of(lang, ascii_only, True, None)
    if out is None and not serve:
        raise RefusalError("site.nowhere", out=OUT, serve=SERVE)
    found = _runtime(runtime, runtime_address)
    if out is not None:
        folder = Path(out)
        _write(folder, problems, found, lang, output, force=force)
        return _serve(folder, port, output) if serve else 0
    with TemporaryDirectory(prefix="bp-tutor-site-") as name:
        _write(Path(name), problems, found, lang, output, force=True)
        return _serve(Path(name), port, output)


def _runtime(folder: str | None, address: str | None) -> Runtime | None:
    """Python for the browser, where a folder of it is named."""
    from bp_tutor.site.runtime import runtime_of

    names = {"runtime": RUNTIME, "address": ADDRESS}
    if "://" in (folder or ""):
        raise RefusalError("site.no_folder", given=shown(folder or ""), **names)
    if folder is None and address is not None:
        raise RefusalError("site.no_sums", **names)
    return None if folder is None else runtime_of(Path(folder), address)


def _write(
    folder: Path,
    problems: list[str] | None,
    runtime: Runtime | None,
    lang: str | None,
    output: Output,
    *,
    force: bool,
) -> None:
    from bp_tutor.site.building import site_files
    from bp_tutor.site.folder import write_folder

    sources = list(_sources(problems))
    words = options.files_of(lang).words
    files = site_files(sources, words, runtime)
    with Progress(len(sources), output.words.text("site.progress"), sys.stderr) as progress:
        count = write_folder(folder, files, force=force, done=progress)
    said = output.words.text(
        "site.written", count=len(sources), files=count, path=shown(str(folder))
    )
    output.line(said)
    if runtime is None:
        output.line(output.words.text("site.without", option=RUNTIME), "note")


def _sources(names: Iterable[str] | None) -> Iterable[Source]:
    """The exercises that are named; all that come along where none is."""
    from bp_tutor.site.building import Source

    seen: dict[str, Path] = {}
    for name in names or [str(path) for path in list_problems()]:
        problem = read_problem(name, None, None)
        if problem.name in seen:
            raise RefusalError("site.twice", name=shown(problem.name))
        seen[problem.name] = problem.path
        try:
            text = problem.path.read_text(encoding="utf-8-sig")
        except (OSError, ValueError) as error:
            where = shown(str(problem.path))
            raise RefusalError("variant.unreadable", path=where, reason=reason_of(error)) from None
        yield Source(problem, text)


def _serve(folder: Path, port: int, output: Output) -> int:
    """Show the site on this machine alone, until Ctrl+C."""
    from bp_tutor.site.serving import server_of

    try:
        server = server_of(folder, port)
    except OSError as error:
        raise RefusalError("site.port", port=port, reason=reason_of(error)) from None
    with server:
        output.line(output.words.text("site.serving", address=f"http://127.0.0.1:{port}/"))
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            output.line("")
    return 0
