"""Index of all names of a directory's units, with how certain each is. Pure.

A name is certain that ends as an office does, or is long; a bare word, one of several offices', or one with a question
mark behind it in the directory is asked about. What is derived gives way to what the directory says.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import lru_cache

from hotline.tickets.tipoffs.office_names import ENDINGS, core, derive
from hotline.tickets.tipoffs.spelling import simplified

_HAN = re.compile(r"[\u3400-\u9fff]")
#: 公安局交警大队: an office inside another is also called by both names.
_INSIDE = re.compile(r"([\u4e00-\u9fff]{2,}局)([\u4e00-\u9fff]{2,}队)$")


@dataclass(frozen=True, slots=True)
class Unit:
    """A department as it may be named; `aliases` from the directory; `heir`: what it was merged into."""

    id: int
    code: str
    name: str
    name_en: str = ""
    kind: str = ""
    aliases: tuple[str, ...] = ()
    heir: int | None = None


@dataclass(slots=True)
class Index:
    """Every name → the units that have it; `sure` ones by their full name, `stems` only beside words that speak of an office."""

    sure: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    asked: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    stems: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    towns: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    english: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    #: Names that the directory itself has: those may also be written with one wrong character.
    own: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    #: Names with a question mark in the directory, or of several units: never certain.
    loose: set[str] = field(default_factory=set)
    #: The first two characters of a name → how long such names are, the longest first.
    sizes: dict[str, list[int]] = field(default_factory=dict)


@lru_cache(maxsize=4)
def index_of(directory: tuple[Unit, ...]) -> Index:
    """The index of a directory, kept while the directory is the same."""
    index = Index()
    for unit in directory:
        for alias in dict.fromkeys(n for a in (unit.name, *unit.aliases) for n in (a, core(a))):
            _put(index, unit, alias)
        if unit.name_en:
            index.english[simplified(unit.name_en)].add(unit.id)
        if inside := _INSIDE.match(core(unit.name)):
            for tail in (inside[2], *(a for a in unit.aliases if a.endswith("队"))):
                index.own[inside[1] + tail].add(unit.id)
                index.sure[inside[1] + tail].add(unit.id)
    for unit in directory:
        derived = derive(simplified(unit.name)) if unit.kind != "township" else derive("")
        for name in derived.names - index.own.keys():
            index.sure[name].add(unit.id)
        for stem in derived.stems - index.own.keys():
            index.stems[stem].add(unit.id)
    heirs = {unit.id: unit.heir or unit.id for unit in directory}
    for name in [n for n, ids in index.sure.items() if len({heirs[i] for i in ids}) > 1]:
        index.asked[name] |= index.sure.pop(name)
    index.loose |= {name for name, ids in index.asked.items() if len(ids) > 1}
    sizes = defaultdict(set)
    for name in (*index.sure, *index.asked, *index.stems, *index.towns):
        sizes[name[:2]].add(len(name))
    index.sizes = {head: sorted(found, reverse=True) for head, found in sizes.items()}
    return index


def _put(index: Index, unit: Unit, alias: str) -> None:
    """Put a name of a unit into the index, by how surely it means that unit (`Index`)."""
    asked, name = alias.endswith(("?", "？")), simplified(alias.rstrip("?？")).strip()
    if not name:
        return
    index.own[name].add(unit.id)
    if not _HAN.search(name):
        index.english[name + ("?" if asked else "")].add(unit.id)
    elif unit.kind == "township" and name == simplified(unit.name):
        index.towns[name].add(unit.id)
        index.towns[re.sub(r"(?:[\u4e00-\u9fff]{1,2}族)?[镇乡]$", "", name)].add(unit.id)
        index.sure[f"{name}长"].add(unit.id)
    elif asked or (len(name) < 4 and name != simplified(unit.name) and not name.endswith(ENDINGS)):
        index.asked[name].add(unit.id)
        index.loose |= {name} if asked else set()
    else:
        index.sure[name].add(unit.id)
