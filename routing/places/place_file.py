"""`import places`: the gazetteer from a table, all or nothing. Names are added and brought up to date; none is dropped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from hotline.base.db.connection import Conn
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from hotline.base.text.search_keys import folded
from hotline.people.store import audit
from routing.likeness.duplicates import RECENT, reread
from routing.places import gazetteer_sql
from routing.places.spellings import is_kind_word, kind_of, no_names
from routing.suggestions.model.functions import general
from routing.tables.by_column import MOST, ImportResult
from routing.tables.columns import Headers, read_columns
from routing.tables.reader import Sheet

HEADERS: Headers = {
    "name": ("名称", "地名", "地点", "标准名称", "小区名称", "村名", "村屯", "路名", "道路名称", "place"),
    "kind": ("类别", "类型", "种类", "地名类别", "type"),
    "township": ("乡镇", "所属乡镇", "所在乡镇", "街道", "乡镇街道", "镇", "town"),
    "aliases": ("别名", "俗称", "简称", "曾用名", "又名", "其他名称", "alias", "other names"),
}
#: What offices call the kinds.
KINDS = {
    "village": ("村", "屯", "自然村", "行政村", "村屯", "村庄", "村民委员会", "建制村"),
    "estate": ("小区", "住宅小区", "居民小区", "社区", "住宅区", "楼盘", "居民区", "住宅"),
    "road": ("路", "街", "道路", "街路", "街巷", "巷", "公路", "大街", "胡同"),
    "school": ("学校", "小学", "中学", "幼儿园", "高中"),
    "hospital": ("医院", "卫生院", "诊所"),
    "other": ("其他", "其它", "广场", "公园", "市场", "商场", "桥", "单位", "工厂", "企业"),
}
_KIND = {word: kind for kind, words in KINDS.items() for word in (kind, *words)}
_APART = re.compile(r"[;；、,，/|\n]+")
_LONG = 40
#: A table changes the places of tickets that came so lately; older ones are no longer compared.
_REREAD: timedelta = RECENT


@dataclass(frozen=True, slots=True)
class GazetteerLine:
    """A line of the table, understood. `kind` is empty where neither the table nor the name tells it."""

    name: str
    kind: str
    township: str
    aliases: tuple[str, ...]

    @property
    def spellings(self) -> tuple[str, ...]:
        """The name and the other names, folded, each once."""
        return tuple(dict.fromkeys(_read(word) for word in (self.name, *self.aliases)))


def _read(word: str) -> str:
    return re.sub(r"\s+", "", folded(word))


def _checked(word: str, field: str) -> str:
    """A name that can be looked for. Raises BadField for one that is too short, too long, or said of many places."""
    read = _read(word)
    if not 2 <= len(read) <= _LONG:
        raise BadField("%(name)s: a name has 2 to 40 characters.", field=field, name=word or "—")
    if is_kind_word(read) or read in no_names() or read in general():
        raise BadField("%(name)s is said of many places and names none.", field=field, name=word)
    return " ".join(word.split())


def place_of_line(row: Mapping[str, str]) -> GazetteerLine:
    """A line as a place. Raises BadField naming the column."""
    name = _checked(row.get("name", ""), "name")
    said = row.get("kind", "").strip()
    kind = _KIND.get(said.lower()) if said else kind_of(_read(name))
    if kind is None:
        raise BadField(
            "%(kind)s is no kind of place; there are: %(kinds)s.",
            field="kind",
            kind=said,
            kinds=[words[0] for words in KINDS.values()],
        )
    if len(row.get("township", "")) > _LONG:
        raise BadField("%(name)s: a name has 2 to 40 characters.", field="township", name=row["township"][:60])
    aliases = [word.strip() for word in _APART.split(row.get("aliases", "")) if word.strip()]
    return GazetteerLine(
        name,
        kind,
        row.get("township", "").strip(),
        tuple(_checked(word, "aliases") for word in dict.fromkeys(aliases)),
    )


async def import_places(
    conn: Conn, services: Services, sheet: Sheet, now: datetime, *, actor: str = "system"
) -> ImportResult:
    """Columns name; kind, township, aliases (by ;). A known name is brought up to date and keeps the other names that it has."""
    table = read_columns(sheet, HEADERS, ("name",), MOST)
    refused, ready = list(table.refused), []
    for line, row in table.lines:
        try:
            ready.append((line, place_of_line(row)))
        except BadField as error:
            refused.append((line, error))
    refused += await _claimed(conn, ready)
    if refused:
        return ImportResult(0, tuple(sorted(refused, key=lambda r: r[0])), table.called, tuple(table.notes))
    before = await gazetteer_sql.count(conn)
    for _, place in ready:
        made = await gazetteer_sql.put_place(conn, place.name, place.kind, place.township)
        written = {_read(word): word for word in (*place.aliases, place.name)}
        await gazetteer_sql.put_spellings(conn, made, list(written), list(written.values()))
    new = await gazetteer_sql.count(conn) - before
    await audit(conn, actor, "places_imported", now, places=len(ready), new=new)
    await reread(conn, now - _REREAD, now)
    return ImportResult(len(ready), (), table.called, tuple(table.notes), (("new", new), ("known", len(ready) - new)))


async def _claimed(conn: Conn, ready: Sequence[tuple[int, GazetteerLine]]) -> list[tuple[int, BadField]]:
    """Lines with a name that is another place's already: in the table above, or in the gazetteer."""
    rows = await gazetteer_sql.whose(conn, sorted({word for _, place in ready for word in place.spellings}))
    whose = {row.spelling: row.name for row in rows}
    refused, seen = [], set()
    for line, place in ready:
        if place.name in seen:
            why = BadField(
                "%(name)s stands twice: of two places of one name say which, as in 东屏镇前进村.",
                field="name",
                name=place.name,
            )
            refused.append((line, why))
            continue
        seen.add(place.name)
        other = next(((w, whose[w]) for w in place.spellings if whose.get(w, place.name) != place.name), None)
        if other is not None:
            why = BadField("%(name)s is a name of %(other)s already.", field="aliases", name=other[0], other=other[1])
            refused.append((line, why))
        whose |= dict.fromkeys(place.spellings, place.name)
    return refused
