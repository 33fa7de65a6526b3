"""The parts of a notice that judge: criticism, findings, appeals, exclusions, orders, and the annex. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from reports.figures.figure import NONE, percent
from reports.figures.labels import label
from reports.notice.document import Cell, DocumentPart, DocumentWords, table
from reports.notice.finding_form import CitedFinding
from reports.notice.form import LoweredUrgency, NoticeFigures, NoticeLists, WaivedDuty


def _finding(f: CitedFinding, w: DocumentWords) -> tuple[Cell, ...]:
    seqs = "、".join(str(n) for n in f.seqs)
    rule = w.say(f.rule)
    if f.earlier:
        rule = w.say("%(rule)s (of an earlier month, confirmed since)", rule=rule)
    return rule, w.say(f.kind), f.ticket or NONE, told(f, w), seqs, w.at(f.at)


def told(f: CitedFinding, w: DocumentWords) -> str:
    """A confirmed finding in a sentence: what was due, what was done, how late; else the events or pages that show it."""
    if f.due_at is not None and f.done_at is None:
        return w.say("Due %(due)s, not done until the freeze.", due=w.at(f.due_at))
    if f.due_at is not None and f.done_at is not None:
        late = datetime.fromisoformat(f.done_at) - datetime.fromisoformat(f.due_at)
        return w.say(
            "Due %(due)s, done %(done)s, late by %(late)s.",
            due=w.at(f.due_at),
            done=w.at(f.done_at),
            late=_length(late, w),
        )
    if f.pages:
        return "；".join(
            w.say("page %(step)s of %(ticket)s, %(at)s", step=p.step + 1, ticket=p.ticket or NONE, at=w.at(p.at))
            for p in f.pages
        )
    return "；".join(f"{w.word(e.kind, 'event')} {w.at(e.at)}" for e in f.cited)


def _length(late: timedelta, w: DocumentWords) -> str:
    """A delay in days and hours, or hours and minutes; what began counts as a whole minute."""
    minutes = max(1, -int(-late.total_seconds() // 60))
    days, hours, minutes = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return w.say("%(days)s d %(hours)s h", days=days, hours=hours)
    return w.say("%(hours)s h %(minutes)s min", hours=hours, minutes=minutes)


def criticised(figures: NoticeFigures, w: DocumentWords) -> DocumentPart:
    rows = [(d.name, d.points, *_finding(r, w)) for d in figures.criticised for r in d.findings]
    head = ("Department", "Points", "Finding", "Kind", "Number", "Fact", "Events", "When")
    said = () if rows else (w.say("Nobody is criticised by name this month."),)
    return DocumentPart(w.say("Criticised by name"), w.say("Criticised"), said, table(head, rows, w))


def findings(lists: NoticeLists, w: DocumentWords) -> DocumentPart:
    rows = [(r.department, *_finding(r, w)) for r in lists.confirmed]
    said = (
        w.say(
            "%(n)s findings are confirmed; %(m)s are suspected and not yet judged: they count for nothing here.",
            n=len(rows),
            m=lists.suspected,
        ),
    )
    return DocumentPart(
        w.say("Confirmed findings"),
        w.say("Findings"),
        said,
        table(("Department", "Finding", "Kind", "Number", "Fact", "Events", "When"), rows, w),
    )


def _outcome(value: bool | None, yes: str, no: str, w: DocumentWords) -> str:
    return w.say("not yet decided") if value is None else w.say(yes if value else no)


def appeals(lists: NoticeLists, w: DocumentWords) -> DocumentPart:
    rows = [
        (
            r.department,
            w.say(r.rule),
            r.ticket or NONE,
            w.at(r.at),
            w.say("dismissed by the centre") if r.dismissed else _outcome(r.upheld, "upheld", "rejected", w),
        )
        for r in lists.appeals
    ]
    head = ("Department", "Finding", "Number", "Appealed", "Outcome")
    return DocumentPart(w.say("Appeals and their outcome"), w.say("Appeals"), (), table(head, rows, w))


def exclusions(lists: NoticeLists, w: DocumentWords) -> DocumentPart:
    x = lists.exclusions
    rows = [
        (
            r.ticket or NONE,
            r.department,
            w.say(r.ground),
            _outcome(r.granted, "granted", "refused", w),
            w.say("of an earlier month, decided since") if r.earlier else w.say("this month"),
        )
        for r in x.items
    ]
    said = []
    for d in x.departments:
        rates = "；".join(
            f"{w.say(label(k))} {percent(*before)} → {percent(*after)}" for k, (before, after) in d.rates.items()
        )
        flag = f" {w.say('More than the share that is usual: look into it.')}" if d.flagged else ""
        share = w.say("%(n)s of %(due)s due in the month left out", n=d.excluded, due=d.due)
        said.append(f"{d.department}：{share}；{rates}{flag}")
    head = ("Number", "Department", "Ground", "Decision", "Of which month")
    return DocumentPart(
        w.say("Exclusions, with the rates before and after"),
        w.say("Exclusions"),
        tuple(said),
        table(head, rows, w),
    )


def waivers(lists: NoticeLists, w: DocumentWords) -> DocumentPart:
    def row(what: str, said: str, r: WaivedDuty | LoweredUrgency) -> tuple[Cell, ...]:
        return w.say(what), r.ticket or NONE, said, w.at(r.at), r.who or NONE, r.why or NONE

    rows = [row("Waived duty", w.word(r.duty, "duty"), r) for r in lists.waivers]
    rows += [row("Lowered urgency", f"{w.say(r.before)} → {w.say(r.after)}", r) for r in lists.lowered]
    head = ("What", "Number", "From what to what", "When", "Who", "Why")
    return DocumentPart(w.say("Waived duties and lowered urgencies"), w.say("Waivers"), (), table(head, rows, w))


def restrictions(lists: NoticeLists, w: DocumentWords) -> DocumentPart:
    x = lists.restrictions
    head = ("Made", "Lifted before their time", "Objected to", "Reversed")
    rows = [(x.made, x.lifted, x.objected, x.reversed)] if x.made else []
    return DocumentPart(w.say("Restrictions of voice after abuse"), w.say("Restrictions"), (), table(head, rows, w))


def orders(lists: NoticeLists, w: DocumentWords) -> DocumentPart:
    rows = [
        (
            r.number,
            r.ticket or NONE,
            r.department,
            w.at(r.at),
            w.at(r.due_at),
            w.at(r.received_at),
        )
        for r in lists.orders
    ]
    head = ("Order", "Number", "Department", "Issued", "Due", "Received by the department")
    return DocumentPart(w.say("Supervise orders"), w.say("Orders"), (), table(head, rows, w))


def consultation(lists: NoticeLists, w: DocumentWords) -> DocumentPart:
    rows = [(w.say(r.reason), r.n, r.ended) for r in lists.consultation]
    return DocumentPart(
        w.say("The consultation"),
        w.say("Consultation"),
        (),
        table(("Brought by", "Matters", "Over by the end of the month"), rows, w),
    )


def annex(lists: NoticeLists, w: DocumentWords) -> DocumentPart:
    by = {"sign": "signed_in_time", "first_contact": "first_contact_in_time", "resolve": "replied_in_time"}
    rows = [
        (
            w.say(label(by[r.measure])),
            r.department or NONE,
            r.ticket or NONE,
            r.seq,
            w.at(r.due_at),
        )
        for r in lists.late
    ]
    head = ("Figure", "Department", "Number", "Event", "Was due")
    said = (w.say("Every ticket that a rate of the departments counts as late, with the event it cites."),)
    return DocumentPart(w.say("Annex: what was late"), w.say("Annex"), said, table(head, rows, w))
