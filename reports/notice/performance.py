"""The parts of a notice that tell what was done: summary, intake, categories, groups, the centre, examples. Pure."""

from __future__ import annotations

from reports.figures.figure import NONE
from reports.figures.labels import GROUP_LABELS, label
from reports.figures.measures import LINES
from reports.notice.document import DocumentPart, DocumentWords, cell, table
from reports.notice.form import NoticeFigures, NoticeGroup, NoticeLists, Pairs

#: The columns of the tables by department.
COLUMNS = (
    "dispatched",
    "signed_in_time",
    "replied_in_time",
    "first_contact_in_time",
    "solved",
    "satisfied",
    "satisfied_broad",
    "rated",
    "returns",
    "overruled",
    "reworks",
    "extensions",
    "backlog",
    "backlog_over_30",
    "held",
    "night_pages",
)
#: The rates that are told by category.
BY_CATEGORY = (
    "dispatched",
    "signed_in_time",
    "replied_in_time",
    "first_contact_in_time",
    "solved",
    "satisfied",
)


def summary(figures: NoticeFigures, w: DocumentWords) -> DocumentPart:
    c, t = figures.centre, figures.together
    said = (
        w.say(
            "%(n)s matters came in (%(before)s the month before), %(carried)s were carried over.",
            n=c["received"][0],
            before=figures.centre_before["received"][0],
            carried=c["carried_over"][0],
        ),
        *_ends(c, w),
        *_dispatches(t, w),
        w.say(
            "Replied in time %(r)s, solved %(s)s, satisfied %(f)s; %(rated)s of those asked rated.",
            r=str(cell("replied_in_time", t["replied_in_time"])),
            s=str(cell("solved", t["solved"])),
            f=str(cell("satisfied", t["satisfied"])),
            rated=str(cell("rated", t["rated"])),
        ),
        w.say(
            "Known as of %(at)s; rules version %(v)s. Rates count only what was due; “—” stands where nothing was.",
            at=w.at(figures.as_of),
            v=figures.rules,
        ),
    )
    return DocumentPart(w.say("Summary"), w.say("Summary"), said)


def _ends(c: Pairs, w: DocumentWords) -> list[str]:
    """What became of all that came in or was carried over: the parts add up to the whole. Notices of the first form did not say."""
    if "open_at_end" not in c:
        return []
    return [
        w.say(
            "Of these %(all)s: %(answered)s answered on the spot, %(done)s done and filed, %(declined)s declined, %(transferred)s "
            "transferred, %(withdrawn)s withdrawn, %(merged)s merged; %(open)s open at the end of the month.",
            all=c["received"][0] + c["carried_over"][0],
            **{name: c[f"ended_{name}"][0] for name in ("answered", "done", *_OTHER_ENDS)},
            open=c["open_at_end"][0],
        )
    ]


_OTHER_ENDS = ("declined", "transferred", "withdrawn", "merged")


def _dispatches(t: Pairs, w: DocumentWords) -> list[str]:
    again = t.get("redispatched", (0, None))[0]
    return [
        w.say(
            "%(d)s dispatches to departments, %(again)s of them of a matter given before.",
            d=t["dispatched"][0],
            again=again,
        )
    ]


def intake(figures: NoticeFigures, w: DocumentWords) -> DocumentPart:
    rows = [
        (
            w.say(row.name.split("_")[0].capitalize()),
            w.say(label(row.name)),
            row.now,
            row.before,
            row.year_ago,
        )
        for row in figures.intake
    ]
    head = ("By", "What", "This month", "The month before", "The same month last year")
    return DocumentPart(w.say("What came in"), w.say("Intake"), (), table(head, rows, w))


def categories(figures: NoticeFigures, w: DocumentWords) -> DocumentPart:
    rows = [(w.say(r.category), *(cell(name, r.figures[name]) for name in BY_CATEGORY)) for r in figures.categories]
    head = ("Category", *(label(name) for name in BY_CATEGORY))
    rates = [1 + n for n, name in enumerate(BY_CATEGORY) if LINES[name].how == "rate"]
    return DocumentPart(w.say("By category"), w.say("By category"), (), table(head, rows, w, rates))


def group(group: NoticeGroup, w: DocumentWords) -> DocumentPart:
    rows = []
    for d in group.departments:
        before = d.before.get("replied_in_time")
        place = f"{d.rank}/{d.of}" if d.rank else NONE
        rows.append(
            (
                place,
                w.name(d.name, d.name_en),
                d.points,
                *(cell(c, d.figures[c]) for c in COLUMNS),
                cell("replied_in_time", before) if before else None,
                d.quarter,
            )
        )
    head = (
        "Place",
        "Department",
        "Points",
        *(label(c) for c in COLUMNS),
        "Replied in time, the month before",
        "Points of the rolling quarter (shown)",
    )
    rates = [3 + n for n, c in enumerate(COLUMNS) if LINES[c].how in {"rate", "ratio"}] + [3 + len(COLUMNS)]
    name = w.say(GROUP_LABELS[group.group])
    said = (
        w.say(
            "By place, by what was of this month; under 5 tickets not ranked; under 20 the rolling quarter is shown beside."
        ),
    )
    return DocumentPart(name, name, said, table(head, rows, w, rates))


def owner(title: str, sheet: str, now: Pairs, before: Pairs, w: DocumentWords) -> DocumentPart:
    rows = [(w.say(label(name)), cell(name, pair), cell(name, before[name])) for name, pair in now.items()]
    return DocumentPart(w.say(title), w.say(sheet), (), table(("Figure", "This month", "The month before"), rows, w))


def good(lists: NoticeLists, w: DocumentWords) -> DocumentPart:
    rows = [(r.ticket, r.department, w.say(r.category), r.hours) for r in lists.good]
    head = ("Number", "Department", "Category", "Hours to the reply")
    return DocumentPart(w.say("Good examples"), w.say("Good examples"), (), table(head, rows, w))


def bottom(figures: NoticeFigures, w: DocumentWords) -> DocumentPart:
    rows = [
        (
            w.say(GROUP_LABELS[r.group]),
            r.name,
            r.points,
            "、".join(w.say(label(n)) for n in r.under) or NONE,
            r.findings,
        )
        for r in figures.bottom
    ]
    head = ("Group", "Department", "Points", "Under the whole in", "Confirmed findings")
    said = (w.say("Only those below the floor, and none that ties with one above."),)
    return DocumentPart(w.say("The lowest, and why"), w.say("The lowest"), said, table(head, rows, w))
