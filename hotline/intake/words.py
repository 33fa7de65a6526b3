"""The words of an SMS (domain.md §8): what a person asks for, full- or half-width, Chinese or English. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from hotline.grams import folded
from hotline.number import is_number

Kind = Literal["status", "add", "new", "rate", "stop", "start", "help", "blank", "thanks", "plain"]

_END = r"[\s,，.。!！?？~～]*$"
_STATUS = re.compile(r"^(?:查询|查|status)\s*[:：]?\s*(\d{6,})?\s*[,，;；]?\s*(\d{4})?" + _END)
_ADD = re.compile(r"^(?:补充|add)\s*[:：]?\s*(\d{6,})(?:\s*[,，:：;；]?\s*(.+))?$", re.DOTALL)
_NEW = re.compile(r"^(?:新增|new)(?:\s*[:：]\s*|\s+|(?=[^\x00-\x7f]))(.+)$", re.DOTALL)
_NEW_EMPTY = re.compile(r"^(?:新增|new)[:：]?" + _END)
_RATE = re.compile(r"^(?:评价|rate)\s*[:：]?\s*(\d{6,})?\s*[,，]?\s*(.*?)" + _END, re.DOTALL)
#: A score with words after it, where the number says what is rated.
_SCORE_FIRST = re.compile(r"^([1-5])\s*(?:分|星)?(?=[^\d分星])")
_SCORE = re.compile(r"^([1-5])\s*(?:分|星)?" + _END)
#: A single digit that is no score; one answers with what the words are, not with a ticket.
_DIGIT = re.compile(r"^\d" + _END)
_STOP = re.compile(r"^(?:退订|退定|td|stop|stopall|unsubscribe)" + _END)
_START = re.compile(r"^(?:开通|恢复|start)" + _END)
_HELP = re.compile(r"^(?:帮助|help|[?？])" + _END)
_THANKS = re.compile(
    r"^(?:(?:好的?|收到|知道了|嗯|ok|okay)?[,，。!！\s]*(?:谢谢|感谢|多谢|谢了|thanks|thank you|thx)(?:您|你|了|你们|大家|very much)?|好的?|收到|知道了|ok|okay)"
    + _END
)
#: Pictures that say no more than thank you.
_POLITE = frozenset("👍🙏👌🌹💐❤😊🤝👏\ufe0f\u200d \U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff")
WORDS = {
    "非常满意": 5, "满意": 4, "基本满意": 3, "一般": 3, "不满意": 2, "非常不满意": 1,
    "very satisfied": 5, "satisfied": 4, "fairly satisfied": 3, "dissatisfied": 2, "not satisfied": 2, "very dissatisfied": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a message asks for.

    `score`: 1–5 of a rating, 0 where none can be read; `bare`: without a number, counted only when asked; `digit`: given
    as a digit, whose direction people mistake.
    """

    kind: Kind
    number: str = ""
    code: str = ""
    text: str = ""
    score: int = 0
    bare: bool = False
    digit: bool = False


def read(message: str) -> Said:
    """What the message asks for; anything that is no word of the hotline is `plain` and kept whole."""
    text = message.strip().strip("\u3000\u200b\ufeff\x00").strip()
    if not text:
        return Said("blank")
    flat = _without_pictures(folded(text)).strip()
    if not flat:
        return Said("thanks" if set(text) <= _POLITE else "plain", text=text)
    return (
        _asked(text, folded(text).strip(), flat)
        or _word(text, flat)
        or _rated(flat)
        or Said("plain", text=text)
    )


def _asked(text: str, whole: str, flat: str) -> Said | None:
    """Words that go with a number or with text of their own."""
    if match := _STATUS.match(flat):
        return Said("status", *_number_and_code(match[1] or "", match[2] or ""))
    if match := _ADD.match(whole):
        return Said("add", match[1], text=_rest(text, match[2] or ""))
    if _NEW_EMPTY.match(flat):
        return Said("blank")
    if (match := _NEW.match(whole)) and match[1].strip():
        return Said("new", text=_rest(text, match[1]))
    return None


def _word(text: str, flat: str) -> Said | None:
    for kind, pattern in _SIMPLE:
        if pattern.match(flat):
            return Said(kind)
    if _THANKS.match(flat):
        return Said("thanks", text=text)
    return None


def _rated(flat: str) -> Said | None:
    """A rating, with its number or bare; `评价` with a number and words is an addition, so that no word is lost."""
    match = _RATE.match(flat)
    number, what = (match[1] or "", match[2].strip()) if match else ("", flat)
    found = _SCORE.match(what) or (_SCORE_FIRST.match(what) if number else None)
    score = int(found[1]) if found else _named(what)
    if score or (match and len(what) <= 2):
        return Said("rate", number, score=score, bare=not number, digit=found is not None)
    if number:
        return Said("add", number, text=what)
    return Said("help") if _DIGIT.match(flat) else None


def _named(what: str) -> int:
    return WORDS.get(re.sub(_END, "", what), 0)


def _number_and_code(number: str, code: str) -> tuple[str, str]:
    """A code that was written right behind the number is taken off where only then the number's check digit fits."""
    if not code and not is_number(number) and is_number(number[:-4]):
        return number[:-4], number[-4:]
    return number, code


def _without_pictures(flat: str) -> str:
    """The message without emoji and invisible characters, for comparing it with words."""
    kept = (
        c
        for c in flat
        if unicodedata.category(c) not in {"So", "Sk", "Cf", "Cs", "Cn"} and c not in "\ufe0f\u20e3"
    )
    return "".join(kept)


_SIMPLE: tuple[tuple[Kind, re.Pattern[str]], ...] = (("stop", _STOP), ("start", _START), ("help", _HELP))


def _rest(text: str, flat_rest: str) -> str:
    """The end of the message as it was written, where folding kept its length."""
    if not flat_rest:
        return ""
    rest = text[-len(flat_rest) :] if len(folded(text)) == len(text) else flat_rest
    return rest.strip()
