"""What a department must not see: tipoffs that name it, the person's number, others' internal words, what came after it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hotline.api import ticket_view, timeline_view
from hotline.base.db.connection import Conn
from hotline.base.http.problem import Forbidden, Illegal, Missing
from hotline.base.services import Services
from hotline.moves.move import visible
from hotline.ticket import Category, Role
from hotline.tickets import listing, store
from hotline.tickets.tipoffs.name_index import Unit
from hotline.tickets.tipoffs.named_units import named_in
from tests.office import Office, department, move, on_shift, state, ticket, user


@pytest.fixture
async def office(conn: Conn, services: Services) -> Office:
    return await Office(conn, services).fill()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("举报镇赉县住房和城乡建设局的人收钱", {1}),
        ("举报 住房和 城乡建设局 的人收钱", {1}),
        ("举报城市管理局", {2}),
        ("某某管理局的人", set()),
        ("有人乱倒垃圾", set()),
    ],
)
def test_units_are_found_in_words(text: str, found: set[int]) -> None:
    units = [Unit(1, "A1", "镇赉县住房和城乡建设局"), Unit(2, "A2", "城市管理局")]
    assert named_in(text, units).certain == found


def test_names_that_offices_share_are_asked_about_unless_one_went_into_the_other() -> None:
    units = [Unit(1, "A1", "县建设局", aliases=("住建办",)), Unit(2, "A2", "县住房局", aliases=("住建办",))]
    assert named_in("举报住建办", units).possible == {1, 2}
    merged = [replace(units[0], heir=2), units[1]]
    assert named_in("举报住建办", merged).certain == {1, 2}


def test_what_the_directory_says_goes_before_what_is_derived() -> None:
    units = [
        Unit(1, "A1", "县住房和城乡建设局"),
        Unit(2, "A2", "县建筑业中心", aliases=("建设局", "河边那家?")),
    ]
    assert named_in("举报建设局", units).certain == {2}
    assert named_in("举报河边那家的人", units).possible == {2}


async def test_a_tipoff_never_goes_to_the_unit_it_names(office: Office, conn: Conn) -> None:
    text = "举报测试路灯所的人偷卖电缆"
    number = (await ticket(conn, office.services, text, category=Category.TIPOFF)).number
    with pytest.raises(Illegal, match="names"):
        await office.do(office.operator, number, "assignments", department="T05")
    await office.do(office.operator, number, "assignments", department="T06", names_it=False)
    with pytest.raises(Illegal, match="names"):
        await office.do(office.operator, number, "co-handlers", department="T05")
    await office.do(office.stranger, number, "returns", reason="not ours", basis="三定方案", suggested="T05")
    with pytest.raises(Illegal, match="names"):
        await office.do(office.manager, number, "rulings", department="T05", reason="x")


async def test_a_mark_at_the_desk_hides_too_and_a_manager_takes_it_away(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services, "举报灯所的人", category=Category.TIPOFF)).number
    made = await office.do(office.operator, number, "named-units", department="T05")
    assert made["hidden_from"] == ["T05"]
    with pytest.raises(Illegal, match="names"):
        await office.do(office.operator, number, "assignments", department="T05")
    with pytest.raises(Forbidden):
        await office.do(office.operator, number, "named-units", department="T05", named=False)
    await office.do(office.manager, number, "named-units", department="T05", named=False)
    await office.do(office.operator, number, "assignments", department="T05", names_it=False)


async def test_a_ticket_that_becomes_a_tipoff_is_hidden_from_its_former_department(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services, "测试路灯所不修灯")).number
    await office.do(office.operator, number, "assignments", department="T05")
    await visible(conn, office.liaison, number)
    await office.do(office.operator, number, "corrections", category="tipoff")
    assert await state(conn, number) == "received"
    with pytest.raises(Missing):
        await visible(conn, office.liaison, number)
    for wish in (listing.Wish(), listing.Wish(q="路灯所"), listing.Wish(q=number)):
        assert not (await listing.find(conn, office.liaison, wish)).rows


async def test_what_becomes_a_tipoff_is_confidential_for_good(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services, "有人在河边偷倒垃圾")).number
    await office.do(office.operator, number, "corrections", category="tipoff")
    assert await conn.fetchval("SELECT confidential FROM ticket WHERE number = $1", number)
    await office.do(office.operator, number, "corrections", category="complaint")
    assert await conn.fetchval("SELECT confidential FROM ticket WHERE number = $1", number)


async def test_what_is_split_off_or_continues_a_tipoff_is_hidden_too(office: Office, conn: Conn) -> None:
    first = await ticket(conn, office.services, "举报灯所的人", category=Category.TIPOFF)
    await office.do(office.operator, first.number, "named-units", department="T05")
    made = await office.do(office.operator, first.number, "splits", texts=["还倒卖灯杆"])
    (part,) = made["tickets"]  # type: ignore[misc]
    with pytest.raises(Illegal, match="names"):
        await office.do(office.operator, part["number"], "assignments", department="T05")


async def test_the_words_lose_telephone_numbers_for_a_department(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services, "路灯坏了，请打 13900000001 或 0436-7222222")).number
    await office.do(office.operator, number, "assignments", department="T05")
    await office.do(office.liaison, number, "first-contacts", note="打了 13900000001，没人接", via="call")
    for who, clear in ((office.liaison, False), (office.operator, True)):
        found = await visible(conn, who, number)
        shown = await ticket_view.full_view(conn, office.services, who, found, office.services.clock.now())
        timeline = await timeline_view.timeline(conn, who, found)
        (row,) = (await listing.find(conn, who, listing.Wish(q=number))).rows
        for words in (shown["text"], timeline[-1]["note"], ticket_view.brief_view(row, who)["text"]):
            assert ("13900000001" in words) is clear
        assert ("0436-7222222" in shown["text"]) is clear
        assert ("person" in shown) is clear


async def test_internal_words_stay_with_the_centre_and_their_department(office: Office, conn: Conn) -> None:
    third = await user(conn, Role.LIAISON, department=await department(conn, "T07", "测试城管"), name="老钱")
    number = (await ticket(conn, office.services)).number
    await office.do(office.operator, number, "assignments", department="T05")
    await office.do(office.operator, number, "co-handlers", department="T07")
    await office.do(office.liaison, number, "signatures")
    await office.do(office.liaison, number, "replies", outcome="solved", public="修好了", internal="线路老化")
    for who, said in ((office.liaison, "线路老化"), (office.operator, "线路老化"), (third, "")):
        found = await store.get(conn, number)
        shown = await ticket_view.full_view(conn, office.services, who, found, office.services.clock.now())
        assert shown["replies"][0]["internal"] == said
        assert shown["replies"][0]["public"] == "修好了"


async def test_a_stranger_finds_nothing(office: Office, conn: Conn) -> None:
    number = (await ticket(conn, office.services)).number
    await on_shift(conn, office.other, office.services.clock.now())
    await office.do(office.operator, number, "assignments", department="T05")
    with pytest.raises(Missing):
        await move(conn, office.services, office.stranger, number, "additions", text="x")
    assert not (await listing.find(conn, office.stranger, listing.Wish(q=number))).rows
