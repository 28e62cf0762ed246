"""Every encoding gets what it has signs for, and nothing crashes."""

from __future__ import annotations

import re
import unicodedata

import pytest

from tests.cli.running import SMALL, good, run, start

MARKS = set("“”‘’…—")
"""Punctuation of Chinese sentences that is no wide sign."""
COMMANDS = [
    ("solve", "exercise"),
    ("solve", "batch-weight-decay", "--form", "matrix"),
    ("why", "graph-chain-rule", "de/db"),
    ("train", "exercise", "--updates", "100"),
    ("problems",),
    ("--help",),
    ("solve", "nothing-of-the-kind"),
]


def is_word(sign: str) -> bool:
    wide = unicodedata.east_asian_width(sign) in "WF"
    return sign.isascii() or wide or sign in MARKS or unicodedata.category(sign) in ("Ll", "Lu")


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", SMALL)
def test_ascii_leaves_no_other_sign_outside_words(name: str, lang: str) -> None:
    for form in ("index", "matrix"):
        text = good("solve", name, "--ascii", "--lang", lang, "--form", form)
        assert {sign for sign in text if not is_word(sign)} == set()
        assert lang == "zh" or text.isascii()


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_ascii_holds_for_every_command(lang: str) -> None:
    for line in (
        ("why", "exercise", "dW[1,1,1]"),
        ("train", "exercise", "--updates", "50"),
        ("problems",),
    ):
        text = good(*line, "--ascii", "--lang", lang)
        assert {sign for sign in text if not is_word(sign)} == set()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize("encoding", ["ascii", "gbk", "cp1252", "latin-1", "utf-8", "utf-16"])
@pytest.mark.parametrize("locale", ["en_GB", "zh_CN"])
def test_every_encoding_can_be_written(
    command: tuple[str, ...], encoding: str, locale: str
) -> None:
    done = run(*command, encoding=encoding, LANG=locale)
    assert done.code == (2 if "nothing-of-the-kind" in command else 0)
    text = done.out + done.err
    chinese = re.search("[一-鿿]", text) is not None
    assert chinese == (locale == "zh_CN" and encoding in ("gbk", "utf-8", "utf-16"))
    if encoding in ("ascii", "gbk", "cp1252", "latin-1"):
        assert not set("₁∂δ≈─▶⣀") & set(text)


@pytest.mark.parametrize(
    ("environment", "ascii_only", "chinese"),
    [
        ({"LANG": "C", "PYTHONIOENCODING": "ascii"}, True, False),
        ({"LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "ascii"}, True, False),
        ({"LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "gbk"}, False, True),
        ({"LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "cp1252"}, True, False),
        ({"LANG": "zh_CN.UTF-8", "PYTHONIOENCODING": "utf-8"}, False, True),
        ({"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, True, False),
    ],
)
def test_a_process_of_its_own(environment: dict[str, str], ascii_only: bool, chinese: bool) -> None:
    for line in (("solve", "exercise"), ("solve", "--help"), ("problems",)):
        done = start(*line, **environment)
        assert (done.returncode, done.stderr) == (0, b"")
        text = done.stdout.decode(environment.get("PYTHONIOENCODING", "ascii"))
        assert text.isascii() == ascii_only
        assert (re.search("[一-鿿]", text) is not None) == chinese


def test_a_name_that_an_encoding_lacks_is_folded() -> None:
    done = run("solve", "没有-é-∂.yaml", encoding="ascii")
    assert done.code == 2
    assert done.err.startswith("??-e-d.yaml: ")
