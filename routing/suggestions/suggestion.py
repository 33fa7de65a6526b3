"""Which department: catalogue and precedents first, then the model, then duties (rulebook §7)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.ticket import Ticket
from hotline.tickets import store
from hotline.tickets.tipoffs import tipoffs_sql
from hotline.tickets.tipoffs.named_units import named_in
from hotline.tickets.tipoffs.protection import directory as units
from hotline.tickets.tipoffs.tipoff_words import reads_like_tipoff
from routing.directory.catalogue import lines_for
from routing.likeness import duplicates_sql
from routing.likeness.sketch import bands, pairs, shared
from routing.returns import returns_sql
from routing.suggestions.by_duties import Known, by_duties, territory_of
from routing.suggestions.model.keep import current
from routing.suggestions.model.territory import both

LIMIT = 3
#: A precedent's words are at least so much alike.
_ALIKE = 0.4
#: One clear winner: so likely, and so many times likelier than the next.
_CLEAR, _TIMES = 0.75, 2.5
#: From so likely on a key dispatches.
_KEYED = 0.3
#: Less than this is no suggestion.
_POSSIBLE = 0.001


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A department with its probability and why; `source` says who says so; `before`: how its part in this ticket ended."""

    department: str
    name: str
    probability: float
    reasons: tuple[str, ...]
    source: str
    before: str = ""

    @property
    def keyed(self) -> bool:
        """Whether one key may dispatch to it: likely enough, and not recalled or ruled away on this ticket."""
        return self.probability >= _KEYED and not self.before

    def shown(self) -> dict[str, Any]:
        """As the API and the pages show it."""
        return {
            "department": self.department,
            "name": self.name,
            "probability": round(self.probability, 4),
            "reasons": list(self.reasons),
            "source": self.source,
        }


def clear(found: Sequence[Suggestion]) -> bool:
    """Whether there is one clear winner, to be proposed to the owner."""
    if not found or found[0].before or found[0].probability < _CLEAR:
        return False
    return len(found) == 1 or found[0].probability >= _TIMES * found[1].probability


async def suggest(
    conn: Conn,
    services: Services,
    text: str,
    place: str,
    now: datetime,
    *,
    but: Collection[str] = (),
    precedents: bool = True,
) -> list[Suggestion]:
    """Up to three departments, best first; each once, with the words of its first source. `but`: codes that are left out.

    `precedents`: also by what was decided on other tickets, whose words and numbers only the centre reads.

    For words that read like a tipoff: neither the units that they name, nor who takes those about officials (12388).
    What stands in the catalogue or was decided before comes first; the model, then the duties share what is left in doubt.
    """
    directory = await returns_sql.directory(conn)
    if reads_like_tipoff(text):
        named = named_in(f"{text}\n{place}", await units(conn)).certain
        but = {*but, *(row.code for row in directory if row.discipline or row.id in named)}
    names = {row.code: row.name for row in directory if row.code not in but}
    known = [Known(r.code, r.name, tuple(r.duties), r.territory, r.kind) for r in directory if r.code in names]
    sources = (
        await _catalogue(conn, services, text, now),
        await _precedents(conn, text) if precedents else [],
        _model(services, text, place, names),
        _duties(known, text, place),
    )
    ranked = sorted(
        shares([[s for s in said if s.department in names] for said in sources]),
        key=lambda s: (-s.probability, s.department),
    )
    of_place = {k.code for k in known if territory_of(k)}
    return both([s for s in ranked if s.probability > _POSSIBLE], LIMIT, lambda s: s.department in of_place)


def shares(sources: Sequence[Sequence[Suggestion]]) -> list[Suggestion]:
    """Suggestions as one: each source shares what those before it left in doubt, so that all together are at most 1.

    What several say of a department adds up under the first one's name and words.
    """
    found: dict[str, Suggestion] = {}
    doubt = 1.0
    for said in sources:
        part = doubt / max(1.0, sum(s.probability for s in said))
        for s in said:
            before = found.get(s.department)
            whole = s.probability * part + (before.probability if before else 0.0)
            found[s.department] = replace(before or s, probability=whole)
        doubt = max(0.0, doubt - part * sum(s.probability for s in said))
    return list(found.values())


def _duties(known: Sequence[Known], text: str, place: str) -> list[Suggestion]:
    names = {k.code: k.name for k in known}
    return [
        Suggestion(
            hint.code,
            names[hint.code],
            hint.probability,
            hint.reasons,
            "territory" if hint.place else "duties",
        )
        for hint in by_duties(known, text, place, LIMIT)
    ]


def _model(services: Services, text: str, place: str, names: dict[str, str]) -> list[Suggestion]:
    model = current(services.settings.data)
    if model is None:
        return []
    by_name = {name: code for code, name in names.items()}
    found = []
    for guess in model.suggest(text, place, LIMIT):
        code = guess.label if guess.label in names else by_name.get(guess.label)
        if code is not None and guess.probability >= 0.02:
            found.append(Suggestion(code, names[code], guess.probability, guess.words, f"model {model.version}"))
    return found


async def _catalogue(conn: Conn, services: Services, text: str, now: datetime) -> list[Suggestion]:
    """Lines whose matter stands in the text, whole or nearly."""
    day = now.astimezone(services.settings.zone).date()
    return [
        Suggestion(
            m.row.code,
            m.row.name,
            0.99 * m.share,
            (f"{m.row.matter}（{m.row.basis}，{m.row.since:%Y-%m-%d}）",),
            "catalogue",
        )
        for m in await lines_for(conn, text, day)
    ]


async def _precedents(conn: Conn, text: str) -> list[Suggestion]:
    """What was decided on tickets whose words are much alike."""
    mine, found = pairs(text), []
    for row in await duplicates_sql.alike_precedents(conn, bands(text)):
        both = shared(mine, pairs(row.text))
        if both >= _ALIKE:
            reason = f"{row.number}：{row.reason}"
            chance = min(0.95, 0.5 + both / 2)
            found.append(Suggestion(row.code, row.name, chance, (reason,), "precedent"))
    return found


async def suggest_for(conn: Conn, services: Services, ticket: Ticket, now: datetime) -> list[Suggestion]:
    """The suggestions for a ticket; for a tipoff never a unit that it names, nor the discipline body (12388 takes those).

    A department from which the ticket was recalled or ruled away, or that returned it, comes last and says so.
    """
    words = (await store.words(conn, [ticket.id])).get(ticket.id)
    if words is None or not words.text:
        return []
    but = set(await tipoffs_sql.not_for(conn, ticket.id))
    found = await suggest(conn, services, words.text, words.place, now, but=but)
    before = {row.code: row.end_reason for row in await returns_sql.had_before(conn, ticket.id)}
    marked = [replace(s, before=before.get(s.department, "")) for s in found]
    return sorted(marked, key=lambda s: bool(s.before))


async def kept_with_dispatch(conn: Conn, services: Services, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """What was suggested when a ticket is dispatched, with the model's version, for the record of the assignment."""
    model = current(services.settings.data)
    found = await suggest_for(conn, services, ticket, now)
    return {
        "model": model.version if model else None,
        "items": [
            {"department": s.department, "probability": round(s.probability, 4), "source": s.source} for s in found
        ],
    }
