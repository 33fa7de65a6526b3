"""The notice as parts: titles, sentences and tables, the same for every kind of document. Pure.

The content is data; here it becomes words, Chinese or English, by `say` (an msgid to its words).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from reports.figures.figure import NONE, percent
from reports.figures.labels import GROUP_LABELS, label
from reports.figures.measures import LINES
from reports.figures.month import read_month

Say = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate in a table: `66.7% (2/3)`, or three numbers where a sheet has room."""

    part: int
    whole: int

    def __str__(self) -> str:
        return f"{percent(self.part, self.whole)} ({self.part}/{self.whole})" if self.whole else NONE


Cell = str | int | float | Rate | None


@dataclass(frozen=True, slots=True)
class Table:
    """Column heads and rows. Which columns are rates is told by `rates` (their places)."""

    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    rates: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the document; `sheet` is its short name."""

    title: str
    sheet: str
    words: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """How a document speaks: language, msgids, the office's zone."""

    say: Say
    language: str
    zone: ZoneInfo

    def at(self, text: str | None) -> str:
        """A stored moment in the office's zone."""
        return datetime.fromisoformat(text).astimezone(self.zone).strftime("%Y-%m-%d %H:%M") if text else NONE

    def name(self, department: Mapping[str, Any]) -> str:
        """A department's name in the language."""
        return str((self.language == "en" and department["name_en"]) or department["name"])


#: The columns of the tables by department.
COLUMNS = ("dispatched", "signed_in_time", "replied_in_time", "first_contact_in_time", "solved", "satisfied", "satisfied_broad",
           "rated", "returns", "overruled", "reworks", "extensions", "backlog", "backlog_over_30", "held", "night_pages")  # fmt: skip


def parts(content: Mapping[str, Any], words: Words) -> list[Part]:
    """All parts of a notice, in the order of domain.md §11; those with nothing to say, say so."""
    return [
        _summary(content, words),
        _intake(content, words),
        *(_group(g, words) for g in content["groups"]),
        _owner("The centre's own figures", "Centre", content["centre"], content["centre_before"], words),
        _owner(
            "All departments together", "Together", content["together"], content["together_before"], words
        ),
        _good(content, words),
        _bottom(content, words),
        _criticised(content, words),
        _findings(content, words),
        _appeals(content, words),
        _exclusions(content, words),
        _waivers(content, words),
        _orders(content, words),
        _consultation(content, words),
        _annex(content, words),
    ]


def title(content: Mapping[str, Any], words: Words) -> str:
    """The title of the document."""
    return words.say(
        "Monthly notice of the hotline, %(month)s", month=read_month(content["month"]).named(words.language)
    )


def cell(name: str, pair: Sequence[int | None] | None) -> Cell:
    """A stored figure as a cell: a rate, a count, or hours."""
    if pair is None:
        return None
    part, whole = pair
    assert part is not None
    if LINES[name].how == "seconds":
        return round(part / 3600, 1)
    return Rate(part, whole) if whole is not None else part


def _table(
    head: Iterable[str], rows: Iterable[Sequence[Cell]], words: Words, rates: Iterable[int] = ()
) -> Table:
    return Table(tuple(words.say(h) for h in head), tuple(tuple(r) for r in rows), frozenset(rates))


def _summary(content: Mapping[str, Any], w: Words) -> Part:
    c, t = content["centre"], content["together"]
    said = (
        w.say("%(n)s matters came in (%(before)s the month before), %(carried)s were carried over.",
              n=c["received"][0], before=content["centre_before"]["received"][0], carried=c["carried_over"][0]),
        w.say("%(a)s were answered on the spot, %(d)s dispatched to departments, %(x)s declined.",
              a=c["ended_answered"][0], d=t["dispatched"][0], x=c["ended_declined"][0]),
        w.say("Replied in time %(r)s, solved %(s)s, satisfied %(f)s; %(rated)s of those asked rated.",
              r=str(cell("replied_in_time", t["replied_in_time"])), s=str(cell("solved", t["solved"])),
              f=str(cell("satisfied", t["satisfied"])), rated=str(cell("rated", t["rated"]))),
        w.say("Known as of %(at)s; rules version %(v)s. Rates count only what was due; “—” stands where nothing was.",
              at=w.at(content["as_of"]), v=content["rules"]),
    )  # fmt: skip
    return Part(w.say("Summary"), w.say("Summary"), said)


def _intake(content: Mapping[str, Any], w: Words) -> Part:
    rows = [
        (w.say(row["name"].split("_")[0].capitalize()), w.say(label(row["name"])), row["now"], row["before"], row["year_ago"])
        for row in content["intake"]
    ]  # fmt: skip
    head = ("By", "What", "This month", "The month before", "The same month last year")
    return Part(w.say("What came in"), w.say("Intake"), (), _table(head, rows, w))


def _group(group: Mapping[str, Any], w: Words) -> Part:
    rows = []
    for d in group["departments"]:
        before = d["before"].get("replied_in_time")
        place = f"{d['rank']}/{d['of']}" if d["rank"] else NONE
        rows.append(
            (place, w.name(d), d["points"], *(cell(c, d["figures"][c]) for c in COLUMNS),
             cell("replied_in_time", before) if before else None,
             w.say("rolling quarter") if d["quarter"] else w.say("this month"))
        )  # fmt: skip
    head = (
        "Place",
        "Department",
        "Points",
        *(label(c) for c in COLUMNS),
        "Replied in time, the month before",
        "Judged by",
    )
    rates = [3 + n for n, c in enumerate(COLUMNS) if LINES[c].how in {"rate", "ratio"}] + [3 + len(COLUMNS)]
    name = w.say(GROUP_LABELS[group["group"]])
    said = (w.say("By place; under 5 tickets shown, not ranked; under 20 judged by the rolling quarter."),)
    return Part(name, name, said, _table(head, rows, w, rates))


def _owner(title: str, sheet: str, now: Mapping[str, Any], before: Mapping[str, Any], w: Words) -> Part:
    rows = [
        (w.say(label(name)), cell(name, pair), cell(name, before[name]))
        for name, pair in now.items()
    ]  # fmt: skip
    return Part(w.say(title), w.say(sheet), (), _table(("Figure", "This month", "The month before"), rows, w))


def _good(content: Mapping[str, Any], w: Words) -> Part:
    rows = [(r["ticket"], r["department"], w.say(r["category"]), r["hours"]) for r in content["good"]]
    head = ("Number", "Department", "Category", "Hours to the reply")
    return Part(w.say("Good examples"), w.say("Good examples"), (), _table(head, rows, w))


def _bottom(content: Mapping[str, Any], w: Words) -> Part:
    rows = [
        (w.say(GROUP_LABELS[r["group"]]), r["name"], r["points"], "、".join(w.say(label(n)) for n in r["under"]))
        for r in content["bottom"]
    ]  # fmt: skip
    head = ("Group", "Department", "Points", "Under the whole in")
    return Part(w.say("The lowest, and why"), w.say("The lowest"), (), _table(head, rows, w))


def _finding(r: Mapping[str, Any], w: Words) -> tuple[Cell, ...]:
    seqs = "、".join(str(n) for n in r["seqs"])
    return w.say(r["rule"]), w.say(r["kind"]), r["ticket"] or NONE, seqs, w.at(r["at"])


def _criticised(content: Mapping[str, Any], w: Words) -> Part:
    rows = [
        (d["name"], d["points"], *_finding(r, w))
        for d in content["criticised"]
        for r in (d["findings"] or [{"rule": "points under the floor", "kind": "", "ticket": None, "seqs": [], "at": None}])
    ]  # fmt: skip
    head = ("Department", "Points", "Finding", "Kind", "Number", "Events", "When")
    said = () if rows else (w.say("Nobody is criticised by name this month."),)
    return Part(w.say("Criticised by name"), w.say("Criticised"), said, _table(head, rows, w))


def _findings(content: Mapping[str, Any], w: Words) -> Part:
    rows = [(r["department"], *_finding(r, w)) for r in content["confirmed"]]
    waiting = sum(r["n"] for r in content["suspected"])
    said = (
        w.say("%(n)s findings are confirmed; %(m)s are suspected and not yet judged: they count for nothing here.",
              n=len(rows), m=waiting),
    )  # fmt: skip
    return Part(
        w.say("Confirmed findings"), w.say("Findings"), said,
        _table(("Department", "Finding", "Kind", "Number", "Events", "When"), rows, w),
    )  # fmt: skip


def _outcome(value: bool | None, yes: str, no: str, w: Words) -> str:
    return w.say("not yet decided") if value is None else w.say(yes if value else no)


def _appeals(content: Mapping[str, Any], w: Words) -> Part:
    rows = [
        (r["department"], w.say(r["rule"]), r["ticket"] or NONE, w.at(r["at"]), _outcome(r["upheld"], "upheld", "rejected", w))
        for r in content["appeals"]
    ]  # fmt: skip
    head = ("Department", "Finding", "Number", "Appealed", "Outcome")
    return Part(w.say("Appeals and their outcome"), w.say("Appeals"), (), _table(head, rows, w))


def _exclusions(content: Mapping[str, Any], w: Words) -> Part:
    x = content["exclusions"]
    rows = [
        (r["ticket"], r["department"], w.say(r["ground"]), _outcome(r["granted"], "granted", "refused", w)) for r in x["items"]
    ]  # fmt: skip
    said = []
    for d in x["departments"]:
        rates = "；".join(
            f"{w.say(label(k))} {percent(*before)} → {percent(*after)}"
            for k, (before, after) in d["rates"].items()
        )
        flag = f" {w.say('More than the share that is usual: look into it.')}" if d["flagged"] else ""
        said.append(f"{d['department']}：{d['excluded']}/{d['dispatched']}；{rates}{flag}")
    head = ("Number", "Department", "Ground", "Decision")
    return Part(
        w.say("Exclusions, with the rates before and after"),
        w.say("Exclusions"),
        tuple(said),
        _table(head, rows, w),
    )


def _waivers(content: Mapping[str, Any], w: Words) -> Part:
    rows = [
        (w.say("Waived duty"), r["ticket"], w.say(f"duty_{r['duty']}"), w.at(r["at"]))
        for r in content["waivers"]
    ]
    rows += [
        (w.say("Lowered urgency"), r["ticket"], f"{w.say(r['before'])} → {w.say(r['after'])}", w.at(r["at"]))
        for r in content["lowered"]
    ]
    head = ("What", "Number", "From what to what", "When")
    return Part(w.say("Waived duties and lowered urgencies"), w.say("Waivers"), (), _table(head, rows, w))


def _orders(content: Mapping[str, Any], w: Words) -> Part:
    rows = [
        (r["number"], r["ticket"], r["department"], w.at(r["at"]), w.at(r["due_at"]), w.at(r["received_at"]))
        for r in content["orders"]
    ]
    head = ("Order", "Number", "Department", "Issued", "Due", "Received by the department")
    return Part(w.say("Supervise orders"), w.say("Orders"), (), _table(head, rows, w))


def _consultation(content: Mapping[str, Any], w: Words) -> Part:
    rows = [(w.say(r["reason"]), r["n"], r["ended"]) for r in content["consultation"]]
    return Part(
        w.say("The consultation"), w.say("Consultation"), (),
        _table(("Brought by", "Matters", "Over by the end of the month"), rows, w),
    )  # fmt: skip


def _annex(content: Mapping[str, Any], w: Words) -> Part:
    by = {"sign": "signed_in_time", "first_contact": "first_contact_in_time", "resolve": "replied_in_time"}
    rows = [
        (w.say(label(by[r["measure"]])), r["department"] or NONE, r["ticket"], r["seq"], w.at(r["due_at"]))
        for r in content["late"]
    ]
    head = ("Figure", "Department", "Number", "Event", "Was due")
    said = (w.say("Every ticket that a rate of the departments counts as late, with the event it cites."),)
    return Part(w.say("Annex: what was late"), w.say("Annex"), said, _table(head, rows, w))
