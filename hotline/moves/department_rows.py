"""Rows of the table of moves that only departments make (`hotline.moves.table`)."""

from __future__ import annotations

from hotline.moves import offers
from hotline.moves.offers import DEPARTMENT, OPTIONAL_REASON, REASON, UNTIL, Input, MoveForm, MoveRow
from hotline.ticket import WITH_DEPARTMENT, State

ROWS = (
    MoveRow(
        "acknowledgements",
        WITH_DEPARTMENT | {State.RETURNED},
        department=MoveForm("a", "I have seen it"),
        ready=offers.unacknowledged,
    ),
    MoveRow(
        "signatures",
        WITH_DEPARTMENT | {State.RETURNED},
        department=MoveForm("s", "Sign", (Input("handler", "Who handles it", "text", required=False, start="me"),)),
        ready=offers.unsigned,
    ),
    MoveRow(
        "first-contacts",
        WITH_DEPARTMENT | {State.RETURNED},
        department=MoveForm(
            "c",
            "Spoke to the person",
            (
                Input("via", "How", "picks", ("relay", "call", "visit", "sms", "other"), "via"),
                Input("note", "What was said"),
            ),
        ),
        ready=offers.reachable,
    ),
    MoveRow(
        "made-safe",
        WITH_DEPARTMENT | {State.RETURNED},
        department=MoveForm("m", "Made safe", (Input("note", "What was done, the cause, the expected end"),)),
        ready=offers.not_safe_yet,
    ),
    MoveRow(
        "replies",
        WITH_DEPARTMENT | {State.IN_CONSULTATION, State.LONG_TERM},
        department=MoveForm(
            "r",
            "Reply",
            (
                Input("outcome", "Outcome", "picks", ("solved", "explained", "not_ours"), "outcome"),
                Input("public", "What the person is told", told=True),
                Input("internal", "Only for the centre", required=False),
            ),
        ),
        ready=offers.signed,
    ),
    MoveRow(
        "replies/{item}/reviews",
        department=MoveForm("v", "Decide on the reply", (Input("accepted", "Granted", "bool"), OPTIONAL_REASON)),
        items=offers.replies_for_leader,
    ),
    MoveRow(
        "returns",
        WITH_DEPARTMENT,
        department=MoveForm(
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
        ready=offers.not_returned_before,
    ),
    MoveRow(
        "extensions",
        WITH_DEPARTMENT,
        department=MoveForm("e", "Ask for more time", (UNTIL, REASON), hint="Once, at most 10 working days."),
        ready=offers.may_ask_for_time,
    ),
    MoveRow(
        "supervise-orders/{item}/receipts",
        department=MoveForm("y", "Receipt of the order"),
        items=offers.rows("orders", received_at=None),
    ),
    MoveRow(
        "co-refusals",
        WITH_DEPARTMENT | {State.RETURNED, State.REPLIED, State.TOLD, State.FOLLOWED_UP},
        department=MoveForm("x", "Dispute our part", (REASON, Input("basis", "Legal or duty basis")), danger=True),
        ready=offers.is_co_handler,
    ),
    MoveRow(
        "relays",
        WITH_DEPARTMENT | {State.RETURNED},
        department=MoveForm(
            "l", "Call through the centre", hint="Your telephone rings first; the person sees the hotline's number."
        ),
        ready=offers.reachable,
    ),
    MoveRow(
        "co-requests",
        WITH_DEPARTMENT | {State.RETURNED, State.REPLIED, State.TOLD, State.FOLLOWED_UP},
        department=MoveForm("o", "Ask for a co-handler", (DEPARTMENT, REASON)),
        ready=offers.with_department,
    ),
    MoveRow(
        "pause-requests",
        WITH_DEPARTMENT,
        department=MoveForm("j", "Ask for a pause", (UNTIL, Input("reason", "What the person is waited for"))),
    ),
)
