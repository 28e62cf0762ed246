"""PrairieLearn: a question folder that draws its numbers by the seed and marks with this program.

What `server.py` does is in `bp_tutor.api.prairielearn`, which has to be installed where
PrairieLearn runs questions. Everything that comes from the file reaches the page as data of the
template, and so can be no part of it. The keys are those of
https://prairielearn.readthedocs.io/en/latest/question/.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

if TYPE_CHECKING:
    from bp_tutor.exchange.exercise import Exercise

PROBLEM, SETTINGS = "problem.yaml", "bp-tutor.json"
_SERVER = '''"""Draws the numbers by the seed of the variant, and marks the answers."""

from bp_tutor.api import prairielearn


def generate(data):
    prairielearn.generate(data)


def grade(data):
    prairielearn.grade(data)
'''
_QUESTION = """<pl-question-panel>
{{{params.statement}}}
{{#params.questions}}
{{{prompt}}}
<pl-string-input answers-name="{{name}}" label="" remove-spaces="false"
 allow-blank="true"></pl-string-input>
{{/params.questions}}
</pl-question-panel>
<pl-submission-panel>
{{#feedback.said}}
<p>{{.}}</p>
{{/feedback.said}}
</pl-submission-panel>
<pl-answer-panel>
{{{params.derivation}}}
</pl-answer-panel>
"""


def write(exercise: Exercise) -> dict[str, bytes]:
    """The files of the folder."""
    info = {
        "uuid": str(uuid5(NAMESPACE_URL, f"bp-tutor/{exercise.name}/{exercise.source}")),
        "title": exercise.page.say(exercise.title),
        "topic": "Backpropagation",
        "tags": ["bp-tutor"],
        "type": "v3",
    }
    files = {
        "info.json": _json(info),
        "question.html": _QUESTION,
        "server.py": _SERVER,
        SETTINGS: _json(dict(exercise.options)),
        PROBLEM: exercise.source,
    }
    return {name: text.encode() for name, text in files.items()}


def _json(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"
