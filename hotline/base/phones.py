"""Telephone numbers as they come: E.164 where possible, never refused for being unknown. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import phonenumbers
from phonenumbers import PhoneNumberType

Line = Literal["mobile", "landline", "unknown", "alphanumeric", "hidden", "none"]

#: What providers send in place of a withheld number (Twilio: "anonymous", "restricted", …, and their keypad forms).
HIDDEN = frozenset(
    {"anonymous", "restricted", "blocked", "unavailable", "private", "withheld", "unknown", "+266696687",
     "266696687", "+7378742833", "7378742833", "+2562533", "2562533", "+8656696", "+86282452253"}
)  # fmt: skip
_SIP = re.compile(r"^sips?:([^@;]+)", re.IGNORECASE)
_FILL = re.compile(r"[\s\-().·]+")


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as we keep it (`number` empty where there is none) and the kind of line, as far as known."""

    number: str
    line: Line

    @property
    def takes_sms(self) -> bool:
        """Whether an SMS may be tried: only a line known for sure to be a landline, or no number, forbids it."""
        return self.line in {"mobile", "unknown"}


def read_phone(raw: str | None, region: str = "CN") -> Phone:
    """Read what a provider or an operator gives as a number; national forms are taken as of `region`."""
    text = (raw or "").strip()
    if match := _SIP.match(text):
        text = match.group(1)
    if not text:
        return Phone("", "none")
    if text.lower() in HIDDEN:
        return Phone("", "hidden")
    if not any(c.isalnum() for c in text):  # a bare "+" or a dash is nobody's number
        return Phone("", "none")
    if any(c.isalpha() for c in text):
        return Phone(text[:40], "alphanumeric")
    bare = _FILL.sub("", text)
    try:
        number = phonenumbers.parse(bare, region)
    except phonenumbers.NumberParseException:
        return Phone(bare[:40], "unknown")
    kind = phonenumbers.number_type(number)
    line: Line = {PhoneNumberType.MOBILE: "mobile", PhoneNumberType.FIXED_LINE: "landline"}.get(
        kind, "unknown"
    )  # type: ignore[assignment]
    if len(bare.lstrip("+")) <= 6:  # a short code: kept as it is, it has no country
        return Phone(bare, "unknown")
    return Phone(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164), line)


def masked(number: str) -> str:
    """A number for people who need not know it, and for logs: `+861390****678`."""
    if len(number) <= 4:
        return "****"
    keep = 3 if len(number) > 7 else 1
    return number[: max(len(number) - keep - 4, 0)] + "****" + number[-keep:]
