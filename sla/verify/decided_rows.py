"""What events say of rows that decide a figure, a finding or a protection: ratings, follow-ups, rulings, orders. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.base.event import RecordedEvent
from sla.verify.row_statement import UNSAID, RowTable, Statement, Told, actor, at, constant, detail, moment, user


def _rated(event: RecordedEvent) -> bool:
    return event.detail.get("rating") is not None


def _upheld(event: RecordedEvent) -> object:
    return {"upheld": True, "confirmed": False}.get(str(event.detail.get("verdict")), UNSAID)


_NO = constant(None)
_FOLLOWED: Mapping[str, Told] = {"at": at, "by_id": user, "reached": detail("reached"), "rating": detail("rating")}
_BY_FOLLOW_UP: Mapping[str, Told] = {"score": detail("rating"), "via": constant("follow_up"), "at": at}

DECIDED_ROWS: tuple[RowTable, ...] = (
    RowTable(
        "rating",  # those that count: confirmed
        (
            Statement("rated", {"score": detail("score"), "via": detail("via")}),
            Statement("followed_up", _BY_FOLLOW_UP, when=_rated),
            Statement("follow_up_tried", _BY_FOLLOW_UP, when=_rated),
        ),
    ),
    RowTable(
        "follow_up",
        (
            Statement("followed_up", {**_FOLLOWED, "solved": lambda e: True if e.detail.get("reached") else None}),
            Statement(
                "follow_up_tried",
                {
                    **_FOLLOWED,
                    "solved": lambda e: e.detail.get("solved"),
                    "rating": lambda e: e.detail.get("rating"),
                },
            ),
        ),
    ),
    RowTable(
        "finding",
        (
            Statement(
                "finding_judged",
                {
                    "state": detail("verdict"),
                    "rule": detail("rule"),
                    "department_id": detail("department"),
                    "kind": detail("kind"),
                    "measure": detail("measure"),
                    "clock_id": detail("clock"),
                    "seqs": detail("seqs"),
                    "at": moment("fault_at"),
                    "judged_by": user,
                    "judged_at": at,
                },
                key=detail("finding"),
            ),
        ),
        unnamed={"state": "suspected", "judged_by": None},
    ),
    RowTable(
        "finding_appeal",
        (
            Statement(
                "finding_appealed",
                {"by_id": user, "at": at, "upheld": _NO, "decided_by": _NO, "decided_at": _NO},
                key=detail("finding"),
            ),
            Statement(
                "finding_judged",
                {"upheld": _upheld, "decided_by": user, "decided_at": at},
                key=detail("finding"),
                amends=True,
            ),
        ),
    ),
    RowTable(
        "exclusion",
        (
            Statement(
                "exclusion_asked",
                {
                    "department_id": detail("department"),
                    "ground": detail("ground"),
                    "by_id": user,
                    "at": at,
                    "granted": _NO,
                    "decided_by": _NO,
                    "decided_at": _NO,
                },
                key=detail("exclusion"),
            ),
            Statement(
                "exclusion_decided",
                {"granted": detail("granted"), "decided_by": user, "decided_at": at},
                key=detail("exclusion"),
            ),
        ),
    ),
    RowTable(
        "return_case",
        (
            Statement(
                "returned",
                {
                    "department_id": detail("department"),
                    "assignment_id": detail("assignment"),
                    "suggested_id": detail("suggested"),
                    "late": detail("late"),
                    "returned_by": actor,
                    "returned_at": at,
                    "ruled_by": _NO,
                    "ruled_at": _NO,
                    "ruled_to": _NO,
                    "overruled": _NO,
                },
                key=detail("case"),
            ),
            Statement(
                "ruled",
                {
                    "ruled_by": actor,
                    "ruled_at": at,
                    "ruled_to": detail("department"),
                    "overruled": detail("overruled"),
                    "catalogue_id": detail("catalogue"),
                },
                key=detail("case"),
            ),
            # a return that waits when the ticket is recalled ends by itself, perhaps only at a later try
            Statement("recalled", {"ruled_by": constant(UNSAID), "ruled_at": constant(UNSAID)}, every=True),
        ),
    ),
    RowTable(
        "extension",
        (
            Statement(
                "extension_asked",
                {
                    "assignment_id": detail("assignment"),
                    "until_on": detail("until"),
                    "asked_by": actor,
                    "asked_at": at,
                    "granted": _NO,
                    "decided_by": _NO,
                    "decided_at": _NO,
                },
                key=detail("extension"),
            ),
            Statement(
                "extension_refused",
                {
                    "assignment_id": detail("assignment"),
                    "until_on": detail("until"),
                    "asked_by": actor,
                    "asked_at": at,
                    "granted": constant(False),
                    "decided_by": constant("system"),
                },
                key=detail("extension"),
            ),
            Statement(
                "extension_decided",
                {"granted": detail("granted"), "days": detail("days"), "decided_by": actor, "decided_at": at},
                key=detail("extension"),
            ),
        ),
    ),
    RowTable(
        "named_unit",  # what words name is marked without an event of its own
        (
            Statement(
                "unit_named",
                {"named": detail("named"), "by_actor": actor, "at": at},
                key=detail("department"),
            ),
        ),
        unnamed={},
    ),
    RowTable(
        "supervise_order",
        (
            Statement(
                "ordered",
                {
                    "number": detail("number"),
                    "department_id": detail("department"),
                    "issued_at": at,
                    "received_by": _NO,
                    "received_at": _NO,
                },
                key=detail("order"),
            ),
            Statement("order_received", {"received_by": user, "received_at": at}, key=detail("order")),
        ),
    ),
    RowTable(
        "co_refusal",
        (
            Statement(
                "co_handler_refused",
                {
                    "assignment_id": detail("assignment"),
                    "department_id": detail("department"),
                    "asked_by": actor,
                    "asked_at": at,
                    "released": _NO,
                    "decided_by": _NO,
                    "decided_at": _NO,
                },
                key=detail("refusal"),
            ),
            Statement(
                "co_handler_ruled",
                {"released": detail("released"), "decided_by": actor, "decided_at": at},
                key=detail("refusal"),
            ),
        ),
    ),
    RowTable(
        "co_request",
        (
            Statement(
                "co_handler_asked",
                {
                    "assignment_id": detail("assignment"),
                    "department_id": detail("wanted"),
                    "asked_by": actor,
                    "asked_at": at,
                    "granted": _NO,
                    "decided_by": _NO,
                    "decided_at": _NO,
                },
                key=detail("request"),
            ),
            Statement(
                "co_handler_decided",
                {"granted": detail("granted"), "decided_by": actor, "decided_at": at},
                key=detail("request"),
            ),
        ),
    ),
)
