"""Telephone numbers as the hotline keeps them: E.164 where possible, `;ext=` behind it where there is an extension. Pure.

Both ways in use one reader (`hotline.base.text.phone_reader`): a sender named by a carrier is never refused, so that no
contact is lost; a number that people or tables give is understood or refused with the reason.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from hotline.base.text import phone_reader

Line = Literal["mobile", "landline", "unknown", "alphanumeric", "hidden", "none"]

#: What providers send in place of a withheld number (Twilio: "anonymous", "restricted", …, and their keypad forms).
HIDDEN = frozenset(
    {
        "anonymous",
        "restricted",
        "blocked",
        "unavailable",
        "private",
        "withheld",
        "unknown",
        "+266696687",
        "266696687",
        "+7378742833",
        "7378742833",
        "+2562533",
        "2562533",
        "+8656696",
        "8656696",
        "+86282452253",
        "86282452253",
        "private number",
        "no caller id",
        "unknown caller",
        "null",
        "none",
        "undefined",
        "not available",
    }
)
#: Messengers whose senders the carrier names by `messenger:address`.
MESSENGERS = ("whatsapp", "rcs", "messenger")
_SIP = re.compile(r"^(?:[^<]*<\s*)?sips?:(?:([^@;?>]+)@)?", re.IGNORECASE)
_SCHEME = re.compile(rf"^(tel|{'|'.join(MESSENGERS)}):", re.IGNORECASE)
_DIGITS = re.compile(r"\+?\d{1,15}")
_EXTENSION = ";ext="
_CALLED = re.compile(r"\+?\d{1,15}(?:;ext=\d{1,6})?")
_WRITTEN_TO = re.compile(r"(?:(?:whatsapp|rcs):)?\+?\d{1,15}|messenger:[\w.-]{1,60}")


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number in its stored form (`number` is empty where none is known) and the kind of line, as far as
    known.

    `via`: the messenger through which somebody wrote; the same person by whatever way they come.
    """

    number: str
    line: Line
    via: str = field(default="", compare=False)

    @property
    def takes_sms(self) -> bool:
        """Whether an SMS may be tried: a landline, an extension, no number, or what is no number, forbid it."""
        return self.line in {"mobile", "unknown"} and _EXTENSION not in self.number

    @property
    def answers_at(self) -> str:
        """Where an answer to what they just sent goes: their messenger, else the number; empty where nowhere."""
        if self.via:
            return self.number if self.number.startswith(f"{self.via}:") else f"{self.via}:{self.number}"
        return self.number if self.takes_sms else ""


def read_phone(raw: str | None, area: str = "") -> Phone:
    """Read what a carrier names as the sender: never refused; what is no number is kept as a name without one to call.

    `area`: the area code of a local number.
    """
    text = phone_reader.plain_digits(raw or "")
    if match := _SIP.match(text):
        text = match[1] or ""
    via = ""
    if match := _SCHEME.match(text):
        via = match[1].lower() if match[1].lower() in MESSENGERS else ""
        text = text[match.end() :].strip()
    if not any(c.isalnum() for c in text):  # a bare "+" or a dash is nobody's number
        return Phone("", "none")
    if text.casefold() in HIDDEN:
        return Phone("", "hidden")
    if via == "messenger":  # an account, not a telephone
        return Phone(f"{via}:{text}"[:60], "alphanumeric", via)
    try:
        number, line = phone_reader.read_number(text, area)
    except phone_reader.NoNumber:
        bare = phone_reader.without_fill(text)
        if _DIGITS.fullmatch(bare):
            return Phone(bare, "unknown", via)
        return Phone((f"{via}:{text}" if via else text)[:40], "alphanumeric", via)
    return Phone(number, line, via)


def written(raw: str | None, area: str, *, field: str = "phone") -> Phone:
    """Read a number that a person or a table gives. A blank gives no number, `匿名` or the like a hidden one.

    Raises BadField with the reason for all that is not one number in full.
    """
    text = phone_reader.plain_digits(raw or "")
    if not any(c.isalnum() for c in text):
        return Phone("", "none")
    if text.casefold() in HIDDEN or text.casefold().strip("()。. ") in phone_reader.NONE:
        return Phone("", "hidden")
    try:
        number, line = phone_reader.read_number(text, area)
    except phone_reader.NoNumber as error:
        error.field = field
        raise
    return Phone(number, line)


def is_address(to: str, *, voice: bool) -> bool:
    """Whether a message may be handed to the carrier for this: one number (a call: with its extension), or one messenger's sender."""
    return (_CALLED if voice else _WRITTEN_TO).fullmatch(to) is not None


def only_rings(number: str) -> bool:
    """Whether a number is known to take calls alone: a landline, or an extension."""
    return _EXTENSION in number or read_phone(number).line == "landline"


def dialled(number: str) -> tuple[str, str]:
    """What to dial, and the digits to send once it is taken (two seconds, then the extension); empty without one."""
    base, _, extension = number.partition(_EXTENSION)
    return base, f"wwww{extension}" if extension else ""


def masked(number: str) -> str:
    """A number for people who need not know it, and for logs: `+861390****678`."""
    base, _, extension = number.partition(_EXTENSION)
    if extension:
        return masked(base) + "-***"
    if len(number) <= 4:
        return "****"
    keep = 3 if len(number) > 7 else 1
    return number[: max(len(number) - keep - 4, 0)] + "****" + number[-keep:]
