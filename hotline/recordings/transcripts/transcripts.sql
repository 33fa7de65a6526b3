-- name: insert_waiting :exec
-- Sealed recordings of talks and messages that have no transcript wait for one; `since`: those that were closed from a moment on.
-- params: since, now
INSERT INTO transcript (recording_id, state, next_at) SELECT r.id, 'waiting', $2 FROM recording r
WHERE r.begun_at >= $1 AND r.key_enc IS NOT NULL AND r.closed_at IS NOT NULL AND r.ms > 0
  AND NOT EXISTS (SELECT 1 FROM transcript w WHERE w.recording_id = r.id) ON CONFLICT DO NOTHING;

-- name: claim_transcript :one?
-- The recording that waits longest for its words; it is ours for as long as it may take.
-- params: now, lease
UPDATE transcript SET tries = tries + 1, next_at = $2 WHERE recording_id = (SELECT recording_id FROM transcript
  WHERE state = 'waiting' AND next_at <= $1 ORDER BY next_at, recording_id LIMIT 1 FOR UPDATE SKIP LOCKED)
RETURNING recording_id, tries;

-- name: keep :count
-- The words came, and the recording is not erased meanwhile.
-- params: recording_id, by_program, now
UPDATE transcript w SET state = 'made', by_program = $2, made_at = $3, next_at = NULL FROM recording r
WHERE w.recording_id = $1 AND r.id = w.recording_id AND r.key_enc IS NOT NULL AND w.state = 'waiting';

-- name: insert_lines :exec
-- The words, in order.
-- params: recording_id, places, tracks, froms, untils, texts
INSERT INTO transcript_line (recording_id, place, track, from_ms, until_ms, text)
SELECT $1, x.place, x.track, x.from_ms, x.until_ms, x.text
FROM unnest($2::int[], $3::text[], $4::int[], $5::int[], $6::text[]) AS x(place, track, from_ms, until_ms, text);

-- name: fail :exec
-- No words came: for good, or until a moment.
-- params: recording_id, state, next_at?
UPDATE transcript SET state = $2, next_at = $3 WHERE recording_id = $1 AND state = 'waiting';

-- name: lines :many
-- The words of a recording.
-- params: recording_id
-- row: TranscriptLineRow
SELECT place, track, from_ms, until_ms, text FROM transcript_line WHERE recording_id = $1 ORDER BY place;
