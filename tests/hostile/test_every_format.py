"""In every format, texts come out as the characters they are, and change nothing else."""

from __future__ import annotations

import json
import shutil
import sys
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.running import good, run
from tests.hostile.formats import FORMATS, Format
from tests.hostile.texts import (
    NAMES,
    REFUSED,
    STUDENT,
    TEXTS,
    bare,
    graph,
    groups,
    problem,
)

SHOWING_NAMES = ("terminal", "page", "json", "pdf", "typ")
every_format = pytest.mark.parametrize("name", FORMATS)


def readable(name: str) -> Format:
    """A format for which everything is there that reads it; else the test is skipped."""
    row = FORMATS[name]
    for needed in row.needs.split():
        if not (shutil.which(needed) or find_spec(needed)):
            pytest.skip(f"there is no {needed} here")
    return row


def written(name: str, path: Path) -> bytes:
    """What a format's command writes, or prints, about a problem."""
    row = readable(name)
    out = path.with_name("out")
    words = [
        word.replace("{}", str(path)).replace("FILE", str(out)) for word in row.command.split()
    ]
    with patch.object(sys, "stdin", StringIO()):
        force = ["--force"] if "-o" in words else []
        printed = good(*words, *force, BP_TUTOR_HOME=str(path.parent))
    made = next((Path(word) for word in words if word.startswith(str(out))), None)
    return printed.encode() if made is None else made.read_bytes()


@every_format
def test_texts_come_out_as_they_are(name: str, tmp_path: Path) -> None:
    row = FORMATS[name]
    plain = row.built(written(name, problem(tmp_path, "a", "b", "c", "d")))
    for texts in groups():
        data = written(name, problem(tmp_path, *texts))
        seen = bare(row.seen(data))
        for text in texts[: row.tells]:
            assert bare(text) in seen
        assert row.built(data) == plain


SIGNS = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ a1bZé中，。"
QUICK = [name for name, row in FORMATS.items() if "pdftotext" not in row.needs]


@pytest.mark.parametrize("name", QUICK)
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.differing_executors])
@given(st.lists(st.text(SIGNS, min_size=1, max_size=39), min_size=4, max_size=4))
def test_any_signs_come_out_as_they_are(name: str, texts: list[str]) -> None:
    row = FORMATS[name]
    # Not to be blank is asked of a text elsewhere.
    said = [f"x{text}" for text in texts]
    with TemporaryDirectory() as folder:
        seen = bare(row.seen(written(name, problem(Path(folder), *said))))
    for text in said[: row.tells]:
        assert bare(text) in seen


@every_format
def test_names_that_mean_something_elsewhere_are_only_names(name: str, tmp_path: Path) -> None:
    row = FORMATS[name]
    data = written(name, graph(tmp_path))
    row.built(data)
    seen = bare(row.seen(data))
    if name in SHOWING_NAMES:
        assert all(bare(known) in seen for known in NAMES)


@pytest.mark.parametrize("sign", REFUSED)
def test_what_no_format_can_show_is_no_text_of_a_file(sign: str, tmp_path: Path) -> None:
    path = problem(tmp_path, "a", "b", "c", "d")
    source = path.read_text(encoding="utf-8")
    for written_so in (sign, json.dumps(sign)[1:-1]):
        path.write_text(source.replace('"a"', f'"a{written_so}b"'), encoding="utf-8")
        done = run("solve", str(path))
        assert (done.code, done.out) == (2, "")
        assert sign not in done.err


@pytest.mark.parametrize("name", [name for name in FORMATS if name.startswith("sheet")])
def test_names_of_students_come_out_as_they_are(name: str, tmp_path: Path) -> None:
    path = problem(tmp_path, "a", "b", "c", "d")
    names = tmp_path / "names.csv"
    names.write_text('name\n"{}"\n'.format(STUDENT.replace('"', '""')), encoding="utf-8")
    row = readable(name)
    out = tmp_path / f"out.{row.command.rpartition('.')[2]}"
    good("worksheet", str(path), "--names", str(names), "-o", str(out))
    assert bare(STUDENT) in bare(row.seen(out.read_bytes()))


def test_every_format_that_can_be_asked_for_is_in_the_table() -> None:
    from bp_tutor.output.paper import FORMATS as PAPERS
    from bp_tutor.output.worksheet import FORMATS as SHEETS

    endings = {row.command.rpartition("FILE.")[2] for row in FORMATS.values()}
    missing = {*PAPERS, *SHEETS, "html", "svg"} - endings - {"pdf"}
    assert not missing, "give each a row in FORMATS in tests/hostile/formats.py"
    assert len(TEXTS) == len(set(TEXTS))
