"""The consultation: its days, its queue, the dossier of each matter, and the agenda opened again."""

from __future__ import annotations

import io
import itertools
import re
from datetime import date, datetime, timedelta

import pytest
from aiohttp.test_utils import TestClient
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn, Pool
from hotline.base.http.problem import BadField
from hotline.base.services import Services
from reports.consult.agenda import parts
from reports.consult.days import days, meeting, on_or_after
from reports.consult.dossier import load_dossiers, standing
from reports.consult.preparation import documents, make, meeting_on_or_after, meetings, read_day
from reports.notice.documents import speaking
from sla.ledger.responsibility import total_time
from sla.ledger.ticket_ledgers import load_intervals
from tests.doors import token
from tests.reports.story import ZONE, StoryOffice, at, office
from tests.reports.test_score import RULES


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sets(st.integers(0, 6), max_size=5))
def test_every_fortnight_on_a_working_day(day: date, off: set[int]) -> None:
    found = days(day, 6, RULES, lambda d: d.weekday() not in off)
    assert found[0] >= day
    assert found[0] < day + timedelta(days=28)
    assert all(d.weekday() not in off for d in found)
    assert all(timedelta(0) < b - a < timedelta(days=28) for a, b in itertools.pairwise(found))
    assert on_or_after(found[0], RULES, lambda d: d.weekday() not in off) == found[0]
    if not off:
        assert all((d - RULES.anchor).days % 14 == 0 for d in found)


def test_nobody_works_ever() -> None:
    assert meeting(date(2026, 1, 7), lambda _: False) == date(2026, 1, 7)


async def test_a_holiday_moves_it(conn: Conn, services: Services) -> None:
    assert await meeting_on_or_after(conn, services, date(2026, 2, 16)) == date(
        2026, 2, 24
    )  # the 18th is Spring Festival
    assert await meeting_on_or_after(conn, services, date(2026, 3, 4)) == date(2026, 3, 4)
    assert (await meetings(conn, services, date(2026, 3, 5)))[4] == date(2026, 3, 18)


@pytest.mark.parametrize("text", ["", "2026-3-4", "soon", "2026-02-30", "1999-12-31"])
def test_bad_days_are_refused(text: str) -> None:
    with pytest.raises(BadField, match="date"):
        read_day(text)


async def returned_once(o: StoryOffice) -> str:
    """A matter that was returned, ruled back, and proposed for the consultation."""
    number = await o.opened("人民路12号的路灯坏了，请打13912345678")
    await o.dispatched(number)
    o.clock.move(timedelta(hours=1))
    await o.does(o.lamps, number, "returns", reason="not our duty", basis="三定方案", suggested="T02")
    o.clock.move(timedelta(hours=2))
    await o.does(o.manager, number, "rulings", department="T01", reason="就是你们的灯")
    o.clock.move(timedelta(days=1))
    await o.does(o.operator, number, "proposals", reason="两家都说不是自己的")
    return number


async def test_the_dossier_is_the_record(conn: Conn, services: Services, clock: MovingClock) -> None:
    o = await office(conn, services, clock)
    number = await returned_once(o)
    rows = await standing(conn, date(2026, 3, 18), ZONE)
    (d,) = await load_dossiers(conn, rows, clock.now())
    assert (d.number, d.reasons, d.department_code) == (number, ("proposed",), "T01")
    assert "139" not in d.text or "13912345678" not in d.text
    assert [(r.reason, r.overruled, r.ruling) for r in d.returns] == [("not_ours", True, "就是你们的灯")]
    ledger = await load_intervals(conn, d.ticket, clock.now())  # type: ignore[arg-type]
    assert sum(h.seconds for h in d.held) == pytest.approx(total_time(ledger))
    assert d.held[0].department == "测试路灯所"
    assert [line.kind for line in d.timeline][:2] == ["received", "dispatched"]


async def test_an_item_stands_until_it_is_over(conn: Conn, services: Services, clock: MovingClock) -> None:
    o = await office(conn, services, clock)
    await returned_once(o)  # put there on 5 March
    assert len(await standing(conn, date(2026, 3, 4), ZONE)) == 0
    assert len(await standing(conn, date(2026, 3, 18), ZONE)) == 1
    await conn.execute("UPDATE consultation_item SET ended_at = $1", at("2026-03-18 11:00"))
    assert len(await standing(conn, date(2026, 3, 18), ZONE)) == 1
    assert len(await standing(conn, date(2026, 4, 1), ZONE)) == 0


async def test_alike_matters_show_their_precedent(conn: Conn, services: Services, clock: MovingClock) -> None:
    o = await office(conn, services, clock)
    first = await returned_once(o)
    clock.move(timedelta(days=1))
    second = await returned_once(o)
    rows = [r for r in await standing(conn, date(2026, 3, 18), ZONE) if r.number == second]
    (d,) = await load_dossiers(conn, rows, clock.now())
    assert [p.number for p in d.precedents] == [first]
    assert [a.number for a in d.alike] == [first]


async def test_a_confidential_matter_keeps_its_words_and_its_export_is_on_record(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    o = await office(conn, services, clock)
    await returned_once(o)
    await conn.execute("UPDATE ticket SET confidential = true")
    made = await make(conn, services, date(2026, 3, 18), o.manager.actor, clock.now())
    said = str(parts(made.day, made.dossiers, speaking("zh", ZONE)))
    assert "人民路" not in said
    assert "路灯坏了" not in said
    assert await conn.fetchval("SELECT count(*) FROM ticket_event WHERE kind = 'exported'") == 1


async def test_nothing_private_stands_in_the_agenda(conn: Conn, services: Services, clock: MovingClock) -> None:
    """Names, identities, numbers and doors in the words, the place, a return, a ruling, an addition: none is printed."""
    o = await office(conn, services, clock)
    number = await o.opened(
        "我叫赵国强，身份证220821199001011234，阳光小区3号楼2单元501室门口的路灯坏了，联系人：孙小美 13912345678"
    )
    await o.does(o.operator, number, "corrections", place="阳光小区3号楼2单元")
    await conn.execute("UPDATE person SET name_enc = $1", services.keys.encrypt("钱多多"))
    await o.dispatched(number)
    basis = "钱多多家在3号楼2单元501室，微信号zhaoguoqiang88，不归我们"
    await o.does(o.lamps, number, "returns", reason="not our duty", basis=basis, suggested="T02")
    await o.does(o.manager, number, "rulings", department="T01", reason="户主孙小美，电话13912345678，就是你们的灯")
    await o.does(o.operator, number, "additions", text="钱多多又来电，住3-2-501")
    await conn.execute(
        "INSERT INTO consultation_item (ticket_id, reason, added_at) SELECT id, 'proposed', $1 FROM ticket", clock.now()
    )
    made = await make(conn, services, date(2026, 3, 18), "system", clock.now())
    files = documents(made, speaking("zh", ZONE), ("html", "docx"))
    page = files["html"].decode()
    assert "阳光小区" in page
    assert "就是你们的灯" in page
    text = "".join(c.text for t in Document(io.BytesIO(files["docx"])).tables for r in t.rows for c in r.cells)
    for private in (
        "赵国强",
        "钱多多",
        "孙小美",
        "13912345678",
        "220821199001011234",
        "3号楼",
        "2单元",
        "501",
        "zhaoguoqiang88",
        "3-2-",
    ):
        assert private not in page, private
        assert private not in text, private


async def test_of_a_secret_matter_no_word_of_a_return_is_printed(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    o = await office(conn, services, clock)
    await returned_once(o)
    await conn.execute("UPDATE ticket SET confidential = true")
    made = await make(conn, services, date(2026, 3, 18), o.manager.actor, clock.now())
    assert "就是你们的灯" not in documents(made, speaking("zh", ZONE), ("html",))["html"].decode()


async def test_the_agenda_opens_again(conn: Conn, services: Services, clock: MovingClock) -> None:
    o = await office(conn, services, clock)
    number = await returned_once(o)
    made = await make(conn, services, date(2026, 3, 18), "system", clock.now())
    files = documents(made, speaking("zh", ZONE), ("html", "docx"))
    page = files["html"].decode()
    assert "2026年3月18日会商议程" in page
    assert number in page
    assert "就是你们的灯" in page
    assert "13912345678" not in page
    cells = [c.text for t in Document(io.BytesIO(files["docx"])).tables for r in t.rows for c in r.cells]
    assert number in cells
    assert {"驳回", "非本单位职责"} <= set(cells)
    assert not re.search(r'(src|href)="', page)


async def test_over_http(client: TestClient, pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn, conn.transaction():
        o = await office(conn, services, clock)
        number = await returned_once(o)
    manager, lamps, water = [await token(pool, services, u) for u in (o.manager, o.lamps, o.water)]
    found = (await (await client.get("/api/v1/consultations", headers=manager)).json())["items"]
    coming = next(c for c in found if c["state"] == "next")
    assert coming["date"] == "2026-03-18"
    assert [(i["ticket"], i["reasons"]) for i in coming["items"]] == [(number, ["proposed"])]
    assert datetime.fromisoformat(coming["items"][0]["added_at"]).utcoffset() == timedelta(hours=8)
    own = (await (await client.get("/api/v1/consultations", headers=lamps)).json())["items"]
    none = (await (await client.get("/api/v1/consultations", headers=water)).json())["items"]
    assert [len(next(c for c in x if c["state"] == "next")["items"]) for x in (own, none)] == [1, 0]
    assert number in await (await client.get("/consultations", headers=manager)).text()
    text = await (await client.get("/consultations/2026-03-18", headers=manager)).text()
    assert "就是你们的灯" in text
    assert (await client.get("/consultations/2026-03-19", headers=manager)).status == 404
    assert (await client.get("/consultations/2026-03-18", headers=lamps)).status == 403
    document = await client.get("/consultations/2026-03-18/agenda.docx", headers=manager)
    assert document.status == 200
    assert len(await document.read()) > 5000
