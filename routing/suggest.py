"""Which department: catalogue and precedents first, then the model, then duties (domain.md §7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from hotline.base.db import Conn
from hotline.base.house import House
from hotline.grams import grams, wanted
from routing.duties import Known, by_duties
from routing.model.keep import current
from routing.returns import Q

LIMIT = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A department with its probability and why; `source` says who says so."""

    department: str
    name: str
    probability: float
    reasons: tuple[str, ...]
    source: str

    def shown(self) -> dict[str, Any]:
        """As the API and the pages show it."""
        return {"department": self.department, "name": self.name, "probability": round(self.probability, 4),
                "reasons": list(self.reasons), "source": self.source}  # fmt: skip


async def suggest(conn: Conn, house: House, text: str, place: str, now: datetime) -> list[Suggestion]:
    """Up to three departments, best first; each department once, from its strongest source."""
    directory = await conn.fetch(Q["directory"])
    names = {row["code"]: row["name"] for row in directory}
    found = [
        *await _catalogue(conn, text, now.astimezone(house.settings.zone).date()),
        *await _precedents(conn, text),
    ]
    model = current(house.settings.data)
    if model is not None:
        by_name = {row["name"]: row["code"] for row in directory}
        for s in model.suggest(text, place, LIMIT):
            code = s.label if s.label in names else by_name.get(s.label)
            if code is not None:
                found.append(Suggestion(code, names[code], s.probability, s.words, f"model {model.version}"))
    known = [Known(r["code"], r["name"], tuple(r["duties"]), r["territory"]) for r in directory]
    for hint in by_duties(known, text, place, LIMIT):
        found.append(Suggestion(hint.code, names[hint.code], hint.probability, hint.reasons, "duties"))
    return _best(found)


def _best(found: Sequence[Suggestion]) -> list[Suggestion]:
    best: dict[str, Suggestion] = {}
    for s in found:
        if s.department not in best or s.probability > best[s.department].probability:
            best[s.department] = s
    return sorted(best.values(), key=lambda s: (-s.probability, s.department))[:LIMIT]


async def _catalogue(conn: Conn, text: str, today: date) -> list[Suggestion]:
    """Lines whose matter stands in the text, whole or nearly."""
    keys = set(grams(text))
    found = []
    for row in await conn.fetch(Q["catalogue_for"], [k for k in keys if len(k) > 1], today):
        need = {k for k in wanted(row["matter"]) if len(k) > 1} or set(wanted(row["matter"]))
        share = len(need & keys) / len(need) if need else 0.0
        if share >= 0.75:
            reason = f"{row['matter']}（{row['basis']}，{row['since']:%Y-%m-%d}）"
            found.append(Suggestion(row["code"], row["name"], 0.99 * share, (reason,), "catalogue"))
    return found


async def _precedents(conn: Conn, text: str) -> list[Suggestion]:
    """Rulings on tickets whose words are much alike."""
    keys = {k for k in grams(text) if len(k) > 1}
    found = []
    for row in await conn.fetch(Q["precedents_for"]):
        theirs = {k for k in row["grams"] if len(k) > 1}
        both = len(keys & theirs) / max(1, len(keys | theirs))
        if both >= 0.4:
            found.append(
                Suggestion(
                    row["code"],
                    row["name"],
                    min(0.95, 0.5 + both / 2),
                    (f"{row['number']}：{row['reason']}",),
                    "precedent",
                )
            )
    return found
