"""Loading a problem file: read, check each field, check the whole, and tell every mistake."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.fields.context import Context, ProblemError, TooManyMistakesError
from bp_tutor.problem.model import Conventions, Problem, Text, Vary
from bp_tutor.problem.network import build_network
from bp_tutor.problem.rounded import check_rounded
from bp_tutor.problem.schema import ALONE, GRAPH, IN_LOSS, NETWORK_ONLY, PROBLEM
from bp_tutor.problem.symbols import Reader, known_notations
from bp_tutor.reader import ReadError, parse_document, read_document

if TYPE_CHECKING:
    from bp_tutor.fields.records import Section
    from bp_tutor.problem.model import Graph, Network, Published, Variant
    from bp_tutor.problem.own_names import Named
    from bp_tutor.reader import Document

IN_GRAPH = {field.name for field in GRAPH.fields}


def load_problem(path: str | Path) -> Problem:
    """The problem that stands in a file.

    Raises:
        ProblemError: with every mistake that was found in the file, by line.
    """
    path = Path(path)
    try:
        document = read_document(path)
    except ReadError as error:
        raise ProblemError(error.mistakes) from None
    return problem_in(document, path)


def read_problem(text: str, path: str | Path = "problem.yaml") -> Problem:
    """The problem that stands in a text.

    Raises:
        ProblemError: with every mistake that was found in the text, by line.
    """
    try:
        document = parse_document(text.encode("utf-8", "surrogatepass"), str(path))
    except ReadError as error:
        raise ProblemError(error.mistakes) from None
    return problem_in(document, Path(path))


def problem_in(document: Document, path: Path) -> Problem:
    """The problem of a text that is parsed already.

    Raises:
        ProblemError: with every mistake that was found in it, by line.
    """
    context = Context(str(path), document.mistakes)
    problem = None
    try:
        section = PROBLEM.read(document.root, context)
        if section:
            problem = _build(section, path, context)
    except TooManyMistakesError:
        problem = None
    if problem is None or len(context):
        raise ProblemError(context.mistakes(document.root))
    return problem


def _build(section: Section, path: Path, context: Context) -> Problem:
    notation, known = _notation(section, context)
    own: tuple[Named, ...] = section["names"] or ()
    symbols = Reader(notation, tuple(named.name for named in own), known=known)
    _check_kind(section, context)
    network = build_network(section, symbols, context) or _loss(section, symbols, context)
    graph = _graph(section, symbols, context)
    _check_names(section, own, symbols, context)
    published = _published(section, symbols, context)
    check_rounded(section, symbols, context)
    vary, variant = _varied(section, network, graph, context)
    title = section["title"] or Text((("en", path.stem),))
    return Problem(
        path=path,
        title=_titled(title, variant),
        text=section["text"],
        source=section["source"],
        notation=notation,
        network=network,
        graph=graph,
        conventions=_conventions(section),
        rounding=section["rounding"],
        digits=section["digits"],
        updates=_updates(section, graph),
        published=published,
        own_names=symbols.own,
        vary=vary,
        variant=variant,
    )


def _updates(section: Section, graph: Graph | None) -> int:
    """As many updates as the file says, or as there are gradients given in turn."""
    count: int = section["updates"]
    if graph is None or section.has("updates"):
        return count
    return max((len(numbers) for _, numbers in graph.changing), default=count)


def _check_names(
    section: Section, own: tuple[Named, ...], symbols: Reader, context: Context
) -> None:
    """Names of the file must differ, from each other and from all that has a symbol."""
    if symbols.bound and symbols.known and (own or symbols.names_units):
        from bp_tutor.problem.clashes import check_clashes

        check_clashes(section, own, symbols, context)


def _varied(
    section: Section, network: Network | None, graph: Graph | None, context: Context
) -> tuple[Vary, Variant | None]:
    if not section.has("vary") and not section.has("variant"):
        return Vary(), None
    from bp_tutor.problem.vary import read_variant, read_vary

    return read_vary(section, network, graph, context), read_variant(section)


def _titled(title: Text, variant: Variant | None) -> Text:
    if variant is None:
        return title
    from bp_tutor.problem.vary import titled

    return titled(title, variant)


def _loss(section: Section, symbols: Reader, context: Context) -> Network | None:
    """A loss without a network."""
    if section.has("network") or section.has("graph") or not any(map(section.has, ALONE)):
        return None
    from bp_tutor.problem.loss_alone import build_loss

    return build_loss(section, symbols, context)


def _graph(section: Section, symbols: Reader, context: Context) -> Graph | None:
    if not section.has("graph"):
        return None
    from bp_tutor.problem.graph import build_graph

    return build_graph(section, symbols, context)


def _published(section: Section, symbols: Reader, context: Context) -> tuple[Published, ...]:
    if not section.has("published"):
        return ()
    from bp_tutor.problem.published import read_published

    return read_published(section, symbols, context)


def _notation(section: Section, context: Context) -> tuple[str, bool]:
    """The notation's name, and whether it is known; the nearest stands in for another."""
    name = section["notation"]
    if name and section.has("notation") and name not in known_notations():
        node = section.at("notation")
        near = context.unknown(node, "problem.unknown_notation", name, known_notations())
        return near or "layered", bool(near)
    return name or "layered", True


def _check_kind(section: Section, context: Context) -> None:
    """A problem is a network, a graph or a loss alone, and nothing else beside it."""
    kinds = [kind for kind in ("network", "graph") if not section.lacks(kind)]
    alone = [name for name in ALONE if section.has(name)]
    for name in alone if kinds else alone[1:]:
        key = "beside" if kinds else "twice"
        context.mistake(section.at(name), f"problem.loss_alone_{key}", name=name, other=alone[0])
    if alone and not kinds:
        for name in (*NETWORK_ONLY, "updates"):
            if name not in IN_LOSS and section.has(name):
                context.mistake(section.at(name), "problem.not_for_loss", name=name)
    elif not kinds and section.meant.isdisjoint(ALONE):
        context.mistake(section.node, "problem.no_kind", child="network")
    elif len(kinds) == 2:
        context.mistake(section.at("graph"), "problem.two_kinds")
    elif kinds == ["graph"]:
        for name in NETWORK_ONLY:
            if section.has(name):
                near = f"graph.{name}" if name in IN_GRAPH else ""
                node = section.at(name)
                context.mistake(node, "problem.network_only", nearest=near, name=name)


def _conventions(section: Section) -> Conventions:
    given = section["conventions"]
    if not given or not given.sound(*given.values):
        return Conventions()
    how_written = ("samples", "channels")
    kept = {name: value for name, value in given.values.items() if name not in how_written}
    return Conventions(**kept)
