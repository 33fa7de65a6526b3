"""What a row of a roster says of itself beside its names: rank, title or post, shift. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from hotline.base.http.problem import BadField
from routing.rosters.reader.cells import TableRow, letters
from routing.rosters.reader.columns import no_hours
from routing.rosters.reader.headers import Kind, is_title, post_of, rank_of
from routing.rosters.reader.hours import Hours
from routing.rosters.reader.plan import Reading, no_shift

_SAYING: tuple[Literal["rank"], Literal["title"], Literal["shift"]] = ("rank", "title", "shift")
Saying = Literal["rank", "title", "shift"]


def said_by(
    row: TableRow, at: Mapping[Kind, int], reading: Reading, *, shift: Literal["needed", "may be", "not read"]
) -> tuple[str, Hours | None]:
    """Rank and hours of a row; nothing where it says nothing. `shift`: whether its 班次 counts. Raises BadField that names the cell."""
    rank, hours = "", None
    for kind in _SAYING:
        if kind not in at or (kind == "shift" and shift == "not read"):
            continue
        text = row.text(at[kind])
        try:
            if text or (kind == "shift" and shift == "needed"):
                rank, hours = _one(kind, text, reading, rank, hours)
        except BadField as error:
            cell = f"{letters(at[kind])}{row.line}"
            raise BadField(error.message, field=error.field, **{"cell": cell, **error.params}) from error
    return rank, hours


def _one(kind: Saying, text: str, reading: Reading, rank: str, hours: Hours | None) -> tuple[str, Hours | None]:
    if kind == "shift":
        if not text:
            raise BadField("The shift is missing.", field="shift")
        found = reading.words.meaning(text)
        if found is not None:
            return rank, found
        post, found = _post(text, reading, strict=True)
        return rank or post, found or reading.words.usual
    if kind == "title":
        return _post(text, reading, strict=False)
    said = rank_of(text)
    if said is None:
        raise BadField("%(text)s is not member, deputy or leader.", field="rank", text=text)
    return said, hours


def _post(text: str, reading: Reading, *, strict: bool) -> tuple[str, Hours | None]:
    """A cell that names a post (带班领导, 夜班值班员) or, not `strict`, a title (局长)."""
    head = post_of(text, reading.words)
    if head.kind == "post":
        if head.asks:
            raise no_hours(text)
        return head.rank, head.hours
    if strict:
        raise no_shift(text)
    if not is_title(text):
        raise BadField("%(text)s is not member, deputy or leader.", field="rank", text=text)
    return "", None
