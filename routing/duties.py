"""Departments by the words of their duties, names and territory, so that one never seen in training is still reachable. Pure.

Territory and matter are separate questions: a township stands beside whoever handles the matter, and comes first only
where nobody's matter is named.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from hotline.grams import folded
from routing.model.functions import words_of

#: What a word is worth: of the department's own duties, and of what such bodies usually handle.
_OWN, _USUAL, _NAME, _PLACE = 2.0, 1.0, 3.0, 3.0
#: Beside so much unexplained: a share is never certain.
_DOUBT = 3.0
_KINDS = re.compile(
    r"(人民政府|办事处|管理委员会|委员会|办公室|有限公司|大队|分局|分公司|公司|中心|局|乡|镇|街道)$"
)


@dataclass(frozen=True, slots=True)
class Known:
    """A department as the directory describes it."""

    code: str
    name: str
    duties: tuple[str, ...]
    territory: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """A department with a share of certainty and the words that decided; `place`: by territory, not by matter."""

    code: str
    probability: float
    reasons: tuple[str, ...]
    place: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    word: str
    weight: float
    pairs: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Index:
    """What is looked for in a text, for each department."""

    words: tuple[tuple[Known, tuple[_Word, ...]], ...]
    names: tuple[tuple[str, Known], ...]
    places: tuple[tuple[str, Known], ...]


def short_name(name: str) -> str:
    """What people call a department: without county, and without what kind of body it is."""
    short = re.sub(r"^(市|县|区)(?=.{2})", "", folded(name))
    for _ in range(2):
        cut = _KINDS.sub("", short)
        if len(cut) >= 2:
            short = cut
    return short


def territory_of(known: Known) -> str:
    """The territory of a department: as the directory has it, else a township's name; nothing for others."""
    if known.territory:
        return folded(known.territory)
    name = folded(known.name).removesuffix("人民政府")
    if known.kind == "township" or re.search(r"(镇|乡|街道|街道办事处)$", name):
        return short_name(known.name)
    return ""


@lru_cache(maxsize=4)
def _index(known: tuple[Known, ...]) -> _Index:
    stems = {k.code: _stem(territory_of(k)) for k in known if territory_of(k)}
    own = [
        {
            folded(duty).strip(): _OWN
            for duty in k.duties
            # a territory among the duties is no matter
            if duty.strip() and not (k.code in stems and stems[k.code] in folded(duty))
        }
        for k in known
    ]
    usual = [
        {} if k.code in stems else {word: _USUAL for word in words_of(k.name) if len(word) > 1} for k in known
    ]
    merged = [u | o for u, o in zip(usual, own, strict=True)]
    times = Counter(word for words in merged for word in words)
    words = tuple(
        (
            k,
            tuple(
                _Word(
                    w,
                    weight * math.sqrt(len(w)) / times[w],
                    frozenset(w[i : i + 2] for i in range(len(w) - 1)),
                )
                for w, weight in found.items()
            ),
        )
        for k, found in zip(known, merged, strict=True)
    )
    names = tuple((short_name(k.name), k) for k in known if k.code not in stems)
    places = tuple((stems[k.code], k) for k in known if k.code in stems)
    return _Index(words, names, places)


def _stem(place: str) -> str:
    """A territory without 镇, 乡, 村 at its end: people leave it out."""
    return re.sub(r"(蒙古族乡|满族乡|朝鲜族乡|回族乡|街道|镇|乡)$", "", place) or place


def by_duties(known: Sequence[Known], text: str, place: str = "", limit: int = 3) -> list[Hint]:
    """Up to `limit` departments whose duties, name or territory stand in the text, best first; the shares sum to at most 1.

    A whole word found counts by its length and rarity; most of a longer word's pairs count half.
    """
    index = _index(tuple(known))
    words, where = folded(text), folded(f"{place} {text}")
    pairs = {words[i : i + 2] for i in range(len(words) - 1)}
    scores: dict[str, float] = {}
    reasons: dict[str, list[tuple[float, str]]] = {}
    for department, wanted in index.words:
        for w in wanted:
            if w.word in words:
                gain = w.weight
            elif len(w.pairs) >= 2 and len(w.pairs & pairs) * 3 >= len(w.pairs) * 2:
                gain = w.weight / 2
            else:
                continue
            scores[department.code] = scores.get(department.code, 0.0) + gain
            reasons.setdefault(department.code, []).append((gain, w.word))
    for name, department in index.names:
        if len(name) >= 2 and name in words:
            scores[department.code] = scores.get(department.code, 0.0) + _NAME
            reasons.setdefault(department.code, []).append((_NAME, department.name))
    at_place = {k.code: name for name, k in index.places if len(name) >= 2 and name in where}
    matter = max((s for code, s in scores.items() if code not in at_place), default=0.0)
    for code, name in at_place.items():
        # where somebody's matter is named the township stands behind it, else before
        scores[code] = scores.get(code, 0.0) + (_PLACE if matter < 1.0 else min(_PLACE, 0.8 * matter))
        reasons.setdefault(code, []).append((_PLACE, name))
    ranked = sorted(((s, code) for code, s in scores.items() if s >= 0.4), key=lambda p: (-p[0], p[1]))
    total = sum(s for s, _ in ranked) + _DOUBT
    return [
        Hint(code, round(s / total, 4), _best(reasons[code]), code in at_place) for s, code in ranked[:limit]
    ]


def _best(found: Sequence[tuple[float, str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for _, word in sorted(found, key=lambda p: -p[0])))[:3]
