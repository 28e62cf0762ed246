"""Figures as sources print them: the number, what one more in its last digit counts, and sizes."""

from __future__ import annotations

import re
from decimal import Context, Decimal, localcontext

_WIDE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_SIGNS = _WIDE | str.maketrans(
    dict.fromkeys("−–—﹣‐‑‒", "-")
    | dict.fromkeys("×·⋅∙∗•", "*")
    | dict.fromkeys("\u00a0\u3000\u2009\u202f\u2008\u2007", " ")
    | {"∕": "/", "\u2044": "/", "﹪": "%", "٪": "%"}
    | dict.fromkeys("≈≅∼~=$", "")
)
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_DECIMAL = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)"
_PLAIN = re.compile(rf"([-+]?) ?({_DECIMAL})(?:[eE]([-+]?[0-9]{{1,3}}))?")
_POWER = re.compile(
    rf"([-+]?) ?(?:({_DECIMAL}) ?(?:\*|x|X|\\times|\\cdot) ?)?"
    r"10 ?(?:(?:\^|\*\*) ?[({]? ?([-+]?[0-9]{1,3}) ?[)}]?|([⁻⁺]?[⁰¹²³⁴-⁹]{1,3}))"
)
_FRACTION = re.compile(r"([-+]?) ?([0-9]{1,9}) ?/ ?([0-9]{1,9})")
_THOUSANDS = re.compile(r"[-+]?[0-9]{1,3}((?:,[0-9]{3})+(?:\.[0-9]*)?|(?: [0-9]{3})+(?:\.[0-9]*)?)")
_GROUPED = re.compile(r"[-+]?[0-9]+\.[0-9]{3}(?: [0-9]{3})*(?: [0-9]{1,3})")
_DECIMAL_COMMA = re.compile(r"[-+]?[0-9]*,[0-9]+")
_EXPONENT = r"[-+]?[0-9]{1,3}"
_SCIENTIFIC_COMMA = re.compile(
    rf"[-+]? ?([0-9]{{0,15}}),([0-9]{{1,20}})"
    rf"(?:[eE]{_EXPONENT}| *(?:[*·xX]|\\times|\\cdot) *10 *"
    rf"(?:(?:\^|\*\*) *[({{]? ?{_EXPONENT} ?[)}}]?|[⁻⁺]?[⁰¹²³⁴-⁹]{{1,3}}))"
)
_DOTS = ("…", "⋯", "...")
_EXACT = 17
"""Figures of a fraction, which is exact: more than a float has."""


class PrintedError(ValueError):
    """No figure; says by a key what is the matter."""


def decimal_of(text: str) -> tuple[Decimal, Decimal]:
    """The number that `text` prints and the unit of its last digit.

    >>> decimal_of("−0.30"), decimal_of("9.33·10⁻⁵"), decimal_of("62.6%")
    ((Decimal('-0.30'), Decimal('0.01')), (Decimal('0.0000933'), Decimal('1E-7')), \
(Decimal('0.626'), Decimal('0.001')))

    Raises:
        PrintedError: it prints no number, or its comma can be read in two ways.
    """
    plain = text.translate(_SIGNS).strip()
    for dots in _DOTS:
        plain = plain.removesuffix(dots).rstrip()
    percent = plain.endswith("%")
    bare = _without_commas(plain.removesuffix("%").removesuffix("\\").rstrip())
    places = -2 if percent else 0
    if found := _PLAIN.fullmatch(bare):
        return _scaled(found[1], found[2], int(found[3] or 0) + places)
    if found := _POWER.fullmatch(bare):
        power = int(found[3] if found[3] is not None else found[4].translate(_RAISED))
        return _scaled(found[1], found[2] or "1", power + places)
    if (found := _FRACTION.fullmatch(bare)) and int(found[3]):
        with localcontext(Context(prec=_EXACT)):
            number = Decimal(found[1] + found[2]) / Decimal(found[3])
        number = number.scaleb(places)
        return number, Decimal((0, (1,), number.adjusted() - _EXACT + 2))
    raise PrintedError("expected.printed")


def with_point(text: str) -> str:
    """A decimal comma read as a point where a power of ten stands behind; any other text as it is.

    >>> with_point("-2,761E-01"), with_point("9,562·10^-2"), with_point("2,761")
    ('-2.761E-01', '9.562·10^-2', '2,761')

    Raises:
        PrintedError: the comma may part thousands, as in `12,345e3`; with one figure in front
            it is how such numbers are written, and parts decimals.
    """
    found = _SCIENTIFIC_COMMA.fullmatch(text)
    if found is None:
        return text
    if len(found[2]) == 3 and len(found[1].lstrip("0")) > 1:
        raise PrintedError("expected.printed_comma")
    return text.replace(",", ".")


def arithmetic(text: str, figure: str) -> str:
    """The arithmetic of a source with points for decimal commas, where its figure has one.

    >>> arithmetic("0,5*2 + 0,1", "1,1"), arithmetic("max(1,2)", "2.0")
    ('0.5*2 + 0.1', 'max(1,2)')
    """
    commas = re.search(r"[0-9],[0-9]", figure) and "." not in figure + text
    return re.sub(r"(?<=[0-9]),(?=[0-9])", ".", text) if commas else text


def _scaled(sign: str, digits: str, power: int) -> tuple[Decimal, Decimal]:
    number = Decimal(sign + digits).scaleb(power)
    return number, Decimal((0, (1,), int(number.as_tuple().exponent)))


def _without_commas(text: str) -> str:
    """Groups of figures put together, and a decimal comma read as a point; never by a guess."""
    if _THOUSANDS.fullmatch(text):
        if re.fullmatch(r"[-+]?[1-9][0-9]{0,2},[0-9]{3}", text):
            raise PrintedError("expected.printed_comma")
        if not re.match(r"[-+]?0[, ]", text):
            return text.replace(",", "").replace(" ", "")
    if _GROUPED.fullmatch(text):
        return text.replace(" ", "")
    return text.replace(",", ".") if _DECIMAL_COMMA.fullmatch(text) else with_point(text)


ROWS, COLUMNS = "rows", "columns"
_SIZE = re.compile(r"\s*(rows|columns)\s*\(\s*(.+?)\s*\)\s*")


def size_in(name: str) -> tuple[str, str] | None:
    """What is counted, and of which array; None where a name is no size."""
    found = _SIZE.fullmatch(name)
    return (found[1], found[2]) if found is not None else None
