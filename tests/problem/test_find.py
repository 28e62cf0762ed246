"""Finding a problem by name or path."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.problem import ProblemError, find_problem, list_problems, load_problem
from bp_tutor.problem import find as find_module


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["exercise", "exercise.yaml"])
def test_a_shipped_problem_is_found_anywhere(name: str, folder: Path) -> None:
    assert folder not in find_problem(name).parents
    assert load_problem(find_problem(name)).name == "exercise"


def test_a_file_goes_first_then_the_own_folder(folder: Path) -> None:
    (folder / "problems").mkdir()
    own = folder / "problems" / "exercise.yaml"
    own.write_text("title: mine")
    assert find_problem("exercise").resolve() == own
    (folder / "exercise").write_text("title: here")
    assert find_problem("exercise") == Path("exercise")
    assert [path.stem for path in list_problems()].count("exercise") == 1


@pytest.mark.parametrize(
    ("name", "nearest"),
    [("exercize", "exercise"), ("xor.yml", "xor"), ("Exercise", "exercise"), ("qqqq", "")],
)
def test_an_unknown_name_gives_the_nearest(name: str, nearest: str, folder: Path) -> None:
    assert folder.exists()
    with pytest.raises(ProblemError) as caught:
        find_problem(name)
    (mistake,) = caught.value.mistakes
    assert (mistake.key, mistake.nearest) == ("problem.unknown_problem", nearest)


@pytest.mark.parametrize("name", ["a/b.yaml", "a\0b", "x" * 500, "", "/", "."])
def test_strange_names_end_in_one_message(name: str, folder: Path) -> None:
    assert folder.exists()
    with pytest.raises(ProblemError) as caught:
        load_problem(find_problem(name))
    assert len(caught.value.mistakes) == 1


def test_a_wheel_carries_its_problems(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inside = folder / "bp_tutor" / "shipped_problems"
    inside.mkdir(parents=True)
    (inside / "only.yaml").write_text("title: only")
    monkeypatch.setattr(find_module, "__file__", str(folder / "bp_tutor" / "problem" / "find.py"))
    assert [path.stem for path in list_problems()] == ["only"]
