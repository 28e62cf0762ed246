"""The curve of a function of one variable is drawn wherever the variable stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.running import run

GRAPH = """\
graph:
  values: {{w: {value}}}
  formulas: {{f: w**2}}
  differentiate: f
  with_respect_to: [w]
  learning_rate: 0.1
"""


@pytest.mark.parametrize("value", ["1", "0", "5e-324", "1e16", "99999999999999999999", "-1e150"])
def test_a_curve_is_drawn_at_numbers_of_any_size(
    value: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("p.yaml").write_text(GRAPH.format(value=value), encoding="utf-8")
    done = run("draw", "p.yaml", "-o", "a.svg")
    assert (done.code, done.err) == (0, "")
    assert not re.search(r"\bnan\b|\binf\b", Path("a.svg").read_text(encoding="utf-8"))
