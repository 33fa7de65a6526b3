"""The forms of a ticket's page: for each move its key, its short name and its fields, as the centre and departments see it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from hotline.ticket import Category, Duty, State, Urgency

Kind = Literal["text", "area", "choice", "picks", "date", "file", "department", "operator", "ticket", "bool", "lines"]


@dataclass(frozen=True, slots=True)
class Input:
    """One field.

    `context`: in which sense its options are words; `start`: the name of a value to begin with; `told`: a person
    reads it, so that no blank of a template may be left in it; `only`: asked only where the ticket is that.
    """

    name: str
    label: str
    kind: Kind = "area"
    options: tuple[str, ...] = ()
    context: str = ""
    hint: str = ""
    required: bool = True
    start: str = ""
    told: bool = False
    only: str = ""


@dataclass(frozen=True, slots=True)
class MoveForm:
    """A move as a form: `path` below the ticket, `key` on the keyboard, `title` on the button (msgid)."""

    path: str
    key: str
    title: str
    inputs: tuple[Input, ...] = ()
    danger: bool = False
    hint: str = ""


_REASON = Input("reason", "Reason")
_OPTIONAL_REASON = Input("reason", "Reason", required=False)
_TEXT = Input("text", "Words")
_NEWS = Input("text", "Words", told=True)
_UNTIL = Input("until", "Until", "date")
_DEPARTMENT = Input("department", "Department", "department")
_NAMES_IT = Input(
    "names_it",
    "Does the tipoff name this unit",
    "bool",
    only="protected",
    hint="Whoever it names must not have it; the answer stays on record.",
)
_IF_GRANTED = replace(_NAMES_IT, required=False)
_FILE = Input("file", "Photograph or PDF", "file", hint="JPEG, PNG, WebP or PDF, at most 10 MB.")
ANSWER = Input("text", "What the person was told", told=True)
BASIS = Input("basis", "Basis", "text", told=True)
WHERE = Input("where", "Where the person can go", "text", told=True)
TO = Input("to", "To whom", "text", options=("110", "119", "120", "122", "12345"))
REFERENCE = Input("reference", "Their number for it", "text", told=True)

CENTRE = (
    MoveForm("assignments", "d", "Dispatch", (_DEPARTMENT, _NAMES_IT)),
    MoveForm("answers", "a", "Answer on the spot", (ANSWER,)),
    MoveForm("declines", "x", "Decline", (BASIS, WHERE)),
    MoveForm("transfers", "t", "Transfer", (TO, REFERENCE)),
    MoveForm("rulings", "r", "Name who handles it", (_DEPARTMENT, _REASON, _NAMES_IT)),
    MoveForm(
        "report-backs",
        "r",
        "Tell the person",
        (
            Input("via", "How", "picks", ("sms", "call", "letter", "query"), "via", start="via"),
            Input("text", "What the person is told", start="reply", told=True),
        ),
        hint="Telling accepts the reply. An SMS counts when it was delivered.",
    ),
    MoveForm("send-backs", "k", "Send the reply back", (Input("reason", "What is missing"),), danger=True),
    MoveForm(
        "follow-ups",
        "f",
        "Follow up",
        (
            Input("reached", "Reached", "bool"),
            Input("solved", "Is it solved", "bool", required=False),
            Input("rating", "Rating", "picks", ("5", "4", "3", "2", "1"), "score", required=False),
        ),
        hint="Not solved: it goes back to the department by itself.",
    ),
    MoveForm("filings", "e", "File it", hint="It is closed for good; additions are still taken."),
    MoveForm("reworks", "w", "Have it done again", (_REASON,), danger=True),
    MoveForm("chases", "h", "Chase", (Input("text", "What is asked", required=False),)),
    MoveForm("interims", "i", "Interim word to the person", (_NEWS,)),
    MoveForm(
        "co-refusals/{item}/decisions",
        "3",
        "Rule on the co-handler's dispute",
        (
            Input("released", "Released from it", "bool"),
            _REASON,
        ),
    ),
    MoveForm(
        "co-requests/{item}/decisions",
        "2",
        "Decide on a co-handler",
        (
            Input("granted", "Granted", "bool"),
            _OPTIONAL_REASON,
            _IF_GRANTED,
        ),
    ),
    MoveForm(
        "extensions/{item}/decisions",
        "6",
        "Decide on more time",
        (
            Input("granted", "Granted", "bool"),
            _OPTIONAL_REASON,
        ),
    ),
    MoveForm("hand-overs/{item}/acceptances", "y", "Accept the hand-over"),
    MoveForm("takings", "y", "Take it from the duty desk"),
    MoveForm("additions/{item}/tickets", "5", "Make it a ticket of its own"),
    MoveForm(
        "corrections",
        "c",
        "Correct",
        (
            Input("category", "Category", "choice", tuple(Category), "category", start="category"),
            Input("urgency", "Urgency", "choice", tuple(Urgency), "urgency", start="urgency"),
            Input("place", "Where it is", "text", required=False, start="place"),
        ),
    ),
    MoveForm("additions", "b", "Add words", (_TEXT,)),
    MoveForm("attachments", "p", "Attach", (_FILE,)),
    MoveForm("recalls", "u", "Undo the dispatch", (_REASON,), danger=True),
    MoveForm("co-handlers", "o", "Add a co-handler", (_DEPARTMENT, _NAMES_IT)),
    MoveForm("splits", "l", "Split", (Input("texts", "The other matters, one on each line", "lines"),)),
    MoveForm("merges", "m", "Merge", (Input("into", "Number of the ticket that goes on", "ticket"),)),
    MoveForm("hand-overs", "g", "Hand over", (Input("to", "To whom", "operator"), _OPTIONAL_REASON)),
    MoveForm(
        "pauses",
        "j",
        "Pause",
        (_UNTIL, Input("reason", "What the person is waited for")),
        hint="Whole working days, at most 5 in all.",
    ),
    MoveForm("resumptions", "j", "Go on", hint="The clocks run again."),
    MoveForm("set-asides", "q", "Set aside", (Input("reason", "How the person was tried"),)),
    MoveForm("supervise-orders", "s", "Supervise order", (_OPTIONAL_REASON,), danger=True),
    MoveForm("proposals", "4", "Propose for the consultation", (_REASON,)),
    MoveForm(
        "long-terms",
        "7",
        "Long-term list",
        (
            Input("plan", "Plan"),
            Input("leader", "Leader who answers for it", "text"),
            _UNTIL,
        ),
    ),
    MoveForm(
        "procedures",
        "8",
        "Statutory procedure",
        (Input("matter", "Matter", "text", required=False, hint="Empty: the ordinary time again."),),
    ),
    MoveForm("withdrawals", "z", "Withdraw", (Input("note", "How the person said so", required=False),), danger=True),
    MoveForm(
        "pressures",
        "-",
        "Pressed for it",
        (
            Input("what", "What was pressed for", "picks", ("rating", "withdrawal"), "pressed"),
            Input("note", "The person's words"),
        ),
        hint="A suspicion against the department arises where the record has the rating or the withdrawal.",
    ),
    MoveForm("named-units", "9", "Unit the tipoff names", (_DEPARTMENT,)),
    MoveForm(
        "redactions",
        ".",
        "Words for the department",
        (
            Input("text", "What departments read in place of the person's words", start="redacted"),
            Input("place", "Where it is", "text", required=False, start="redacted_place"),
            Input("files", "Departments see the files too", "bool", required=False),
        ),
        hint="The person's own words stay for the centre. Additions are shown to departments only once they were redacted too.",
    ),
    MoveForm(
        "protection-lifts", "=", "It is no tipoff", (_REASON,), hint="It is treated as any other ticket from then on."
    ),
    MoveForm("holds", "0", "Keep for proceedings", (_REASON,), hint="Nothing of it is erased until this is ended."),
    MoveForm("holds/{item}/ends", "0", "End the keeping for proceedings"),
    MoveForm(
        "waivers",
        "v",
        "Waive a duty",
        (
            Input("duty", "Duty", "choice", tuple(Duty), "duty"),
            _REASON,
        ),
        danger=True,
        hint="The notice prints it.",
    ),
)

DEPARTMENT = (
    MoveForm("acknowledgements", "a", "I have seen it"),
    MoveForm("signatures", "s", "Sign", (Input("handler", "Who handles it", "text", required=False, start="me"),)),
    MoveForm(
        "first-contacts",
        "c",
        "Spoke to the person",
        (
            Input("via", "How", "picks", ("relay", "call", "visit", "sms", "other"), "via"),
            Input("note", "What was said"),
        ),
    ),
    MoveForm("made-safe", "m", "Made safe", (Input("note", "What was done, the cause, the expected end"),)),
    MoveForm(
        "replies",
        "r",
        "Reply",
        (
            Input("outcome", "Outcome", "picks", ("solved", "explained", "not_ours"), "outcome"),
            Input("public", "What the person is told", told=True),
            Input("internal", "Only for the centre", required=False),
        ),
    ),
    MoveForm(
        "corrections",
        "u",
        "Raise the urgency",
        (Input("urgency", "Urgency", "choice", (Urgency.URGENT, Urgency.CRITICAL), "urgency"),),
        hint="Only the centre lowers it again.",
    ),
    MoveForm(
        "returns",
        "b",
        "Return",
        (
            Input(
                "reason",
                "Reason",
                "choice",
                ("not_ours", "outside_powers", "not_enough_information", "duplicate"),
                "return",
            ),
            Input("basis", "Legal or duty basis"),
            Input("suggested", "Department that should have it", "department", required=False),
        ),
        danger=True,
        hint="Once for each ticket; then the centre names who handles it.",
    ),
    MoveForm("extensions", "e", "Ask for more time", (_UNTIL, _REASON), hint="Once, at most 10 working days."),
    MoveForm("interims", "i", "Interim word", (_NEWS,)),
    MoveForm("supervise-orders/{item}/receipts", "y", "Receipt of the order"),
    MoveForm("additions", "d", "Add words", (_TEXT,)),
    MoveForm("attachments", "p", "Attach", (_FILE,)),
    MoveForm("proposals", "n", "Propose for the consultation", (_REASON,)),
    MoveForm("co-refusals", "x", "Dispute our part", (_REASON, Input("basis", "Legal or duty basis")), danger=True),
    MoveForm(
        "relays",
        "l",
        "Call through the centre",
        hint="Your telephone rings first; the person sees the hotline's number.",
    ),
    MoveForm("co-requests", "o", "Ask for a co-handler", (_DEPARTMENT, _REASON)),
    MoveForm("pause-requests", "j", "Ask for a pause", (_UNTIL, Input("reason", "What the person is waited for"))),
    MoveForm(
        "replies/{item}/reviews",
        "v",
        "Decide on the reply",
        (
            Input("accepted", "Granted", "bool"),
            _OPTIONAL_REASON,
        ),
    ),
)

#: What comes next in each state, first things first: open on the page; the rest is one key away.
NEXT: dict[State, tuple[str, ...]] = {
    State.RECEIVED: ("assignments", "answers", "transfers", "declines"),
    State.DISPATCHED: ("acknowledgements", "signatures", "chases"),
    State.SIGNED: ("first-contacts", "replies", "interims", "chases"),
    State.RETURNED: ("rulings",),
    State.REPLIED: ("report-backs", "send-backs"),
    State.TOLD: ("follow-ups", "reworks"),
    State.FOLLOWED_UP: ("filings", "reworks"),
    State.LONG_TERM: ("interims", "replies"),
    State.IN_CONSULTATION: ("resumptions", "interims", "replies"),
    State.SET_ASIDE: ("resumptions",),
}
#: Where a matter has ended in another way only the filing is left.
AT_THE_END = ("filings",)
#: What always goes before: somebody waits for this yes.
FIRST = (
    "takings",
    "hand-overs/{item}/acceptances",
    "extensions/{item}/decisions",
    "co-requests/{item}/decisions",
    "co-refusals/{item}/decisions",
    "supervise-orders/{item}/receipts",
    "replies/{item}/reviews",
)
#: One of these stands open at once; the other forms open by their key.
OPEN = frozenset({"assignments", "rulings", "report-backs", "follow-ups", "filings", *FIRST})
