"""`names:`: what the course calls quantities, units and weights, in symbols and in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from unicodedata import normalize

from bp_tutor.fields.forms import BAD, Words
from bp_tutor.fields.records import Field, OneOf, Record, Section
from bp_tutor.fields.schema import any_of
from bp_tutor.formula import FUNCTIONS, PRIMITIVES, FormulaError
from bp_tutor.formula.tokens import tokens_of
from bp_tutor.frozen import Frozen
from bp_tutor.notations.letters import GREEK
from bp_tutor.notations.own import LETTERS, greek_letter
from bp_tutor.problem.model import OwnName, Text
from bp_tutor.problem.texts import LANGUAGES
from bp_tutor.reader import Mapping, Node, Scalar, shown

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.schema import Fragment, SchemaWriter

LONGEST = 20
MOST = 500
WITHOUT_INDEX = ("L", "eta", "lambda")
FUNCTION_NAMES = frozenset(
    {"sum", "mean", "I", "ln", "lg"}
    | FUNCTIONS.keys()
    | PRIMITIVES.keys()
    | {row.unicode for row in FUNCTIONS.values() if row.unicode}
)
"""What formulas know as functions, so that it can name nothing else."""


class Named(NamedTuple):
    """One entry of `names:`, with where it stands."""

    name: OwnName
    key: Scalar
    node: Node
    """The symbol, or all that stands behind the key."""


class Symbol(Frozen):
    """Letters alone, such as `net` or `δ`: digits are indices."""

    expected: str = "expected.symbol"

    def read(self, node: Node, context: Context) -> Any:
        """The symbol; a Greek letter where its name stands."""
        text = node.text if isinstance(node, Scalar) else ""
        letters = text.replace("_", "", 1)
        ends = text[:1] != "_" and text[-1:] != "_"
        if not (letters.isalpha() and ends and _is_one_name(text)):
            context.wrong(node, self.expected)
        elif len(text) > LONGEST:
            context.mistake(node, "problem.too_long", longest=LONGEST, length=len(text))
        elif normalize("NFKC", text) != text and text not in GREEK:
            near = normalize("NFKC", text)
            context.mistake(node, "names.other_letters", nearest=near, name=shown(text))
        elif text in FUNCTION_NAMES:
            context.mistake(node, "names.function", name=text)
        else:
            return greek_letter(text)
        return BAD

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A text of letters, perhaps with one `_`."""
        letters = "[A-Za-z\u0080-\uffff]+"
        return {"type": "string", "maxLength": LONGEST, "pattern": f"^{letters}(?:_{letters})?$"}


def _is_one_name(text: str) -> bool:
    """Whether formulas take the text for one name, as they do not take `Σ`."""
    try:
        return [token.kind for token in tokens_of(text)] == ["name"]
    except FormulaError:
        return False


class Ascii(Frozen):
    """A spelling in ASCII: a letter, then letters, digits and `_`."""

    expected: str = "expected.ascii_name"

    def read(self, node: Node, context: Context) -> Any:
        """The spelling."""
        text = node.text if isinstance(node, Scalar) else ""
        sound = text.isascii() and text[:1].isalpha() and text.replace("_", "a").isalnum()
        if sound and len(text) <= LONGEST and text not in FUNCTION_NAMES:
            return text
        context.wrong(node, self.expected)
        return BAD

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A text of letters, digits and `_`."""
        return {"type": "string", "maxLength": LONGEST, "pattern": "^[A-Za-z][A-Za-z0-9_]*$"}


_WORDS = (
    Field("en", Words(40), "net input"),
    Field("zh", Words(40), "净输入"),
)
NAME = Record(
    "name",
    (
        Field("symbol", Symbol(), "net"),
        Field("ascii", Ascii(), "delta"),
        *_WORDS,
    ),
    "expected.own_name",
)
_QUANTITY = OneOf("expected.own_name", word=Symbol(), mapping=NAME)
_EXAMPLES = {
    "Z": "{symbol: net, en: net input, zh: 净输入}",
    "A": "out",
    "X": "x",
    "O": "ŷ",
    "W": "v",
    "B": "c",
    "Y": "t",
    "E": "e",
    "L": "J",
    "dZ": "delta",
    "dA": "ε",
    "dW": "g",
    "dB": "h",
    "W'": "V",
    "B'": "C",
    "eta": "α",
    "lambda": "β",
}
QUANTITIES = Record(
    "names", tuple(Field(letter, _QUANTITY, _EXAMPLES[letter]) for letter in LETTERS)
)


class OwnNames(Frozen):
    """A mapping from quantities, units and weights to what the course calls them."""

    expected: str = "expected.own_names"

    def read(self, node: Node, context: Context) -> Any:
        """The names as a tuple; whether the file has such units and weights is seen later."""
        if not isinstance(node, Mapping) or not 1 <= len(node.items) <= MOST:
            context.wrong(node, self.expected)
            return BAD
        found = [_named(key, value, context) for key, value in node.items]
        return tuple(each for each in found if each is not None)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """Known letters with what they are; units and weights by any other name."""
        drawn = QUANTITIES.schema(writer)
        known = writer.definitions["names"]
        known["additionalProperties"] = NAME.schema(writer)
        known["minProperties"], known["maxProperties"] = 1, MOST
        writer.definitions["name"]["minProperties"] = 1
        return any_of(drawn)


OWN_NAMES = OwnNames()


def _named(key: Scalar, node: Node, context: Context) -> Named | None:
    """One entry; None where something is wrong with it."""
    given = _QUANTITY.read(node, context)
    if given is BAD:
        return None
    if not isinstance(given, Section):
        given = Section(node, {**dict.fromkeys(("ascii", *LANGUAGES)), "symbol": given}, {})
    if not given.sound("symbol", "ascii", *LANGUAGES):
        return None
    symbol, spelled = given["symbol"] or "", given["ascii"] or ""
    if isinstance(given.node, Mapping) and not given.nodes:
        if not given.node.items:
            context.wrong(node, "expected.own_name")
        return None
    if not _sound_symbol(key, symbol, spelled, given, context):
        return None
    texts = tuple((language, given[language]) for language in LANGUAGES if given[language])
    own = OwnName(key.text, symbol, spelled, Text(texts) if texts else None)
    return Named(own, key, given.at("symbol"))


def _sound_symbol(key: Scalar, symbol: str, spelled: str, given: Section, context: Context) -> bool:
    """Whether a symbol fits its quantity, and can be spelled in ASCII."""
    node = given.at("symbol")
    name = symbol if key.text in LETTERS else key.text
    if "_" in symbol and key.text not in WITHOUT_INDEX:
        context.mistake(node, "names.index_there", name=symbol, nearest=symbol.partition("_")[0])
        return False
    if spelled and name.isascii():
        context.mistake(given.at("ascii"), "names.ascii_needless", name=shown(name or key.text))
        return False
    if symbol and not spelled and not "".join(GREEK.get(s, s) for s in symbol).isascii():
        context.mistake(node, "names.no_ascii", name=shown(symbol))
        return False
    return True
