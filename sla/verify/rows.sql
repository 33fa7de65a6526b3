-- name: stated_rows :many
-- The rows of a part of the tickets that repeat what events say: table, the key by which events name the row (or its place in the
-- ticket), and its columns. A rating counts once it is confirmed; a suspicion whose fact another way out took was dropped by no person.
-- params: after, until
SELECT s.ticket_id, s.source, s.key, s.columns FROM (
  SELECT r.ticket_id, 'rating' AS source, row_number() OVER (PARTITION BY r.ticket_id ORDER BY r.id) AS key, to_jsonb(r) AS columns
  FROM rating r WHERE r.confirmed AND r.ticket_id > $1 AND r.ticket_id <= $2
  UNION ALL SELECT f.ticket_id, 'follow_up', row_number() OVER (PARTITION BY f.ticket_id ORDER BY f.id), to_jsonb(f)
  FROM follow_up f WHERE f.ticket_id > $1 AND f.ticket_id <= $2
  UNION ALL SELECT f.ticket_id, 'finding', f.id, to_jsonb(f) || CASE WHEN f.state = 'dropped' AND f.judged_by IS NULL
      AND EXISTS (SELECT 1 FROM finding_out o WHERE o.finding_id = f.id AND o.how NOT IN ('dropped', 'upheld'))
    THEN '{"state": "suspected"}'::jsonb ELSE '{}'::jsonb END
  FROM finding f WHERE f.ticket_id > $1 AND f.ticket_id <= $2
  UNION ALL SELECT f.ticket_id, 'finding_appeal', a.finding_id, to_jsonb(a)
  FROM finding_appeal a JOIN finding f ON f.id = a.finding_id WHERE f.ticket_id > $1 AND f.ticket_id <= $2
  UNION ALL SELECT x.ticket_id, 'exclusion', x.id, to_jsonb(x) FROM exclusion x WHERE x.ticket_id > $1 AND x.ticket_id <= $2
  UNION ALL SELECT k.ticket_id, 'return_case', k.id, to_jsonb(k) FROM return_case k WHERE k.ticket_id > $1 AND k.ticket_id <= $2
  UNION ALL SELECT e.ticket_id, 'extension', e.id, to_jsonb(e) FROM extension e WHERE e.ticket_id > $1 AND e.ticket_id <= $2
  UNION ALL SELECT n.ticket_id, 'named_unit', n.department_id, to_jsonb(n) FROM named_unit n WHERE n.ticket_id > $1 AND n.ticket_id <= $2
  UNION ALL SELECT w.ticket_id, 'ticket_text', 0, jsonb_build_object('text', w.text, 'place', w.place)
  FROM ticket_text w WHERE w.ticket_id > $1 AND w.ticket_id <= $2
  UNION ALL SELECT n.ticket_id, 'note', n.seq, jsonb_build_object('text', n.text) FROM note n WHERE n.kind = 'addition' AND n.ticket_id > $1 AND n.ticket_id <= $2
  UNION ALL SELECT r.ticket_id, 'redaction', r.seq, to_jsonb(r) - 'grams' FROM redaction r WHERE r.ticket_id > $1 AND r.ticket_id <= $2
  UNION ALL SELECT a.ticket_id, 'attachment', a.id, jsonb_build_object('digest', encode(a.digest, 'hex'), 'content', encode(sha256(a.content), 'hex'),
    'size', a.size, 'added_by', a.added_by)
  FROM attachment a WHERE a.ticket_id > $1 AND a.ticket_id <= $2
  UNION ALL SELECT r.ticket_id, 'reply', r.id, to_jsonb(r) FROM reply r WHERE r.ticket_id > $1 AND r.ticket_id <= $2
  UNION ALL SELECT r.ticket_id, 'report_back', r.id, to_jsonb(r) FROM report_back r WHERE r.ticket_id > $1 AND r.ticket_id <= $2
  UNION ALL SELECT x.ticket_id, 'recording', r.id, jsonb_build_object('digest', encode(r.digest, 'hex'), 'ms', r.ms)
  FROM recording_ticket x JOIN recording r ON r.id = x.recording_id WHERE x.ticket_id > $1 AND x.ticket_id <= $2
  UNION ALL SELECT o.ticket_id, 'supervise_order', o.id, to_jsonb(o) FROM supervise_order o WHERE o.ticket_id > $1 AND o.ticket_id <= $2
  UNION ALL SELECT c.ticket_id, 'co_refusal', c.id, to_jsonb(c) FROM co_refusal c WHERE c.ticket_id > $1 AND c.ticket_id <= $2
  UNION ALL SELECT c.ticket_id, 'co_request', c.id, to_jsonb(c) FROM co_request c WHERE c.ticket_id > $1 AND c.ticket_id <= $2
) s;
