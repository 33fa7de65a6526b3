"""Inspections as pages and programs are shown them; what another inspector found is not shown before it is settled."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from hotline.base.db.connection import Conn
from hotline.people.user import User
from hotline.recordings.inspections import inspections_sql, judging_sql
from hotline.recordings.inspections.judging import Item, criteria_of, is_inspected
from hotline.recordings.inspections.samples import drawn_again
from hotline.recordings.inspections.scores import Agreement, agreement, stored_criteria
from hotline.recordings.shown import recordings_of_calls


def brief(item: Item) -> dict[str, Any]:
    """An item in a list."""
    return {
        "id": item.id,
        "sample": item.sample_id,
        "kind": item.kind,
        "week": item.week,
        "call": item.call_id,
        "reply": item.reply_id,
        "ticket": item.number,
        "operator": item.operator_name,
        "department": item.department_name,
        "department_en": item.department_name_en,
        "stratum": item.stratum,
        "inspectors": item.inspectors,
        "inspected": item.inspected,
        "settled_at": item.settled_at,
        "object_until": item.object_until,
        "score": item.score,
        "objected_at": item.objected_at,
        "upheld": item.upheld,
    }


async def whole(conn: Conn, user: User, item: Item) -> dict[str, Any]:
    """An item with its form, what it is about, the marks that this user may see, objection and decision."""
    found = brief(item)
    found["criteria"] = [criterion.model_dump() for criterion in await criteria_of(conn, item)]
    rows = await judging_sql.inspections_of(conn, [item.id])
    found["marks"] = [
        {"inspector": row.inspector_name, "marks": row.marks, "remark": row.remark, "score": row.score, "at": row.at}
        for row in rows
        if item.settled_at is not None or row.inspector_id == user.id
    ]
    objection = await judging_sql.objection(conn, item.id)
    found["objection"] = _objection(objection) if objection is not None else None
    own, done = await is_inspected(conn, user, item), any(row.inspector_id == user.id for row in rows)
    found |= {"own": own, "done": done}
    found["took_part"] = done or own or (objection is not None and objection.by_id == user.id)
    found["recordings"] = []
    if item.call_id is not None:
        found["recordings"] = (await recordings_of_calls(conn, [item.call_id]))[item.call_id]
    reply = await judging_sql.reply_words(conn, item.reply_id) if item.reply_id is not None else None
    found["words"] = reply.public_text if reply is not None else ""
    return found


def _objection(row: judging_sql.ObjectionRow) -> dict[str, Any]:
    return {
        "by": row.by_name,
        "reason": row.reason,
        "at": row.at,
        "upheld": row.upheld,
        "words": row.words,
        "decided_by": row.decided_name,
        "decided_at": row.decided_at,
    }


async def sample_view(conn: Conn, row: inspections_sql.InspectionSampleRow) -> dict[str, Any]:
    """A sample: how it was drawn and whether it comes out the same, what was drawn, how far two inspectors agree."""
    items = await inspections_sql.items(conn, await inspections_sql.drawn(conn, row.id))
    again = [(one.candidate.id, one.inspectors) for one in drawn_again(row)]
    agreed = await _agreement(conn, row, items)
    return {
        "id": row.id,
        "kind": row.kind,
        "week": row.week,
        "form_version": row.form_version,
        "seed": row.seed,
        "per_subject": row.per_subject,
        "candidates": len(row.candidates),
        "drawn_by": row.drawn_by,
        "drawn_at": row.drawn_at,
        "reproduced": again == [(item.call_id or item.reply_id, item.inspectors) for item in items],
        "pairs": agreed.pairs,
        "equal": agreed.equal,
        "kappa": round(agreed.kappa, 3) if agreed.kappa is not None else None,
        "items": [brief(item) for item in items],
    }


async def _agreement(conn: Conn, row: inspections_sql.InspectionSampleRow, items: Sequence[Item]) -> Agreement:
    """Over what two inspectors have both seen."""
    twice = [item.id for item in items if item.inspectors == 2 and item.settled_at is not None]
    marks: dict[int, list[dict[str, int]]] = {ident: [] for ident in twice}
    for found in await judging_sql.inspections_of(conn, twice):
        marks[found.item_id].append(found.marks)
    criteria = stored_criteria((await inspections_sql.form(conn, row.kind, row.form_version)).criteria)
    return agreement(criteria, [(both[0], both[1]) for both in marks.values() if len(both) == 2])
