"""What stands above the columns of tables, in English, Chinese, German, French and Spanish."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HEADINGS: dict[str, tuple[str, ...]] = {
    "name": (
        "student", "name", "full name", "学生", "姓名", "学生姓名", "名字",
        "student name", "your name", "display name", "schüler", "schülerin", "studierende",
        "student/in", "studentin", "vollständiger name", "étudiant", "étudiante", "élève",
        "nom complet", "nom et prénom", "estudiante", "alumno", "alumna", "nombre completo",
        "nombre y apellidos", "apellidos y nombre", "学員", "學生",
        "nom", "nombre",
    ),
    "first": (
        "first name", "first names", "firstname", "given name", "given names", "forename",
        "vorname", "vornamen", "名", "prénom", "prénoms", "nombres", "nombre de pila",
    ),
    "last": (
        "last name", "lastname", "surname", "family name", "nachname", "familienname", "姓",
        "nom de famille", "apellido", "apellidos",
    ),
    "number": (
        "学号", "student number", "student no", "student id", "id number", "matriculation number",
        "matrikelnummer", "matrikel", "number", "no", "id", "编号",
        "學號", "学籍号", "sis id", "sis user id", "nummer", "id-nummer", "teilnehmernummer",
        "numéro", "numéro d'étudiant", "numéro étudiant", "n° étudiant", "numéro d'identification",
        "número", "número de estudiante", "número de alumno", "número de id", "número de matrícula",
        "matrícula",
    ),
    "email": (
        "email", "e-mail", "email address", "e-mail address", "mail", "e-mail-adresse",
        "e-mail adresse", "mailadresse", "adresse e-mail", "adresse mail", "adresse de courriel",
        "courriel", "correo", "correo electrónico", "dirección de correo",
        "dirección de correo electrónico", "邮箱", "电子邮件", "电子邮箱", "电子邮件地址", "邮件",
    ),
    "username": (
        "username", "user name", "login", "login id", "sis login id", "anmeldename",
        "benutzername", "nutzername", "nom d'utilisateur", "identifiant", "nombre de usuario",
        "usuario", "用户名", "登录名", "账号",
    ),
    "question": (
        "id", "question", "symbol", "题目", "题号", "题", "符号",
        "quantity", "frage", "aufgabe", "größe", "symbole", "grandeur", "pregunta", "símbolo",
        "magnitud", "问题", "试题",
    ),
    "answer": (
        "value", "answer", "答案", "数值", "值", "回答",
        "response", "antwort", "wert", "lösung", "réponse", "valeur", "respuesta", "valor", "作答",
    ),
    "attempt": (
        "attempt", "try", "versuch", "tentative", "intento", "尝试", "第几次", "次数",
    ),
    "section": (
        "section", "class", "group", "course section", "班级", "班", "教学班", "行政班", "班級",
        "klasse", "gruppe", "classe", "groupe", "grupo", "clase", "sección",
    ),
    "seed": ("seed", "种子", "startwert", "graine", "semilla"),
    "file": ("file", "文件", "datei", "fichier", "archivo"),
    "variant": ("variant", "变式", "variante"),
}  # fmt: skip
"""What each column may be called, the surest first; as `plain` writes it."""
TOTALS = (
    "points possible", "student, test", "test student", "overall average", "gesamtdurchschnitt",
    "moyenne générale", "promedio general", "总平均分", "全班平均", "总体平均分", "满分",
    "durchschnitt", "moyenne", "promedio", "平均分", "平均", "average", "mean", "maximum points",
    "max points", "total", "student test", "test, student", "class average", "class mean",
    "grand total", "sum", "median", "standard deviation", "summe", "gesamt", "gesamtsumme",
    "mittelwert", "klassendurchschnitt", "standardabweichung", "médiane", "somme", "mediana",
    "suma", "合计", "总计", "总分", "总和", "平均值", "均值", "均分", "班级平均", "班级平均分",
    "中位数", "标准差",
)  # fmt: skip
"""What stands in the place of a name where a row is of no student, as gradebooks write it."""
QUESTION_TEXT = ("question", "frage", "pregunta", "题目", "试题", "问题")
RESPONSE = ("response", "antwort", "réponse", "respuesta", "答案", "回答", "作答", "回应")
"""What Moodle puts before the numbers of its columns (`quiz_responses` in its languages)."""
_ENDS = " \t:：*?？.。\u00a0"
_SPACES = re.compile(r"[\s_]+")
_ASIDE = re.compile(r"\((?:required|erforderlich|pflichtfeld|obligatoire|obligatorio|必填)\)")


def plain(heading: str) -> str:
    """A heading without capitals, marks around it, and what says that it must be filled in."""
    text = _SPACES.sub(" ", normalize("NFKC", heading)).casefold().replace("’", "'")
    return _ASIDE.sub("", text).strip(_ENDS)


def place_of(role: str, heads: Sequence[str], taken: Iterable[int | None] = ()) -> int | None:
    """Where the column of a role stands under headings in plain form, None where there is none."""
    free = [None if at in {*taken} else head for at, head in enumerate(heads)]
    return next((free.index(name) for name in HEADINGS[role] if name in free), None)


def told_of(role: str, more: Iterable[tuple[str, str]]) -> str:
    """What stands in the column of a role, of texts under their headings; empty without one."""
    heads = {plain(head): text for head, text in more}
    return next((heads[name] for name in HEADINGS[role] if name in heads), "")


class Columns(NamedTuple):
    """In which columns it stands who somebody is."""

    names: tuple[int, ...] = ()
    """One column, or first names and last names."""
    number: int | None = None
    email: int | None = None
    username: int | None = None

    @property
    def places(self) -> tuple[int, ...]:
        """All of them."""
        others = (self.number, self.email, self.username)
        return (*self.names, *(at for at in others if at is not None))


def columns_of(heads: Sequence[str], taken: Iterable[int | None] = ()) -> Columns:
    """The columns that say who somebody is, under headings in plain form."""
    taken = {*taken}
    first, last = place_of("first", heads, taken), place_of("last", heads, taken)
    name = place_of("name", heads, taken)
    # "Nom, prénom": beside first names, a name is the last name; in Spanish it is the first.
    if name is not None and first is not None and last is None and heads[name] in ("name", "nom"):
        name, last = None, name
    if name is not None and last is not None and first is None and heads[name] == "nombre":
        name, first = None, name
    names = (name,) if name is not None else tuple(at for at in (first, last) if at is not None)
    number, email, username = (
        place_of(role, heads, taken) for role in ("number", "email", "username")
    )
    return Columns(names, number, email, username)


def is_total(cells: Iterable[str]) -> bool:
    """Whether a row is of no student: what is possible, an average, or a test of the system."""
    return any(plain(cell) in TOTALS for cell in cells)
