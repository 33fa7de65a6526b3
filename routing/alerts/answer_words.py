"""Parser of SMS answers to a page: which codes, and for each whether it acknowledges or also signs (rulebook §6). Pure.

A code is understood wherever it stands, and naming it acknowledges. It signs only where a clause says so and nothing
else, and nothing in the message takes it back. Words that are not understood are returned, never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Literal

from hotline.contacts.numbers_in_texts import named_ticket
from hotline.phrases.autoreply import answers_itself
from hotline.phrases.flat_text import flat_text, own_words
from hotline.phrases.matching import QUESTION, cover
from hotline.phrases.vocabulary import lexicon, words

#: `ack`: heard. `sign`: signed for. `unclear`: heard, and something that speaks against signing, or that is not understood.
Intent = Literal["ack", "sign", "unclear"]
_NUMERALS = {"六": "6", "七": "7", "八": "8", "九": "9"}
_CODE = re.compile(r"(?<![0-9])([a-z])( ?)([a-z])([ .\-_]?)([6-9]|[六七八九])(?!\d|[\-/.]\d)")
_LATIN = re.compile(r"[a-z]+")
#: English words of two letters: `to 6` is no code, `TO6` may be one.
_ENGLISH = frozenset(
    [
        "to",
        "is",
        "at",
        "in",
        "on",
        "of",
        "no",
        "we",
        "he",
        "my",
        "by",
        "up",
        "or",
        "if",
        "so",
        "go",
        "do",
        "me",
        "be",
        "am",
        "as",
        "an",
        "it",
        "us",
        "ok",
        "hi",
        "pm",
        "ad",
        "rd",
        "st",
    ]
)
_PIECES = re.compile(r"[,。;!、+\n…]+|\.{2,}|\.(?!\d)")
_KINDS = ("sign", "heard", "thanks", "working", "everyone", "kindness", "filler", "addressee")
_RANK: Mapping[str, int] = {"": 0, "thanks": 1, "other": 2, "ack": 3, "sign": 4, "unclear": 5}


@dataclass(frozen=True, slots=True)
class PageAnswer:
    """An answer: codes with what is meant by each; without a code (`lone`) what the words mean, if anything.

    `number`: a ticket's number in place of a code. `everyone`: all that wait are meant. `left`: words that were not understood.
    """

    codes: tuple[tuple[str, Intent], ...] = ()
    number: str = ""
    lone: Intent | None = None
    everyone: bool = False
    left: str = ""


@dataclass(frozen=True, slots=True)
class _Piece:
    codes: tuple[str, ...]
    intent: str
    everyone: bool
    words: str


def read_reply(text: str, names: Iterable[str] = ()) -> PageAnswer:
    """Read an answer; `names`: who may have signed it with the own name."""
    flat = flat_text(text).flat
    own = own_words(flat)
    if not own or answers_itself(flat):
        return PageAnswer(left=text.strip())
    about = named_ticket(own)
    bare = own
    for place in sorted(about.places, key=lambda w: -w.start):
        bare = bare[: place.start] + " " + bare[place.end :]
    pieces = [_piece(piece, names) for piece in _split(bare)]
    pieces = [piece for piece in pieces if piece.codes or piece.words]
    everyone = any(piece.everyone for piece in pieces)
    meant = _meant(pieces, everyone)
    every = tuple(piece.intent for piece in pieces)
    lone = _judged(reduce(_stronger, every, "")) if not meant else None
    left = "，".join(p.words for p in pieces if p.intent in {"other", "unclear"} and not _is_name(p, pieces))
    return PageAnswer(tuple(meant.items()), about.number, lone, everyone, left)


def codes_in(text: str) -> tuple[str, ...]:
    """The codes that an answer names, in order, each once."""
    return tuple(code for code, _ in read_reply(text).codes)


def _split(flat: str) -> list[str]:
    """The clauses; a question mark stays with its own."""
    return [piece for piece in _PIECES.split(flat.replace("?", "?\n").replace("\n", "。")) if piece.strip()]


def _piece(piece: str, names: Iterable[str]) -> _Piece:
    codes, rest = list[str](), piece
    for found in reversed(list(_CODE.finditer(piece))):
        if not _stands_alone(piece, found):
            continue
        codes.insert(0, (found[1] + found[3] + _NUMERALS.get(found[5], found[5])).upper())
        rest = rest[: found.start()] + " " + rest[found.end() :]
    for name in names:
        rest = rest.replace(flat_text(name).flat, " ") if name else rest
    rest = " ".join(rest.split()).strip(" :.-~")
    intent, everyone = _intent(rest)
    return _Piece(tuple(codes), intent, everyone, rest)


def _stands_alone(piece: str, found: re.Match[str]) -> bool:
    """Whether two letters and a digit are a code: not inside a longer word, unless that is one for hearing or signing (LM6OK)."""
    if (found[2] or found[4]) and found[1] + found[3] in _ENGLISH:
        return False
    known = lexicon("sign", "heard", "thanks")
    after = _LATIN.match(piece, found.end())
    before = next((m for m in _LATIN.finditer(piece) if m.start() < found.start() < m.end()), None)
    if before is not None and piece[before.start() : found.start()] not in known:
        return False
    return after is None or after[0] in known


def _intent(rest: str) -> tuple[str, bool]:
    """What the words of a clause mean; `other`: not understood, and nothing that speaks against signing."""
    if not rest:
        return "", False
    found = cover(rest, lexicon(*_KINDS))
    if found is not None:
        kinds = {word.kind for word in found}
        everyone = "everyone" in kinds
        if QUESTION in kinds:
            return "unclear", everyone
        return (
            "sign" if "sign" in kinds else "ack" if kinds & {"heard", "working", "everyone"} else "thanks"
        ), everyone
    if _speaks_against(rest):
        return "unclear", False
    parts = [_intent(part)[0] for part in rest.split(" ")] if " " in rest else []
    if "sign" in parts:
        return "sign", False
    signs = any(word in rest for word in words("sign") if not word.isascii() and len(word) > 1)
    return ("unclear" if signs else "other"), False


def _speaks_against(rest: str) -> bool:
    latin = set(rest.replace("?", " ? ").split())
    return any(word in latin if word.isascii() else word in rest for word in (*words("denial"), "?"))


def _stronger(one: str, other: str) -> str:
    return one if _RANK[one] >= _RANK[other] else other


def _judged(intent: str) -> Intent | None:
    """A meaning on its own: thanks and words that are not understood have none."""
    meant: dict[str, Intent] = {"ack": "ack", "sign": "sign", "unclear": "unclear"}
    return meant.get(intent)


def _meant(pieces: list[_Piece], everyone: bool) -> dict[str, Intent]:
    """Each code with what is meant by it: what its own clause says, or the next that has words, or the words before all."""
    found: dict[str, str] = {}
    waiting: list[str] = []
    last: list[str] = []
    lead = ""
    for piece in pieces:
        if piece.codes and not piece.words:
            waiting += piece.codes
            continue
        targets = [*waiting, *piece.codes] or last
        if everyone:
            targets = [*found, *targets]
        if not targets:
            lead = _stronger(lead, piece.intent)
        for code in targets:
            found[code] = _stronger(found.get(code, ""), piece.intent)
        last, waiting = targets or last, []
    for code in waiting:
        found.setdefault(code, "")
    return {code: _judged(_stronger(intent, lead)) or "ack" for code, intent in found.items()}


def _is_name(piece: _Piece, pieces: list[_Piece]) -> bool:
    """A short clause of Chinese behind one that was understood is who wrote it."""
    understood = any(p.intent in {"ack", "sign"} or p.codes for p in pieces if p is not piece)
    han = all("\u4e00" <= c <= "\u9fff" for c in piece.words)
    return piece.intent == "other" and understood and han and len(piece.words) <= 4
