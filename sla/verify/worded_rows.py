"""What events say of words and files, by their digests: a ticket's words, additions, redactions, recordings, replies, reports back. Pure."""

from __future__ import annotations

from hotline.base.event import RecordedEvent
from sla.verify.row_statement import UNSAID, RowTable, Statement, actor, at, constant, detail, seq


def _whole(event: RecordedEvent) -> bool:
    """Whether what was added became part of the ticket's own words."""
    return "whole" in event.detail


WORDED_ROWS: tuple[RowTable, ...] = (
    RowTable(
        "ticket_text",
        (
            Statement("received", {"words": detail("words")}, key=constant(0)),
            Statement("corrected", {"where": detail("place")}, key=constant(0)),
            Statement("added", {"words": detail("whole")}, key=constant(0), when=_whole),
        ),
        digests={"words": ("text",), "where": ("place",)},
        goes=True,
    ),
    RowTable(
        "note",  # what was added; other notes have no digest in their events
        (Statement("added", {"words": detail("words")}, key=seq, when=lambda e: not _whole(e)),),
        unnamed={},
        digests={"words": ("text",)},
        goes=True,
    ),
    RowTable(
        "redaction",
        (
            Statement(
                "redacted",
                {"words": detail("words"), "files": detail("files"), "by_actor": actor, "at": at},
                key=detail("seq"),
            ),
        ),
        digests={"words": ("text", "place")},
        goes=True,
    ),
    RowTable(
        "attachment",
        (
            Statement(
                "attached",
                {"digest": detail("digest"), "content": detail("digest"), "size": detail("size"), "added_by": actor},
                key=detail("attachment"),
            ),
        ),
        blank=frozenset({"content"}),
    ),
    RowTable(
        "recording",  # whether the sound is still that of its digest, `recordings verify` says
        (Statement("recorded", {"digest": detail("digest"), "ms": detail("ms")}, key=detail("recording")),),
    ),
    RowTable(
        "reply",
        (
            Statement(
                "replied",
                {
                    "assignment_id": detail("assignment"),
                    "outcome": detail("outcome"),
                    "submitted_at": at,
                    "sent_back_at": constant(None),
                    "words": detail("words"),
                },
                key=detail("reply"),
            ),
            Statement("sent_back", {"sent_back_at": at}, key=detail("reply")),
            Statement("recalled", {"sent_back_at": constant(UNSAID)}, every=True),
        ),
        digests={"words": ("public_text", "internal_text")},
    ),
    RowTable(
        "report_back",
        (
            Statement("report_back_tried", {"via": detail("via"), "words": detail("words")}, key=detail("report_back")),
            Statement("told", {"via": detail("via"), "told_at": at}, key=detail("report_back")),
            Statement(
                "told",
                {"words": detail("words")},
                key=detail("report_back"),
                when=lambda e: "words" in e.detail,
            ),
        ),
        digests={"words": ("text",)},
    ),
)
