"""Rules of findings about false claims: a contact without a trace, a rating pressed for, a ruling not followed. Pure.

Like the rules beside it (`rules.py`): from events alone, each citing them; a record that goes on takes no finding back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from hotline.base.event import RecordedEvent
from reports.findings.rules import SuspectedFault

#: How a contact is claimed that leaves a trace on the relay where it took place.
_BY_PHONE = frozenset({"relay", "call"})
_GOOD = 4


def untraced(events: Sequence[RecordedEvent]) -> list[SuspectedFault]:
    """The department says that it spoke to the person by telephone, and no call through the centre stands before it.

    The number is hidden from departments, so a call leaves its trace. Nobody can be called where nobody is known; a visit or a
    message leaves none. Once a part: the first claim counts.
    """
    if not any(e.kind == "received" and e.detail.get("person") is not None for e in events):
        return []
    traced: set[object] = set()
    claimed: set[object] = set()
    found = []
    given = {e.detail.get("assignment"): e.seq for e in events if e.kind in {"dispatched", "ruled", "co_handler"}}
    for e in events:
        part = e.detail.get("assignment")
        if e.kind == "relay_said" or (e.kind == "relay_ended" and _spoke(e.detail)):
            traced.add(part)
        elif e.kind == "first_contact" and e.detail.get("reached", True) and part not in claimed:
            claimed.add(part)
            if part not in traced and e.detail.get("via") in _BY_PHONE:
                seqs = (given[part], e.seq) if part in given else (e.seq,)
                found.append(SuspectedFault("sham_reply", int(e.detail["department"]), f"untraced:{part}", seqs, e.at))
    return found


def _spoke(detail: Mapping[str, Any]) -> bool:
    """Whether a call through the centre shows that they spoke; older entries say only that it was taken."""
    taken = detail.get("status") == "completed" and detail.get("seconds", 0) > 0
    return bool(detail.get("reached", taken))


def coaxed(events: Sequence[RecordedEvent]) -> list[SuspectedFault]:
    """The person says that a good rating, or the withdrawal, was pressed for, and it stands in the record before that."""
    found: list[SuspectedFault] = []
    department: int | None = None
    good: RecordedEvent | None = None
    withdrawn: RecordedEvent | None = None
    for e in events:
        if e.kind in {"dispatched", "ruled", "replied"} and e.detail.get("department") is not None:
            department = int(e.detail["department"])
        elif e.kind == "rated":
            good = e if int(e.detail["score"]) >= _GOOD else None
        elif e.kind in {"followed_up", "follow_up_tried"} and e.detail.get("rating") is not None:
            good = e if int(e.detail["rating"]) >= _GOOD else good
        elif e.kind == "withdrawn":
            withdrawn = e
        elif e.kind == "pressed" and department is not None:
            about = withdrawn if e.detail.get("what") == "withdrawal" else good
            if about is not None:
                found.append(
                    SuspectedFault("coaxed_rating", department, f"coaxed:{about.seq}", (about.seq, e.seq), about.at)
                )
    return found


def unfollowed(events: Sequence[RecordedEvent]) -> list[SuspectedFault]:
    """A department that a ruling named replies that it is not its duty: the ruling is not followed."""
    found = []
    ruled: RecordedEvent | None = None
    for e in events:
        if e.kind in {"ruled", "dispatched", "recalled"}:
            ruled = e if e.kind == "ruled" else None
        elif e.kind == "replied" and ruled is not None:
            same = e.detail.get("department") == ruled.detail.get("department")
            if same and e.detail.get("outcome") == "not_ours":
                key = f"ruling:{ruled.seq}"
                found.append(SuspectedFault("defied_order", int(e.detail["department"]), key, (ruled.seq, e.seq), e.at))
            ruled = None
    return found
