"""The agenda of a consultation as parts: the list, then the dossier of each matter. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeAlias

from hotline.base.text.department_masking import for_department
from reports.consult.dossier import Dossier, DossierLine, HeldTime
from reports.notice.document import Cell, DocumentPart, DocumentTable, DocumentWords
from routing.returns.reasons import REASONS as RETURN_REASONS

Row: TypeAlias = tuple[Cell, ...]

REASONS = {
    "overdue": "Overdue by three working days",
    "returns": "Returned twice",
    "dissatisfied": "Not satisfied twice",
    "extensions": "More time asked for twice",
    "long_term": "Review of a long-term matter",
    "proposed": "Proposed by a person",
    "hot_topic": "A hot topic",
}
PARTIES = {
    "owner": "The centre (party)",
    "person": "The person (waiting)",
    "consultation": "The consultation (party)",
    "outside": "An outside body",
}


def title(day: date, w: DocumentWords) -> str:
    """The title of the agenda."""
    said = f"{day.year}年{day.month}月{day.day}日" if w.language == "zh" else day.isoformat()
    return w.say("Agenda of the consultation, %(day)s", day=said)


def parts(day: date, dossiers: Sequence[Dossier], w: DocumentWords) -> list[DocumentPart]:
    """All parts of the agenda, as the departments read them; with nothing to consult it says so."""
    said = (
        (w.say("%(n)s matters stand before this consultation.", n=len(dossiers)),)
        if dossiers
        else (w.say("Nothing stands before this consultation."),)
    )
    rows = tuple(
        (
            n,
            d.number,
            w.word(d.category, "category"),
            d.department or w.say("nobody"),
            w.word(d.state, "state"),
            "、".join(reason(r, w) for r in d.reasons),
            w.at(d.added_at.isoformat()),
        )
        for n, d in enumerate(dossiers, 1)
    )
    head = ("No.", "Number", "Category", "Department", "State", "Brought by", "Since")
    found = [DocumentPart(w.say("Agenda"), w.say("Agenda"), said, _table(head, rows, w))]
    for n, d in enumerate(dossiers, 1):
        found += _dossier(n, d, w)
    return [for_department(part) for part in found]


def reason(code: str, w: DocumentWords) -> str:
    """Why a matter stands before the consultation."""
    return w.say(REASONS.get(code, code))


def _table(head: Sequence[str], rows: Sequence[Row], w: DocumentWords) -> DocumentTable:
    return DocumentTable(tuple(w.say(h) for h in head), tuple(rows))


def _dossier(n: int, d: Dossier, w: DocumentWords) -> list[DocumentPart]:
    """A matter: what it is about, who held it, its clocks, how it went from hand to hand, and what happened."""
    found = [
        _about(n, d, w),
        _part("Who held it how long", ("Party", "Hours", "Share"), _held_rows(d.held, w), w),
        _part("Clocks that run or are late", ("Clock", "Whose", "Due", "State"), _clock_rows(d, w), w),
    ]
    if d.returns:
        head = ("Returned by", "Reason", "Basis", "Should go to", "When", "Ruled", "Reason of the ruling")
        found.append(_part("Returns, with reasons", head, _return_rows(d, w), w))
    if d.precedents:
        rows = [(p.number, p.name, p.reason, w.at(p.at.isoformat())) for p in d.precedents]
        found.append(_part("Precedents", ("Number", "Department", "Reason", "When"), rows, w))
    if d.alike:
        rows = [(a.number, a.name or "—", w.word(a.state, "state"), w.at(a.received_at.isoformat())) for a in d.alike]
        columns = ("Number", "Department", "State", "Received (when)")
        found.append(_part("Alike cases at this place, 90 days", columns, rows, w))
    happened: list[Row] = [
        (line.seq, w.at(line.at.isoformat()), w.word(line.kind, "event"), line.who or "—", _said(line, w) or "—")
        for line in d.timeline
    ]
    found.append(_part("What happened", ("Event", "When", "Step", "Who", "Words"), happened, w))
    return found


def _about(n: int, d: Dossier, w: DocumentWords) -> DocumentPart:
    name = w.say("Matter %(n)s: %(number)s", n=n, number=d.number)
    said = (
        w.say(
            "%(category)s, %(urgency)s, received %(at)s; owner %(owner)s; department %(department)s.",
            category=w.word(d.category, "category"),
            urgency=w.word(d.urgency, "urgency"),
            at=w.at(d.received_at.isoformat()),
            owner=d.owner,
            department=d.department or "—",
        ),
        w.say("Brought by: %(reasons)s", reasons="、".join(reason(r, w) for r in d.reasons)),
        w.say("The words of this matter are confidential and left out.")
        if d.secret
        else f"{d.place}　{d.text}".strip(),
    )
    return DocumentPart(name, name, said)


def _clock_rows(d: Dossier, w: DocumentWords) -> list[Row]:
    return [
        (
            w.word(c.clock, "clock"),
            c.name or w.say("centre"),
            w.at(c.due_at.isoformat()),
            w.say("late") if c.breached_at else w.word(c.state, "clock_state"),
        )
        for c in d.clocks
    ]


def _return_rows(d: Dossier, w: DocumentWords) -> list[Row]:
    return [
        (
            r.name,
            _return_reason(r.reason, w),
            r.basis,
            r.suggested or "—",
            w.at(r.returned_at.isoformat()),
            "—" if r.ruled_at is None else w.say("overruled") if r.overruled else r.ruled_to,
            r.ruling or "—",
        )
        for r in d.returns
    ]


def _said(line: DossierLine, w: DocumentWords) -> str:
    """The words that go with a step; a return begins with its reason, which is a code of ours."""
    reason, *rest = line.note.split("\n")
    return "\n".join([_return_reason(reason, w), *rest]) if line.kind == "returned" else line.note


def _return_reason(code: str, w: DocumentWords) -> str:
    """The words of routing for its codes; other reasons stay as they were given."""
    return w.word(code, "return") if code in RETURN_REASONS else code


def _part(name: str, head: Sequence[str], rows: Sequence[Row], w: DocumentWords) -> DocumentPart:
    return DocumentPart(w.say(name), w.say(name), (), _table(head, rows, w))


def _held_rows(held: Sequence[HeldTime], w: DocumentWords) -> list[Row]:
    whole = sum(h.seconds for h in held) or 1
    return [
        (
            h.department or w.say(PARTIES.get(h.party, h.party)),
            round(h.seconds / 3600, 1),
            f"{100 * h.seconds / whole:.1f}%",
        )
        for h in held
    ]
