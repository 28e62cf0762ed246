"""Reading YAML: what comes out, and what is turned away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bp_tutor.reader import (
    Mapping,
    Mark,
    Mistake,
    ReadError,
    Scalar,
    Sequence,
    parse_document,
    plain,
    read_file,
    read_text,
)
from bp_tutor.reader.parse import LARGEST, MOST_NODES, _event_parser, _Pure

PARSERS = [_event_parser(), _Pure]
both = pytest.mark.parametrize("parser", PARSERS, ids=lambda parser: parser.__name__)


def mistakes(data: bytes, parser: Callable[[bytes], Any] | None = None) -> tuple[Mistake, ...]:
    try:
        return parse_document(data, "f.yaml", parser).mistakes
    except ReadError as error:
        return error.mistakes


def keys(data: bytes, parser: Callable[[bytes], Any] | None = None) -> list[str]:
    return [mistake.key for mistake in mistakes(data, parser)]


@both
def test_nodes_know_their_place(parser: Callable[[bytes], Any]) -> None:
    root = parse_document("a: 1\n学: [x, 'y']\n".encode(), "f.yaml", parser).root
    assert root == Mapping(
        (
            (Scalar("a", False, Mark(1, 1)), Scalar("1", False, Mark(1, 4))),
            (
                Scalar("学", False, Mark(2, 1)),
                Sequence(
                    (Scalar("x", False, Mark(2, 5)), Scalar("y", True, Mark(2, 8))), Mark(2, 4)
                ),
            ),
        ),
        Mark(1, 1),
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1e-5", 1e-5), ("1E3", 1000.0), ("012", 12), ("-7", -7), ("+3", 3), (".5", 0.5),
        ("2.", 2.0), ("0x1F", 31), ("0o17", 15), ("1:30", "1:30"), ("no", "no"), ("yes", "yes"),
        ("on", "on"), ("1_000", "1_000"), ("2024-01-01", "2024-01-01"), ("~", None), ("null", None),
        ("", None), ("true", True), ("False", False), ("'true'", "true"), ('"1"', "1"),
        ("１２", 12), ("−0.5", -0.5), ("−x", "−x"),
        ("1e", "1e"), ("-.inf", float("-inf")), ("0.1.2", "0.1.2"),
    ],
)  # fmt: skip
def test_words_mean_what_yaml_1_2_says(text: str, value: object) -> None:
    read = plain(read_text(f"a: {text}"))
    assert read == {"a": value}
    assert isinstance(read, dict)
    assert type(read["a"]) is type(value)


def test_not_a_number_is_read_as_such() -> None:
    read = plain(read_text("a: .nan"))
    assert isinstance(read, dict)
    assert str(read["a"]) == "nan"


@both
@pytest.mark.parametrize(
    ("text", "key", "place"),
    [
        ("a: *b", "reader.alias", "1:4"),
        ("a: &b 1", "reader.anchor", "1:4"),
        ("a: &b [1]", "reader.anchor", "1:4"),
        ("&b {a: 1}", "reader.anchor", "1:1"),
        ("a: !!int 1", "reader.tag", "1:4"),
        ("a: ! 1", "reader.tag", "1:4"),
        ("a: !x [1]", "reader.tag", "1:4"),
        ("a: 1\n---\nb: 1", "reader.second_document", "2:1"),
        ("? [a]\n: 1", "reader.key", "1:3"),
        ("a: 1\nb: 2\na: 3", "reader.duplicate_key", "3:1"),
        ("a: 1\n'a': 3", "reader.duplicate_key", "2:1"),
        ("a: 1\0", "reader.control", "1:5"),
        ("a: 1\n\x1b[0m: 2", "reader.control", "2:1"),
        ("a: x\u202ey", "reader.control", "1:5"),
        ("a: x\u2028y", "reader.control", "1:5"),
        ("a: x\x85y", "reader.control", "1:5"),
        ('a: "\\x1b[31m"', "reader.control", "1:4"),
        ('a: "\\u202e"', "reader.control", "1:4"),
        ('a: "x\\rb"', "reader.control", "1:4"),
        ('"\\e": 1', "reader.control", "1:1"),
        ("a: b: c", "reader.colon", "1:5"),
        ("a: @b", "reader.character", "1:4"),
        ("a:\n\t- 1", "reader.tab", "2:1"),
        ("a: }", "reader.no_value", "1:4"),
        ("- 1\nb: 2", "reader.indentation", "2:1"),
        ("title：x\nb: 2", "reader.wide_colon", "1:6"),
        ("", "reader.empty", ""),
        ("# nothing\n", "reader.empty", ""),
    ],
)
def test_what_is_turned_away(
    text: str, key: str, place: str, parser: Callable[[bytes], Any]
) -> None:
    (mistake,) = mistakes(text.encode(), parser)
    assert mistake.key == key
    assert mistake.where == (f"f.yaml:{place}" if place else "f.yaml")


def test_several_mistakes_of_the_text_are_told_together() -> None:
    found = keys(b'a: "\\x1b"\nb: 1\nb: 2\na: 3')
    assert found == ["reader.control", "reader.duplicate_key", "reader.duplicate_key"]


def test_mistakes_without_end_are_cut() -> None:
    assert len(keys(b"a: 1\n" * 5000)) == 100


@pytest.mark.parametrize(
    "data",
    [b"\xff", b"a: \xe4", "a: 1".encode("utf-16"), "标题: 一".encode("gbk"), b"\xed\xa0\x80"],
)
def test_other_encodings_are_named(data: bytes) -> None:
    assert keys(data) == ["reader.not_utf8"]


def test_the_place_of_a_wrong_byte() -> None:
    (mistake,) = mistakes("a: 1\nb: 学".encode() + b"\xff")
    assert mistake.where == "f.yaml:2:5"


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert plain(parse_document(b"\xef\xbb\xbfa: 1", "f").root) == {"a": 1}


@both
def test_64_levels_and_no_more(parser: Callable[[bytes], Any]) -> None:
    parse_document(b"[" * 64 + b"]" * 64, "f", parser)
    assert keys(b"[" * 65 + b"]" * 65, parser) == ["reader.too_deep"]


BOMBS = {
    "aliases": b"a: &a [x,x,x,x,x,x,x,x,x]\n"
    + b"".join(
        b"%c: &%c [%s]\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(98, 120)
    ),
    "merge keys": b"a: &a {x: 1}\n"
    + b"".join(
        b"%c: &%c {<<: [%s]}\n" % (c, c, b",".join([b"*%c" % (c - 1)] * 9)) for c in range(98, 120)
    ),
    "lists": b"[" * 25_000,
    "mappings": b"{a: " * 25_000,
    "dashes": b"- " * 25_000,
    "indentation": b"\n".join(b" " * i + b"a:" for i in range(3000)),
    "tag": b"a: !!python/object/apply:os.system ['touch /tmp/x']",
    "nodes": b"[" + b"1," * (MOST_NODES + 10) + b"]",
    "keys": b"{" + b",".join(b"k%d: 1" % i for i in range(MOST_NODES)) + b"}",
    "too large": b"a" * (LARGEST + 1),
    "one long text": b"a: 'x" + b"x" * (LARGEST - 10),
    "one long line of colons": b"a" + b":" * 1_000_000,
    "nulls": b"\0" * 1_000_000,
    "duplicates": b"a: 1\n" * 200_000,
    "escaped quotes": b'a: "' + b'\\"' * 1_000_000,
    "brackets and blanks": b"a: [\n" + (b" " * 1900 + b"x\n") * 8_000,
    "brackets and quotes": b"a: [\n" + (b'"\\"' * 600 + b"\n") * 8_000,
    "signs without end": b"a: [" + "，".encode() * 1_000_000,
    "numbers without end": b"a: " + b"9" * 5_000_000,
}
_CHILD = """
import sys, time
from pathlib import Path
from bp_tutor.reader import ReadError, read_file, plain
start = time.process_time()
try:
    plain(read_file(Path(sys.argv[1])))
    print("read")
except ReadError as error:
    print(error.mistakes[0].key)
print(time.process_time() - start)
status = Path("/proc/self/status")
lines = status.read_text().splitlines() if status.exists() else ["VmHWM: 0 kB"]
print(next(line.split()[1] for line in lines if line.startswith("VmHWM")))
"""


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_do_not_go_off(name: str, tmp_path: Path) -> None:
    path = tmp_path / "bomb.yaml"
    path.write_bytes(BOMBS[name])
    root = Path(__file__).parents[2]
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path)],
        capture_output=True, text=True, timeout=20, check=True, cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
    )  # fmt: skip
    key, seconds, kibibytes = done.stdout.split()
    assert key.startswith("reader.") or name.startswith("numbers")
    assert int(kibibytes) < 200 * 1024
    # The promise is one second of calculating; a machine that runs other tests gets some more.
    assert float(seconds) < 4
    assert time.monotonic() - start < 15


def test_what_is_no_file(tmp_path: Path) -> None:
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    for path, key in (
        (tmp_path / "nothing.yaml", "reader.missing"),
        (tmp_path, "reader.folder"),
        (fifo, "reader.not_a_file"),
        (Path("/dev/zero"), "reader.not_a_file"),
        (tmp_path / ("x" * 300), "reader.unreadable"),
        (tmp_path / "a\0b", "reader.missing"),
        (Path(__file__) / "below", "reader.missing"),
    ):
        with pytest.raises(ReadError) as caught:
            read_file(path)
        assert [mistake.key for mistake in caught.value.mistakes] == [key]


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "f.yaml"
    path.write_text("a: 1")

    def refuse(*_args: object, **_more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(ReadError) as caught:
        read_file(path)
    (mistake,) = caught.value.mistakes
    assert mistake.key == "reader.forbidden"


_leaves = st.one_of(
    st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.booleans(), st.none(),
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp"))),
)  # fmt: skip
_trees = st.recursive(
    _leaves,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text("abc: -#'", max_size=4), inner, max_size=4)
    ),
    max_leaves=15,
)


@given(_trees)
def test_json_is_read_as_json(tree: object) -> None:
    text = json.dumps(tree, ensure_ascii=False)
    assert plain(read_text(text)) == tree


@given(
    st.binary(max_size=200)
    | st.text(st.sampled_from("a1:-[]{}'\"\n\t &*!|>#,?%@\\")).map(str.encode)
)
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    for parser in PARSERS:
        mistakes(data, parser)


@given(st.text(st.sampled_from("ab1: -[]{},'\"\n#"), max_size=40))
def test_both_parsers_build_the_same(text: str) -> None:
    fast, slow = (_outcome(text, parser) for parser in PARSERS)
    if fast is not None and slow is not None:
        assert fast == slow


def _outcome(text: str, parser: Callable[[bytes], Any]) -> object:
    try:
        return plain(parse_document(text.encode(), "f", parser).root)
    except ReadError:
        return None


def test_the_c_parser_is_there() -> None:
    assert yaml.__with_libyaml__ == (PARSERS[0] is not _Pure)
