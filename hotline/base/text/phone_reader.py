"""Parser of telephone numbers as people and tables write them, to E.164 (with `;ext=` where there is an extension).
Pure.

Understood: full-width and invisible characters, what a spreadsheet makes of a number (`13900001234.0`), words around it, separators,
extensions, a local number by its area code. Refused with the reason: what a spreadsheet has rounded, hidden digits, two numbers in
one cell, a number too short or too long, what may be an extension or a second number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from hotline.base.http.problem import BadField

Kind = Literal["mobile", "landline", "unknown"]
#: What people write where there is no number.
NONE = frozenset(
    [
        "无",
        "無",
        "暂无",
        "没有",
        "未知",
        "不详",
        "不明",
        "未留",
        "未提供",
        "未留电话",
        "无电话",
        "匿名",
        "保密",
        "隐藏",
        "不愿透露",
        "不便透露",
        "拒绝透露",
        "没留",
        "空",
        "未登记",
        "无号码",
        "n/a",
        "na",
        "nil",
    ]
)
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe63~_\u30fc]")
_POWER = re.compile(r"(\d)(?:[.,](\d+))?e\+?(\d{1,2})(?!\d)", re.IGNORECASE)
_DECIMAL = re.compile(r"(?<![\d.])(\+?\d{7,})\.0+(?!\d)")
_THOUSANDS = re.compile(r"^\d{1,3}(?:,\d{3}){2,}$")
_EXT_WORD = r"(?:;\s*ext=|,?\s*(?:转接?|轉接?|分机号?码?|分機號?|内线|extension|ext|x|#)\s*(?:分机|号)?\s*[.:#]?\s*)"
_EXTENSION = re.compile(rf"(?<=[\d)])\s*[(\[]?\s*{_EXT_WORD}(\d{{1,6}})号?\s*[)\]]?(?!\d)", re.IGNORECASE)
_HIDDEN = re.compile(r"\d\s*(?:[*●•○█■×✕]+|x{2,}|\?{2,})|(?:[*●•○█■×✕]|x{2,}|\?{2,})\s*\d", re.IGNORECASE)
_LOOKALIKE = re.compile(r"\d[lIOo]+\d|\b[lIOo]\d{6,}|\d{6,}[lIOo]\b|\d{6,}[lIOo]\d*\b")
_NO_PHONE = re.compile(r"@|身份证|卡号|账号|^(?!.*(?:电话|tel|手机)).*(?:传真|(?<![a-z])fax)", re.IGNORECASE)
_SEGMENT = re.compile(r"\+?\s*\(?\d[\d\s().·•・-]*")
_TAIL = re.compile(r"^(.*\d)\s*-\s*(\d+)\D*$")
_FILL = re.compile(r"[\s().·•・-]+")
_HAN = {
    ord(c): str(n)
    for n, chars in enumerate(["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"])
    for c in chars
}
_HAN |= {ord("〇"): "0", ord("幺"): "1"}
_HAN_ONLY = re.compile(r"^[零〇一幺二三四五六七八九\s-]{7,}$")
_SERVICE = re.compile(r"1\d{2}|1[02]\d{3}|9[56]\d{3,4}")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LINES: dict[int, Kind] = {PhoneNumberType.MOBILE: "mobile", PhoneNumberType.FIXED_LINE: "landline"}


class NoNumber(BadField):
    """This is not one telephone number in full, and why."""

    def __init__(
        self, message: str = "This is not a phone number.", *, field: str | None = None, **params: object
    ) -> None:
        super().__init__(message, field=field, **params)


@dataclass(frozen=True, slots=True)
class _Read:
    number: str
    kind: Kind
    extension: str = ""


def plain_digits(raw: str) -> str:
    """The text with full-width characters made half, digits of other scripts made ours, invisible ones taken away."""
    text = unicodedata.normalize("NFKC", raw)
    kept = []
    for c in text:
        if c.isspace():
            kept.append(" ")
        elif c.isdecimal():
            kept.append(str(int(c)))
        elif unicodedata.category(c) not in {"Cf", "Cc"}:
            kept.append(c)
    return "".join(kept).strip(" '’`\"“”")


def without_fill(text: str) -> str:
    """The text without what people put between the digits."""
    return _FILL.sub("", _DASHES.sub("-", text))


def read_number(text: str, area: str = "") -> tuple[str, Kind]:
    """One number of a plain text (E.164, with `;ext=` where it has an extension) and its kind. Raises NoNumber.

    `area`: the area code of a local number.
    """
    text = _unsheeted(_DASHES.sub("-", text))
    if _HAN_ONLY.match(text):
        text = text.translate(_HAN)
    if _HIDDEN.search(text):
        raise NoNumber("Digits of this number are hidden: enter it whole.")
    if _LOOKALIKE.search(text) or _NO_PHONE.search(text):
        raise NoNumber
    extension = ""
    if match := _EXTENSION.search(text):
        extension, text = match[1], f"{text[: match.start()]};{text[match.end() :]}"
    found = {one for segment in _SEGMENT.findall(text) for one in _numbers(segment, area.lstrip("0"))}
    if not found:
        raise NoNumber
    if len(found) > 1:
        raise NoNumber("Two numbers stand here: enter one.")
    (one,) = found
    if "qq" in text.casefold() and one.kind != "mobile":
        raise NoNumber
    if one.extension and extension:
        raise NoNumber("Two numbers stand here: enter one.")
    extension = extension or one.extension
    return (f"{one.number};ext={extension}" if extension else one.number), one.kind


def _unsheeted(text: str) -> str:
    """What a spreadsheet made of a number, undone where no digit is lost."""
    if _THOUSANDS.match(text):
        return text.replace(",", "")
    if match := _POWER.search(text):
        digits, size = match[1] + (match[2] or ""), int(match[3]) + 1
        if len(digits) < size or digits[size:].strip("0"):
            raise NoNumber("The spreadsheet has rounded this number: format the column as text and enter it again.")
        text = text[: match.start()] + digits[:size] + text[match.end() :]
    return _DECIMAL.sub(r"\1", text)


def _numbers(segment: str, area: str) -> list[_Read]:
    """The numbers of a run of digits and fill: one, one with its extension, or several. Raises NoNumber."""
    abroad, groups = segment.startswith("+"), re.findall(r"\d+", segment)
    if one := _whole(groups, area, abroad=abroad):
        return [one]
    if match := _TAIL.match(segment):
        head, tail = _whole(re.findall(r"\d+", match[1]), area, abroad=abroad), match[2]
        if head is not None and len(tail) < 3:
            raise NoNumber(
                "This may be an extension or a second number: write 转 (ext) before an extension, enter one number."
            )
        if head is not None and len(tail) <= (4 if head.kind == "mobile" else 6):
            return [_Read(head.number, head.kind, tail)]
    several = _split(groups, area, abroad=abroad)
    if several is None:
        raise _why(groups, area, abroad=abroad)
    return several


def _split(groups: Sequence[str], area: str, *, abroad: bool) -> list[_Read] | None:
    """Several numbers that stand one behind the other, each in full; None where a digit is left over."""
    for end in range(1, len(groups)):
        if (first := _whole(groups[:end], area, abroad=abroad)) is None:
            continue
        rest = _whole(groups[end:], area)
        others = [rest] if rest is not None else _split(groups[end:], area, abroad=False)
        if others is not None:
            return [first, *others]
    return None


def _why(groups: Sequence[str], area: str, *, abroad: bool) -> NoNumber:
    digits = "".join(groups)
    if abroad and _MOBILE.fullmatch(digits):
        return NoNumber("The country is missing behind the plus: +86 is ours.")
    if len(groups) == 1 and len(digits) <= 4:
        return NoNumber(
            "This may be an extension or a second number: write 转 (ext) before an extension, enter one number."
        )
    if not area and len(digits) in {7, 8} and digits[0] not in "01":
        return NoNumber("The area code is missing: enter it before the number, or set HOTLINE_AREA_CODE.")
    if re.match(r"1[3-9]", digits) and 7 <= len(digits) <= 15:
        return NoNumber("A mobile number has 11 digits, this has %(n)s.", n=len(digits))
    return NoNumber()


def _whole(groups: Sequence[str], area: str, *, abroad: bool = False) -> _Read | None:
    """The groups of digits as one number in full, or None."""
    digits = "".join(groups)
    if abroad or digits.startswith("00"):
        if abroad and _UNASSIGNED.fullmatch(digits):
            return _Read("+" + digits, "unknown")
        return _abroad(digits if abroad else digits[2:])
    if _SERVICE.fullmatch(digits):
        return _Read(digits, "unknown")
    if _MOBILE.fullmatch(digits.removeprefix("0")):
        return _Read("+86" + digits.removeprefix("0"), "mobile")
    if digits.startswith("0"):
        return _landline(digits[1:])
    if digits.startswith("86") and len(digits) >= 12:
        return _abroad(digits)
    if len(digits) in {7, 8}:
        as_local = [len(g) for g in groups] in ([7], [8], [3, 4], [4, 4]) and digits[0] not in "01"
        return _landline(area + digits) if as_local and area else None
    # a number whose zero the spreadsheet took away
    return _landline(digits) if len(groups) == 1 or len(groups[0]) in {2, 3} else None


#: Eleven digits in full form (+86) whose series is not given out: plans of numbers grow, and nobody is refused for a new one.
_UNASSIGNED = re.compile(r"861[0-2]\d{9}")


def _landline(national: str) -> _Read | None:
    """A number with its area code, or of a service like 400, by the plan of numbers."""
    try:
        number = phonenumbers.parse("+86" + national)
    except NumberParseException:
        return None
    kind = phonenumbers.number_type(number)
    known = kind in {PhoneNumberType.FIXED_LINE, PhoneNumberType.SHARED_COST, PhoneNumberType.TOLL_FREE}
    return _Read("+86" + national, "landline") if known and national[0] != "0" else None


def _abroad(digits: str) -> _Read | None:
    """A number with its country code; of ours by our own plan. What lacks its country (`+139…`) is none."""
    if digits.startswith("86"):
        national = digits[2:].removeprefix("0")
        return _Read("+86" + national, "mobile") if _MOBILE.fullmatch(national) else _landline(national)
    try:
        number = phonenumbers.parse("+" + digits)
    except NumberParseException:
        return None
    doubtful = _MOBILE.fullmatch(digits) is not None and not phonenumbers.is_valid_number(number)
    if doubtful or not phonenumbers.is_possible_number(number):
        return None
    kind = _LINES.get(phonenumbers.number_type(number), "unknown")
    return _Read(phonenumbers.format_number(number, PhoneNumberFormat.E164), kind)
