"""A walk: a number is planted in every column of words, and everything that a liaison can open is read."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp.test_utils import TestClient

from hotline.api.openapi import DOCUMENTED
from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.ticket import Role
from tests.doors import browser, token
from tests.office import Office, ticket, user

#: Columns with words of people about matters: what a department reads of them is masked.
WORDS = (
    "ticket_text.text",
    "ticket_text.place",
    "note.text",
    "reply.public_text",
    "reply.internal_text",
    "reply.reason",
    "reply_proposal.public_text",
    "reply_proposal.internal_text",
    "reply_proposal.reason",
    "co_request.reason",
    "co_request.decision",
    "co_refusal.reason",
    "co_refusal.basis",
    "co_refusal.decision",
    "attachment.name",
    "return_case.basis",
    "return_case.facts",
    "return_case.ruling",
    "extension.reason",
    "extension.decision",
    "pause.reason",
    "supervise_order.reason",
    "outage.matter",
    "outage.place",
    "outage.text",
    "exclusion.reason",
    "exclusion.decision",
    "finding.judgement",
    "finding_appeal.reason",
    "finding_appeal.decision",
    "precedent.reason",
    "hot_topic.place",
    "contact_text.text",
    "hand_over.reason",
    "ownership.reason",
    "call_back.note",
    "report_back.text",
    "retention_hold.reason",
    "duty_dispute.question",
    "ticket_sketch.gist",
    "redaction.text",
    "redaction.place",
    "parting.place",
    "promise.sentence",
    "promise.news",
    "transcript_line.text",
    "restriction.objection",
    "restriction.decision",
    "inspection.remark",
)
#: Tables without anybody's words about a matter: staff, rules, keys, the record (ids and codes), raw deliveries nobody reads.
OTHER = frozenset(
    [
        "schema_version",
        "protection",
        "simulated_picture",
        "inbound_picture",
        # the telephone: who is in a call, what a carrier is told, keys and ids; a draft is enciphered
        "desk_draft",
        "api_token",
        "call",
        "call_party",
        "call_event",
        "call_command",
        "call_signal",
        "operator_line",
        "operator_skill",
        "recording",
        "recording_chunk",
        "transcript",
        "call_browser",
        "inspection_form",
        "inspection_sample",
        "inspection_item",
        "call_leg",
        "call_recording_fetch",
        "reconciliation",
        "reconciliation_difference",
        # notice sheets: what departments themselves write for everybody
        "sheet",
        "sheet_task",
        "sheet_version",
        "sheet_name",
        "place",
        "place_spelling",
        "installation",
        "job_run",
        "counter",
        "department",
        "app_user",
        "phone_test",
        "session",
        "idempotency",
        "form_taken",
        "press",
        "audit",
        "person",
        "retention",
        "inbound",
        "ticket",
        "ticket_event",
        "event_retry",
        "named_unit",
        "protection",
        "duty",
        "relay_call",
        "reply_template",
        "rating",
        "outbox",
        "simulated",
        "catalogue",
        "routing_model",
        "ticket_place",
        "topic_due",
        "outage_ticket",
        "roster_pattern",
        "roster_leave",
        "roster_shift",
        "paging",
        "page",
        "surprise_page",
        "duty_opinion",
        "calendar_day",
        "calendar_change",
        "closure",
        "policy_version",
        "policy_rule",
        "statutory_procedure",
        "ticket_procedure",
        "recompute",
        "clock",
        "ladder_step",
        "night_sheet",
        "consultation_item",
        "replayed",
        "notice_rule",
        "notice",
    ]
)
#: Columns of the other tables that hold a code, a key or who did something.
CODES = frozenset(
    [
        "marks",
        "track",
        "category",
        "urgency",
        "language",
        "subjects",
        "kind",
        "outcome",
        "channel",
        "call_sid",
        "code",
        "how",
        "part",
        "assigned_by",
        "acknowledged_by",
        "suggested",
        "status",
        "asked_by",
        "decided_by",
        "submitted_by",
        "proposed_by",
        "via",
        "media_type",
        "added_by",
        "source",
        "key",
        "matter",
        "words",
        "rule",
        "grams",
        "reason",
        "returned_by",
        "ruled_by",
        "posted_by",
        "by_actor",
        "end_reason",
        "state",
        "measure",
        "ground",
        "number",
        "issued_by",
        "recording_sid",
        "news",
        "opened_by",
        "confirmed_by",
        "document",
        "withdrawn_by",
    ]
)


def planted(n: int) -> str:
    return f"，电话139-0000-56{n:02d}"


@pytest.fixture
async def office(pool: Pool, services: Services) -> AsyncIterator[tuple[Office, list[str]]]:
    """A matter with everything that a department reads, and one that it has no more."""
    async with pool.acquire() as conn:
        made = await Office(conn, services).fill()
        made.leader = await user(conn, Role.LIAISON, department=made.lamps, leads=True)  # type: ignore[attr-defined]
        until = (services.clock.now() + timedelta(days=16)).date().isoformat()
        now, gone = [(await ticket(conn, services, f"路灯坏了{i}")).number for i in range(2)]
        for number in (now, gone):
            await made.do(made.operator, number, "assignments", department="T05")
        await made.do(made.liaison, gone, "returns", reason="not_ours", basis="不归我们", suggested="T06")
        await made.do(made.manager, gone, "rulings", department="T06", reason="按目录")
        await made.do(made.liaison, now, "signatures")
        await made.do(made.liaison, now, "first-contacts", note="问了", via="call")
        await made.do(made.liaison, now, "interims", text="正在修")
        await made.do(made.operator, now, "additions", text="又说了一次")
        await made.do(made.liaison, now, "extensions", until=until, reason="等零件")
        await made.do(made.manager, now, "supervise-orders", reason="请抓紧")
        await made.do(
            made.liaison,
            now,
            "attachments",
            name="现场.pdf",
            content=b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF",
        )
        await made.do(made.liaison, now, "co-requests", department="T06", reason="要供水配合")
        await made.do(made.liaison, now, "replies", outcome="solved", public="修好了", internal="线路老化")
        await made.do(made.operator, now, "send-backs", reason="没写清")
        await conn.execute(
            "INSERT INTO outage (department_id, matter, place, text, until_at, posted_by, posted_at)"
            " VALUES ($1, '停电', '城南', '抢修', $2::timestamptz + interval '1 day', 'x', $2)",
            made.lamps,
            services.clock.now(),
        )
        for n, column in enumerate(WORDS):
            table, name = column.split(".")
            await conn.execute(f"UPDATE {table} SET {name} = {name} || $1", planted(n))
        yield made, [now, gone]


async def test_nothing_that_a_liaison_opens_shows_a_number(
    client: TestClient, pool: Pool, services: Services, office: tuple[Office, list[str]]
) -> None:
    made, numbers = office
    seen: set[str] = set()
    async with pool.acquire() as conn:
        order = await conn.fetchval("SELECT number FROM supervise_order")
        file = await conn.fetchval("SELECT id FROM attachment")
    person = await browser(client, pool, services, made.liaison)
    header = await token(pool, services, made.liaison)
    for route in client.app[DOCUMENTED]:  # type: ignore[index]
        if route.method != "GET" or (route.roles is not None and "liaison" not in route.roles):
            continue
        if "live" in route.path or route.path.startswith(("/twilio", "/simulator")):
            continue
        for number in [order, *numbers] if "{number}" in route.path else [""]:
            path = re.sub(r"\{id\}", str(file), route.path.replace("{number}", number))
            path = re.sub(r"\{month\}", "2026-03", re.sub(r"\{[a-z]+\}", "1", path))
            is_api = path.startswith("/api/")
            answer = await client.get(path, headers=header) if is_api else await person.get(path)
            body = await answer.read() + str(answer.headers).encode()
            assert answer.status < 500, path
            assert not re.search(rb"139-?0000-?56\d\d", body), path
            seen |= {f.decode() for f in re.findall(rb"139\*\*\*\*(\d\d)", body.replace(b"%2A", b"*"))}
    shown = {WORDS[int(n)] for n in seen}
    expected = {
        "ticket_text.text",
        "ticket_text.place",
        "note.text",
        "reply.public_text",
        "reply.reason",
        "attachment.name",
        "return_case.basis",
        "return_case.ruling",
        "supervise_order.reason",
        "outage.text",
        "outage.place",
        "extension.reason",
        "co_request.reason",
        "reply.internal_text",
    }
    assert expected <= shown, expected - shown


async def test_every_column_of_words_is_walked(pool: Pool) -> None:
    async with pool.acquire() as conn:
        rows = await conn.fetch(
            "SELECT c.table_name, c.column_name FROM information_schema.columns c JOIN information_schema.tables t"
            " USING (table_schema, table_name) WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE'"
            " AND (c.data_type IN ('text', 'jsonb') OR c.data_type = 'ARRAY' AND c.udt_name = '_text')"
        )
    unknown = [
        f"{table}.{name}"
        for table, name in rows
        if table not in OTHER and name not in CODES and f"{table}.{name}" not in WORDS
    ]
    assert unknown == [], "say in WORDS or OTHER what a department reads of these"


async def test_the_page_to_a_departments_phone_shows_no_number(
    pool: Pool, services: Services, clock: MovingClock
) -> None:
    async with pool.acquire() as conn:
        made = await Office(conn, services).fill()
        await user(conn, Role.LIAISON, department=made.lamps, leads=True, phone="+8613911112222", services=services)
        number = (await ticket(conn, services, place="13900001234家门口")).number
        await made.do(made.operator, number, "assignments", department="T05")
        await made.do(made.operator, number, "chases", text="他的电话是 13900001234")
        said = [row["body"] for row in await conn.fetch("SELECT body FROM outbox")]
    assert said
    assert not any("13900001234" in body for body in said)
