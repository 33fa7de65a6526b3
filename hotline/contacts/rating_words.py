"""How satisfied a message says somebody is: a digit, a word, with words around it (rulebook §8). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from hotline.phrases.matching import Word, cover, kinds_of
from hotline.phrases.vocabulary import lexicon, words

_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_UNITS = (
    "分/5",
    "/5分",
    "/5",
    " out of 5",
    "颗星",
    "个星",
    "分",
    "星",
    " stars",
    " star",
    " points",
    "stars",
    "star",
    "points",
)
_BASES = ("satisfied", "dissatisfied", "best", "worst", "middling")
_TAIL = re.compile(r"(?<!\d)([1-5])(?:分|颗星|星| stars?)?[\s,.。!~]*$")
_DEGREES = ("denied_strongly", "denied", "strong", "some", "weak")
#: After which the words of a rating begin; what stands in lists (1、 1. 1)) is none of them.
_PAUSE = ",。!;~-…?"
#: A clause ends here.
_STOPS = ",。!;~…?.、"


@dataclass(frozen=True, slots=True)
class Scored:
    """A score of 1 to 5 (0: out of range), whether given as a digit, and where the words after it begin; `lead`: those before it."""

    score: int
    digit: bool
    rest: int
    lead: str = ""


def gap(flat: str, at: int) -> int:
    """The first place from `at` on that is no space or punctuation."""
    while at < len(flat) and not flat[at].isalnum():
        at += 1
    return at


def by_digit(flat: str, at: int, *, certain: bool) -> Scored | None:
    """A score given as a digit at `at`, alone or with words after it; `certain`: what is rated is named before it.

    A digit that counts something (5号楼, 3天, 1 单元) or numbers a list is no score.
    """
    at = _after(flat, at, words("given"))
    stop = at
    while stop < len(flat) and flat[stop].isdigit():
        stop += 1
    digits = flat[at:stop] or (flat[at : at + 1] if flat[at : at + 1] in _NUMERALS else "")
    if not digits:
        return None
    unit = next((u for u in _UNITS if flat.startswith(u, at + len(digits))), "")
    if not digits.isdigit() and not unit:
        return None
    after = at + len(digits) + len(unit)
    rest = gap(flat, after)
    value = _NUMERALS.get(digits) or (int(digits) if len(digits) == 1 else 0)
    if not 1 <= value <= 5:
        return Scored(0, True, rest) if rest >= len(flat) and (unit or certain) else None
    if rest < len(flat) and kinds_of(flat[rest:], "filler") is not None:
        rest = len(flat)
    if rest < len(flat) and not _is_score(flat, after, rest, bool(unit), certain):
        return None
    return Scored(value, True, rest)


def _is_score(flat: str, after: int, rest: int, unit: bool, certain: bool) -> bool:
    """Whether words after a digit are words about a rating, not what the digit counts."""
    if flat[rest].isdigit():
        return False
    pause = flat[after:rest]
    if kindly(flat[rest:]) or by_word(flat[rest:]) is not None:
        return True
    if any(flat.startswith(word, rest) for word in words("trouble_first")):
        return True
    if certain or any(c in _PAUSE for c in pause):
        return bool(pause) or certain
    counts = any(flat.startswith(counter, rest) for counter in words("counter"))
    return bool(pause) and set(pause) <= {" "} and (unit or not counts)


def by_stars(written: str) -> int:
    """A score given as nothing but one to five stars; 0 where it is none."""
    if set(written) <= set("⭐★🌟☆\ufe0f "):
        full = sum(written.count(star) for star in "⭐★🌟")
        return full if full <= 5 else 0
    return 0


def by_tail(flat: str) -> Scored | None:
    """A digit behind words that say no more than how satisfied somebody is, or thanks (满意 5分), or a score apart (没人来，1分)."""
    found = _TAIL.search(flat)
    if found is None:
        return None
    before, unit = flat[: found.start()].strip(), found[0].strip(" ,.。!~")[1:]
    apart = bool(unit) and before[-1:] in _PAUSE
    if not before or not (kindly(before) or by_word(before) is not None or apart):
        return None
    return Scored(int(found[1]), True, len(flat), before)


def by_word(flat: str) -> Scored | None:
    """A score given in words (很满意, 不太满意, 差评): the whole message, or its first clause."""
    ends = [len(flat), *(i for i, c in enumerate(flat) if c in _STOPS)]
    for end in dict.fromkeys((ends[0], *ends[1:2])):
        found = cover(flat[:end], lexicon(*_DEGREES, *_BASES, "around_rating", "thanks", "done"))
        if found and (score := _of(found)):
            return Scored(score, False, gap(flat, end))
    return None


def _of(found: tuple[Word, ...]) -> int:
    """The score of a covered clause; 0 where it has none, or two that differ."""
    scores, before = set[int](), ""
    for word in found:
        if word.kind in _BASES:
            scores.add(_score(word.kind, before))
        before = word.kind if word.kind in _DEGREES else before if word.kind == "around_rating" else ""
    return scores.pop() if len(scores) == 1 else 0


def _score(base: str, degree: str) -> int:
    if base == "satisfied":
        return {"denied_strongly": 1, "denied": 2, "strong": 5, "weak": 3}.get(degree, 4)
    if base == "dissatisfied":
        return {"strong": 1, "denied": 0, "denied_strongly": 0}.get(degree, 2)
    plain = {"best": 5, "worst": 1, "middling": 3}[base]
    return 0 if degree in {"denied", "denied_strongly"} else plain


def kindly(flat: str) -> bool:
    """Whether words are thanks, or that it works again, and nothing else."""
    found = cover(flat, lexicon("thanks", "heard", "done", "kindness", "favour", "subject", "addressee", "filler"))
    if not found or flat.split(" ")[0] in words("question_first"):
        return False
    kinds = {word.kind for word in found}
    return (
        "question" not in kinds
        and bool(kinds & {"thanks", "heard", "done", "kindness"})
        and ("subject" not in kinds or "done" in kinds)
    )


def thanks_in(flat: str) -> bool:
    """Whether thanks stand among other words."""
    return any(word in flat for word in ("谢谢", "感谢", "多谢", "辛苦了", "thank"))


def has_trouble(flat: str) -> bool:
    """Whether words tell of something that is not over: but, still, not, bad."""
    latin = set(flat.replace(",", " ").replace(".", " ").replace("!", " ").split())
    return any(word in latin if word.isascii() else word in flat for word in words("trouble"))


def _after(flat: str, at: int, known: tuple[str, ...]) -> int:
    """Past known words at `at`, with what is between them."""
    for word in sorted(known, key=len, reverse=True):
        if flat.startswith(word, at):
            return _after(flat, gap(flat, at + len(word)), known)
    return at
