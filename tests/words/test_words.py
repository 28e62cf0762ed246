from __future__ import annotations

import ast
import re
from fnmatch import fnmatchcase
from pathlib import Path
from unicodedata import east_asian_width

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bp_tutor.words import MissingTextError, Words, choose_language, languages, load_words
from bp_tutor.words.words import _flat
from tests.cli.running import run

PACKAGE = Path(__file__).parents[2] / "bp_tutor"
ENGLISH = load_words("en")
KEYS = ENGLISH.keys()
FORWARD = ("given", "definition", "weighted_sum", "activation", "softmax")
LOSS = ("output_loss", "total_loss", "measure_rmse", "measure_r_squared")
BACKWARD = ("output_delta", "fused_delta", "hidden_delta", "loss_slope", "error_back", "chain_rule")
GRADIENTS = ("weight_gradient", "bias_gradient", "shared_bias_gradient", "input_gradient")
UPDATE = ("gradient_step", "step", "new_weight")
RULES = (*FORWARD, *LOSS, *BACKWARD, *GRADIENTS, *UPDATE)

every_language = pytest.mark.parametrize("language", languages())


def cells(text: str) -> int:
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


def asked_for() -> set[str]:
    """What the program's own code asks for: keys, with * for what is put in as it runs."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            match node:
                case ast.Call(func=ast.Attribute(attr="text"), args=[key, *_]):
                    found.add(pattern_of(key))
                case ast.Call(func=ast.Name(id="Mistake" | "Key"), args=[key, *_]):
                    found.add(pattern_of(key))
                case ast.Call(
                    func=ast.Attribute(attr="mistake" | "unknown" | "wrong"), args=[_, key, *_]
                ):
                    found.add(pattern_of(key))
    return {key for key in found if re.fullmatch(r"[\w*-]+(\.[\w*-]+)+", key)}


def pattern_of(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values
        )
    return ""


def test_both_languages_are_there() -> None:
    assert {"en", "zh"} <= set(languages())


@every_language
def test_each_language_says_everything(language: str) -> None:
    keys = load_words(language).keys()
    file = f"bp_tutor/words/{language}.yaml"
    assert not (missing := [key for key in KEYS if key not in keys]), f"add to {file}: {missing}"
    assert not (more := [key for key in keys if key not in KEYS]), f"not in English, {file}: {more}"
    assert keys == KEYS, f"{file}: put the keys into the order of en.yaml"


@every_language
def test_each_text_needs_the_same_values(language: str) -> None:
    words = load_words(language)
    for key in KEYS:
        others = words.places(key) ^ ENGLISH.places(key)
        assert not others, f"{key} in bp_tutor/words/{language}.yaml: other {{places}} than English"


@every_language
def test_no_text_is_empty(language: str) -> None:
    words = load_words(language)
    for key in KEYS:
        values = dict.fromkeys(words.places(key), "x")
        assert words.text(key, **values).strip(), key


@every_language
@pytest.mark.parametrize("rule", RULES)
def test_each_rule_has_a_margin_word_and_a_sentence(language: str, rule: str) -> None:
    words = load_words(language)
    assert cells(words.text(f"rule.{rule}.short")) <= 24
    assert words.text(f"rule.{rule}.long")[-1] in ".。"


def test_english_prints_anywhere() -> None:
    for key in KEYS:
        values = dict.fromkeys(ENGLISH.places(key), "x")
        assert ENGLISH.text(key, **values).isascii(), key


def test_chinese_is_encodable_on_a_chinese_windows_console() -> None:
    words = load_words("zh")
    for key in KEYS:
        values = dict.fromkeys(words.places(key), "x")
        text = words.text(key, **values).replace("²", "")
        assert text.encode("gbk"), key


def test_every_key_that_is_asked_for_is_there() -> None:
    asked = sorted(asked_for())
    assert len(asked) > 200
    missing = [key for key in asked if not any(fnmatchcase(spoken, key) for spoken in KEYS)]
    assert not missing, f"add to bp_tutor/words/en.yaml: {', '.join(missing)}"


def test_a_missing_key_or_value_is_an_error() -> None:
    with pytest.raises(MissingTextError, match=r"^add no\.such\.key to bp_tutor/words/en\.yaml$"):
        ENGLISH.text("no.such.key")
    with pytest.raises(KeyError):
        ENGLISH.text("layer.hidden_number")
    with pytest.raises(KeyError):
        load_words("xx")


def test_a_missing_text_is_told_without_a_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {key: ENGLISH._texts[key] for key in KEYS if key != "fact.loss"}
    monkeypatch.setattr(ENGLISH, "_texts", texts)
    done = run("solve", "exercise")
    assert (done.code, done.err) == (2, "add fact.loss to bp_tutor/words/en.yaml\n")


@given(value=st.text())
def test_values_are_data(value: str) -> None:
    words = Words("en", {"a": "<{first}|{second}>"})
    assert words.text("a", first=value, second="{first}") == f"<{value}|{{first}}>"


def test_a_list_is_no_text() -> None:
    from bp_tutor.reader import read_text

    with pytest.raises(TypeError, match="a: a list"):
        dict(_flat(read_text("a: [1]")))


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh"}, "zh"),
        ({"LANG": "ZH_TW"}, "zh"),
        ({"LANG": "xx_XX.UTF-8"}, "en"),
        ({"LANG": "C"}, "en"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "en_GB"}, "zh"),
        ({"LC_ALL": "en_US.UTF-8", "LANG": "zh_CN.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "C"}, "en"),
    ],
)
def test_the_locale_chooses(environment: dict[str, str], language: str) -> None:
    assert choose_language(None, environment) == language


def test_what_is_asked_for_goes_first() -> None:
    assert choose_language("zh", {"LANG": "en_US"}) == "zh"
    assert choose_language("xx", {"LANG": "zh_CN"}) == "zh"
