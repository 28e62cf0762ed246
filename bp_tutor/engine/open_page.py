"""The page that is open: one exercise as its reader sees it, and as it was last sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.api.reading import presented
from bp_tutor.api.refusal import RefusalError
from bp_tutor.api.whole_page import parts_of
from bp_tutor.authoring.variant import Variants
from bp_tutor.engine.exercise import RATE, Exercise
from bp_tutor.engine.numbers import number_text
from bp_tutor.engine.training import TrainedExercise
from bp_tutor.explain import symbols_of
from bp_tutor.formula import Quantity, Role
from bp_tutor.output.page import pieces_of
from bp_tutor.solve import solve
from bp_tutor.words import load_words

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation
    from bp_tutor.problem import Problem
    from bp_tutor.solve import Trace

LARGEST_SEED = 2**31
RATE_SYMBOL = Quantity("eta", role=Role.RATE)


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
        return self.handles()

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
        self, problem: Problem, style: str = "unicode", digits: int | None = None
    ) -> Presentation:
        """How the reader of the page sees a problem."""
        symbols = symbols_of(problem, None)
        return presented(problem, symbols, load_words(self.language), style, digits)

    def trace(self) -> Trace:
        """The calculation with the numbers as they are."""
        return solve(self.exercise.problem, self.exercise.updates)

    def change(self, values: dict[str, Any]) -> dict[str, Any]:
        """Put other `numbers` and `choices` in, and show them."""
        numbers, choices = values.get("numbers", {}), values.get("choices", {})
        self.exercise.change(
            {str(key): str(text) for key, text in numbers.items()},
            {str(key): str(name) for key, name in choices.items()},
        )
        return self.settle(values)

    def reset(self, values: dict[str, Any]) -> dict[str, Any]:
        """The file as it was opened at first."""
        self._exercise = Exercise(self._file, self._name)
        return self.settle(values) | self.handles()

    def seed(self, values: dict[str, Any]) -> dict[str, Any]:
        """The exercise with the numbers of a `seed`, chosen to teach well."""
        seed = int(values["seed"])
        if not 0 <= seed <= LARGEST_SEED:
            raise RefusalError("usage.whole", name="seed", value=seed, low=0, high=LARGEST_SEED)
        variants = Variants(self._file, Exercise(self._file, self._name).problem)
        if not variants.varies:
            raise RefusalError("engine.nothing_varies")
        self._exercise = Exercise(variants.make(seed).text, self._name)
        return self.settle(values) | self.handles()

    def settle(self, values: dict[str, Any]) -> dict[str, Any]:
        """Everything on the page, both forms, checked."""
        trace = self.trace()
        parts = parts_of(self.reader(trace.problem), trace, asked=False)
        shown, data = pieces_of(parts)
        return {"pieces": shown, "data": data, "sound": parts.document.sound}

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
        reader = self.reader(exercise.problem, digits=values.get("digits"))
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
        digits = self.reader(exercise.problem, digits=values.get("digits")).settings.digits
        found = self._training.numbers(digits)
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
