"""The long tables of the documents, made from the tables that the program itself uses."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator

from bp_tutor.authoring.published.judge import judge
from bp_tutor.authoring.published.judged import FOLLOWING
from bp_tutor.authoring.published.table import row_of
from bp_tutor.cli.app import application
from bp_tutor.cli.commands import COMMANDS
from bp_tutor.formula import Quantity
from bp_tutor.notations import Structure, Symbols, load_notation, notation_names
from bp_tutor.problem import list_problems, load_problem
from bp_tutor.problem.topics import DIFFICULTIES, TOPICS, difficulty_of, topic_of
from bp_tutor.quiz import MISCONCEPTIONS
from bp_tutor.quiz.mistakes.pen import KEYS, PREFIX
from bp_tutor.quiz.mistakes.rewrites import OFTEN, SELDOM, SOMETIMES
from bp_tutor.words import load_words
from tests.authoring.pages import page_of
from tests.docs.blocks import ROOT
from tests.docs.key_tables import keys
from tests.docs.model_tables import activations, layers, losses, optimisers
from tests.docs.spelling import markdown
from tests.test_architecture import ROOMS

PEN = tuple(f"{PREFIX}{key}" for key in KEYS)
"""Slips of the pen as they are named among the mistakes."""


def notations() -> str:
    structure = Structure(units=(3, 3, 2))
    shown = [
        (Quantity("A", (1,), (1, 3), ("sample", "unit")), (0, 1)),
        (Quantity("Z", (2,), (1, 3), ("sample", "unit")), (0, 0)),
        (Quantity("A", (2,), (1, 3), ("sample", "unit")), (0, 0)),
        (Quantity("W", (1,), (3, 3), ("from", "to")), (1, 0)),
        (Quantity("B", (2,), (1, 3), ("one", "unit")), (0, 0)),
        (Quantity("Z", (2,), (1, 3), ("sample", "unit"), "d"), (0, 0)),
        (Quantity("W", (1,), (3, 3), ("from", "to"), "d"), (1, 0)),
        (Quantity("L"), ()),
    ]
    rows = []
    for name in notation_names():
        symbols = Symbols(load_notation(name), structure)
        rows.append((f"`{name}`", *(symbols.name(quantity, index) for quantity, index in shown)))
    head = ("canonical", *(f"`{quantity.identifier(index)}`" for quantity, index in shown))
    return markdown(head, rows)


def misconceptions() -> str:
    english, chinese = load_words("en"), load_words("zh")
    rows = []
    for key, row in MISCONCEPTIONS.items():
        name = f"misconception.{key}.name"
        often = {OFTEN: "often", SOMETIMES: "sometimes", SELDOM: "seldom"}[row.often]
        rows.append((f"`{key}`", english.text(name), chinese.text(name), row.family, often))
    for key in PEN:
        name = f"misconception.{key}.name"
        rows.append((f"`{key}`", english.text(name), chinese.text(name), "pen", "sometimes"))
    return markdown(("key", "name", "名称", "what goes wrong", "how often"), rows)


def mistakes() -> str:
    """Their names only: two languages, one row each."""
    english, chinese = load_words("en"), load_words("zh")
    names = [f"misconception.{key}.name" for key in (*MISCONCEPTIONS, *PEN)]
    rows = [(english.text(name), chinese.text(name)) for name in names]
    return markdown(("mistake", "错误"), rows)


def problems(language: str = "en") -> str:
    """By topic, as they build on each other, and difficulty."""
    heads = {
        "en": ("name", "title", "topic", "difficulty"),
        "zh": ("名字", "标题", "主题", "难度"),
    }[language]
    words = load_words(language)
    rows = []
    for path in list_problems():
        problem = load_problem(path)
        topic, level = topic_of(problem), difficulty_of(problem)
        rank = TOPICS.index(topic), DIFFICULTIES.index(level)
        title = problem.title.in_language(language)
        rows.append((rank, (f"`{path.stem}`", title, topic, words.text(f"menu.level.{level}"))))
    return markdown(heads, [row for _, row in sorted(rows)])


def options(language: str) -> Iterator[tuple[str, str, str]]:
    """Option, the commands that know it, and its help."""
    words = load_words(language)
    every = {"en": "all", "zh": "全部"}[language]
    # Of what two commands say differently each has a row.
    known: dict[tuple[str, str], list[str]] = {}
    for name, command in application(words).commands.items():
        for parameter in command.params:
            if parameter.param_type_name == "option":
                names = [*parameter.opts, *parameter.secondary_opts]
                key = ", ".join(f"`{option}`" for option in names)
                if parameter.metavar and not parameter.is_flag:
                    key = f"{key[:-1]} {parameter.metavar}`"
                said = words.text(f"help.option.{parameter.name}")
                known.setdefault((key, said), []).append(name)
    for (key, said), commands in known.items():
        yield key, every if len(commands) == len(COMMANDS) else ", ".join(commands), said


def option_table(language: str = "en") -> str:
    heads = {"en": ("option", "command", "what it does"), "zh": ("选项", "命令", "作用")}
    return markdown(heads[language], options(language))


def rooms() -> str:
    """The rooms with the rooms that they may import, from the test that keeps them so."""
    rows = []
    for room, below in ROOMS.items():
        init = ROOT / "bp_tutor" / room / "__init__.py"
        if init.exists():
            about = (ast.get_docstring(ast.parse(init.read_text(encoding="utf-8"))) or "").split(
                "\n"
            )
            order = [name for name in ROOMS if name in below]
            may = "all" if below >= ROOMS.keys() - {room} else ", ".join(order) or "nothing"
            rows.append((f"`{room}`", about[0], may))
    return markdown(("room", "what it holds", "may import"), rows)


def published() -> str:
    """The figures that do not follow, and those carried on from them, as they are found now."""
    rows = []
    for path in list_problems():
        problem = load_problem(path)
        page = page_of(problem)
        for judged in judge(problem, page) if problem.published else ():
            carried = any(one.key.startswith("published.how.carried") for one in judged.reasons)
            if judged.verdict not in FOLLOWING or carried:
                name, moment, slide, printed, right, verdict = row_of(judged, page)
                why = judged.meant.figure.why
                said = why.in_language("en") if why is not None else ""
                verdict = verdict.replace(" (accepted)", "")
                shown = f"`{name}`", moment, slide, printed.replace("-", "−"), right, verdict, said
                rows.append((f"`{path.stem}`", *shown))
    heads = ("problem", "figure", "when", "page", "printed", "right", "verdict", "why")
    return markdown(heads, rows)


TABLES: dict[str, Callable[[], str]] = {
    "activations": activations,
    "losses": losses,
    "layers": layers,
    "optimisers": optimisers,
    "misconceptions": misconceptions,
    "mistakes": mistakes,
    "notations": notations,
    "problems": problems,
    "problems_zh": lambda: problems("zh"),
    "options": option_table,
    "options_zh": lambda: option_table("zh"),
    "keys": keys,
    "keys_zh": lambda: keys("zh"),
    "rooms": rooms,
    "published": published,
}
PLACE = re.compile(r"(<!-- table: (\w+) -->\n)(.*?)(<!-- end of table -->)", re.DOTALL)


def with_tables(text: str) -> str:
    """A document with every table made anew."""
    return PLACE.sub(lambda place: f"{place[1]}\n{TABLES[place[2]]()}\n{place[4]}", text)
