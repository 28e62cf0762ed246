"""The page that is open: one exercise as its reader sees it, and as it was last sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from bp_tutor.api.reading import MOST_DIGITS, presented
from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.whole_page import explained_of, parts_of
from bp_tutor.engine.asking import OpenQuiz, Sheet
from bp_tutor.engine.exercise import RATE, Exercise
from bp_tutor.engine.glimpse import blocks_in, news
from bp_tutor.engine.numbers import number_text
from bp_tutor.engine.training import TrainedExercise
from bp_tutor.explain import symbols_of
from bp_tutor.formula import Quantity, Role
from bp_tutor.frozen import Frozen
from bp_tutor.output.page import Pieces, pieces_of
from bp_tutor.output.page.lines import FORMS
from bp_tutor.solve import solve
from bp_tutor.words import languages, load_words

if TYPE_CHECKING:
    from bp_tutor.api.explained import Explained
    from bp_tutor.engine.glimpse import Blocks
    from bp_tutor.explain import Presentation
    from bp_tutor.output.page.views import Views
    from bp_tutor.problem import Problem

RATE_SYMBOL = Quantity("eta", role=Role.RATE)


class Sent(Frozen):
    """What the page has: its pieces as they were last settled."""

    pieces: Pieces
    names: dict[str, str]
    """The activations and the loss that the reader changed."""
    places: dict[str, list[int]]
    """By form, the place of each of its blocks among all blocks."""

    @classmethod
    def of(cls, pieces: Pieces, names: dict[str, str]) -> Self:
        """The pieces, and where the blocks of each form stand among all."""
        places = {
            form: [
                place for place, block in enumerate(pieces.blocks)
                if f' data-{form}="' in block.partition(">")[0]
            ]
            for form in FORMS
        }  # fmt: skip
        return cls(pieces, names, places)


class Seen(Frozen):
    """One form as the page shows it: how it is written, whatever its numbers are."""

    form: str
    digits: int
    names: dict[str, str]
    views: Views
    """Of a calculation that is written in this manner."""
    manner: object
    blocks: Blocks | None = None
    """As they were derived by themselves; None of those that were settled with all others."""


class OpenPage:
    """What a page of the site asks about its exercise.

    Each call takes the values that the page sends and gives what it shows.
    """

    def __init__(self) -> None:
        self.language = "en"
        self._file = self._name = ""
        self._exercise: Exercise | None = None
        self._training: TrainedExercise | None = None
        self._begun: object = None
        self._sent: Sent | None = None
        self._seen: Seen | None = None
        self._stale: set[int] = set()
        """Places of blocks that the page has in another state than when it was settled."""
        self._explained: tuple[dict[str, str], Explained] | None = None
        """What explains wrong answers, with the changes that it holds for."""
        self.quiz = OpenQuiz()

    @property
    def exercise(self) -> Exercise:
        """The exercise that is open.

        Raises:
            RefusalError: none is.
        """
        if self._exercise is None:
            raise RefusalError("engine.nothing_open")
        return self._exercise

    def open(self, values: dict[str, Any]) -> dict[str, Any]:
        """Open a file: `text`, its `name`, the reader's `language`; what can be changed in it."""
        self.language = str(values.get("language", self.language))
        text, name = str(values["text"]), str(values["name"])
        self._exercise = Exercise(text, name)
        self._file, self._name = text, name
        self._sent, self._seen, self._stale, self._explained = None, None, set(), None
        return self.handles()

    def sheet(self, values: dict[str, Any]) -> Sheet:
        """The exercise as a quiz takes it; the page may know the `digest` of its file."""
        exercise, first = self.exercise, self._file.removeprefix("\ufeff")
        return Sheet(exercise.name, first, exercise.text, str(values.get("digest", "")))

    def handles(self) -> dict[str, Any]:
        """What can be changed: numbers and choices, each as it is now."""
        exercise = self.exercise
        shown = self.reader(exercise.problem)
        numbers = [
            {
                "key": key,
                "role": place.role,
                "value": exercise.value(key),
                "entries": [entry.identifier for entry in place.entries],
                "name": shown.name(place.entries[0].quantity, place.entries[0].index)
                if place.entries
                else shown.name(RATE_SYMBOL, ()),
            }
            for key, place in exercise.places.items()
        ]
        words = shown.words
        choices = [
            {
                "key": key,
                "kind": choice.kind,
                "value": exercise.chosen(key),
                "names": [[name, words.text(f"{choice.kind}.{name}")] for name in choice.names],
            }
            for key, choice in exercise.choices.items()
        ]
        return {"numbers": numbers, "choices": choices, "changes": exercise.changes}

    def reader(
        self,
        problem: Problem,
        style: str = "unicode",
        language: str | None = None,
        digits: int | None = None,
    ) -> Presentation:
        """How the reader of the page sees a problem."""
        words = load_words(language or self.language)
        return presented(problem, symbols_of(problem, None), words, style, digits)

    def change(self, values: dict[str, Any]) -> dict[str, Any]:
        """Put other `numbers` and `choices` in; what of the `form` that is shown is new at once.

        Where the derivation becomes another one, all of it is given.
        """
        exercise = self.exercise
        exercise.change(_texts(values.get("numbers")), _texts(values.get("choices")))
        return self._glimpse(values) or self.settle(values)

    def _glimpse(self, values: dict[str, Any]) -> dict[str, Any] | None:
        """What is new in the form that is shown; None where the derivation has other lines.

        Mostly numbers alone are new. Where one changes its sign, or a comparison comes out
        otherwise, lines are written otherwise: the form is derived anew.
        """
        if self._sent is None:
            return None
        exercise = self.exercise
        problem = exercise.moving
        form, digits = _form(values), _digits(values) or problem.digits
        trace, seen = solve(problem, exercise.updates), self._seen_in(form, digits)
        views = seen.views.of(trace) if seen is not None else None
        glimpse = views.glimpse(digits) if views is not None else None
        found: dict[str, Any] = {"form": form, "digits": digits}
        if seen is None or glimpse is None or glimpse.manner != seen.manner:
            readers = [self.reader(problem, "mathml", each, digits) for each in languages()]
            blocks, places = blocks_in(form, readers, trace), self._sent.places[form]
            views = self._sent.pieces.views.of(trace, alike=False)
            if views is None or len(blocks) != len(places):
                return None
            glimpse = views.glimpse(digits)
            new = news(seen.blocks if seen is not None else None, blocks)
            self._stale.update(places[place] for place, _ in new)
            self._seen = Seen(form, digits, exercise.names, views, glimpse.manner, blocks)
            found["blocks"] = [[places[place], block] for place, block in new]
        return found | {"texts": glimpse.texts, "signs": glimpse.signs}

    def _seen_in(self, form: str, digits: int) -> Seen | None:
        """How the page has a form; None where that is unknown, or its lines are other ones now."""
        sent, seen = self._sent, self._seen
        assert sent is not None
        if seen is None or (seen.form, seen.digits) != (form, digits):
            if not self._stale.isdisjoint(sent.places[form]):
                return None
            views = sent.pieces.views
            seen = Seen(form, digits, sent.names, views, views.glimpse(digits).manner)
            self._seen = seen
        return seen if seen.names == self.exercise.names else None

    def seed(self, values: dict[str, Any]) -> dict[str, Any]:
        """The exercise with the numbers of a `seed`, chosen to teach well."""
        from bp_tutor.authoring.draw import LARGEST_SEED
        from bp_tutor.authoring.variant import Variants

        seed = int(values["seed"])
        if not 0 <= seed <= LARGEST_SEED:
            raise RefusalError("usage.whole", name="seed", value=seed, low=0, high=LARGEST_SEED)
        variants = Variants(self._file, Exercise(self._file, self._name).problem)
        if not variants.varies:
            raise RefusalError("engine.nothing_varies")
        drawn = Exercise(variants.make(seed).text, self._name)
        numbers = {key: drawn.value(key) for key in self.exercise.places if key in drawn.places}
        self.exercise.change(numbers, {})
        return self.settle(values) | self.handles()

    def settle(self, values: dict[str, Any]) -> dict[str, Any]:
        """Everything on the page, both forms, checked: blocks that are new, or all of it."""
        problem = self.exercise.problem
        usual = self.reader(problem, digits=_digits(values))
        parts = parts_of(usual, solve(problem, self.exercise.updates), asked=False)
        self._explained = self.exercise.changes, explained_of(parts, usual)
        before, stale = self._sent, self._stale
        self._sent = Sent.of(pieces_of(parts), self.exercise.names)
        self._seen, self._stale = None, set()
        pieces = self._sent.pieces
        shown = dict(pieces.shown)
        # The page has its words, and those of a site beside them.
        data = {name: value for name, value in pieces.data.items() if name != "words"}
        found: dict[str, Any] = {"data": data, "sound": parts.document.sound}
        if before is not None and before.places == self._sent.places:
            pairs = enumerate(zip(before.pieces.blocks, pieces.blocks, strict=True))
            found["blocks"] = [
                [place, now] for place, (old, now) in pairs if old != now or place in stale
            ]
            del shown["derivation"]
        return found | {"pieces": shown}

    def explain(self, values: dict[str, Any]) -> dict[str, Any]:
        """The known mistakes by which the number of a `key` is got wrong in an `update`.

        None while the numbers are others than those that were settled last.
        """
        if self._explained is None or self._explained[0] != self.exercise.changes:
            return {"mistakes": []}
        update, key = int(values["update"]), str(values["key"])
        return {"mistakes": self._explained[1].of(update, key)}

    def train(self, values: dict[str, Any]) -> dict[str, Any]:
        """So many `updates` more from where the training is; what there is to see of it then.

        It begins with the numbers as they are, at first, where it is asked to start `afresh`, and
        where others than the learning rate were changed since. `fine`: with a finer surface.
        """
        exercise = self.exercise
        begun = exercise, {key: text for key, text in exercise.changes.items() if key != RATE}
        if self._training is None or begun != self._begun or values.get("afresh"):
            self._training = None
            self._training = TrainedExercise(exercise.problem)
            self._begun = begun
        reader = self.reader(exercise.problem, "unicode", _language(values), _digits(values))
        said = ""
        try:
            self._training.go_on(int(values.get("updates", 0)), exercise.problem)
        except RefusalError as error:
            said = error.text(reader.words)
        return self._training.shown(reader, fine=bool(values.get("fine"))) | {"said": said}

    def trained(self, values: dict[str, Any]) -> dict[str, Any]:
        """The numbers that the training has come to, as they would be typed for the exercise."""
        if self._training is None:
            raise RefusalError("engine.nothing_trained")
        exercise = self.exercise
        found = self._training.numbers(_digits(values) or exercise.problem.digits)
        numbers = {
            key: number_text(repr(found[entry.identifier] * place.sign))
            for key, place in exercise.places.items()
            for entry in place.entries[:1]
            if entry.identifier in found
        }
        if {entry for key in numbers for entry in exercise.places[key].entries} < {
            *self._training.trained
        }:
            raise RefusalError("engine.not_typed")
        return {"numbers": numbers}

    def text(self, values: dict[str, Any]) -> dict[str, Any]:
        """The problem file as it is now."""
        return {"text": self.exercise.text, "name": self.exercise.name}


def _texts(values: object) -> dict[str, str]:
    """Texts by names, from what a page sends."""
    given = values if isinstance(values, dict) else {}
    return {str(name): str(text) for name, text in given.items()}


def _form(values: dict[str, Any]) -> str:
    form = values.get("form")
    return form if form in FORMS else FORMS[0]


def _language(values: dict[str, Any]) -> str | None:
    language = values.get("language")
    return language if language in languages() else None


def _digits(values: dict[str, Any]) -> int | None:
    digits = values.get("digits")
    return digits if isinstance(digits, int) and 1 <= digits <= MOST_DIGITS else None
