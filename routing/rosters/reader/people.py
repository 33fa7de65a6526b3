"""The people of a department, found by what a roster calls them: with wide spaces, titles, any middle dot. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hotline.base.http.problem import BadField
from routing.rosters.reader.cells import seen, tight

_DOT = re.compile(r"[·•・‧∙⋅●˙ꞏ᛫⸱𐄁]|(?<=[^\x00-\x7f])[.\-'’](?=[^\x00-\x7f])")
_TITLE = re.compile(
    r"(?:党组|党委|支部|常务|第一|专职|兼职|[一二三四]级|综合|办公室|纪检|原|副|代)*"
    r"(?:局长|书记|主任科员|主任|科长|股长|所长|站长|大队长|中队长|队长|主席|总经理|经理|处长|部长|组长|科员|调研员|干事|助理|秘书长|秘书|院长|校长|园长|镇长|乡长|"
    r"县长|会长|社长|行长|台长|馆长|班长|值班员|值班人员|带班领导|值班领导|领导|负责人|联络员|委员|成员|同志|老师|工程师|会计|出纳|文员|司机|驾驶员|干部|职工|队员|医生|护士|主管)"
)
_AND = re.compile(r"[和及与]")
#: A title or a number that somebody is shown with.
_ASIDE = re.compile(r"[(（\[【].*?[)）\]】]|\+?\d[\d -]{6,}\d")
_MOST = 60


def loose(name: str) -> str:
    """A name as it is compared: no spaces, no middle dots, nothing unseen, half width, lower case."""
    return _DOT.sub("", tight(name))


@dataclass(frozen=True, slots=True)
class RosterPerson:
    """Somebody of a department: the id, the name to sign in with, and the name that is shown."""

    ident: int
    name: str
    shown: str


class People:
    """The people of one department."""

    def __init__(self, department: str, people: Iterable[RosterPerson]) -> None:
        self.department = department
        self._exact: dict[str, dict[int, RosterPerson]] = defaultdict(dict)
        self._loose: dict[str, dict[int, RosterPerson]] = defaultdict(dict)
        for person in people:
            for name in (person.name, person.shown):
                self._exact[" ".join(seen(name).split())][person.ident] = person
                for said in {loose(name), loose(_ASIDE.sub(" ", name))} - {""}:
                    self._loose[said][person.ident] = person

    def named(self, text: str) -> list[int]:
        """The ids of those whom some words name, each once. Raises BadField: nobody, or a name that fits two."""
        said = " ".join(seen(text).split())
        fits: Mapping[int, RosterPerson] = self._exact.get(said) or self._loose.get(loose(said)) or {}
        if fits:
            return [self._one(said, fits)]
        ways = self._ways(said)
        if not ways:
            raise BadField(
                "%(department)s has nobody called %(name)s.",
                field="name",
                department=self.department,
                name=said,
            )
        if len(ways) > 1:
            raise BadField(
                "%(name)s can be read as different people: put a comma between the names.",
                field="name",
                name=said,
            )
        (names,) = ways
        return list(dict.fromkeys(self._one(name, self._loose[name]) for name in names))

    def _one(self, said: str, fits: Mapping[int, RosterPerson]) -> int:
        """The person whom a name fits. Raises BadField: nobody, or several."""
        if len(fits) > 1:
            both = ", ".join(f"{p.shown} ({p.name})" for p in fits.values())
            raise BadField(
                "%(name)s fits several: %(people)s. Write the sign-in name.",
                field="name",
                name=said,
                people=both,
            )
        return next(iter(fits))

    def _ways(self, said: str) -> set[tuple[str, ...]]:
        """The ways to divide the words wholly into known names and titles, at most two of them."""
        words = [loose(w) for w in said.split()]
        text = "".join(words)
        if not text or len(text) > _MOST:
            return set()
        borders, at = {0}, 0
        for word in words:
            at += len(word)
            borders.add(at)
        ways: list[set[tuple[str, ...]]] = [set() for _ in range(len(text) + 1)]
        ways[0].add(())
        for start in range(len(text)):
            if not ways[start]:
                continue
            for name in self._loose:
                end = start + len(name)
                if name and text.startswith(name, start) and _apart(text, start, end, borders):
                    ways[end] |= {(*way, name) for way in sorted(ways[start])[:3]}
            for end in range(start + 1, min(start + 16, len(text)) + 1):
                if _TITLE.fullmatch(text, start, end) or _AND.fullmatch(text, start, end):
                    ways[end] |= set(sorted(ways[start])[:3])
        return {way for way in ways[-1] if way}


def _apart(text: str, start: int, end: int, borders: set[int]) -> bool:
    """Whether a name in Latin letters or digits stands by itself, and is no part of a longer word."""

    def clean(at: int) -> bool:
        return at in borders or not (text[at - 1].isascii() and text[at].isascii())

    return clean(start) and (end == len(text) or clean(end))
