"""A cell of names taken apart: who, in which of its words, with the hours or the rank that stand beside a name. Pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from hotline.base.problem import BadField
from routing.roster.cells import seen
from routing.roster.headers import is_title, post_of, rank_of
from routing.roster.hours import Hours
from routing.roster.words import Words, is_off

_APART = re.compile(r"[、,;/|\n&+]+")
_BRACKETS = re.compile(r"[(\[【〔<{]([^()\[\]【】〔〕<>{}]*)[)\]】〕>}]")
_PHONE = re.compile(
    r"(?:电话|手机|tel|phone)?[.:：]?\s*\+?\d[\d\- ()]{4,}\d(?:\s*转\s*\d{1,6})?", re.IGNORECASE
)
_LABEL = re.compile(r"^([^:]{1,24}?)\s*:\s*(.*)$", re.DOTALL)
_BEFORE = re.compile(r"[ \t]+(?=[^\s:、,;/]{1,12}:)")


@dataclass(frozen=True, slots=True)
class Piece:
    """One name, or some names that only the department's list can tell apart; its own rank and hours, where they are said."""

    text: str
    rank: str = ""
    hours: Hours | None = None


def pieces_of(text: str, words: Words) -> list[Piece]:
    """The names of a cell. Raises BadField where something beside a name is not understood."""
    if text not in words.named:
        words.named[text] = _pieces(text, words)
    found: list[Piece] = words.named[text]
    return found


def _pieces(text: str, words: Words) -> list[Piece]:
    said = _BEFORE.sub("\n", unicodedata.normalize("NFKC", seen(text)).replace("∶", ":"))
    found: list[Piece] = []
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
            found.append(Piece(piece.text, piece.rank or rank, piece.hours or hours))
    return found


def _split(said: str) -> list[str]:
    """The parts between separators, of which none inside brackets counts."""
    held = [m[0] for m in _BRACKETS.finditer(said)]
    for i, bracket in enumerate(held):
        said = said.replace(bracket, chr(0xE000 + i), 1)
    parts = [p.strip() for p in _APART.split(said)]
    for i, bracket in enumerate(held):
        parts = [p.replace(chr(0xE000 + i), bracket) for p in parts]
    return [p for p in parts if p]


def _labelled(part: str) -> tuple[str, str]:
    """`白班:王强` as label and name; a number behind a name is no label's."""
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


def _piece(name: str, text: str, words: Words) -> Piece | None:
    rank, hours = "", None
    for inside in _BRACKETS.findall(name):
        said = inside.strip()
        if not said or _PHONE.fullmatch(said) or _PHONE.sub("", said).strip(" ,、;") == "":
            continue
        said = _PHONE.sub("", said).strip(" ,、;")
        if rank_of(said) is not None:
            rank = rank_of(said) or ""
        elif not is_title(said) or words.meaning(said):
            hours = words.meaning(said)
            if not hours:
                raise beside(inside, text)
    bare = _PHONE.sub(" ", _BRACKETS.sub(" ", name)).strip(" :.-—–")
    if not bare or is_off(bare):
        return None
    return Piece(bare, rank, hours)


def beside(words: str, text: str) -> BadField:
    """Why words beside a name are refused."""
    return BadField(
        "%(text)s: %(words)s beside a name is not understood: write only names, or a shift that the legend explains.",
        field="name", text=" ".join(text.split()), words=words,
    )  # fmt: skip
