"""In which encoding a text was written, decided by what it would say in each.

That bytes can be decoded shows nothing: GB18030 takes nearly every Western text, and gives rare
Chinese characters for it. So each candidate is read word by word, and counts as far as its
words could be somebody's: Chinese characters that are common, with a family name in front; or
letters that one language writes together. Detectors that compare whole pages with statistics
fail here, since a class list is short.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from codecs import getincrementaldecoder as decoder_of
from codecs import lookup as codec_of
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

MARKED = (
    (BOM_UTF8, "utf-8"),
    (BOM_UTF32_LE, "utf-32-le"),
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
"""What may stand in front of a text and says how it is written."""
PIECE = 2**20
SAMPLE = 20_000
"""So many bytes of lines with other than ASCII signs are looked at."""
SURE = 0.35
"""A text counts as understood from so much on, of 1."""
NEARLY = 0.02

_OF_PROGRAMS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}
"""Encodings in which programs write and nobody else."""
_FAMILY = frozenset(
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
    "庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂丛焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜肖"
    "詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边"
    "張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許呂蘇盧蔣賈葉閻餘鍾譚鄒陸顧錢湯喬賀賴龔龐蘭顏嚴溫蘆魯葛韋畢聶叢齊莊"
    "歐項衛鮑閔單寧華車邊關費紀"
)
"""How most Chinese families are called, in both ways of writing."""
_LANGUAGES: dict[str, tuple[str, ...]] = {
    "cp1252": (
        "äöüß",
        "àâæçéèêëîïôœùûü",
        "áéíñóúü",
        "àèéìíòóù",
        "ãáâàçéêíóôõú",
        "æåøéòô",
        "åäöé",
        "äöüõšž",
        "áðéíóúýþæö",
        "éëïöüèêá",
        "áéíóú",
    ),
    "cp1250": (
        "áčďéěíňóřšťúůýž",
        "áäčďéíĺľňóôŕšťúýž",
        "ąćęłńóśźż",
        "áéíóöőúüű",
        "ăâîşţ",
        "čćđšž",
    ),
    "cp1251": ("абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґўјљњћџђѓќѕ",),
    "cp1254": ("çğıöşüâîûi̇",),
}
"""The letters of each language that an encoding is for, beside a to z."""
CANDIDATES = ("gb18030", "big5", *_LANGUAGES)
_SIGNS = frozenset("·×÷±½¼¾°²³¹−–—’‘“”„…€£«»µ§≈√\u00a0\u3000，；：、。（）【】％")
"""Signs that stand beside words and numbers in many languages."""
_SCRIPT = {"cp1251"}
"""Where a word has no Latin letters."""
_LATIN = frozenset("abcdefghijklmnopqrstuvwxyz")
_ASIDE = frozenset("'’·")
_WORD = re.compile(r"[^\s,;:|/\\\"“”‘()\[\]{}<>（），；：、。【】％0-9_.+*=?!–—-]+")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


class Writing(NamedTuple):
    """How a text is written."""

    encoding: str
    start: int = 0
    """Where it begins, behind the mark in front of it."""
    guessed: bool = False
    """Whether only what it says tells the encoding."""


class UnknownEncodingError(ValueError):
    """Nothing sensible comes out of a text in any encoding."""


def marked(data: bytes) -> Writing | None:
    """What the mark in front of a text says; None where there is none."""
    for mark, name in MARKED:
        if data.startswith(mark):
            return Writing(name, len(mark))
    return None


def writing_of(data: bytes, encoding: str = "") -> Writing:
    """How a text is written, by the encoding that is named or by what gives it away.

    Raises:
        UnknownEncodingError: nothing tells the encoding.
    """
    # A mark says it surely: one encoding may be named for several files.
    if mark := marked(data):
        return mark
    if encoding:
        return Writing(encoding)
    if unmarked := _wide(data):
        return Writing(unmarked)
    return Writing("utf-8") if is_text(data, "utf-8") else Writing(_guess(data), guessed=True)


def is_encoding(name: str) -> bool:
    """Whether texts can be written in an encoding of this name."""
    try:
        "".encode(name)
    except (LookupError, UnicodeError, ValueError):
        return False
    return codec_of(name).name not in _OF_PROGRAMS


def is_text(data: bytes, encoding: str) -> bool:
    """Whether bytes can be read in an encoding; piece by piece, for they may be many."""
    decoder = decoder_of(encoding)()
    try:
        for start in range(0, len(data), PIECE):
            decoder.decode(data[start : start + PIECE])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _wide(data: bytes) -> str:
    """UTF-16 without a mark in front: every ASCII sign in it brings a 0 on the same side."""
    first, second = data[0:SAMPLE:2].count(0), data[1:SAMPLE:2].count(0)
    if len(data) % 2 or not first + second:
        return ""
    name = "utf-16-le" if second > first else "utf-16-be"
    if not is_text(data, name):
        return ""
    text = data[: 2 * SAMPLE].decode(name, "ignore")
    parted = any(sign in text for sign in "\r\n,;\t")
    return name if parted and all(map(_is_seen, text)) else ""


def _is_seen(sign: str) -> bool:
    return sign.isprintable() or sign in "\t\r\n\u3000\u00a0"


def _guess(data: bytes) -> str:
    """The encoding in which bytes say most; the first of those that say as much."""
    sample = b"\n".join(_telling(data))
    senses = {name: _sense(sample.decode(name), name) for name in CANDIDATES if is_text(data, name)}
    best = max(senses.values(), default=0.0)
    if best < SURE:
        raise UnknownEncodingError
    return next(name for name, sense in senses.items() if sense >= best - NEARLY)


def _telling(data: bytes) -> Iterator[bytes]:
    """The lines in which something else than ASCII stands, as far as they are looked at."""
    size = 0
    for line in data.splitlines():
        if not line.isascii():
            yield line
            size += len(line)
        if size > SAMPLE:
            return


def _sense(text: str, encoding: str) -> float:
    """How far a text could be what somebody wrote, from 0 to 1."""
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    words = [word for word in words if not _SIGNS.issuperset(word)]
    if not all(map(_is_seen, text)):
        return 0.0
    if not words:
        return SURE
    if encoding not in _LANGUAGES:
        return sum(_chinese(word, encoding) for word in words) / len(words)
    letters = [frozenset(word.lower()) - _ASIDE for word in words if _is_shaped(word)]
    plain = frozenset() if encoding in _SCRIPT else _LATIN
    fitting = [
        [letter <= plain | frozenset(own) for letter in letters] for own in _LANGUAGES[encoding]
    ]
    some = sum(any(fits) for fits in zip(*fitting, strict=True))
    together = max(sum(fits) for fits in fitting)
    return (0.5 * some + 0.4 * together) / len(words)


def _is_shaped(word: str) -> bool:
    """Whether capitals stand where they do: in front, or everywhere."""
    parts = re.split(r"['’]|(?<=Mc)|(?<=Mac)", word)
    return all(part[1:].islower() or part.isupper() or len(part) < 2 for part in parts)


def _chinese(word: str, encoding: str) -> float:
    """How far a word could be Chinese: nothing where Latin letters stand among its characters."""
    if not all(_HAN.match(sign) or sign in "·•○〇" for sign in word):
        return 0.0
    common = sum(_is_common(sign, encoding) for sign in word) / len(word)
    return min(1.0, 0.7 * common + 0.3 * (word[0] in _FAMILY and len(word) <= 4))


def _is_common(sign: str, encoding: str) -> float:
    """Both standards begin with the characters that are used most."""
    try:
        first, *_ = code = sign.encode("gb2312" if encoding == "gb18030" else encoding)
    except UnicodeEncodeError:
        return -0.5
    if encoding == "gb18030":
        return 1.0 if first < 0xD8 else 0.5
    return 1.0 if 0xA4 <= first <= 0xC6 and len(code) == 2 else 0.3
