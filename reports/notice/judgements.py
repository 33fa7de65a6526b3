"""The parts of a notice that judge: criticism, findings, appeals, exclusions, orders, and the annex. Pure."""

from __future__ import annotations

from reports.figures.figure import NONE, percent
from reports.figures.labels import label
from reports.notice.document import Cell, DocumentPart, DocumentWords, table
from reports.notice.form import CitedFinding, NoticeFigures, NoticeLists

#: What stands where nobody's finding is the reason.
_UNDER_THE_FLOOR = CitedFinding("points under the floor", "", None, (), None)


def _finding(r: CitedFinding, w: DocumentWords) -> tuple[Cell, ...]:
    seqs = "、".join(str(n) for n in r.seqs)
    return w.say(r.rule), w.say(r.kind), r.ticket or NONE, seqs, w.at(r.at)


def criticised(figures: NoticeFigures, w: DocumentWords) -> DocumentPart:
    rows = [(d.name, d.points, *_finding(r, w)) for d in figures.criticised for r in d.findings or (_UNDER_THE_FLOOR,)]
    head = ("Department", "Points", "Finding", "Kind", "Number", "Events", "When")
    said = () if rows else (w.say("Nobody is criticised by name this month."),)
    return DocumentPart(w.say("Criticised by name"), w.say("Criticised"), said, table(head, rows, w))


def findings(lists: NoticeLists, w: DocumentWords) -> DocumentPart:
    rows = [(r.department, *_finding(r, w)) for r in lists.confirmed]
    waiting = sum(r.n for r in lists.suspected)
    said = (
        w.say(
            "%(n)s findings are confirmed; %(m)s are suspected and not yet judged: they count for nothing here.",
            n=len(rows),
            m=waiting,
        ),
    )
    return DocumentPart(
        w.say("Confirmed findings"),
        w.say("Findings"),
        said,
        table(("Department", "Finding", "Kind", "Number", "Events", "When"), rows, w),
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
            _outcome(r.upheld, "upheld", "rejected", w),
        )
        for r in lists.appeals
    ]
    head = ("Department", "Finding", "Number", "Appealed", "Outcome")
    return DocumentPart(w.say("Appeals and their outcome"), w.say("Appeals"), (), table(head, rows, w))


def exclusions(lists: NoticeLists, w: DocumentWords) -> DocumentPart:
    x = lists.exclusions
    rows = [(r.ticket, r.department, w.say(r.ground), _outcome(r.granted, "granted", "refused", w)) for r in x.items]
    said = []
    for d in x.departments:
        rates = "；".join(
            f"{w.say(label(k))} {percent(*before)} → {percent(*after)}" for k, (before, after) in d.rates.items()
        )
        flag = f" {w.say('More than the share that is usual: look into it.')}" if d.flagged else ""
        said.append(f"{d.department}：{d.excluded}/{d.dispatched}；{rates}{flag}")
    head = ("Number", "Department", "Ground", "Decision")
    return DocumentPart(
        w.say("Exclusions, with the rates before and after"),
        w.say("Exclusions"),
        tuple(said),
        table(head, rows, w),
    )


def waivers(lists: NoticeLists, w: DocumentWords) -> DocumentPart:
    rows = [(w.say("Waived duty"), r.ticket, w.word(r.duty, "duty"), w.at(r.at)) for r in lists.waivers]
    rows += [
        (w.say("Lowered urgency"), r.ticket, f"{w.say(r.before)} → {w.say(r.after)}", w.at(r.at)) for r in lists.lowered
    ]
    head = ("What", "Number", "From what to what", "When")
    return DocumentPart(w.say("Waived duties and lowered urgencies"), w.say("Waivers"), (), table(head, rows, w))


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
