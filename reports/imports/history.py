"""`import history`: past tickets of another system, each lived through by the real use cases at its own times.

Nothing of them is sent to anybody: what their moves would have said is dropped in the same transaction.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from typing import Any

from hotline.base.db import Conn
from hotline.base.house import House
from hotline.base.ids import TicketId
from hotline.base.phones import Phone, written
from hotline.base.problem import BadField, Problem
from hotline.intake.opening import Case, open_tickets
from hotline.intake.persons import ensure
from hotline.outbox.store import never
from hotline.people.user import User
from hotline.ticket import DUTY_DESK, Category, Channel, Role, Urgency
from hotline.tickets import store
from hotline.work.move import Move, perform_in
from reports.imports.lines import chosen, kept, known, moment_of, read, score_of, text_of
from routing.sheets.reading import Sheet
from routing.tables import Taken

NAMES = {
    "编号": "number", "受理时间": "opened", "渠道": "channel", "类别": "category", "内容": "text", "地点": "place",
    "承办单位": "department", "办结时间": "closed", "结果": "outcome", "答复": "result", "紧急程度": "urgency", "电话": "phone",
    "去向": "where", "对方编号": "reference", "评分": "rating", "评价": "rating",
}  # fmt: skip
_KIND = "history"


class Outcome(StrEnum):
    """How a past ticket ended."""

    ANSWERED = "answered"
    DECLINED = "declined"
    TRANSFERRED = "transferred"
    SOLVED = "solved"
    EXPLAINED = "explained"
    NOT_OURS = "not_ours"


BY_DEPARTMENT = frozenset({Outcome.SOLVED, Outcome.EXPLAINED, Outcome.NOT_OURS})
#: The words of our own screens, and what other systems call the same.
_CATEGORIES = {"咨询": Category.INQUIRY, "求助": Category.HELP, "投诉": Category.COMPLAINT, "举报": Category.TIPOFF,
               "意见建议": Category.SUGGESTION, "建议": Category.SUGGESTION, "表扬": Category.PRAISE}  # fmt: skip
_CHANNELS = {"来电": Channel.CALL, "电话": Channel.CALL, "短信": Channel.SMS, "网页": Channel.WEB, "网络": Channel.WEB, "来信": Channel.LETTER, "意见箱": Channel.BOX,
             "来访": Channel.VISIT}  # fmt: skip
_URGENCIES = {"特急": Urgency.CRITICAL, "紧急": Urgency.URGENT, "一般": Urgency.NORMAL}
_OUTCOMES = {"当场答复": Outcome.ANSWERED, "不予受理": Outcome.DECLINED, "已转接": Outcome.TRANSFERRED, "转办": Outcome.TRANSFERRED,
             "已解决": Outcome.SOLVED, "已解释": Outcome.EXPLAINED, "解释说明": Outcome.EXPLAINED,
             "不属本单位职责": Outcome.NOT_OURS, "非本单位职责": Outcome.NOT_OURS}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Past:
    """One line, understood."""

    line: int
    row: dict[str, str]
    number: str
    opened: datetime
    closed: datetime
    channel: Channel
    category: Category
    urgency: Urgency
    text: str
    place: str
    phone: Phone
    outcome: Outcome
    department: store.Department | None
    result: str
    where: str
    reference: str
    rating: int | None


class _Undone(Exception):
    """Lines were refused: what the others wrote is rolled back."""


async def import_history(conn: Conn, house: House, sheet: Sheet, now: datetime) -> Taken:
    """Columns as docs/imports.md has them. All or nothing; a number that was taken before is refused."""
    rows = read(
        sheet, NAMES, "number", "opened", "channel", "category", "text", "closed", "outcome", "result"
    )
    past, refused = await _read(conn, house, rows, now)
    if refused:
        return Taken(0, tuple(refused))
    moves = _moves()
    try:
        async with conn.transaction():
            for place, one in enumerate(sorted(past, key=lambda p: (p.opened, p.line)), 1):
                try:
                    async with conn.transaction():
                        await _live(conn, house, moves, one)
                except Problem as error:
                    refused.append((one.line, BadField(error.message, field=error.field, **error.params)))
                _progress(place, len(past))
            if refused:
                raise _Undone
    except _Undone:
        return Taken(0, tuple(sorted(refused, key=lambda item: item[0])))
    return Taken(len(past), ())


def _progress(done: int, whole: int) -> None:
    if sys.stderr.isatty() and (done % 50 == 0 or done == whole):
        sys.stderr.write(f"\r{done}/{whole}" + ("\n" if done == whole else ""))


def _moves() -> dict[str, Move]:
    parts = [import_module(name) for name in ("hotline.parts", "routing.parts", "sla.parts")]
    return {move.path: move for part in parts for move in part.moves()}


async def _read(
    conn: Conn, house: House, rows: Sequence[tuple[int, dict[str, str]]], now: datetime
) -> tuple[list[Past], list[tuple[int, BadField]]]:
    past: list[Past] = []
    refused: list[tuple[int, BadField]] = []
    seen: set[str] = set()
    for line, row in rows:
        try:
            one = await _past(conn, house, line, row, now)
            if one.number in seen:
                raise BadField("number: %(number)s stands twice.", field="number", number=one.number)
            seen.add(one.number)
            past.append(one)
        except BadField as error:
            refused.append((line, error))
    before = await known(conn, _KIND, sorted(seen))
    refused += [
        (p.line, BadField("number: %(number)s was imported before.", field="number", number=p.number))
        for p in past
        if p.number in before
    ]
    return past, sorted(refused, key=lambda item: item[0])


async def _past(conn: Conn, house: House, line: int, row: dict[str, str], now: datetime) -> Past:
    opened, closed = moment_of(row, "opened", house, now), moment_of(row, "closed", house, now)
    if closed < opened:
        raise BadField("closed: the ticket was closed before it was opened.", field="closed")
    outcome = chosen(row, "outcome", Outcome, _OUTCOMES)
    department = None
    if outcome in BY_DEPARTMENT:
        department = await store.find_department(conn, text_of(row, "department", 200))
    where = (
        text_of(row, "where", 200)
        if outcome in {Outcome.DECLINED, Outcome.TRANSFERRED}
        else row.get("where", "")
    )
    phone = written(row.get("phone"), house.settings.area_code)
    return Past(
        line, row, text_of(row, "number", 60), opened, closed, chosen(row, "channel", Channel, _CHANNELS),
        chosen(row, "category", Category, _CATEGORIES), chosen(row, "urgency", Urgency, _URGENCIES, Urgency.NORMAL),
        text_of(row, "text"), row.get("place", "")[:200], phone, outcome, department, text_of(row, "result", 4000), where,
        row.get("reference", "")[:200] or "—", score_of(row),
    )  # fmt: skip


async def _live(conn: Conn, house: House, moves: dict[str, Move], p: Past) -> None:
    """The life of one ticket, as far as it is known: what happened between its opening and its end is put at the opening."""
    persons = await ensure(conn, house.keys, {p.phone: "zh"}, p.opened)
    inbound = await kept(conn, house, _KIND, p.number, p.row, p.opened)
    name = p.department.name if p.department else ""
    case = Case(
        p.channel, p.text, persons.get(p.phone), p.opened, p.place or name, p.category, p.urgency,
        p.category is Category.TIPOFF, operator=DUTY_DESK, inbound=inbound,
    )  # fmt: skip
    (ticket,) = await open_tickets(conn, house, [case], p.opened)
    desk = User(DUTY_DESK, "duty-desk", "值班台", Role.MANAGER, None, False, "zh")

    async def move(path: str, at: datetime, who: User = desk, **fields: Any) -> None:
        await perform_in(conn, house, moves[path], who, ticket.number, fields, at)

    await move("additions", p.opened, text=f"原编号 {p.number}（历史工单导入）")
    match p.outcome:
        case Outcome.ANSWERED:
            await move("answers", p.closed, text=p.result)
        case Outcome.DECLINED:
            await move("declines", p.closed, basis=p.result, where=p.where)
        case Outcome.TRANSFERRED:
            await move("transfers", p.closed, to=p.where, reference=p.reference)
        case _:
            assert p.department is not None
            team = User(DUTY_DESK, "duty-desk", "历史工单", Role.LIAISON, p.department.id, True, "zh")
            await move("assignments", p.opened, department=p.department.code)
            await move("signatures", p.opened, team, handler=name)
            await move("replies", p.closed, team, outcome=p.outcome.value, public=p.result)
            via = "call" if persons.get(p.phone) else "query"
            await move("report-backs", p.closed, via=via, text=p.result)
            await move("follow-ups", p.closed, reached=True, solved=True, rating=p.rating)
    await move("filings", p.closed)
    await never(conn, [TicketId(ticket.ticket)], "imported")
