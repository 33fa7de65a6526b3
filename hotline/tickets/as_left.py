"""SQL of a list for a department: tickets in which its part has ended are filtered and shown as they were then. Pure.

`$1` is the department. Each filter and each word then speaks of what the department is shown (`hotline.tickets.partings`).
"""

from __future__ import annotations

#: Stands in the place of the table; `read_text` and `read_place` are the words as the department reads them.
TICKETS = (
    "(SELECT o.id, o.number, coalesce(l.state, o.state) AS state, o.channel, coalesce(l.category, o.category) AS category,"
    " coalesce(l.urgency, o.urgency) AS urgency, o.confidential, coalesce(l.owner_id, o.owner_id) AS owner_id,"
    " coalesce(l.department_id, o.department_id) AS department_id, o.person_id, o.concerned_id, o.parent_id, o.after_id, o.received_at,"
    " CASE WHEN o.ended_at <= coalesce(l.at, o.ended_at) THEN o.ended_at END AS ended_at,"
    " CASE WHEN o.filed_at <= coalesce(l.at, o.filed_at) THEN o.filed_at END AS filed_at, o.event_count, o.last_event_at,"
    " h.text AS read_text, coalesce(l.place, h.place) AS read_place FROM ticket o LEFT JOIN handler_text h ON h.ticket_id = o.id"
    " LEFT JOIN LATERAL (SELECT a.ended_at AS at, coalesce(p.state, CASE WHEN a.end_reason IN ('returned', 'ruled') THEN 'returned'"
    " WHEN a.end_reason = 'recalled' THEN 'received' END) AS state, p.category, p.urgency, p.owner_id,"
    " coalesce(p.department_id, a.department_id) AS department_id,"
    " CASE WHEN NOT EXISTS (SELECT 1 FROM redaction r WHERE r.ticket_id = o.id AND r.seq = 0) THEN p.place END AS place"
    " FROM assignment a LEFT JOIN parting p ON p.assignment_id = a.id WHERE a.ticket_id = o.id AND a.department_id = ANY((SELECT department_line($1))::int[])"
    " AND NOT EXISTS (SELECT 1 FROM assignment b WHERE b.ticket_id = o.id AND b.department_id = ANY((SELECT department_line($1))::int[]) AND b.ended_at IS NULL)"
    " ORDER BY a.ended_at DESC, a.id DESC LIMIT 1) l ON true)"
)
#: Where a word may stand: by its bigrams (twice), or in a place that the department left (`?` in this order).
MAY_HOLD = (
    "t.id IN (SELECT ticket_id FROM ticket_text WHERE grams @> ?::text[] UNION ALL SELECT ticket_id FROM redaction WHERE seq = 0 AND grams @> ?::text[]"
    " UNION ALL SELECT p.ticket_id FROM assignment a JOIN parting p ON p.assignment_id = a.id WHERE a.department_id = ANY((SELECT department_line($1))::int[])"
    " AND lower(normalize(p.place, NFKC)) LIKE ?)"
)
#: Whether it stands there as the department reads it.
HOLDS = "lower(normalize(t.read_text || chr(10) || t.read_place, NFKC)) LIKE ?"
