"""The pages as MkDocs reads them, put together in a folder."""

from __future__ import annotations

import os
import shutil
from contextlib import redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING

from bp_tutor.cli.app import main
from docs.builder.catalogue import entries_of
from docs.builder.pages import CATALOGUE, FROM_ROOT, ROOT, Asset, assets_of, language_of
from docs.builder.style import STYLE

if TYPE_CHECKING:
    from pathlib import Path

SITE_PARTS = ("notebooks", "pictures")
"""Folders of `docs/` that pages refer to."""


def prepare(folder: Path) -> set[str]:
    """Write all pages of the site into a folder, and what they show; the places of the pages."""
    shutil.rmtree(folder, ignore_errors=True)
    for part in SITE_PARTS:
        shutil.copytree(ROOT / "docs" / part, folder / part)
    wanted: dict[str, Asset] = {}
    every = pages()
    for place, text in every.items():
        shown, assets = assets_of(with_entries(text, language_of(place)), place)
        wanted |= {asset.file: asset for asset in assets}
        _write(folder / place, shown)
    for asset in wanted.values():
        make(asset, folder)
    _write(folder / "assets" / "site.css", STYLE)
    return set(every)


def pages() -> dict[str, str]:
    """Every page of the site by its place."""
    docs = ROOT / "docs"
    found = {
        path.relative_to(docs).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(docs.rglob("*.md"))
    }
    for name, place in FROM_ROOT.items():
        found[place] = (ROOT / name).read_text(encoding="utf-8")
    return found


def with_entries(text: str, language: str) -> str:
    """The text with the entries of the catalogue where it asks for them."""
    return CATALOGUE.sub(lambda found: entries_of(found[1], language), text)


def make(asset: Asset, folder: Path) -> None:
    """Have the program make a file.

    Raises:
        RuntimeError: it refuses; what it says stands on standard error.
    """
    file = folder / asset.file
    file.parent.mkdir(parents=True, exist_ok=True)
    code: object = 0
    with redirect_stdout(StringIO()):
        try:
            main([*asset.arguments, os.fspath(file)])
        except SystemExit as end:
            code = end.code
    if code:
        raise RuntimeError(f"bp-tutor {' '.join(asset.arguments)}: exit code {code}")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
