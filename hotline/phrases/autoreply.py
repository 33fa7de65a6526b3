"""Detection of automatic replies of telephones: driving, in a meeting, “do not reply”. Pure."""

from __future__ import annotations

import re

from hotline.phrases.matching import Word, kinds_of
from hotline.phrases.vocabulary import words

_OPEN, _CLOSED = "[【(<*「{~\"“' ", "]】)>*」}~:-\"”'"
_CLAUSE = re.compile(r"[,。!;.…\n]+")
_LONG_NUMBER = re.compile(r"\d{3,}")
_KINDS = ("busy", "auto_received", "no_answer", "later", "around_busy", "filler")


def answers_itself(flat: str) -> bool:
    """Whether the message is a telephone's own answer: marked as one, ending in “do not reply”, or nothing but a set phrase."""
    bare = flat.strip(_OPEN)
    for mark in words("auto_mark"):
        if bare.startswith(mark):
            after = bare[len(mark) :]
            if not after.strip(_CLOSED + " ") or after[0] in _CLOSED or _set_phrase(after):
                return True
    clauses = [c.strip() for c in _CLAUSE.split(flat) if c.strip()]
    last = kinds_of(clauses[-1].strip(_OPEN + _CLOSED), "no_answer", "around_busy") if clauses else None
    return (last is not None and "no_answer" in last) or _set_phrase(flat)


def _set_phrase(flat: str) -> bool:
    numbers = [Word("around_busy", *found.span()) for found in _LONG_NUMBER.finditer(flat)]
    found = kinds_of(flat, *_KINDS, fixed=numbers)
    return found is not None and "question" not in found and bool(found & {"busy", "auto_received"})
