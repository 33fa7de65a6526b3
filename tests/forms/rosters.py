"""Readers of the tables about rosters: an input as an office writes it, to what it means in the tables' own words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from hotline.base.http.problem import BadField
from routing.rosters.reader.days import candidates, expand, frame_of
from routing.rosters.reader.headers import read_head
from routing.rosters.reader.hours import hours_of, said_of
from routing.rosters.reader.legend import legend_of
from routing.rosters.reader.marks import DayMarks, days_in
from routing.rosters.reader.order import in_order
from routing.rosters.reader.people import People, RosterPerson
from routing.rosters.reader.pieces import pieces_of
from routing.rosters.reader.words import TableWords, key_of

_TODAY = date(2026, 11, 28)
_PEOPLE = (
    "王强",
    "李梅",
    "赵明",
    "欧阳明月",
    "和平",
    "阿拉坦·其其格",
    "斯琴高娃",
    "其木格•巴图",
    "韩娜仁",
    "wang-1",
    "赵局长",
    "王强林",
    "林",
)


def hours(text: str) -> str:
    """Hours: the spans, `refused` where two meanings are possible, `none` where they are no hours."""
    try:
        found = hours_of(text)
    except BadField:
        return "refused"
    return said_of(found) if found else "none"


def header(text: str) -> str:
    """A header (and a legend behind //): what its column holds; of a post the rank and the hours, or `asks`."""
    said, _, legend = text.partition("//")
    try:
        head = read_head(said, TableWords(legend_of([legend]) if legend else {}))
    except BadField:
        return "refused"
    if head.kind != "post":
        return head.kind or "blank"
    return f"post {head.rank} {'asks' if head.asks else said_of(head.hours) if head.hours else 'usual'}"


def dates(text: str) -> str:
    """A title and the cells below it, between //: the days, `open` where one is not certain, `none` where it is no day."""
    title, *cells = (part.strip(" ") for part in text.split("//"))
    frame = frame_of([title] if title else [], _TODAY)
    try:
        read = [days_in(float(c[1:]) if c.startswith("#") else c) for c in cells]
    except BadField:
        return "refused"
    said = [s for s in read if s is not None]
    if len(said) != len(read):
        return "none"
    named = frame is not None and (frame.named or any(s.marks[0].year is None for s in said))
    first = in_order([candidates(s.marks[0], frame) for s in said], frame if named else None)
    return " ".join(_days(s, day) for s, day in zip(said, first, strict=True))


def _days(said: DayMarks, first: date | None) -> str:
    days = expand(said, first) if first is not None else None
    if not days:
        return "open"
    return f"{days[0]}" if len(days) == 1 else f"{days[0]}..{days[-1]}" if said.span else "+".join(map(str, days))


def names(text: str) -> str:
    """A cell of names: whom it names, with rank and hours where they stand beside a name; or `refused`."""
    shown = {"zhangwei1": "张伟", "zhangwei2": "张伟"}
    every = [*_PEOPLE, *shown]
    people = People("甲局", [RosterPerson(i, n, shown.get(n, n)) for i, n in enumerate(every)])
    found = []
    try:
        for piece in pieces_of(text, TableWords()):
            beside = "".join(f" {w}" for w in (piece.rank, said_of(piece.hours) if piece.hours else "") if w)
            found += [every[i] + beside for i in people.named(piece.text)]
    except BadField:
        return "refused"
    return ", ".join(dict.fromkeys(found)) or "nobody"


def sign(text: str) -> str:
    """A cell, other cells of its table and a legend, between //: its hours, `off`, or `refused`."""
    said, others, legend = (*text.split("//"), "", "")[:3]
    try:
        words = TableWords(legend_of([legend]), frozenset(key_of(c) for c in (*others.split(), said)))
        found = words.meaning(said)
    except BadField:
        return "refused"
    return "refused" if found is None else said_of(found) or "off"


READERS: dict[str, Callable[[str], str]] = {
    "roster_dates": dates,
    "roster_headers": header,
    "roster_hours": hours,
    "roster_names": names,
    "roster_signs": sign,
}
