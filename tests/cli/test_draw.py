"""`bp-tutor draw`: pictures in files, safe with any text."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from bp_tutor.output.svg import svg_of
from bp_tutor.pictures.moment import moment_of
from tests.cli.running import run
from tests.explain.pages import NAMES, solved
from tests.explain.test_scene import scene

SVG = "{http://www.w3.org/2000/svg}"


def texts(path: Path) -> list[str]:
    root = ET.parse(path).getroot()  # noqa: S314 - written a moment ago
    assert root.tag == f"{SVG}svg"
    return ["".join(text.itertext()) for text in root.iter(f"{SVG}text")]


def test_a_step_shows_what_is_known_by_then(tmp_path: Path) -> None:
    path = tmp_path / "net.svg"
    assert run("draw", "exercise", "-o", str(path), "--step", "1").code == 0
    shown = " ".join(texts(path))
    assert "Z₂₁ = 1.5" in shown
    assert "0.8176" not in shown
    again = run("draw", "exercise", "-o", str(path))
    assert (again.code, "--force" in again.err) == (2, True)
    assert run("draw", "exercise", "-o", str(path), "--force", "--lang", "zh").code == 0
    assert "输入层" in texts(path)


@pytest.mark.parametrize(("ending", "start"), [("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_other_formats(tmp_path: Path, ending: str, start: bytes) -> None:
    pytest.importorskip("typst")
    path = tmp_path / f"net.{ending}"
    assert run("draw", "graph-chain-rule", "-o", str(path)).code == 0
    assert path.read_bytes().startswith(start)


@pytest.mark.parametrize("options", [("-o", "net.gif"), ("-o", "x.svg", "--step", "99"), ()])
def test_what_cannot_be_drawn_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("draw", "graph-chain-rule", *options)
    assert done.code == 2
    assert "Traceback" not in done.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_every_picture_is_sound_xml_without_any_outside_reference(name: str) -> None:
    done = solved(name, "zh")
    picture, steps = scene(done), done.document.steps
    for text in (svg_of(picture, look="page"), svg_of(picture, moment_of(picture, steps))):
        ET.fromstring(text)  # noqa: S314 - written a moment ago
        rest = text.replace('xmlns="http://www.w3.org/2000/svg"', "")
        assert "http" not in rest
        assert "<script" not in rest


def test_hostile_texts_stay_texts() -> None:
    done = solved("graph-chain-rule")
    bad = "</text><script>alert('\"&]]>\x00"
    picture = scene(done)
    shapes = tuple(
        label._replace(symbol=bad, key=bad, place=bad) if label.key else label
        for label in picture.labels
    )
    text = svg_of(picture._replace(shapes=shapes, title=bad))
    root = ET.fromstring(text)  # noqa: S314 - written a moment ago
    assert root.find(f".//{SVG}script") is None
    assert bad.replace("\x00", "") in "".join(root.itertext())
