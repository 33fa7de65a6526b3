"""Ticket numbers and codes in a message, however they are set apart. Pure."""

from __future__ import annotations

import re
from collections.abc import Container
from dataclasses import dataclass

from hotline.phrases.matching import Word
from hotline.tickets.ticket_number import is_number

_RUN = re.compile(r"\d+")
_SHORT = re.compile(r"(\D+?)[ :#]*(\d{1,5})[ .]*")
_SHORTEST, _LONGEST, _CODE = 9, 11, 4


@dataclass(frozen=True, slots=True)
class NamedTicket:
    """The ticket that a message names (empty: none), its code, and where both stand, for `cover`."""

    number: str = ""
    code: str = ""
    places: tuple[Word, ...] = ()

    @property
    def is_right(self) -> bool:
        """Whether the number's check digit fits."""
        return is_number(self.number)


def named_ticket(flat: str, shortest: int = _SHORTEST) -> NamedTicket:
    """The first ticket number of a flat message, before others one whose check digit fits, and a code of four digits.

    A number begins with the year from 20 on, so that no mobile number is taken for one. One written in groups (`26 000 123
    4`) is joined where the check digit fits, and a code written right behind it is taken off.
    """
    runs = list(_RUN.finditer(flat))
    number, start, end = _number(flat, runs, shortest)
    if not number:
        codes = [r for r in runs if len(r[0]) == _CODE]
        return NamedTicket("", codes[0][0], (Word("code", *codes[0].span()),)) if len(codes) == 1 else NamedTicket()
    if len(number) > _LONGEST and is_number(number[:-_CODE]):
        return NamedTicket(number[:-_CODE], number[-_CODE:], (Word("number", start, end),))
    places = [Word("number", start, end)]
    code = next((r for r in runs if len(r[0]) == _CODE and (r.start() >= end or r.end() <= start)), None)
    if code is not None:
        places.append(Word("code", *code.span()))
    return NamedTicket(number, code[0] if code is not None else "", tuple(places))


def short_number_after(flat: str, words: Container[str]) -> str:
    """Digits too few for a ticket's number, where nothing but one of these words stands before them; empty: none."""
    found = _SHORT.fullmatch(flat)
    return found[2] if found and found[1].strip() in words else ""


def _number(flat: str, runs: list[re.Match[str]], shortest: int) -> tuple[str, int, int]:
    likely = [r for r in runs if shortest <= len(r[0]) <= _LONGEST + _CODE and r[0][0] >= "2"]
    right = next((r for r in likely if _is_right(r[0])), None)
    if right is not None:
        return right[0], *right.span()
    found = next((r for r in likely if len(r[0]) <= _LONGEST or shortest < _SHORTEST), None)
    if found is not None:
        return found[0], *found.span()
    return _joined(flat, runs) or ("", 0, 0)


def _is_right(digits: str) -> bool:
    return is_number(digits) if len(digits) <= _LONGEST else is_number(digits[:-_CODE])


def _joined(flat: str, runs: list[re.Match[str]]) -> tuple[str, int, int] | None:
    """Neighbouring groups, one space or hyphen between, that make a number together."""
    for first in range(len(runs)):
        number = runs[first][0]
        for last in range(first + 1, min(first + 5, len(runs))):
            if flat[runs[last - 1].end() : runs[last].start()] not in {" ", "-"}:
                break
            number += runs[last][0]
            if len(number) <= _LONGEST and number[0] >= "2" and is_number(number):
                return number, runs[first].start(), runs[last].end()
    return None
