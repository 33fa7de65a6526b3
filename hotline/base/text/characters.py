"""Characters: those that XML forbids are removed from all input; digits in every writing become plain ones, each at its own place. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

#: What XML 1.0 forbids (and with it TwiML, DOCX and XLSX), and DEL; tab, line feed and carriage return are kept.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def clean(text: str) -> str:
    """The text without characters that XML forbids: nobody sees them, and each would spoil a call or a document."""
    return _FORBIDDEN.sub("", text)


#: What may stand between two groups of digits: any sign or blank, and the rest of a digit that was spelled (`\x00`).
GAP = r"(?:[^\w\x00]|_)"
_CHINESE = dict(
    zip(
        "〇零○一二三四五六七八九幺两洞拐勾壹贰叁肆伍陆柒捌玖貳參陸",
        "00012345678912079123456789236",
        strict=True,
    )
)
_ENGLISH = {
    "zero": "0",
    "oh": "0",
    "one": "1",
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
}
_SPELLED = re.compile(rf"(?<![A-Za-z])(?:(?:{'|'.join(_ENGLISH)})(?![A-Za-z])[\s,.-]*){{7,}}", re.I)
_WORD = re.compile("|".join(_ENGLISH), re.I)
#: The letters that stand for nought and one inside a number.
_LETTERS = re.compile(r"(?<=[0-9])[oOlI]+(?=[0-9])|(?<![0-9A-Za-z])[lI](?=[3-9][0-9oO]{9})")


def folded(text: str, *, chinese: bool) -> str:
    """The text, as long as before, with digits and Latin letters of all writings as ASCII.

    `chinese`: those too that are written as characters, which without it stay words (张三).
    """
    plain = "".join(_CHINESE.get(c, c) if chinese else c for c in map(_one, text))
    plain = _SPELLED.sub(lambda run: _WORD.sub(_padded, run[0]), plain)
    return _LETTERS.sub(lambda found: "".join("0" if c in "oO" else "1" for c in found[0]), plain)


@lru_cache(maxsize=4096)
def _one(char: str) -> str:
    if char.isascii():
        return char
    if char in _CHINESE:
        return char
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    wide = unicodedata.normalize("NFKC", char)
    return wide if len(wide) == 1 else char


def _padded(found: re.Match[str]) -> str:
    return _ENGLISH[found[0].lower()] + "\x00" * (len(found[0]) - 1)
