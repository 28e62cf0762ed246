"""The documents cut into their fenced blocks, and blocks put back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE_NAME = re.compile(r"# ([\w-]+\.yaml)\n")
"""The first line of a YAML block that is a file of its own."""


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block of a document."""

    path: Path
    line: int
    language: str
    text: str

    @property
    def file(self) -> str:
        """The file as which a reader saves it; empty where it is no file of its own."""
        match = FILE_NAME.match(self.text)
        return match[1] if match else ""

    @property
    def place(self) -> str:
        """`docs/install.md:12`, as a test's name."""
        return f"{place_of(self.path)}:{self.line}"


def place_of(path: Path) -> str:
    """The way to a document from the root."""
    return path.relative_to(ROOT).as_posix()


def blocks(*languages: str, documents: Iterable[Path] = DOCUMENTS) -> list[Block]:
    """Every block of these languages in all documents, in reading order."""
    found = []
    for path in documents:
        text = path.read_text(encoding="utf-8")
        for match in FENCE.finditer(text):
            if match[1] in languages:
                line = text.count("\n", 0, match.start()) + 1
                found.append(Block(path, line, match[1], match[2]))
    return found


def rewrite(block: Block, text: str) -> None:
    """Put another text into a block."""
    old = block.path.read_text(encoding="utf-8")
    before, after = (f"```{block.language}\n{inside}```" for inside in (block.text, text))
    assert before in old
    block.path.write_text(old.replace(before, after, 1), encoding="utf-8", newline="\n")
