"""Rows of the table of moves that the centre makes, some of them departments too (`hotline.moves.table`)."""

from __future__ import annotations

from hotline.moves import offers
from hotline.moves.offers import (
    ANSWER,
    BASIS,
    DEPARTMENT,
    FILE,
    IF_GRANTED,
    NAMES_IT,
    NEWS,
    OPTIONAL_REASON,
    REASON,
    REFERENCE,
    TEXT,
    TO,
    UNTIL,
    WHERE,
    Input,
    MoveForm,
    MoveRow,
    SecondButton,
)
from hotline.ticket import AT_WORK, ENDED, EVERY, OTHER_ENDS, WAITING, WITH_DEPARTMENT, Category, Duty, State, Urgency

ROWS = (
    MoveRow("assignments", frozenset({State.RECEIVED}), centre=MoveForm("d", "Dispatch", (DEPARTMENT, NAMES_IT))),
    MoveRow("answers", frozenset({State.RECEIVED}), centre=MoveForm("a", "Answer on the spot", (ANSWER,))),
    MoveRow("declines", frozenset({State.RECEIVED, State.RETURNED}), centre=MoveForm("x", "Decline", (BASIS, WHERE))),
    MoveRow(
        "transfers",
        frozenset({State.RECEIVED, State.RETURNED}) | WITH_DEPARTMENT,
        centre=MoveForm("t", "Transfer", (TO, REFERENCE)),
    ),
    MoveRow(
        "rulings",
        frozenset({State.RETURNED}),
        centre=MoveForm("r", "Name who handles it", (DEPARTMENT, REASON, NAMES_IT)),
    ),
    MoveRow(
        "report-backs",
        frozenset({State.REPLIED}),
        centre=MoveForm(
            "r",
            "Tell the person",
            (
                Input("via", "How", "picks", ("sms", "call", "letter", "query"), "via", start="via"),
                Input("text", "What the person is told", start="reply", told=True),
            ),
            hint="Telling accepts the reply. An SMS counts when it was delivered.",
        ),
        ready=offers.nothing_on_its_way,
    ),
    MoveRow(
        "send-backs",
        frozenset({State.REPLIED}),
        centre=MoveForm("k", "Send the reply back", (Input("reason", "What is missing"),), danger=True),
    ),
    MoveRow(
        "follow-ups",
        frozenset({State.TOLD}),
        centre=MoveForm(
            "f",
            "Follow up",
            (
                Input("reached", "Reached", "bool"),
                Input("solved", "Is it solved", "bool", required=False),
                Input("rating", "Rating", "picks", ("5", "4", "3", "2", "1"), "score", required=False),
            ),
            hint="Not solved: it goes back to the department by itself.",
            also=SecondButton(
                "file", "true", "Solved: file it", "1", "The person was reached, and it is solved: file it for good?"
            ),
        ),
    ),
    MoveRow(
        "filings",
        frozenset({State.FOLLOWED_UP}) | OTHER_ENDS,
        centre=MoveForm("e", "File it", hint="It is closed for good; additions are still taken."),
    ),
    MoveRow(
        "reworks",
        frozenset({State.TOLD, State.FOLLOWED_UP}),
        centre=MoveForm("w", "Have it done again", (REASON,), danger=True),
    ),
    MoveRow(
        "chases",
        WITH_DEPARTMENT | WAITING,
        centre=MoveForm("h", "Chase", (Input("text", "What is asked", required=False),)),
    ),
    MoveRow(
        "interims",
        WITH_DEPARTMENT | WAITING | {State.RETURNED},
        centre=MoveForm("i", "Interim word to the person", (NEWS,)),
        department=MoveForm("i", "Interim word", (NEWS,)),
    ),
    MoveRow(
        "co-refusals/{item}/decisions",
        centre=MoveForm(
            "3", "Rule on the co-handler's dispute", (Input("released", "Released from it", "bool"), REASON)
        ),
        items=offers.rows("co_refusals", decided_at=None),
    ),
    MoveRow(
        "co-requests/{item}/decisions",
        centre=MoveForm(
            "2", "Decide on a co-handler", (Input("granted", "Granted", "bool"), OPTIONAL_REASON, IF_GRANTED)
        ),
        items=offers.rows("co_requests", decided_at=None),
    ),
    MoveRow(
        "extensions/{item}/decisions",
        centre=MoveForm("6", "Decide on more time", (Input("granted", "Granted", "bool"), OPTIONAL_REASON)),
        items=offers.rows("extensions", granted=None),
    ),
    MoveRow("hand-overs/{item}/acceptances", centre=MoveForm("y", "Accept the hand-over"), items=offers.hand_over_to),
    MoveRow("takings", EVERY, centre=MoveForm("y", "Take this ticket"), ready=offers.at_the_duty_desk),
    MoveRow("additions/{item}/tickets", centre=MoveForm("5", "Make it a ticket of its own"), items=offers.joined),
    MoveRow(
        "corrections",
        EVERY - ENDED,
        centre=MoveForm(
            "c",
            "Correct",
            (
                Input("category", "Category", "choice", tuple(Category), "category", start="category"),
                Input("urgency", "Urgency", "choice", tuple(Urgency), "urgency", start="urgency"),
                Input("place", "Where it is", "text", required=False, start="place"),
                OPTIONAL_REASON,
            ),
            hint="A lowered urgency is printed in the notice, with who lowered it and why.",
        ),
        department=MoveForm(
            "u",
            "Raise the urgency",
            (Input("urgency", "Urgency", "choice", (Urgency.URGENT, Urgency.CRITICAL), "urgency"),),
            hint="Only the centre lowers it again.",
        ),
        ready=offers.urgency_may_rise,
    ),
    MoveRow(
        "additions",
        EVERY - {State.MERGED},
        centre=MoveForm("b", "Add words", (TEXT,)),
        department=MoveForm("d", "Add words", (TEXT,)),
        when_filed=True,
    ),
    MoveRow(
        "attachments",
        EVERY,
        centre=MoveForm("p", "Attach", (FILE,)),
        department=MoveForm("p", "Attach", (FILE,)),
        when_filed=True,
    ),
    MoveRow("recalls", WITH_DEPARTMENT, centre=MoveForm("u", "Undo the dispatch", (REASON,), danger=True)),
    MoveRow("co-handlers", WITH_DEPARTMENT, centre=MoveForm("o", "Add a co-handler", (DEPARTMENT, NAMES_IT))),
    MoveRow(
        "splits",
        EVERY - ENDED,
        centre=MoveForm("l", "Split", (Input("texts", "The other matters, one on each line", "lines"),)),
    ),
    MoveRow(
        "merges",
        frozenset({State.RECEIVED}) | WITH_DEPARTMENT,
        centre=MoveForm("m", "Merge", (Input("into", "Number of the ticket that goes on", "ticket"),)),
        ready=offers.unprotected,
    ),
    MoveRow(
        "hand-overs",
        EVERY,
        centre=MoveForm("g", "Hand over", (Input("to", "To whom", "operator"), OPTIONAL_REASON)),
        ready=offers.owned,
    ),
    MoveRow(
        "pauses",
        WITH_DEPARTMENT,
        centre=MoveForm(
            "j",
            "Pause",
            (UNTIL, Input("reason", "What the person is waited for")),
            hint="Whole working days, at most 5 in all.",
        ),
        ready=offers.runs,
    ),
    MoveRow(
        "resumptions",
        WITH_DEPARTMENT | WAITING | {State.SET_ASIDE},
        centre=MoveForm("j", "Go on", hint="The clocks run again."),
        ready=offers.stands_still,
    ),
    MoveRow(
        "set-asides",
        WITH_DEPARTMENT,
        centre=MoveForm("q", "Set aside", (Input("reason", "How the person was tried"),)),
        ready=offers.person_waited_for,
    ),
    MoveRow(
        "supervise-orders",
        WITH_DEPARTMENT | WAITING,
        centre=MoveForm("s", "Supervise order", (OPTIONAL_REASON,), danger=True),
    ),
    MoveRow(
        "proposals",
        AT_WORK | {State.REPLIED},
        centre=MoveForm("4", "Propose for the consultation", (REASON,)),
        department=MoveForm("n", "Propose for the consultation", (REASON,)),
    ),
    MoveRow(
        "long-terms",
        WITH_DEPARTMENT | {State.IN_CONSULTATION},
        centre=MoveForm(
            "7", "Long-term list", (Input("plan", "Plan"), Input("leader", "Leader who answers for it", "text"), UNTIL)
        ),
    ),
    MoveRow(
        "procedures",
        frozenset({State.RECEIVED, State.RETURNED}) | WITH_DEPARTMENT,
        centre=MoveForm(
            "8",
            "Statutory procedure",
            (Input("matter", "Matter", "text", required=False, hint="Empty: the ordinary time again."),),
        ),
    ),
    MoveRow(
        "withdrawals",
        AT_WORK | {State.REPLIED},
        centre=MoveForm("z", "Withdraw", (Input("note", "How the person said so", required=False),), danger=True),
    ),
    MoveRow(
        "pressures",
        EVERY,
        centre=MoveForm(
            "-",
            "Pressed for it",
            (
                Input("what", "What was pressed for", "picks", ("rating", "withdrawal"), "pressed"),
                Input("note", "The person's words"),
            ),
            hint="A suspicion against the department arises where the record has the rating or the withdrawal.",
        ),
    ),
    MoveRow(
        "named-units",
        EVERY - ENDED,
        centre=MoveForm("9", "Unit the tipoff names", (DEPARTMENT,)),
        ready=offers.protected,
    ),
    MoveRow(
        "redactions",
        EVERY - {State.MERGED},
        centre=MoveForm(
            ".",
            "Words for the department",
            (
                Input("text", "What departments read in place of the person's words", start="redacted"),
                Input("place", "Where it is", "text", required=False, start="redacted_place"),
                Input("files", "Departments see the files too", "bool", required=False),
            ),
            hint="The person's own words stay for the centre. Additions are shown to departments only once they were redacted too.",
        ),
    ),
    MoveRow(
        "protection-lifts",
        EVERY - ENDED,
        centre=MoveForm("=", "It is no tipoff", (REASON,), hint="It is treated as any other ticket from then on."),
        ready=offers.liftable,
    ),
    MoveRow(
        "holds",
        EVERY,
        centre=MoveForm("0", "Keep for proceedings", (REASON,), hint="Nothing of it is erased until this is ended."),
        ready=offers.not_held,
        when_filed=True,
    ),
    MoveRow("holds/{item}/ends", centre=MoveForm("0", "End the keeping for proceedings"), items=offers.rows("holds")),
    MoveRow(
        "waivers",
        EVERY,
        centre=MoveForm(
            "v",
            "Waive a duty",
            (Input("duty", "Duty", "choice", tuple(Duty), "duty"), REASON),
            danger=True,
            hint="The notice prints it.",
        ),
        ready=offers.duty_open,
    ),
    MoveRow("reveals", EVERY, when_filed=True, beside=True),
    MoveRow("outages", frozenset({State.RECEIVED}) | WITH_DEPARTMENT, beside=True),
)
