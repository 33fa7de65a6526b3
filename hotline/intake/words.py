"""The words of an SMS (domain.md §8): what a person asks for, full- or half-width, Chinese or English. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from hotline.grams import folded

Kind = Literal["status", "add", "new", "rate", "stop", "start", "help", "blank", "thanks", "plain"]

_STATUS = re.compile(r"^(?:查询|查|status)\s*[:：]?\s*(\d{6,})?\s*[,，;；]?\s*(\d{4})?\s*$")
_ADD = re.compile(r"^(?:补充|add)\s*[:：]?\s*(\d{6,})\s*[,，:：;；]?\s*(.+)$", re.DOTALL)
_NEW = re.compile(r"^(?:新增|new)(?:\s*[:：]\s*|\s+|(?=[^\x00-\x7f]))(.+)$", re.DOTALL)
_RATE = re.compile(r"^(?:评价|rate)\s*[:：]?\s*(\d{6,})\s*[,，]?\s*([1-5])\s*(?:分|星)?[.。!！]?$")
_SCORE = re.compile(r"^([1-5])\s*(?:分|星)?[.。!！]?$")
_STOP = re.compile(r"^(?:退订|td|stop|unsubscribe)[.。!！]?$")
_START = re.compile(r"^(?:开通|恢复|start)[.。!！]?$")
_HELP = re.compile(r"^(?:帮助|help|[?？])[.。!！]?$")
_THANKS = re.compile(
    r"^(?:(?:好的?|收到|知道了|嗯|ok|okay)?[,，。!！\s]*(?:谢谢|感谢|多谢|谢了|thanks|thank you|thx)(?:您|你|了|你们|大家|very much)?|好的?|收到|知道了|ok|okay)[\s,，。.!！~]*$"
)
WORDS = {
    "非常满意": 5, "满意": 4, "基本满意": 3, "一般": 3, "不满意": 2, "非常不满意": 1,
    "very satisfied": 5, "satisfied": 4, "dissatisfied": 2, "very dissatisfied": 1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """What a message asks for. `score`: 1–5 of a rating; `bare`: a score without a number, counted only when asked."""

    kind: Kind
    number: str = ""
    code: str = ""
    text: str = ""
    score: int = 0
    bare: bool = False


def read(message: str) -> Said:
    """What the message asks for; anything that is no word of the hotline is `plain` and kept whole."""
    text = message.strip().strip("\u3000\u200b\ufeff\x00").strip()
    if not text:
        return Said("blank")
    flat = folded(text).strip()
    if match := _STATUS.match(flat):
        return Said("status", match[1] or "", match[2] or "")
    if match := _RATE.match(flat):
        return Said("rate", match[1], score=int(match[2]))
    if match := _ADD.match(flat):
        return Said("add", match[1], text=_rest(text, match[2]))
    if (match := _NEW.match(flat)) and match[1].strip():
        return Said("new", text=_rest(text, match[1]))
    for kind, pattern in _SIMPLE:
        if pattern.match(flat):
            return Said(kind)
    if match := _SCORE.match(flat):
        return Said("rate", score=int(match[1]), bare=True)
    if (score := WORDS.get(flat.rstrip("。.!！"))) is not None:
        return Said("rate", score=score, bare=True)
    if _THANKS.match(flat):
        return Said("thanks", text=text)
    return Said("plain", text=text)


_SIMPLE: tuple[tuple[Kind, re.Pattern[str]], ...] = (("stop", _STOP), ("start", _START), ("help", _HELP))


def _rest(text: str, flat_rest: str) -> str:
    """The end of the message as it was written, where folding kept its length."""
    rest = text[-len(flat_rest) :] if len(folded(text)) == len(text) else flat_rest
    return rest.strip()
