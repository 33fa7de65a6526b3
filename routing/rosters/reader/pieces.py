"""A cell of names taken apart: who, in which of its words, with the hours or the rank that stand beside a name. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from hotline.base.http.problem import BadField
from routing.rosters.reader.cells import seen
from routing.rosters.reader.headers import is_title, post_of, rank_of
from routing.rosters.reader.hours import Hours, hours_of, said_of
from routing.rosters.reader.words import TableWords, is_off, taken_out

_APART = re.compile(r"[、,;/|\\\n&+]+")
#: ①王强②李梅, 1.王强 2.李梅: names that were counted.
_COUNTED = re.compile(r"[\u2460-\u2487\u3220-\u3229]|(?:^|(?<=[\s,;、]))\d{1,2}[.、)](?=\s*[^\W\d])")
_BRACKETS = re.compile(r"[(\[【〔<{]([^()\[\]【】〔〕<>{}]*)[)\]】〕>}]")
_PHONE = re.compile(
    r"(?:电话|手机|tel|phone)?[.:：]?\s*\+?(?<!\d:)(?<!\d)\d[\d\- ()]{4,}\d(?![:\d点时])(?:\s*转\s*\d{1,6})?",
    re.IGNORECASE,
)
#: 0830-1730 and 20261205 look like numbers, and are hours and a day.
_FOUR = re.compile(r"(?<![\d-])(?<!(?<!\d)\d{3} )[012]\d[0-5][05]\s*[-—–~至到]\s*[0-3]\d[0-5][05](?![\d-])")
_DAY = re.compile(r"20\d\d-?(?:0?[1-9]|1[0-2])(?:-?(?:0?[1-9]|[12]\d|3[01]))?")
_CLOCK = re.compile(r"\d\s*[:点时]")
_LABEL = re.compile(r"^([^:]{1,24}?)\s*:\s*(.*)$", re.DOTALL)
_BEFORE = re.compile(r"[ \t]+(?=(?!\d)[^\s:、,;/]{1,12}(?<!\d):)")


@dataclass(frozen=True, slots=True)
class NamePiece:
    """One name, or several that only the list of the department's people can divide; with its own rank and hours where
    they stand beside it.
    """

    text: str
    rank: str = ""
    hours: Hours | None = None


def pieces_of(text: str, words: TableWords) -> list[NamePiece]:
    """The names of a cell. Raises BadField where something beside a name is not understood."""
    if text not in words.named:
        words.named[text] = _pieces(text, words)
    found: list[NamePiece] = words.named[text]
    return found


def _pieces(text: str, words: TableWords) -> list[NamePiece]:
    """The names of a cell, not remembered."""
    said = _BEFORE.sub("\n", _plain(text))
    found: list[NamePiece] = []
    rank, hours = "", None
    for part in _split(said):
        label, name = _labelled(part)
        if (
            label
            and is_title(label)
            and post_of(label, words).rank != "leader"
            and post_of(label, words).kind != "post"
        ):
            label = ""
        if label:
            head = post_of(label, words)
            if head.kind != "post" or head.asks:
                raise beside(label, text)
            rank, hours = head.rank, head.hours
        piece = _piece(name, text, words)
        if piece is not None:
            found.append(NamePiece(piece.text, piece.rank or rank, piece.hours or hours))
    return found


def _plain(text: str) -> str:
    """The cell half width, with numbered lists taken apart."""
    said = _COUNTED.sub("\n", seen(text))
    return _COUNTED.sub("\n", unicodedata.normalize("NFKC", said).replace("∶", ":"))


def _split(said: str) -> list[str]:
    """The parts between separators; a separator inside brackets does not count."""
    held = [m[0] for m in _BRACKETS.finditer(said)]
    for i, bracket in enumerate(held):
        said = said.replace(bracket, chr(0xE000 + i), 1)
    parts = [p.strip() for p in _APART.split(said)]
    for i, bracket in enumerate(held):
        parts = [p.replace(chr(0xE000 + i), bracket) for p in parts]
    return [p for p in parts if p]


def _labelled(part: str) -> tuple[str, str]:
    """`白班:王强` as label and name; a number behind a name, such as a telephone number, makes no label."""
    match = _LABEL.match(part)
    if (
        match is None
        or _PHONE.fullmatch(match[2].strip())
        or (re.search(r"\d$", match[1]) and re.match(r"\d", match[2]))
    ):
        return "", part
    if re.search(r"[(\[<]$|[(\[<][^)\]>]*$", match[1]):
        return "", part
    return match[1].strip(), match[2].strip()


def _piece(name: str, text: str, words: TableWords) -> NamePiece | None:
    """One name with what its brackets say of rank and hours; None where nothing of it is a name."""
    rank, hours = "", None
    for inside in _BRACKETS.findall(name):
        said = _unphoned(inside, "").strip(" ,、;")
        if not said:
            continue
        if rank_of(said) is not None:
            rank = rank_of(said) or ""
        elif not is_title(said) or words.meaning(said):
            hours = words.meaning(said)
            if not hours:
                raise beside(inside, text)
    bare, own = _timed(_BRACKETS.sub(" ", name))
    if own and hours:
        raise beside(said_of(own), text)
    bare, hours = _unphoned(bare, " ").strip(" :.-—–"), own or hours
    if not bare and own:
        raise beside(said_of(own), text)
    if not bare or is_off(bare):
        return None
    return NamePiece(bare, rank, hours)


def _unphoned(text: str, instead: str) -> str:
    """The text without telephone numbers. Digits that are hours (`0800-1730`) or a day are none."""
    return _PHONE.sub(
        lambda found: found[0] if _FOUR.search(found[0]) or _DAY.fullmatch(found[0].strip()) else instead,
        text,
    )


def _timed(name: str) -> tuple[str, Hours | None]:
    """A name, and the hours that stand beside it without brackets (`王强8:00-12:00`). Raises BadField where they have two
    meanings.
    """
    if (match := _FOUR.search(name)) and (hours := hours_of(match[0])):
        return f"{name[: match.start()]} {name[match.end() :]}", hours
    found = taken_out(_unphoned(name, " ")) if _CLOCK.search(name) else None
    return (found[1], found[0]) if found else (name, None)


def beside(words: str, text: str) -> BadField:
    """Why words beside a name are refused."""
    return BadField(
        "%(text)s: %(words)s beside a name is not understood: write only names, or a shift that the legend explains.",
        field="name",
        text=" ".join(text.split()),
        words=words,
    )
