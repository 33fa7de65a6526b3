"""`audit verify` names each row that decides a figure, a finding or a protection and was changed in SQL."""

from __future__ import annotations

from datetime import timedelta

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.moves.corrections import keep_file
from hotline.record.parallel_reading import TicketRange
from reports.exclusions.decisions import ask_exclusion, decide_exclusion
from reports.findings import judgements
from sla.verify.comparison import check_rebuilt
from tests.office import move
from tests.reports.story import lived, office

#: Of what was changed: how it is said, and the change.
TOUCHED = {
    "rating 1: score is 5, the events say 2": "UPDATE rating SET score = 5 WHERE ticket_id = {away}",
    "rating 1: via is track": "UPDATE rating SET via = 'track' WHERE ticket_id = {away}",
    "rating 1: at is": "UPDATE rating SET at = at + interval '1 month' WHERE ticket_id = {away}",
    "rating 1 of the events is not there": "DELETE FROM rating WHERE ticket_id = {away}",
    "rating 1 of the events is not there ": "UPDATE rating SET confirmed = false WHERE ticket_id = {away}",
    "rating 2 is not in the events": "INSERT INTO rating (ticket_id, score, via, at) VALUES ({good}, 1, 'track', '2026-03-05Z')",
    "follow_up 1: solved is True, the events say False": "UPDATE follow_up SET solved = true WHERE ticket_id = {kept}",
    "follow_up 1: rating is 5": "UPDATE follow_up SET rating = 5 WHERE ticket_id = {kept}",
    "follow_up 1: reached is False": "UPDATE follow_up SET reached = false, solved = NULL WHERE ticket_id = {kept}",
    "follow_up 1: by_id is 0": "UPDATE follow_up SET by_id = 0 WHERE ticket_id = {kept}",
    "follow_up 1 of the events is not there": "DELETE FROM follow_up WHERE ticket_id = {kept}",
    "state is dropped, the events say confirmed": "UPDATE finding SET state = 'dropped' WHERE state = 'confirmed'",
    "state is dropped, the events say suspected": "UPDATE finding SET state = 'dropped', judged_at = at, judgement = 'excused' WHERE state = 'suspected'",
    "rule is late_reply, the events say late_sign": "UPDATE finding SET rule = 'late_reply' WHERE state = 'confirmed'",
    "of the events is not there": "DELETE FROM finding WHERE state = 'confirmed'",
    "upheld is True, the events say False": "UPDATE finding_appeal SET upheld = true",
    "finding_appeal {finding} of the events is not there": "DELETE FROM finding_appeal",
    "granted is True, the events say False": "UPDATE exclusion SET granted = true",
    "ground is mediation, the events say court": "UPDATE exclusion SET ground = 'mediation'",
    "exclusion 9 is not in the events": "INSERT INTO exclusion VALUES (9, {good}, 1, 'court', '', 0, '2026-03-05Z', true, 0, '2026-03-05Z')",
    "overruled is False, the events say True": "UPDATE return_case SET overruled = false WHERE ticket_id = {kept}",
    "late is True, the events say False": "UPDATE return_case SET late = true WHERE ticket_id = {kept}",
    "ruled_to is empty, the events say": "UPDATE return_case SET ruled_to = NULL WHERE ticket_id = {kept}",
    "named is False, the events say True": "UPDATE named_unit SET named = false",
    "of the events is not there  ": "DELETE FROM named_unit",
    "ticket_text 0: text is not what": "UPDATE ticket_text SET text = '别的' WHERE ticket_id = {good}",
    "ticket_text 0: place is not what": "UPDATE ticket_text SET place = '别处' WHERE ticket_id = {late}",
    "ticket_text 0 of the events": "DELETE FROM ticket_text WHERE ticket_id = {good}",
    "text is not what the events have the digest of": "UPDATE note SET text = '别的' WHERE kind = 'addition'",
    "of the events is not there   ": "DELETE FROM note WHERE kind = 'addition'",
    "text and place is not what": "UPDATE redaction SET text = '别的'",
    "public_text and internal_text is not what": "UPDATE reply SET public_text = '别的' WHERE ticket_id = {good}",
    "outcome is explained, the events say solved": "UPDATE reply SET outcome = 'explained' WHERE ticket_id = {good}",
    "text is not what the events have the digest of ": "UPDATE report_back SET text = '别的' WHERE ticket_id = {good}",
    "via is letter, the events say call": "UPDATE report_back SET via = 'letter' WHERE ticket_id = {good}",
    "told_at is": "UPDATE report_back SET told_at = told_at + interval '1 day' WHERE ticket_id = {good}",
    "content is": "UPDATE attachment SET content = 'other'",
    "content is empty": "UPDATE attachment SET content = NULL",
    "attachment {file} of the events": "DELETE FROM attachment",
    "received_at is": "UPDATE supervise_order SET received_at = '2026-01-01Z', received_by = 0",
    "number is DB1": "UPDATE supervise_order SET number = 'DB1'",
    "granted is False, the events say True": "UPDATE extension SET granted = false",
    "days is 9, the events say": "UPDATE extension SET days = 9",
}


async def test_what_decides_a_figure_was_changed(conn: Conn, services: Services, clock: MovingClock) -> None:
    o = await office(conn, services, clock)
    numbers = await lived(o)
    named = await o.opened("有人收钱")
    await o.does(o.manager, named, "named-units", department="T02")
    longer = await o.opened("灯坏了")
    await o.dispatched(longer)
    await o.does(o.lamps, longer, "signatures")
    due = await conn.fetchval("SELECT due_at FROM clock WHERE clock = 'resolve' ORDER BY id DESC LIMIT 1")
    until = (due + timedelta(days=7)).date().isoformat()
    await o.does(o.lamps, longer, "extensions", until=until, reason="缺材料")
    extension = await conn.fetchval("SELECT max(id) FROM extension")
    await move(
        conn, services, o.manager, longer, "extensions/{item}/decisions", item=extension, granted=True, reason="属实"
    )
    await o.does(o.manager, longer, "supervise-orders", reason="尽快")
    await o.does(o.operator, numbers["late"], "additions", text="还没修")
    await o.does(o.operator, numbers["late"], "corrections", place="永安小区")
    await o.does(o.operator, numbers["late"], "redactions", text="水管", place="")
    about = await conn.fetchval("SELECT id FROM ticket WHERE number = $1", numbers["good"])
    file = await keep_file(conn, services, about, "a.pdf", "application/pdf", b"%PDF", o.operator.actor, clock.now())
    asked = await ask_exclusion(conn, services, o.lamps, numbers["late"], "court", "已起诉", clock.now())
    await decide_exclusion(conn, services, o.other, int(str(asked["id"])), False, "没有起诉", clock.now())
    finding = await conn.fetchval("SELECT min(id) FROM finding WHERE rule = 'late_sign'")
    clock.move(timedelta(days=1))
    await conn.execute(
        "UPDATE finding SET appeal_by = $2 WHERE id = $1", finding, clock.now()
    )  # they may still be heard
    await judgements.appeal(conn, services, o.lamps, finding, "系统当时打不开", clock.now())
    await judgements.decide(conn, services, o.other, finding, False, "属实", clock.now())
    assert await _wrong(conn, services, clock) == ()
    ids = {name: await conn.fetchval("SELECT id FROM ticket WHERE number = $1", n) for name, n in numbers.items()}
    for said, statement in TOUCHED.items():
        change = conn.transaction()
        await change.start()
        await conn.execute("SET LOCAL session_replication_role = replica")
        await conn.execute(statement.format(**ids))
        found = await _wrong(conn, services, clock)
        assert any(said.format(finding=finding, file=file).strip() in what for _, what in found), (said, found)
        await change.rollback()


async def _wrong(conn: Conn, services: Services, clock: MovingClock) -> tuple[tuple[str, str], ...]:
    """What `audit verify` says of the rows."""
    part = await check_rebuilt(
        conn, TicketRange(0, 2**62), services.keys.record, str(services.settings.zone), clock.now()
    )
    return part.wrong
