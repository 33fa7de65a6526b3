"""The dossier of a matter, from the record: what happened, who held it how long, returns, clocks, precedents, alike cases."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import orjson

from hotline.base.db.connection import Conn, queries
from hotline.base.text.department_masking import for_department
from hotline.ids import DepartmentId
from sla.ledger.responsibility import Interval, LedgerEvent, intervals

Q = queries("reports.consult")
#: Events that say nothing to a consultation.
_NOISE = frozenset({"shown", "acknowledged", "report_back_tried", "exported", "printed", "revealed"})
_ALIKE, _PRECEDENTS = 0.3, 3


@dataclass(frozen=True, slots=True)
class DossierLine:
    """One line of what happened: when, what, by whom or to whom, and the reason that was given."""

    seq: int
    at: datetime
    kind: str
    who: str
    note: str


@dataclass(frozen=True, slots=True)
class HeldTime:
    """A party and how many seconds it held the matter; `department`: its name, where it is one."""

    party: str
    department: str | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Dossier:
    """A matter before the consultation. Words of tipoffs and confidential matters are left out."""

    ticket: int
    number: str
    state: str
    category: str
    urgency: str
    secret: bool
    received_at: datetime
    department: str | None
    department_code: str | None
    owner: str
    reasons: tuple[str, ...]
    added_at: datetime
    text: str
    place: str
    timeline: tuple[DossierLine, ...]
    held: tuple[HeldTime, ...]
    returns: tuple[Mapping[str, Any], ...]
    clocks: tuple[Mapping[str, Any], ...]
    precedents: tuple[Mapping[str, Any], ...]
    alike: tuple[Mapping[str, Any], ...]


def span_of(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The first moment of a day and the first after it."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


async def standing(
    conn: Conn, day: date, zone: ZoneInfo, department: DepartmentId | None = None
) -> list[asyncpg.Record]:
    """The tickets that stand before the consultation of a day; of a department those in which it has a part."""
    start, end = span_of(day, zone)
    return list(await conn.fetch(Q["standing"], start, end, department))


async def load_dossiers(conn: Conn, rows: Sequence[asyncpg.Record], now: datetime) -> list[Dossier]:
    """The dossiers of some tickets, as the record stands at `now`."""
    ids = [r["ticket_id"] for r in rows]
    words = {r["ticket_id"]: r for r in await conn.fetch(Q["words"], ids)}
    records = _by(await conn.fetch(Q["records"], ids, now))
    returns, clocks = _by(await conn.fetch(Q["returns"], ids, now)), _by(await conn.fetch(Q["clocks"], ids))
    departments = {r["id"]: r for r in await conn.fetch(Q["departments"])}
    people = await _people(conn, records)
    known = await conn.fetch(Q["precedents"], now)
    found = []
    for r in rows:
        ident, w = r["ticket_id"], words.get(r["ticket_id"])
        secret = r["confidential"] or r["category"] == "tipoff"
        text = w["text"] if w is not None and not secret else ""
        place = w["place"] if w is not None and not secret else ""
        alike = await conn.fetch(Q["alike"], now, place, r["category"], ident) if place else []
        found.append(
            Dossier(
                ident,
                r["number"],
                r["state"],
                r["category"],
                r["urgency"],
                secret,
                r["received_at"],
                r["name"],
                r["code"],
                r["owner"],
                tuple(dict.fromkeys(r["reasons"])),
                r["added_at"],
                text,
                place,
                _timeline(records[ident], people, departments, secret=secret),
                _held(records[ident], departments, now),
                tuple(dict(k) for k in returns[ident]),
                tuple(dict(c) for c in clocks[ident]),
                () if secret else _precedents(known, ident, set(w["grams"]) if w is not None else set()),
                tuple(dict(a) for a in alike),
            )
        )
    return [for_department(dossier) for dossier in found]  # a dossier goes to departments


def _by(rows: Sequence[asyncpg.Record]) -> defaultdict[int, list[asyncpg.Record]]:
    found: defaultdict[int, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        found[row["ticket_id"]].append(row)
    return found


async def _people(conn: Conn, records: Mapping[int, Sequence[asyncpg.Record]]) -> Mapping[str, str]:
    ids = {int(r["actor"][5:]) for rows in records.values() for r in rows if r["actor"].startswith("user:")}
    return {f"user:{r['id']}": r["shown_name"] for r in await conn.fetch(Q["people"], list(ids))}


def _timeline(
    rows: Sequence[asyncpg.Record],
    people: Mapping[str, str],
    departments: Mapping[int, asyncpg.Record],
    *,
    secret: bool,
) -> tuple[DossierLine, ...]:
    """What happened, without noise; the words of a secret matter are left out."""
    found = []
    for r in rows:
        if r["kind"] in _NOISE:
            continue
        detail = orjson.loads(r["detail"])
        department = departments.get(detail.get("department", 0))
        who = "、".join(
            x for x in (people.get(r["actor"], ""), department["name"] if department is not None else "") if x
        )
        note = r["note"] or "" if not secret else ""
        found.append(DossierLine(r["seq"], r["at"], r["kind"], who, note))
    return tuple(found)


def _held(
    rows: Sequence[asyncpg.Record], departments: Mapping[int, asyncpg.Record], now: datetime
) -> tuple[HeldTime, ...]:
    """By the responsibility ledger, longest first; the parts add up to the whole."""
    codes = {ident: r["code"] for ident, r in departments.items()}
    names = {r["code"]: r["name"] for r in departments.values()}
    recorded = [LedgerEvent(r["at"], r["kind"], orjson.loads(r["detail"])) for r in rows]
    return add_up(intervals(recorded, codes, now), names)


def add_up(parts: Sequence[Interval], names: Mapping[str, str]) -> tuple[HeldTime, ...]:
    """The time of each party. Pure."""
    sums: dict[str, float] = defaultdict(float)
    for part in parts:
        sums[part.party] += (part.to_at - part.from_at).total_seconds()
    found = [HeldTime(party, names.get(party.removeprefix("department:")), seconds) for party, seconds in sums.items()]
    return tuple(sorted(found, key=lambda h: (-h.seconds, h.party)))


def _precedents(known: Sequence[asyncpg.Record], ticket: int, keys: set[str]) -> tuple[Mapping[str, Any], ...]:
    """Those whose words are most alike, of other tickets."""
    own = {k for k in keys if len(k) > 1}
    ranked = []
    for row in known:
        theirs = {k for k in row["grams"] if len(k) > 1}
        both = len(own & theirs) / max(1, len(own | theirs))
        if row["ticket_id"] != ticket and both >= _ALIKE:
            ranked.append((both, row))
    ranked.sort(key=lambda x: -x[0])
    return tuple({k: row[k] for k in ("number", "name", "reason", "source", "at")} for _, row in ranked[:_PRECEDENTS])
