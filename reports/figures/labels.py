"""What figures are called: English msgids, translated at the edge. Pure."""

from __future__ import annotations

from sla.clocks.table import TABLE

LABELS = {
    "dispatched": "Dispatched",
    "redispatched": "Dispatched again",
    "solved": "Solved",
    "satisfied": "Satisfied (4–5)",
    "satisfied_broad": "Satisfied (3–5)",
    "rated": "Rated of those asked",
    "explained": "Lawfully explained",
    "returns": "Returns",
    "overruled": "Returns overruled",
    "replied": "Replies",
    "record": "Replies not sent back",
    "reworks": "Reworks of replies",
    "extensions": "Extensions asked",
    "extensions_granted": "Extensions granted",
    "backlog": "Backlog",
    "backlog_5": "Backlog up to 5 days",
    "backlog_10": "Backlog 5–10 days",
    "backlog_30": "Backlog 10–30 days",
    "backlog_over_30": "Backlog over 30 days",
    "long_term": "Long-term matters",
    "long_term_over_180": "Long-term over 180 days",
    "held": "Time held",
    "night_pages": "Pages at night",
    "leader_pages": "Pages that reached the leader",
    "received": "Received",
    "carried_over": "Carried over",
    "open_at_end": "Open at the end",
    "offered": "Calls offered",
    "answer_rate": "Calls answered",
    "dispatch_right_first_time": "Dispatch right first time",
    "first_call_resolution": "Calls answered on the spot",
    "contacts_without_end": "Contacts without an end",
    "ended_answered": "Answered on the spot",
    "ended_declined": "Declined",
    "ended_transferred": "Transferred",
    "ended_withdrawn": "Withdrawn",
    "ended_merged": "Merged",
    "ended_done": "Done and filed",
    "archived": "Filed",
    "centre_held": "Time held by the centre",
    "calls_offered": "Calls that came",
    "calls_asked": "Asked for a person",
    "calls_answered": "Reached a person",
    "calls_within_15_s": "Answered within 15 s",
    "calls_abandoned": "Gave up waiting",
    "calls_abandoned_short": "Hung up within 5 s",
    "calls_places_kept": "Kept their place to be called back",
    "calls_voicemail": "Led to the voicemail",
    "calls_known_outage": "Ended by a known outage",
    "calls_without_end": "Calls without an end",
    **{row.figure.name: row.figure.label for row in TABLE if row.figure is not None},
}

GROUP_LABELS = {
    "departments": "Departments",
    "institutions": "Institutions and utilities",
    "townships": "Townships",
    "vertical": "Vertically managed units",
}


def label(name: str) -> str:
    """The msgid of a figure; of what came in it is the channel, category or urgency itself."""
    return LABELS.get(name) or name.partition("_")[2]
