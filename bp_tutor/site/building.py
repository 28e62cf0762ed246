"""The files of a site, by their names in its folder."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

from bp_tutor.api.reading import presented, updates_of
from bp_tutor.api.sitting import digest_of
from bp_tutor.api.whole_page import whole_page
from bp_tutor.explain import symbols_of
from bp_tutor.frozen import Frozen
from bp_tutor.output.page.prose import Prose
from bp_tutor.problem.topics import difficulty_of, topic_of
from bp_tutor.site.frame import Linked, asset, frame_of, site_script, site_style, stamped
from bp_tutor.site.index import Entry, index_names, index_pages
from bp_tutor.site.program import program_archive
from bp_tutor.site.thumbnail import thumbnail
from bp_tutor.solve import solve
from bp_tutor.words import languages, load_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.problem import Problem
    from bp_tutor.site.runtime import Runtime
    from bp_tutor.words import Words

PICTURES = "pictures/"
MARK = "site.json"
"""Says that a folder holds a site that was made here, and which files are its own."""


class Source(Frozen):
    """An exercise of the site: what is read of its file, and the file."""

    problem: Problem
    text: str


def site_files(
    sources: Sequence[Source], words: Words, runtime: Runtime | None
) -> Iterator[tuple[str, bytes]]:
    """Every file of the site, the shared ones first.

    Args:
        sources: the exercises.
        words: those of the language in which pages open.
        runtime: Python for the browser; None: pages play and explain, and nothing is changed.
    """
    shared = {
        "assets/page.js": site_script().encode(),
        "assets/page.css": site_style().encode(),
        "assets/index.css": asset("index.css").encode(),
        "assets/worker.js": asset("worker.js").encode(),
    }
    if runtime is not None:
        shared |= runtime.own
        shared["assets/program.zip"] = program_archive()
    address = {name: stamped(name, content) for name, content in shared.items()}
    linked = Linked(
        script=address["assets/page.js"],
        style=address["assets/page.css"],
        worker=address["assets/worker.js"],
        program=address.get("assets/program.zip", ""),
        service="service.js",
        indexes=index_names(words.language),
        runtime=runtime,
    )
    yield from shared.items()
    entries = []
    for source in sources:
        name = source.problem.name
        page, picture = _page(source, words, linked)
        yield f"{name}.html", page
        yield f"{PICTURES}{name}.svg", picture
        entries.append(Entry(name, source.problem.title, topic_of(source.problem),
                             difficulty_of(source.problem)))  # fmt: skip
    index = index_pages(entries, words.language, address["assets/index.css"])
    yield from index.items()
    yield (
        "service.js",
        _service(address, [*index, *(quote(f"{PICTURES}{e.name}.svg") for e in entries)], runtime),
    )
    pages = [f"{entry.name}.html" for entry in entries]
    pictures = [f"{PICTURES}{entry.name}.svg" for entry in entries]
    own = [*shared, *pages, *pictures, *index, "service.js"]
    yield MARK, f"{json.dumps({'files': sorted(own)}, indent=1)}\n".encode()


def _page(source: Source, words: Words, linked: Linked) -> tuple[bytes, bytes]:
    """The page of an exercise, and its picture for the index."""
    problem = source.problem
    usual = presented(problem, symbols_of(problem, None), words, "unicode")
    prose = Prose([usual._replace(words=load_words(name)) for name in languages()])
    digest = digest_of(problem.path.read_bytes())
    frame = frame_of(linked, problem.name, source.text, digest, prose, usual)
    trace = solve(problem, updates_of(problem, None))
    page, _ = whole_page(usual, trace, asked=False, explained=True, frame=frame)
    return page.encode(), thumbnail(usual, trace).encode()


def _service(address: dict[str, str], others: list[str], runtime: Runtime | None) -> bytes:
    """The service worker, which knows every shared file and by their sums its own version."""
    # The runtime calls its files by their plain names.
    plain = runtime.own if runtime is not None else {}
    files = [name if name in plain else shown for name, shown in address.items()]
    elsewhere = (
        {f"{runtime.address}{name}": known for name, known in runtime.sums.items()}
        if runtime is not None and runtime.elsewhere
        else {}
    )
    told = {"files": sorted([*files, *others]), "elsewhere": elsewhere}
    version = sha256(json.dumps([told, sorted(address.values())]).encode()).hexdigest()[:12]
    text = asset("service.js").replace("{{version}}", version)
    for name, value in told.items():
        text = text.replace(f"{{{{{name}}}}}", json.dumps(value, ensure_ascii=False))
    return text.encode()
