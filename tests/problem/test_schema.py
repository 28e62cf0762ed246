"""The table of fields is one source: for checking, for hints, and for documentation."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bp_tutor.authoring.schema import about
from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.losses import LOSSES, Loss
from bp_tutor.catalogue.regularisers import REGULARISERS
from bp_tutor.fields.context import Context
from bp_tutor.fields.described import Described
from bp_tutor.fields.forms import BAD
from bp_tutor.fields.numbers import SeededOr
from bp_tutor.fields.records import Field, Later, ListOf, OneOf, Record
from bp_tutor.problem import Conventions
from bp_tutor.problem.concepts import LOSS, LossForm
from bp_tutor.problem.layer_records import AnyLayer
from bp_tutor.problem.own_names import QUANTITIES, OwnNames
from bp_tutor.problem.schema import CONVENTIONS, PROBLEM
from bp_tutor.problem.texts import SOURCE, Source
from bp_tutor.reader import read_text
from bp_tutor.words import load_words


def records(kind: object, seen: set[str]) -> Iterator[Record]:
    if isinstance(kind, Record) and kind.name not in seen:
        seen.add(kind.name)
        yield kind
        for field in kind.fields:
            yield from records(field.type, seen)
    elif isinstance(kind, Source):
        yield from records(SOURCE, seen)
    elif isinstance(kind, OwnNames):
        yield from records(QUANTITIES, seen)
    elif isinstance(kind, ListOf):
        yield from records(kind.item, seen)
    elif isinstance(kind, Later):
        yield from records(kind.load(), seen)
    elif isinstance(kind, SeededOr):
        yield from records(kind.parts, seen)
    elif isinstance(kind, AnyLayer | Described | LossForm):
        for record in kind.records():
            yield from records(record, seen)
    elif isinstance(kind, OneOf):
        for part in (kind.word, kind.items, kind.mapping):
            yield from records(part, seen)


RECORDS = list(records(PROBLEM, set()))
FIELDS = [(record.name, field) for record in RECORDS for field in record.fields]


@pytest.mark.parametrize(("record", "field"), FIELDS, ids=[f"{r}.{f.name}" for r, f in FIELDS])
def test_each_field_says_what_it_is_for(record: str, field: Field) -> None:
    for language, stop in (("en", "."), ("zh", "。")):
        told = about(load_words(language), record, field.name)
        key = f"key.{record.replace(' ', '_')}.{field.name}"
        assert told.endswith(stop), f"say in bp_tutor/words/{language}.yaml what it is for: {key}"
    assert field.example
    assert field.type.expected in load_words("en")


@pytest.mark.parametrize(("record", "field"), FIELDS, ids=[f"{r}.{f.name}" for r, f in FIELDS])
def test_each_example_is_what_the_field_reads(record: str, field: Field) -> None:
    context = Context(record)
    value = field.type.read(read_text(field.example), context)
    assert not len(context), context.mistakes(None)
    assert value is not BAD


def test_no_hint_leads_two_ways() -> None:
    for record in RECORDS:
        names = [name for field in record.fields for name in (field.name, *field.also)]
        assert len(names) == len(set(names)), record.name


def test_the_records_have_these_fields() -> None:
    conventions = {field.name for field in CONVENTIONS.fields} - {"samples", "channels"}
    assert conventions == set(Conventions._fields)
    stated = {*Loss._fields} - {"parameters", "penalty"} | {*REGULARISERS}
    assert {field.name for field in LOSS.record.fields} == stated


def test_the_names_of_the_house() -> None:
    """Names stay: files use them."""
    gone = {
        "elu", "identity", "leaky_relu", "relu", "sigmoid", "sign", "softmax", "softplus", "step",
        "swish", "tanh",
    } - set(ACTIVATIONS) | {
        "half_squared_error", "squared_error", "mean_squared_error", "mean_absolute_error", "huber",
        "binary_cross_entropy", "cross_entropy",
    } - set(LOSSES)  # fmt: skip
    assert not gone, "files use these names"
    assert {"step", "sign"} <= {name for name, row in ACTIVATIONS.items() if not row.has_slope}
