"""Every row of the tables has its words; who forgets one is told where it goes."""

from __future__ import annotations

import pytest

from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.catalogue.measures import MEASURES
from bp_tutor.catalogue.optimisers import OPTIMISERS
from bp_tutor.catalogue.regularisers import REGULARISERS
from bp_tutor.formula import FUNCTIONS
from bp_tutor.words import languages, load_words

KEYS = (
    *(f"activation.{key}" for key in ACTIVATIONS),
    *(f"loss.{key}" for key in LOSSES),
    *(f"optimiser.{key}" for key in OPTIMISERS if key != "gradient_descent"),
    *(f"measure.{key}" for key in MEASURES),
    *(f"regulariser.{key}" for key in REGULARISERS),
)
FORMS = [form for kind in OPTIMISERS.values() for form in kind.forms]
RULES = {line.rule for form in FORMS for line in form.lines}
REMARKS = {form.remark for form in FORMS if form.remark}


@pytest.mark.parametrize("language", languages())
def test_every_row_has_its_words(language: str) -> None:
    words = load_words(language)
    rules = (f"rule.{rule}.{length}" for rule in RULES for length in ("short", "long"))
    remarks = (f"remark.{remark}" for remark in REMARKS)
    missing = [key for key in (*KEYS, *sorted(rules), *sorted(remarks)) if not words.has(key)]
    assert not missing, f"add to bp_tutor/words/{language}.yaml: {', '.join(missing)}"


@pytest.mark.parametrize("name", [name for name, row in ACTIVATIONS.items() if row.has_kink])
def test_an_activation_with_a_kink_states_its_slope_on_both_sides(name: str) -> None:
    slope = FUNCTIONS[name].slopes[0] or ""
    assert "z > 0" in slope, f"give {name} a slope with I(z > 0): slope_at_zero moves that side"
