"""Tables with a day, or a moment, in each row: lines with names, days with posts, days with people and signs. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Literal

from hotline.base.fields import far
from hotline.base.problem import BadField
from routing.roster.blocks import Block
from routing.roster.cells import Row, letters, tight
from routing.roster.columns import aside, no_hours, refuse_unknown, settled
from routing.roster.days import candidates, expand
from routing.roster.headers import Head, is_title, post_of, rank_of
from routing.roster.hours import Hours
from routing.roster.marks import Said, days_in, weekday_of
from routing.roster.moments import Moment, moment_of, span_between
from routing.roster.order import in_order
from routing.roster.plan import Duty, Reading, no_day, no_shift, open_day

_DITTO = frozenset({"〃", "″", "同上", "''", '"', "同前"})
_SAYING: tuple[Literal["rank"], Literal["title"], Literal["shift"]] = ("rank", "title", "shift")
_ENDS: tuple[Literal["from"], Literal["to"]] = ("from", "to")


def read_day_rows(block: Block, reading: Reading) -> None:
    """A block whose rows are days. What is not understood is refused by its cell."""
    width = max([len(block.heads), *(len(r.texts) for r in block.rows)])
    heads = {i: block.heads[i] if i < len(block.heads) else Head("") for i in range(width)}
    dates = [i for i, h in heads.items() if h.kind == "date"]
    for i in dates[1:]:
        if all(weekday_of(r.text(i)) for r in block.rows if r.text(i)):
            heads[i] = Head("weekday", heads[i].text)
    dates = [i for i in dates if heads[i].kind == "date"]
    if len(dates) < 2:
        DayRows(block, reading, heads).read()
        return
    for n, first in enumerate(dates):  # two halves of a month side by side
        last = dates[n + 1] if n + 1 < len(dates) else width
        mine = [i for i in range(dates[0]) if heads[i].kind in {"department", "aside"} or n == 0] + [
            *range(first, last)
        ]
        DayRows(block, reading, {i: heads[i] for i in mine}).read()


class DayRows:
    """The rows of a block under some columns."""

    def __init__(self, block: Block, reading: Reading, heads: dict[int, Head]) -> None:
        self.line, self.reading, self.roster = block.line, reading, reading.roster
        self.rows = [r for r in block.rows if any(r.text(i) for i in heads)]
        dated = any(h.kind == "date" for h in heads.values())
        self.heads = {i: settled(i, h, self.rows, dated) for i, h in heads.items()}
        self.at = {kind: i for i, h in reversed(self.heads.items()) if (kind := h.kind)}
        if "date" not in self.at and "from" not in self.at and "weekday" in self.at:
            self.at["date"] = self.at.pop("weekday")
        self.timed = bool({"shift", "from", "to"} & set(self.at))
        self.last: dict[int, str] = {}
        self.given: dict[tuple[str, date, int], tuple[int, int]] = {}

    def read(self) -> None:
        """All rows, each with the department and the day above it where its own are blank."""
        if not refuse_unknown(self.heads, self.rows, self.line, self.reading, timed=self.timed):
            return
        days = self._days()
        above, before, own = self.reading.titled, None, 0
        for row in self.rows:
            above = self._text(row, "department") or above
            if row.line in days:
                before, own = days[row.line], row.line
            if before is None and "date" in self.at and row.line in days:
                continue
            try:
                self._row(row, above, before, own)
            except BadField as error:
                self.roster.refuse(row.line, None, error)

    def _text(self, row: Row, kind: str) -> str:
        return row.text(self.at[kind]) if kind in self.at else ""

    def _days(self) -> dict[int, list[date] | None]:
        """The days of each row that has some, by its line; None where they were refused."""
        column = self.at.get("date")
        if column is None:
            return {}
        read: list[tuple[Row, Said, list[date]]] = []
        found: dict[int, list[date] | None] = {}
        for row in self.rows:
            if not row.text(column):
                continue
            found[row.line] = None
            try:
                said = days_in(row.value(column))
                if said is None or not (days := self._possible(row, said)):
                    raise no_day(row.text(column)) if said is None else open_day(row.text(column))
                read.append((row, said, days))
            except BadField as error:
                self.roster.refuse(row.line, column, error)
        chosen = in_order([days for _, _, days in read], self.reading.frame if self._framed(read) else None)
        for (row, said, _), first in zip(read, chosen, strict=True):
            whole = expand(said, first) if first is not None else None
            if whole is None or any(far(d) for d in whole):
                self.roster.refuse(row.line, column, open_day(row.text(column)))
            else:
                found[row.line] = whole
        return found

    def _framed(self, read: Sequence[tuple[Row, Said, list[date]]]) -> bool:
        """Whether the title binds the days: whole dates without a title that names days are free."""
        frame = self.reading.frame
        return frame is not None and (frame.named or any(said.marks[0].year is None for _, said, _ in read))

    def _possible(self, row: Row, said: Said) -> list[date]:
        days = candidates(said.marks[0], self.reading.frame)
        weekday = weekday_of(self._text(row, "weekday")) if "weekday" in self.at else None
        fits = [d for d in days if weekday in {None, d.isoweekday()}]
        if days and not fits:
            raise BadField("%(text)s is no %(weekday)s: one of both is wrong.", field="date", text=row.text(self.at["date"]),
                           weekday=self._text(row, "weekday"))  # fmt: skip
        return fits

    def _row(self, row: Row, department: str, days: list[date] | None, own: int) -> None:
        for column, head in self.heads.items():
            if head.kind in {"aside", "phone", ""}:
                aside(row, column, head, self.reading)
            elif (
                head.kind == "weekday"
                and column != self.at.get("date")
                and weekday_of(row.text(column)) is None
            ):
                aside(row, column, Head("aside"), self.reading)
        if "from" in self.at and "to" in self.at and (self._text(row, "from") or self._text(row, "to")):
            self._timed(row, department, days)
            return
        if days is None:
            raise BadField("The day is missing.", field="date")
        rank, hours = self._rank_and_hours(row)
        self._named(row)
        row = self._repeated(row)
        for day in days:
            self.roster.days.add((department, day))
            self._posts(row, department, day, own, rank, hours)

    def _repeated(self, row: Row) -> Row:
        """The row with 同上 and its kin as what stands above them."""
        texts = list(row.texts)
        for column, head in self.heads.items():
            if head.kind in {"post", "name"} and tight(row.text(column)) in _DITTO and column in self.last:
                texts[column] = self.last[column]
            if head.kind in {"post", "name"} and row.text(column):
                self.last[column] = texts[column]
        return replace(row, texts=texts)

    def _named(self, row: Row) -> None:
        """Raises BadField where a line has no name."""
        if "name" in self.at and "post" not in self.at and not self._text(row, "name"):
            raise BadField(
                "%(column)s is empty.",
                field="name",
                column="name",
                cell=f"{letters(self.at['name'])}{row.line}",
            )

    def _rank_and_hours(self, row: Row) -> tuple[str, Hours | None]:
        """What the row itself says of rank and hours. Raises BadField that names the cell."""
        rank, hours = "", None
        kind: Literal["rank", "title", "shift"] = "rank"
        try:
            for kind in _SAYING:
                if kind in self.at:
                    rank, hours = self._said(row, kind, rank, hours)
        except BadField as error:
            cell = f"{letters(self.at[kind])}{row.line}"
            raise BadField(error.message, field=error.field, **{"cell": cell, **error.params}) from error
        return rank, hours

    def _said(
        self, row: Row, kind: Literal["rank", "title", "shift"], rank: str, hours: Hours | None
    ) -> tuple[str, Hours | None]:
        text = self._text(row, kind)
        if kind == "shift":
            if not text:
                raise BadField("%(column)s is empty.", field="shift", column="shift")
            hours = self.reading.words.meaning(text)
            if hours is None:
                post, hours = post_in_words(text, self.reading, strict=True)
                rank, hours = rank or post, hours or self.reading.words.usual
            return rank, hours
        if kind == "title":
            return post_in_words(text, self.reading) if text else (rank, hours)
        found = rank_of(text) if text else ""
        if found is None:
            raise BadField("%(text)s is not member, deputy or leader.", field="rank", text=text)
        return found, hours

    def _posts(self, row: Row, department: str, day: date, own: int, rank: str, hours: Hours | None) -> None:
        usual = self.reading.words.usual
        for column, head in self.heads.items():
            if not row.text(column):
                continue
            if head.kind in {"post", "name"}:
                pieces = self.reading.pieces(row, column)
                mine = head.hours or (hours if hours is not None else usual)
                self._once(
                    row,
                    department,
                    day,
                    column,
                    own,
                    bool(pieces) and "name" not in self.at and not self.timed,
                )
                self.reading.put(
                    row,
                    column,
                    department,
                    day,
                    pieces,
                    head.rank or rank or "member",
                    mine,
                    self._text(row, "section"),
                )
            elif head.kind == "unknown":
                self._sign(row, column, head, department, day)

    def _once(self, row: Row, department: str, day: date, column: int, own: int, held: bool) -> None:
        """A post that two rows fill for the same day: refused at the second."""
        line, whose = (
            self.given.setdefault((department, day, column), (row.line, own)) if held else (row.line, own)
        )
        if line != row.line and whose != own:
            self.roster.refuse(row.line, column, BadField(
                "%(day)s stands in row %(line)s already: one of both is wrong.", field="date", day=day.isoformat(), line=line))  # fmt: skip

    def _sign(self, row: Row, column: int, head: Head, department: str, day: date) -> None:
        """A cell under somebody's name."""
        try:
            hours = self.reading.words.meaning(row.text(column))
            if hours is None:
                raise no_shift(row.text(column))
        except BadField as error:
            self.roster.refuse(row.line, column, error)
            return
        person = Row(row.line, [head.text], [head.text])
        self.reading.put(row, column, department, day, self.reading.pieces(person, 0), "member", hours)

    def _timed(self, row: Row, department: str, days: list[date] | None) -> None:
        """A row with 开始 and 结束: moments, or times of the row's day."""
        start, end = (self._moment(row, n) for n in _ENDS)
        rank, _ = self._rank_and_hours(row) if "shift" not in self.at else ("", None)
        text = f"{self._text(row, 'from')}-{self._text(row, 'to')}"
        self._named(row)
        each: Sequence[date | None] = days if days is not None and start.day is None else [None]
        for day in each:
            self._span(row, department, start, end, day, text, rank)

    def _moment(self, row: Row, kind: Literal["from", "to"]) -> Moment:
        try:
            return moment_of(row, self.at[kind], self.reading.frame, self.reading.zone)
        except BadField as error:
            raise BadField(
                error.message, field=kind, **{"cell": f"{letters(self.at[kind])}{row.line}", **error.params}
            ) from error

    def _span(
        self, row: Row, department: str, start: Moment, end: Moment, day: date | None, text: str, rank: str
    ) -> None:
        from_at, to_at = span_between(start, end, day, self.reading.zone, text)
        first = from_at.astimezone(self.reading.zone).date()
        for n in range(max(1, -((from_at - to_at) // timedelta(days=1)))):
            self.roster.days.add((department, first + timedelta(days=n)))
        for column, head in self.heads.items():
            if head.kind in {"post", "name"} and row.text(column):
                for piece in self.reading.pieces(row, column):
                    self.roster.duties.append(Duty(row.line, department, piece.text, piece.rank or head.rank or rank or "member", from_at,
                                                   to_at, "", self._text(row, "section")))  # fmt: skip


def post_in_words(text: str, reading: Reading, *, strict: bool = False) -> tuple[str, Hours | None]:
    """A cell that names a post (带班领导, 夜班值班员) or a title (局长). Raises BadField for other words."""
    head = post_of(text, reading.words)
    if head.kind == "post":
        if head.asks:
            raise no_hours(text)
        return head.rank, head.hours
    if strict or not is_title(text):
        raise (
            no_shift(text)
            if strict
            else BadField("%(text)s is not member, deputy or leader.", field="rank", text=text)
        )
    return "", None
