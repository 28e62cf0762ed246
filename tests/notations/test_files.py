from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.notations import NotationError, load_notation, notation_names, read_notation


def test_the_lectures_notations_are_there() -> None:
    assert {"layered", "superscript", "flat", "numbered", "net-out", "in-out", "plain"} <= set(
        notation_names()
    )


@pytest.mark.parametrize("name", notation_names())
def test_each_has_a_title_in_both_languages(name: str) -> None:
    missing = {"en", "zh"} - set(load_notation(name).title)
    assert not missing, f"bp_tutor/notations/{name}.yaml: give the title in these languages"


def test_an_unknown_notation_names_the_nearest() -> None:
    with pytest.raises(NotationError, match=r"unknown notation 'layred', did you mean 'layered'\?"):
        load_notation("layred")


@pytest.mark.parametrize(
    ("text", "mistake"),
    [
        ("entry: {A: 'a_{unti}'}", "unknown place {unti}"),
        ("entry: {A: a_1}", "would be taken for an index"),
        ("entry: {A: {inputs: a}}", "unknown kind of layer 'inputs'"),
        ("layout: row", "layout must be one of rows, columns"),
        ("entries: {}", "unknown key 'entries'"),
        ("[a]", "a notation is a mapping"),
    ],
)
def test_a_mistake_in_a_notation_is_told(tmp_path: Path, text: str, mistake: str) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(NotationError, match=f"mine.yaml: .*{mistake}"):
        read_notation(path)
