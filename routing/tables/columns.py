"""A table's columns under our names: whatever header people write; every cell that holds something is understood or refused. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from hotline.base.http.problem import BadField
from routing.tables.bounds import Unreadable
from routing.tables.cell import Value, letters, text_of
from routing.tables.merged_cells import filled_down, merged_across
from routing.tables.reader import Sheet

#: Our name of a column → how offices head it; our name itself always counts.
Headers = Mapping[str, Sequence[str]]
#: A running number beside the rows says nothing of them.
_COUNTING = frozenset({"序号", "序", "行号", "no", "no.", "#", "serial", "s/n", "index", "次序", "顺序号", "项次"})
_DEEP = 12  # the header stands in one of the first rows
#: In which language a column is, is no remark.
_LANGUAGE = r"(?![^()\[\]【】〔〕]*(?:英|蒙|[Ee][Nn]))"
_REMARK = re.compile(rf"\({_LANGUAGE}[^()]*\)|\[{_LANGUAGE}[^\[\]]*\]|【{_LANGUAGE}[^】]*】|〔{_LANGUAGE}[^〕]*〕")
_FILL = re.compile(r"[\s_\-‐–—/.·:*#※★'\"“”\u200b-\u200f\u2060\ufeff]+")
_WORDS = re.compile(r"[/\\|、,;\n]+|(?<=[^\x00-\x7f])\s+(?=[A-Za-z])|或|及(?!时)|和")
#: How a row below the lines begins that is none of them.
_FOOT = re.compile(r"(?:合计|总计|小计|共计|制表|填表|填报|审核|审批|说明|备注|注[:：]|total$|sum$)")
_WHOLE = re.compile(r"(\d+)\.0+")


@dataclass(slots=True)
class ReadTable:
    """The lines of a table under our names. `called`: how the file calls a column (`B 受理时间`). `refused`: cells by their line."""

    lines: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    refused: list[tuple[int, BadField]] = field(default_factory=list)
    called: dict[str, str] = field(default_factory=dict)
    notes: list[BadField] = field(default_factory=list)


def plain_header(text: str) -> str:
    """A header or a word of a fixed set as it is compared: half width, lower case, without spaces, signs and what nobody sees."""
    return _FILL.sub("", unicodedata.normalize("NFKC", text).lower())


def bare(text: str) -> str:
    """`plain_header` without a remark in brackets: `电话（必填）` is 电话."""
    return plain_header(_REMARK.sub("", unicodedata.normalize("NFKC", text)))


def read_columns(sheet: Sheet, headers: Headers, needed: Sequence[str], most: int) -> ReadTable:
    """The table of a sheet. Raises Unreadable: no header, a column that is needed is missing, no rows, too many rows.

    Where the file itself was refused by a line, that is why, and not what is missing for it.
    """
    try:
        return _read(sheet, headers, needed, most)
    except Unreadable:
        if not sheet.refused:
            raise
        return ReadTable(refused=list(sheet.refused))


def _read(sheet: Sheet, headers: Headers, needed: Sequence[str], most: int) -> ReadTable:
    """The lines of a sheet below its header, under our names. Raises Unreadable."""
    known = {plain_header(word): ours for ours, words in headers.items() for word in (ours, *words)}
    place = _header_at(sheet, known, needed)
    line, cells = sheet.rows[place]
    found = ReadTable(refused=list(sheet.refused))
    body = _without_foot(filled_down(sheet)[place + 1 :], cells, known, needed, found)
    found.refused += merged_across(sheet, line)
    columns = _columns([text_of(cell) for cell in cells], body, known, found)
    missing = [name for name in needed if name not in columns.values()]
    if missing:
        raise _missing(missing[0], headers, [text_of(c) for c in cells if c is not None])
    found.called = {ours: f"{letters(i)} {_one_line(text_of(cells[i]))}" for i, ours in columns.items()}
    _note(sheet, place, found)
    for number, row in body:
        if _same_as_header(row, cells):
            continue
        texts = {ours: sheet.text(number, i, row[i]) if i < len(row) else "" for i, ours in columns.items()}
        if any(texts.values()):
            found.lines.append((number, texts))
    if not found.lines and not found.refused:
        raise Unreadable("The table has no rows.", field="file")
    if len(found.lines) > most:
        raise Unreadable(
            "The table has more than %(most)s rows that hold something: divide it.", field="file", most=most
        )
    found.refused.sort(key=lambda item: item[0])
    return found


def _without_foot(
    body: list[tuple[int, list[Value]]],
    header: Sequence[Value],
    known: Mapping[str, str],
    needed: Sequence[str],
    found: ReadTable,
) -> list[tuple[int, list[Value]]]:
    """The rows without sums and signatures (`合计 | | 75`, `制表人：…`), which lack what a line needs; each is named aloud."""
    at = [i for i, cell in enumerate(header) if ours_of(text_of(cell), known) in needed]
    kept = []
    for line, row in body:
        said = [text_of(cell) for cell in row if cell is not None]
        if said and _FOOT.match("".join(said[0].split()).lower()) and any(i >= len(row) or row[i] is None for i in at):
            text = _one_line(" ".join(said))
            found.notes.append(BadField("Line %(line)s, not taken: %(text)s", line=line, text=text))
        else:
            kept.append((line, row))
    return kept


def _header_at(sheet: Sheet, known: Mapping[str, str], needed: Sequence[str]) -> int:
    """Which of the first rows names the columns: the one with the most names that we know."""
    if not sheet.rows:
        raise Unreadable("The table has no rows.", field="file")
    best, most = 0, 0
    for place, (_, cells) in enumerate(sheet.rows[:_DEEP]):
        ours = {ours_of(text_of(cell), known) for cell in cells} - {""}
        if len(ours) > most:
            best, most = place, len(ours)
        if set(needed) <= ours:
            return place
    return best


def ours_of(header: str, known: Mapping[str, str]) -> str:
    return known.get(plain_header(header)) or known.get(bare(header)) or _both(header, known)


def _both(header: str, known: Mapping[str, str]) -> str:
    """`别名/简称`, `单位名称 Name`: a header of several words that are all the same column's."""
    words = [bare(word) for word in _WORDS.split(unicodedata.normalize("NFKC", header)) if bare(word)]
    ours = {known.get(word, "") for word in words}
    return ours.pop() if len(words) > 1 and len(ours) == 1 else ""


def _columns(
    header: Sequence[str],
    body: Sequence[tuple[int, list[Value]]],
    known: Mapping[str, str],
    found: ReadTable,
) -> dict[int, str]:
    """Which column is which of ours; what holds something and is none is refused at its first cell."""
    columns: dict[int, str] = {}
    width = max((len(row) for _, row in body), default=0)
    for i in range(max(width, len(header))):
        said = header[i] if i < len(header) else ""
        ours = ours_of(said, known)
        full = next(((n, row[i]) for n, row in body if i < len(row) and row[i] is not None), None)
        if ours and ours not in columns.values():
            columns[i] = ours
        elif plain_header(said) in _COUNTING or bare(said) in _COUNTING:
            _refuse_no_numbers(i, body, found)
        elif full is not None:
            cell = f"{letters(i)}{full[0]}"
            found.refused.append((full[0], _unknown(cell, said, full[1], bool(ours))))
    return columns


def _refuse_no_numbers(column: int, body: Sequence[tuple[int, list[Value]]], found: ReadTable) -> None:
    for number, row in body:
        value = row[column] if column < len(row) else None
        if value is not None and not re.fullmatch(
            r"[\d.、()一二三四五六七八九十百-]+", plain_header(text_of(value)) or "0"
        ):
            found.refused.append((number, _unknown(f"{letters(column)}{number}", "", value, False)))
            return


def _unknown(cell: str, header: str, value: Value, twice: bool) -> BadField:
    """The refusal of a column that holds something and is none of ours."""
    text = _one_line(text_of(value))
    if twice:
        return BadField(
            "%(cell)s: the column “%(header)s” stands twice; leave one.",
            field="file",
            cell=cell,
            header=_one_line(header),
        )
    if not header:
        return BadField(
            "%(cell)s holds “%(text)s” in a column without a name: name the column or delete it.",
            field="file",
            cell=cell,
            text=text,
        )
    return BadField(
        "%(cell)s: the column “%(header)s” is none that is taken here; it holds “%(text)s”: rename it or delete it.",
        field="file",
        cell=cell,
        header=_one_line(header),
        text=text,
    )


def _missing(name: str, headers: Headers, has: list[str]) -> Unreadable:
    called = next((w for w in headers.get(name, ()) if not w.isascii()), name)
    return Unreadable(
        "The column %(column)s (%(called)s) is missing; the table has: %(columns)s.",
        field="file",
        column=name,
        called=called,
        columns=[_one_line(word) for word in has] or ["—"],
    )


def _one_line(text: str) -> str:
    joined = " ".join(text.split())
    return joined if len(joined) <= 40 else joined[:39] + "…"


def _same_as_header(row: Sequence[Value], header: Sequence[Value]) -> bool:
    """A header repeated for print."""
    return list(row) == list(header)


def _note(sheet: Sheet, place: int, found: ReadTable) -> None:
    """What was not taken, or might surprise, is named aloud."""
    if place:
        said = " ".join(text_of(c) for _, row in sheet.rows[:place] for c in row if c is not None)
        found.notes.append(BadField("Above the header, not taken: %(text)s", text=_one_line(said)))
    if sheet.others:
        found.notes.append(
            BadField(
                "Only the sheet “%(name)s” was read, not: %(others)s.",
                name=sheet.name,
                others=list(sheet.others),
            )
        )
    if sheet.hidden:
        found.notes.append(BadField("Hidden rows were read too: %(n)s.", n=sheet.hidden))


def check_filled(cells: Mapping[str, str], needed: Sequence[str]) -> None:
    """Raises BadField naming the first of these columns in which a line has nothing."""
    for name in needed:
        if not cells.get(name):
            raise BadField("%(column)s is empty.", field=name, column=name)


def code_of(text: str) -> str:
    """A code or a number of another system as it was meant: `12.0` is 12, full width is half; spaces stand nowhere in it."""
    folded = unicodedata.normalize("NFKC", text).strip()
    match = _WHOLE.fullmatch(folded)
    return match[1] if match else folded
