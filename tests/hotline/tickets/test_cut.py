"""A ticket as its former department reads it: nothing that came later."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hotline.tickets.cut import cut

END = datetime(2026, 3, 4, 4, 0, tzinfo=UTC)
BEFORE, AFTER = END - timedelta(hours=1), END + timedelta(hours=1)
LEAD = {
    "department": "T05",
    "department_name": "路灯",
    "part": "lead",
    "assigned_at": BEFORE,
    "ended_at": END,
    "end_reason": "ruled",
}
TICKET = {
    "number": "260000015",
    "state": "told",
    "department": "T06",
    "department_name": "供水",
    "ended_at": AFTER,
    "filed_at": None,
    "assignments": [LEAD],
    "related": [{"number": "1", "how": "child"}],
    "duties": [
        {"duty": "liaise", "state": "done", "seq": 3, "closed_at": BEFORE},
        {"duty": "report_back", "state": "done", "seq": 9, "closed_at": AFTER},
    ],
    "clocks": [
        {"clock": "resolve", "state": "stopped", "started_at": BEFORE, "stopped_at": AFTER, "due_at": AFTER},
        {"clock": "sign", "state": "running", "started_at": AFTER, "stopped_at": None, "due_at": AFTER},
    ],
    "returns": [{"returned_at": BEFORE, "ruled_at": END, "ruled_to": "T06"}],
    "orders": [{"issued_at": AFTER}],
    "replies": [{"submitted_at": BEFORE, "sent_back_at": AFTER, "reason": "缺照片"}],
    "whole": {"started_at": BEFORE, "told_at": AFTER, "seconds": 7200.0},
}


def test_nothing_that_came_later_is_shown() -> None:
    found = cut(TICKET, END, "returned")
    assert (found["state"], found["department"], found["ended_at"], found["related"]) == (
        "returned",
        "T05",
        None,
        [],
    )
    assert [d["state"] for d in found["duties"]] == ["done", "open"]
    (clock,) = found["clocks"]
    assert (clock["state"], clock["stopped_at"], clock["due_at"]) == ("running", None, AFTER)
    assert found["returns"] == TICKET["returns"]
    assert found["orders"] == []
    assert found["replies"] == [{"submitted_at": BEFORE, "sent_back_at": None, "reason": None}]
    assert found["whole"] == {"started_at": BEFORE, "told_at": None, "seconds": None}


def test_what_was_there_stays_as_it_was() -> None:
    last = AFTER + timedelta(hours=1)
    found = cut({**TICKET, "assignments": [{**LEAD, "ended_at": last}]}, last, "told")
    assert found["clocks"] == TICKET["clocks"]
    assert found["duties"] == TICKET["duties"]
    assert found["whole"] == TICKET["whole"]
