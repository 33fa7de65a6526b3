"""A ticket's number: two-digit year, a sequence of at least six digits, a check digit (architecture.md, rule 10). Pure."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"\d{9,}")


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10: finds every single wrong digit and nearly every swap of neighbours."""
    product = 10
    for digit in digits:
        total = (product + int(digit)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def ticket_number(year: int, sequence: int) -> str:
    """The number of the `sequence`-th ticket, e.g. 2026, 123 → `26000123` and its check digit."""
    body = f"{year % 100:02d}{sequence:06d}"
    return body + check_digit(body)


def is_number(text: str) -> bool:
    """True for a well-formed number with the right check digit; says nothing of whether the ticket exists."""
    return bool(_SHAPE.fullmatch(text)) and check_digit(text[:-1]) == text[-1]
