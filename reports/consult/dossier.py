"""The dossier of a matter, from its record: what happened, who held it how long, returns, clocks, precedents, similar
tickets.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import TypeVar
from zoneinfo import ZoneInfo

import orjson

from hotline.base.clock import day_span
from hotline.base.db.connection import Conn
from hotline.base.services import OfTicket, Services
from hotline.base.text.department_masking import for_department
from hotline.base.text.paper_words import paper_words
from hotline.ids import DepartmentId
from reports.consult import consult_sql
from sla.ledger.responsibility import Interval, LedgerEvent, intervals

#: Events that say nothing to a consultation.
_NOISE = frozenset({"shown", "acknowledged", "report_back_tried", "exported", "printed", "revealed"})
_ALIKE, _PRECEDENTS = 0.3, 3


T = TypeVar("T", bound=OfTicket)


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
class DossierReturn:
    """A return with its ruling. `name`: who returned it; `ruled_at`: None until it is ruled on."""

    name: str
    reason: str
    basis: str
    suggested: str | None
    returned_at: datetime
    ruled_to: str | None
    ruling: str
    ruled_at: datetime | None
    overruled: bool | None


@dataclass(frozen=True, slots=True)
class DossierClock:
    """A clock that runs or is late. `name`: the department whose it is; None: the centre's."""

    clock: str
    name: str | None
    due_at: datetime
    breached_at: datetime | None
    state: str


@dataclass(frozen=True, slots=True)
class DossierPrecedent:
    """An earlier decision on a matter like this: to whom it went, and why."""

    number: str | None
    name: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AlikeTicket:
    """Another ticket at the same place in the same category."""

    number: str
    name: str | None
    state: str
    received_at: datetime


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
    returns: tuple[DossierReturn, ...]
    clocks: tuple[DossierClock, ...]
    precedents: tuple[DossierPrecedent, ...]
    alike: tuple[AlikeTicket, ...]


async def standing(
    conn: Conn, day: date, zone: ZoneInfo, department: DepartmentId | None = None
) -> list[consult_sql.ConsultStandingRow]:
    """The tickets that stand before the consultation of a day; of a department those in which it has a part."""
    start, end = day_span(day, zone)
    return list(await consult_sql.standing(conn, start, end, department))


async def known_names(
    conn: Conn, services: Services, rows: Sequence[consult_sql.ConsultStandingRow]
) -> Mapping[int, Sequence[str]]:
    """The names that are known of the persons of some tickets."""
    found: dict[int, list[str]] = defaultdict(list)
    for r in await consult_sql.names_of(conn, [r.ticket_id for r in rows]):
        found[r.ticket_id].append(services.keys.decrypt(r.name_enc))
    return found


async def load_dossiers(
    conn: Conn,
    rows: Sequence[consult_sql.ConsultStandingRow],
    now: datetime,
    names: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> list[Dossier]:
    """The dossiers of some tickets, as the record stands at `now`. They go round on paper: no name, number or door of a person stands in
    them. `names`: those that are known (`known_names`).
    """
    ids = [r.ticket_id for r in rows]
    words = {r.ticket_id: r for r in await consult_sql.words(conn, ids)}
    records = _by(await consult_sql.records(conn, ids, now))
    returns, clocks = _by(await consult_sql.returns(conn, ids, now)), _by(await consult_sql.clocks(conn, ids))
    departments = {r.id: r for r in await consult_sql.departments(conn)}
    people = await _people(conn, records)
    known = await consult_sql.precedents(conn, now)
    found = []
    for r in rows:
        ident, w = r.ticket_id, words.get(r.ticket_id)
        secret = r.confidential or r.category == "tipoff"
        text, place = (w.text, w.place) if w is not None and not secret else ("", "")
        alike = await consult_sql.alike(conn, now, place, r.category, ident) if place else []
        printed: Callable[[str], str] = partial(paper_words, names=names.get(ident, ())) if not secret else _left_out
        found.append(
            Dossier(
                ident,
                r.number,
                r.state,
                r.category,
                r.urgency,
                secret,
                r.received_at,
                r.name,
                r.code,
                r.owner,
                tuple(dict.fromkeys(r.reasons)),
                r.added_at,
                printed(text),
                printed(place),
                _timeline(records[ident], people, departments, printed),
                _held(records[ident], departments, now),
                tuple(_return(k, printed) for k in returns[ident]),
                tuple(DossierClock(c.clock, c.name, c.due_at, c.breached_at, c.state) for c in clocks[ident]),
                () if secret else _precedents(known, ident, set(w.grams) if w is not None else set()),
                tuple(AlikeTicket(a.number, a.name, a.state, a.received_at) for a in alike),
            )
        )
    return [for_department(dossier) for dossier in found]  # a dossier goes to departments


def _left_out(words: str) -> str:
    """Of a secret matter no word is printed."""
    return ""


def _return(row: consult_sql.ConsultReturnsRow, printed: Callable[[str], str]) -> DossierReturn:
    return DossierReturn(
        row.name,
        row.reason,
        printed(row.basis),
        row.suggested,
        row.returned_at,
        row.ruled_to,
        printed(row.ruling),
        row.ruled_at,
        row.overruled,
    )


def _by(rows: Sequence[T]) -> defaultdict[int, list[T]]:
    found: defaultdict[int, list[T]] = defaultdict(list)
    for row in rows:
        if row.ticket_id is not None:
            found[row.ticket_id].append(row)
    return found


async def _people(
    conn: Conn,
    records: Mapping[int, Sequence[consult_sql.ConsultRecordsRow]],
) -> Mapping[str, str]:
    ids = {int(r.actor[5:]) for rows in records.values() for r in rows if r.actor.startswith("user:")}
    return {f"user:{r.id}": r.shown_name for r in await consult_sql.people(conn, list(ids))}


def _timeline(
    rows: Sequence[consult_sql.ConsultRecordsRow],
    people: Mapping[str, str],
    departments: Mapping[int, consult_sql.ConsultDepartmentsRow],
    printed: Callable[[str], str],
) -> tuple[DossierLine, ...]:
    """What happened, without noise, in the words that are printed."""
    found = []
    for r in rows:
        if r.kind in _NOISE:
            continue
        detail = orjson.loads(r.detail)
        department = departments.get(detail.get("department", 0))
        who = "、".join(x for x in (people.get(r.actor, ""), department.name if department is not None else "") if x)
        found.append(DossierLine(r.seq, r.at, r.kind, who, printed(r.note or "")))
    return tuple(found)


def _held(
    rows: Sequence[consult_sql.ConsultRecordsRow],
    departments: Mapping[int, consult_sql.ConsultDepartmentsRow],
    now: datetime,
) -> tuple[HeldTime, ...]:
    """By the responsibility ledger, longest first; the parts add up to the whole."""
    codes = {ident: r.code for ident, r in departments.items()}
    names = {r.code: r.name for r in departments.values()}
    recorded = [LedgerEvent(r.at, r.kind, orjson.loads(r.detail)) for r in rows]
    return add_up(intervals(recorded, codes, now), names)


def add_up(parts: Sequence[Interval], names: Mapping[str, str]) -> tuple[HeldTime, ...]:
    """The time of each party. Pure."""
    sums: dict[str, float] = defaultdict(float)
    for part in parts:
        sums[part.party] += (part.to_at - part.from_at).total_seconds()
    found = [HeldTime(party, names.get(party.removeprefix("department:")), seconds) for party, seconds in sums.items()]
    return tuple(sorted(found, key=lambda h: (-h.seconds, h.party)))


def _precedents(
    known: Sequence[consult_sql.PrecedentsRow], ticket: int, keys: set[str]
) -> tuple[DossierPrecedent, ...]:
    """Those whose words are most alike, of other tickets."""
    own = {k for k in keys if len(k) > 1}
    ranked = []
    for row in known:
        theirs = {k for k in row.grams if len(k) > 1}
        both = len(own & theirs) / max(1, len(own | theirs))
        if row.ticket_id != ticket and both >= _ALIKE:
            ranked.append((both, row))
    ranked.sort(key=lambda x: -x[0])
    return tuple(
        DossierPrecedent(row.number, row.name, paper_words(row.reason), row.at) for _, row in ranked[:_PRECEDENTS]
    )
