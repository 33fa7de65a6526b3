"""What a page offers is what would be taken: by role, state and what has happened already."""

from __future__ import annotations

from typing import Literal

import pytest

from hotline.api import ticket_view
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.moves.move import Move, MoveContext, Who
from hotline.moves.table import TABLE
from hotline.pages.actions import Offer, possible, unlisted
from hotline.pages.ticket_page import mark_own
from hotline.people.actions import Fields
from hotline.people.user import User
from hotline.ticket import Role, State, Urgency
from hotline.tickets import store
from main import PROGRAM
from tests import office

MOVES = PROGRAM.moves


async def offered(conn: Conn, services: Services, who: User, number: str) -> list[Offer]:
    ticket = await store.get(conn, number)
    shown = await ticket_view.full_view(conn, services, who, ticket, services.clock.now())
    await mark_own(conn, who, shown)
    return await possible(conn, MOVES, who, ticket, shown)


async def paths(conn: Conn, services: Services, who: User, number: str) -> set[str]:
    found = await offered(conn, services, who, number)
    keys = [a.form.key for a in found if a.form.key]
    assert sorted(set(keys)) == sorted(keys), f"{who.role}: one key for two forms"
    return {a.path for a in found}


def test_a_move_without_a_written_form_gets_a_plain_one() -> None:
    """So that a move which another package brings is on the page at once, with its fields."""

    class Oath(Fields):
        words: str
        kind: Literal["solemn", "short"]
        loud: bool = False

    async def swear(context: MoveContext, body: Oath) -> dict[str, object]:
        return {}

    ((path, form),) = unlisted([Move("oaths", Oath, Who.CENTRE, swear, "Swear")])
    assert path == "oaths"
    assert [(i.name, i.kind, i.required) for i in form.inputs] == [
        ("words", "area", True),
        ("kind", "choice", True),
        ("loud", "bool", False),
    ]


def test_the_written_forms_are_of_moves_that_exist() -> None:
    known = {m.path for m in MOVES}
    assert [row.path for row in TABLE if row.path not in known] == []


async def test_the_offers_follow_the_ticket_through_its_life(conn: Conn, services: Services) -> None:
    d = await office.department(conn, "D20", "交通运输局")
    await office.department(conn, "D21", "住建局")
    operator, manager = await office.user(conn, Role.OPERATOR), await office.user(conn, Role.MANAGER)
    liaison = await office.user(conn, Role.LIAISON, department=d)
    await office.on_shift(conn, operator, services.clock.now())
    number = (await office.ticket(conn, services, operator=operator.id, urgency=Urgency.URGENT)).number

    found = await paths(conn, services, operator, number)
    assert {"assignments", "answers", "declines", "transfers", "corrections", "merges", "splits"} <= found
    assert not found & {
        "recalls",
        "chases",
        "report-backs",
        "filings",
        "rulings",
        "waivers",
        "long-terms",
        "signatures",
    }
    assert "waivers" in await paths(conn, services, manager, number)

    await office.move(conn, services, operator, number, "assignments", department="D20")
    assert {"recalls", "co-handlers", "chases"} <= await paths(conn, services, operator, number)
    assert {"acknowledgements", "signatures", "returns", "made-safe"} <= await paths(conn, services, liaison, number)
    assert "replies" not in await paths(conn, services, liaison, number)

    await office.move(conn, services, liaison, number, "signatures")
    found = await paths(conn, services, liaison, number)
    assert {"replies", "extensions", "first-contacts", "corrections"} <= found
    assert not found & {"signatures", "acknowledgements", "chases"}

    await office.move(conn, services, liaison, number, "returns", reason="not_ours", basis="三定", suggested="D21")
    assert "rulings" not in await paths(conn, services, operator, number)
    assert "rulings" in await paths(conn, services, manager, number)
    await office.move(conn, services, manager, number, "rulings", department="D20", reason="属其职责")
    assert "returns" not in await paths(conn, services, liaison, number)

    await office.move(conn, services, liaison, number, "replies", outcome="solved", public="修好了")
    actions = await offered(conn, services, operator, number)
    (telling,) = [a for a in actions if a.path == "report-backs"]
    assert telling.open
    assert telling.values == {"via": "sms", "text": "修好了"}
    await office.move(conn, services, operator, number, "report-backs", via="call", text="修好了")
    assert {"follow-ups", "reworks"} <= await paths(conn, services, operator, number)
    await office.move(conn, services, operator, number, "follow-ups", reached=True, solved=True)
    assert "filings" in await paths(conn, services, operator, number)
    await office.move(conn, services, operator, number, "filings")
    assert await paths(conn, services, operator, number) == {"additions", "attachments"}


@pytest.mark.parametrize("role", [Role.LEADER, Role.AUDITOR, Role.ADMIN])
async def test_readers_are_offered_nothing(conn: Conn, services: Services, role: Role) -> None:
    number = (await office.ticket(conn, services)).number
    assert await paths(conn, services, await office.user(conn, role), number) == set()


async def test_an_operator_off_shift_is_offered_nothing_on_anothers_ticket(conn: Conn, services: Services) -> None:
    owner, other = await office.user(conn, Role.OPERATOR), await office.user(conn, Role.OPERATOR)
    number = (await office.ticket(conn, services, operator=owner.id)).number
    assert await paths(conn, services, other, number) == set()
    await office.on_shift(conn, other, services.clock.now())
    found = await paths(conn, services, other, number)
    assert "assignments" in found
    assert "hand-overs" not in found


async def test_a_ticket_of_the_duty_desk_is_taken_with_one_key(conn: Conn, services: Services) -> None:
    number = (await office.ticket(conn, services)).number
    operator = await office.user(conn, Role.OPERATOR)
    await office.on_shift(conn, operator, services.clock.now())
    first = (await offered(conn, services, operator, number))[0]
    assert (first.path, first.form.key) == ("takings", "y")
    await office.move(conn, services, operator, number, "takings")
    assert "takings" not in await paths(conn, services, operator, number)
    assert (await store.get(conn, number)).owner_id == operator.id
    assert (await store.get(conn, number)).state is State.RECEIVED
