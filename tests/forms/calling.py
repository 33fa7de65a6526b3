"""Readers of the tables about numbers, callers and the carrier's signatures: from the input to what `meant` says."""

from __future__ import annotations

from urllib.parse import parse_qsl

from multidict import MultiDict

from hotline.base.http.problem import BadField
from hotline.base.text.phones import read_phone, written
from hotline.telephony.media_urls import located
from hotline.telephony.signature import is_signed, sign

AREA = "0436"
_WHY = {
    "The spreadsheet has rounded this number": "rounded",
    "Digits of this number are hidden": "hidden digits",
    "Two numbers stand here": "two",
    "This may be an extension": "extension or second",
    "A mobile number has 11 digits": "length",
    "The country is missing": "country",
    "The area code is missing": "area",
    "This is not a phone number": "no number",
}


def phone(text: str) -> str:
    """What people and tables give as a number: the number, or why it is refused."""
    try:
        found = written(text, AREA)
    except BadField as error:
        return "refused: " + next(why for said, why in _WHY.items() if error.message.startswith(said))
    return found.number or found.line


def caller(text: str) -> str:
    """What a carrier names as the sender: the kind of line, the number, and where an answer goes."""
    found = read_phone(text, AREA)
    return " ".join(filter(None, (found.line, found.number, f"→ {found.answers_at}" if found.answers_at else "")))


def signature(text: str) -> str:
    """`public-url path signed-url [form]`: whether what was signed so is taken as signed."""
    public, path, signed, *form = text.split(" ")
    fields = MultiDict(parse_qsl(form[0], keep_blank_values=True) if form else [])
    given = "" if signed == "-" else sign("token", signed, fields)
    return "signed" if is_signed(["other", "token"], public + path, fields, given) else "forged"


def media_address(text: str) -> str:
    """`TWILIO_API_URL address`: where a picture is fetched, with our password (`api`) or without; or that it is not."""
    base, _, address = text.partition(" ")
    found = located(address, base)
    return "refused" if found is None else f"{'api' if found.api else 'other'} {found.url}"
