"""Matching a whole message against the vocabulary: which known words it consists of, if of nothing else. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from hotline.phrases.vocabulary import lexicon

#: A longer message is nobody's mere answer.
LONGEST = 160
_LONGEST_WORD = 40
#: The mark that makes a question of an answer.
QUESTION = "question"


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a message, by kind and place."""

    kind: str
    start: int
    end: int


def cover(flat: str, known: Mapping[str, str], fixed: Sequence[Word] = ()) -> tuple[Word, ...] | None:
    """The message as known words, one behind the other, punctuation between; None where something else is left.

    `fixed`: pieces that were read before (numbers, scores), taken as they are. A word of Latin letters or digits is a whole
    one. The longest words are tried first. A question mark is a word of its own.
    """
    if len(flat) > LONGEST:
        return None
    starts = {word.start: word for word in fixed}
    dead: set[int] = set()

    def go(at: int) -> tuple[Word, ...] | None:
        while at < len(flat) and at not in starts and _is_gap(flat[at]):
            at += 1
        if at >= len(flat):
            return ()
        if at in dead:
            return None
        for word in _at(flat, at, known, starts):
            if (rest := go(word.end)) is not None:
                return (word, *rest)
        dead.add(at)
        return None

    return go(0)


def _at(flat: str, at: int, known: Mapping[str, str], starts: Mapping[int, Word]) -> list[Word]:
    if at in starts:
        return [starts[at]]
    if flat[at] == "?":
        return [Word(QUESTION, at, at + 1)]
    stop = min(len(flat), at + _LONGEST_WORD, *(start for start in starts if start > at), len(flat))
    return [
        Word(known[flat[at:end]], at, end)
        for end in range(stop, at, -1)
        if flat[at:end] in known and _is_whole(flat, at, end)
    ]


def _is_gap(char: str) -> bool:
    return not char.isalnum() and char != "?"


def _is_whole(flat: str, at: int, end: int) -> bool:
    """Latin words and numbers are not found inside longer ones."""
    return not (_joined(flat, at) or _joined(flat, end))


def _joined(flat: str, at: int) -> bool:
    if not 0 < at < len(flat):
        return False
    left, right = flat[at - 1], flat[at]
    return (left.isascii() and left.isalpha() and right.isascii() and right.isalpha()) or (
        left.isdigit() and right.isdigit()
    )


def kinds_of(flat: str, *kinds: str, fixed: Sequence[Word] = ()) -> frozenset[str] | None:
    """Of which kinds the message's words are; None where it is not made of such words alone, or of none."""
    found = cover(flat, lexicon(*kinds), fixed)
    return frozenset(word.kind for word in found) if found else None
