"""A page as it stands on a site: script and style in files of their own, and tools beside it."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bp_tutor.frozen import Frozen
from bp_tutor.output.page.data import dumped
from bp_tutor.output.page.html import Html, joined, tag
from bp_tutor.output.page.whole import Frame, filled_in, script_of_pages, style_of_pages

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation
    from bp_tutor.output.page.prose import Prose
    from bp_tutor.site.runtime import Runtime

ASSETS = Path(__file__).with_name("assets")
TOOLS = ("change", "train", "quiz")
"""What can be done on a page beside reading it: each a script and, by the same name, HTML."""
SCRIPTS = ("engine", "patch", "taking", "shelf", "plots", *TOOLS, "tools", "offline")
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'{scripts}; style-src 'self';"
    " img-src 'self' data:; font-src 'self' data:; connect-src 'self'{files};"
    " worker-src 'self' blob:; base-uri 'none'; form-action 'none'"
)
"""Nothing from anywhere but the site itself, and nothing that stands in a page is run.

A worker that begins as a `blob:` has the policy of its page; one that is loaded has none.
"""
WORDS = ("site", "quiz_page")


class Linked(Frozen):
    """The files that pages of a site share, by the addresses that pages call them by."""

    script: str
    style: str
    worker: str
    program: str
    service: str
    indexes: dict[str, str]
    """The index in each language."""
    runtime: Runtime | None
    """None where the site has no engine."""


@cache
def asset(name: str) -> str:
    """A file that sites are made of."""
    return (ASSETS / name).read_text(encoding="utf-8")


def site_script() -> str:
    """The script of all pages of a site."""
    return script_of_pages("".join(asset(f"{name}.js") for name in SCRIPTS))


def site_style() -> str:
    """The style of all pages of a site."""
    return style_of_pages() + asset("site.css")


def stamped(name: str, content: bytes) -> str:
    """The address of a file with a sum of what is in it, so that a new one is no old one."""
    return f"{name}?v={sha256(content).hexdigest()[:12]}"


def frame_of(
    linked: Linked, name: str, text: str, digest: str, prose: Prose, reader: Presentation
) -> Frame:
    """The frame of the page of one exercise; `text` is its file, `digest` its sum."""
    about = {
        "name": name,
        "text": text,
        "digest": digest,
        "worker": linked.worker,
        "program": linked.program,
        "service": linked.service,
        "runtime": linked.runtime and _told(linked.runtime),
        "indexes": linked.indexes,
    }
    panels = joined(Html(filled_in(asset(f"{tool}.html"), prose, reader, {})) for tool in TOOLS)
    tools = filled_in(asset("tools.html"), prose, reader, {"panels": panels})
    data = tag("script", {"type": "application/json", "id": "site"}, Html(dumped(about)))
    script = tag("script", {"src": linked.script})
    return Frame(
        _policy(linked.runtime),
        tag("link", {"rel": "stylesheet", "href": linked.style}),
        joined((data, script)),
        tools,
        WORDS,
    )


def _told(runtime: Runtime) -> dict[str, Any]:
    """Where a worker finds the runtime; of one elsewhere, how it knows each file as well."""
    return {"address": runtime.address, "sums": runtime.sums if runtime.elsewhere else None}


def _policy(runtime: Runtime | None) -> str:
    """What a page may load: of a runtime elsewhere its folder, and its scripts once checked."""
    if runtime is None or not runtime.elsewhere:
        return POLICY.format(scripts="", files="")
    return POLICY.format(scripts=" blob:", files=f" {runtime.address}")
