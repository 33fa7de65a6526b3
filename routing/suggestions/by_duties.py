"""Suggestion of departments by the words of their duties, names and territory, which needs no training data. Pure.

Territory and matter are separate questions: a township stands beside whoever handles the matter, and comes first only
where nobody's matter is named. Among three there is at least one of each, where both are possible.
"""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from hotline.base.text.search_keys import folded
from routing.suggestions.model.functions import general, words_of
from routing.suggestions.model.territory import both, is_territory

#: What a word is worth: of the department's own duties, of what such bodies usually handle, its whole name, its territory.
_OWN, _USUAL, _NAME, _PLACE = 1.5, 1.0, 1.5, 3.0
#: A general word that a department names as its own duty tells a little more than elsewhere.
_NAMED = 0.3
#: Words of many departments, and those of a department with many words, tell less.
_SHARED, _MANY = 0.4, 0.05
#: The title counts more; what is said so many characters later counts half.
_TITLE, _HALF = 2.0, 200
_TITLE_END, _TITLE_MOST = re.compile(r"[。！？!?\n,，]"), 50
#: Beside so much unexplained: a share is never certain. Less than this is no suggestion.
_DOUBT, _LEAST = 1.5, 0.35
#: From so much on somebody's matter is named.
_MATTER = 0.6
_STEM = re.compile(r"(蒙古族乡|满族乡|朝鲜族乡|回族乡|街道|镇|乡)$")


@dataclass(frozen=True, slots=True)
class Known:
    """A department as the directory describes it."""

    code: str
    name: str
    duties: tuple[str, ...]
    territory: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class DutyMatch:
    """A department with a share of certainty and the words that decided; `place`: by territory, not by matter."""

    code: str
    probability: float
    reasons: tuple[str, ...]
    place: bool = False


@dataclass(frozen=True, slots=True)
class _Index:
    """What is looked for in a text: words by their first two characters, what each says for whom, and territories."""

    starts: Mapping[str, tuple[str, ...]]
    gains: Mapping[str, tuple[tuple[str, float], ...]]
    places: tuple[tuple[str, str], ...]


def whole_names(name: str) -> tuple[str, ...]:
    """A department's name as letters write it whole: with its county or without (县民政局, 民政局); never a part (政府, 医院)."""
    full = folded(name)
    short = re.sub(r"^[市县区]委?(?=.{3})", "", full)
    return (full,) if short == full or re.match(r"委|政府|办公室$", short) else (full, short)


def territory_of(known: Known) -> str:
    """The territory of a department: as the directory has it, else a township's name; nothing for others."""
    if known.territory:
        return folded(known.territory)
    name = re.sub(r"(人民政府|办事处)$", "", folded(known.name))
    return name if known.kind == "township" or is_territory(name) else ""


def stem(place: str) -> str:
    """A territory without 镇, 乡 at its end: people leave it out."""
    short = _STEM.sub("", place)
    return short if len(short) >= 2 else place


def _worth(known: Known, at: str) -> dict[str, float]:
    """The words of a department and what each says for it, before it is known how many others have it."""
    prior = general()
    own = [folded(duty).strip() for duty in known.duties]
    # a territory among the duties is no matter
    mine = {word for word in own if len(word) > 1 and not (at and at in word)}
    found = {} if at else {w: _USUAL * prior.get(w, 1.0) for w in words_of(known.name) if len(w) > 1}
    for word in mine:
        found[word] = _OWN * min(1.0, prior.get(word, 1.0) + _NAMED)
    if not at:
        found |= dict.fromkeys(whole_names(known.name), _NAME)
    return {word: worth for word, worth in found.items() if worth}


@lru_cache(maxsize=4)
def _index(known: tuple[Known, ...]) -> _Index:
    """The words of the departments' duties, with what each is worth for which department."""
    stems = {k.code: stem(territory_of(k)) for k in known if territory_of(k)}
    worth = {k.code: _worth(k, stems.get(k.code, "")) for k in known}
    times = Counter(word for words in worth.values() for word in words)
    gains: dict[str, list[tuple[str, float]]] = defaultdict(list)
    for code, words in worth.items():
        for word, value in words.items():
            much = len(word) ** 0.7 / times[word] ** _SHARED / max(len(words), 10) ** _MANY
            gains[word].append((code, value * much))
    starts: dict[str, list[str]] = defaultdict(list)
    for word in gains:
        starts[word[:2]].append(word)
    return _Index(
        {start: tuple(words) for start, words in starts.items()},
        {word: tuple(whom) for word, whom in gains.items()},
        tuple((place, code) for code, place in stems.items() if len(place) >= 2),
    )


def _heard(index: _Index, read: str) -> dict[str, float]:
    """The known words of a folded text, each with how much it counts by where it stands and how often."""
    end = _TITLE_END.search(read)
    title = min(end.start() if end else len(read), _TITLE_MOST) if len(read) > _TITLE_MOST else 0
    first: dict[str, int] = {}
    often: Counter[str] = Counter()
    for at in range(len(read)):
        for word in index.starts.get(read[at : at + 2], ()):
            if read.startswith(word, at):
                first.setdefault(word, at)
                often[word] += 1
    return {
        word: (_TITLE if at < title else 1 / (1 + at / _HALF)) * (1 + math.log(often[word]) / 2)
        for word, at in first.items()
    }


def by_duties(known: Sequence[Known], text: str, place: str = "", limit: int = 3) -> list[DutyMatch]:
    """Up to `limit` departments whose duties, name or territory stand in the text, best first; the shares sum to at most 1.

    A word counts by its length and rarity, how general it is, and where it stands; one inside a longer one counts once.
    """
    index = _index(tuple(known))
    said: dict[str, dict[str, float]] = defaultdict(dict)
    for word, much in _heard(index, folded(text)).items():
        for code, gain in index.gains[word]:
            said[code][word] = gain * much
    kept = {code: _outermost(words) for code, words in said.items()}
    scores = {code: sum(words.values()) for code, words in kept.items()}
    where = folded(f"{place} {text}")
    at_place = {code: name for name, code in index.places if name in where}
    matter = max((s for code, s in scores.items() if code not in at_place), default=0.0)
    for code, name in at_place.items():
        # where somebody's matter is named the township stands behind it, else before
        scores[code] = scores.get(code, 0.0) + (_PLACE if matter < _MATTER else min(_PLACE, 0.8 * matter))
        kept.setdefault(code, {})[name] = _PLACE
    total = sum(scores.values()) + _DOUBT
    ranked = sorted(((s, code) for code, s in scores.items() if s >= _LEAST), key=lambda found: (-found[0], found[1]))
    return [
        DutyMatch(code, round(s / total, 4), _best(kept[code]), code in at_place)
        for s, code in both(ranked, limit, lambda found: found[1] in at_place)
    ]


def _outermost(words: Mapping[str, float]) -> dict[str, float]:
    """Words without those that stand inside a longer one that says as much."""
    return {
        word: gain
        for word, gain in words.items()
        if not any(word != other and word in other and more >= gain / 2 for other, more in words.items())
    }


def _best(words: Mapping[str, float]) -> tuple[str, ...]:
    return tuple(sorted(words, key=lambda word: -words[word])[:3])
