-- Fairness: facts as they were known at a moment, four ways out with one effect, a proposal that is sent back.

ALTER TABLE clock ADD COLUMN excused_at timestamptz;
UPDATE clock SET excused_at = touched_at WHERE excused <> '';
ALTER TABLE notice ADD COLUMN sent_back_by text;
ALTER TABLE notice ADD COLUMN sent_back text NOT NULL DEFAULT '';
-- What a ticket's category, urgency or confidentiality was at a moment: what it is now, unless it was corrected since.
CREATE FUNCTION class_at(bigint, timestamptz, text) RETURNS text LANGUAGE sql STABLE AS $$
  SELECT coalesce(
    (SELECT e.detail::jsonb #>> ARRAY[$3, '0'] FROM ticket_event e
     WHERE e.ticket_id = $1 AND e.kind = 'corrected' AND e.at > $2 AND e.detail::jsonb ? $3 ORDER BY e.seq LIMIT 1),
    CASE $3 WHEN 'category' THEN t.category WHEN 'urgency' THEN t.urgency ELSE t.confidential::text END)
  FROM ticket t WHERE t.id = $1
$$;

-- Until when a signature is in time: by the clock; where the ticket was dispatched between 21:00 and 08:00 and was normal then, or when it was
-- signed for, also until 10:00 (rulebook §6). Raising the urgency takes nothing back.
CREATE FUNCTION signed_by(ticket bigint, started_at timestamptz, stopped_at timestamptz, due_at timestamptz, zone text)
RETURNS timestamptz LANGUAGE sql STABLE AS $$
  SELECT CASE WHEN extract(hour FROM started_at AT TIME ZONE zone) BETWEEN 8 AND 20
      OR 'normal' NOT IN (class_at(ticket, started_at, 'urgency'), class_at(ticket, coalesce(stopped_at, 'infinity'), 'urgency')) THEN due_at
    ELSE greatest(due_at, ((started_at AT TIME ZONE zone + interval '3 hours')::date + time '10:00') AT TIME ZONE zone) END
$$;

-- Whether a ticket was confidential, a tipoff, or treated as one, at a moment: then no paper prints its number.
CREATE FUNCTION was_secret(bigint, timestamptz) RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT class_at($1, $2, 'category') = 'tipoff' OR class_at($1, $2, 'confidential') = 'true'
    OR EXISTS (SELECT 1 FROM protection p WHERE p.ticket_id = $1 AND p.from_at <= $2 AND (p.lifted_at IS NULL OR p.lifted_at > $2))
$$;

-- What takes a finding out, and since when: judged away (an appeal upheld, a dismissal), the ticket excluded, the clock excused (免责),
-- the dispatch recalled as wrong. Four ways, one effect: out of rate, finding and annex alike (rulebook §7).
CREATE VIEW finding_out AS
  SELECT f.id AS finding_id, f.state AS how, f.judged_at AS at FROM finding f WHERE f.state IN ('dropped', 'upheld')
  UNION ALL SELECT f.id, 'excluded', x.decided_at FROM finding f JOIN exclusion x ON x.ticket_id = f.ticket_id AND x.department_id = f.department_id AND x.granted
  UNION ALL SELECT f.id, 'excused', c.excused_at FROM finding f JOIN clock c ON c.id = f.clock_id AND c.excused <> ''
  UNION ALL SELECT f.id, 'recalled', a.ended_at FROM finding f JOIN assignment a ON a.ticket_id = f.ticket_id AND a.department_id = f.department_id
    AND a.end_reason = 'recalled' AND f.at BETWEEN a.assigned_at AND a.ended_at;

-- Ratings that the person says were pressed for; `out_at`: since when that is judged not to stand. A rating counts for nothing meanwhile.
CREATE VIEW coaxed AS
  SELECT e.ticket_id, e.at AS pressed_at,
    (SELECT r.at FROM rating r WHERE r.ticket_id = e.ticket_id AND r.confirmed AND r.at <= e.at ORDER BY r.id DESC LIMIT 1) AS rated_at,
    (SELECT min(o.at) FROM finding f JOIN finding_out o ON o.finding_id = f.id
     WHERE f.ticket_id = e.ticket_id AND f.rule = 'coaxed_rating' AND e.seq = ANY(f.seqs)) AS out_at
  FROM ticket_event e WHERE e.kind = 'pressed' AND e.detail::jsonb ->> 'what' = 'rating';

-- Tickets and measures that stand in no rate of a department: excluded ones, and the measure of a finding that somebody judged away.
CREATE OR REPLACE VIEW left_out AS
  SELECT ticket_id, department_id, NULL::text AS measure, decided_at FROM exclusion WHERE granted
  UNION ALL SELECT f.ticket_id, f.department_id, f.measure, f.judged_at FROM finding f
  WHERE f.state IN ('dropped', 'upheld') AND f.judged_by IS NOT NULL AND f.measure <> '' AND f.ticket_id IS NOT NULL;
