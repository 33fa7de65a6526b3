"""Answers to pages by SMS from the telephones of those who work here (rulebook §6).

What comes from such a telephone while a page waits never opens a citizen's ticket: it acknowledges, it signs, or the answer
says which codes wait. Only from a tested telephone. What did nothing is answered three times an hour with the same words.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from hotline.base.db.connection import Conn
from hotline.base.http.problem import Problem
from hotline.base.services import InboundSms, Services
from hotline.contacts import sms_commands
from hotline.contacts.repeats import ANSWERED
from hotline.moves import department_work as department_moves
from hotline.moves.move import perform_in
from hotline.outbox.store import Message, enqueue
from hotline.people.store import as_user
from hotline.people.user import User
from routing.alerts import paging_sql
from routing.alerts.acknowledgements import acknowledge
from routing.alerts.answer_words import Intent, PageAnswer, read_reply

#: Words of the hotline that mean the same from every telephone.
_EVERYBODYS = frozenset({"status", "stop", "start", "new"})
#: So long after a message of the work a set answer is an answer to it.
_LATELY = timedelta(days=1)
_QUOTED = 20


_Paging = paging_sql.PagingByCodeRow | paging_sql.WaitingPagesRow


@dataclass(frozen=True, slots=True)
class _Meant:
    """One page that an answer is about: its code, the row (None: there is none with this code), what is meant."""

    code: str
    row: _Paging | None
    intent: Intent


async def claim(conn: Conn, services: Services, sms: InboundSms, now: datetime) -> bool | Literal["said"]:
    """Take an answer to a page; "said" where nothing was acknowledged or signed by it. False: it is a citizen's."""
    if not sms.sender.number:
        return False
    row = await paging_sql.user_of_phone(conn, services.keys.hash(sms.sender.number))
    if row is None:
        return False
    user, reply = as_user(row), read_reply(sms.text, (row.shown_name,))
    waiting = await paging_sql.waiting_pages(conn, user.id)
    meant = await _meant(conn, user, reply, waiting)
    known = [one for one in meant if one.row is not None]
    if not known:
        if not await _is_answer(conn, services, sms, user, reply, bool(waiting), now):
            return False
        return await _unanswered(conn, services, sms, user, meant, waiting, now)
    said = []
    for one in meant:
        said.append(await _done(conn, services, row, one, reply.left, now))
    if reply.left and all(one.intent != "unclear" for one in known):
        said.append(services.texts.say("page_left", user.language, words=reply.left[:_QUOTED]))
    await _tell(conn, services, sms, user, "\n".join(said), now)
    return True


async def _meant(
    conn: Conn, user: User, reply: PageAnswer, waiting: Sequence[paging_sql.WaitingPagesRow]
) -> list[_Meant]:
    """The pages that an answer names, or the only one that waits where it names none; all of them where it says so."""
    named = list(reply.codes)
    if not named and reply.number:
        code = await paging_sql.code_of_ticket(conn, user.id, reply.number, user.department_id)
        named = [(code, reply.lone or ("unclear" if reply.left else "ack"))] if code else []
    if named:
        return [
            _Meant(code, await paging_sql.paging_by_code(conn, user.id, code, user.department_id), intent)
            for code, intent in named
        ]
    if reply.lone in {None, "unclear"} or reply.number or not (len(waiting) == 1 or reply.everyone):
        return []
    assert reply.lone is not None
    return [_Meant(row.code, row, reply.lone) for row in waiting]


async def _is_answer(
    conn: Conn, services: Services, sms: InboundSms, user: User, reply: PageAnswer, waits: bool, now: datetime
) -> bool:
    """Whether words that name no page of this person are an answer all the same, and no citizen's message.

    While a page waits everything is but a word of the hotline; otherwise only a code with nothing else, and mere set answers
    within a day of a message of the work.
    """
    hashed, said = services.keys.hash(sms.sender.number), sms_commands.read_command(sms.text)
    if said.kind in _EVERYBODYS and not reply.codes and sms.text.strip() != "退":
        return False
    if said.number and not reply.codes and await paging_sql.own_ticket(conn, said.number, hashed):
        return False
    if waits or (reply.codes and not reply.left):
        return True
    lately = reply.lone is not None and said.kind != "rate"
    return lately and bool(await paging_sql.written_to(conn, hashed, user.id, now - _LATELY))


async def _unanswered(
    conn: Conn,
    services: Services,
    sms: InboundSms,
    user: User,
    meant: Sequence[_Meant],
    waiting: Sequence[paging_sql.WaitingPagesRow],
    now: datetime,
) -> Literal["said"]:
    """Say what there is to answer; silent where the same words did nothing three times in the hour."""
    if sms.heard >= ANSWERED:
        return "said"
    say, hotline = services.texts.say, services.settings.number
    said = [say("page_unknown", user.language, hotline=hotline, code=one.code) for one in meant]
    if waiting:
        listed = "、".join(f"{row.code}（{row.number}）" for row in waiting)
        said.append(say("page_waiting", user.language, hotline=hotline, count=len(waiting), listed=listed))
    elif not meant:
        said.append(say("page_none", user.language, hotline=hotline))
    await _tell(conn, services, sms, user, "\n".join(said), now)
    return "said"


async def _tell(conn: Conn, services: Services, sms: InboundSms, user: User, body: str, now: datetime) -> None:
    message = Message(f"answer:{sms.inbound_id}", "answer", "sms", sms.sender.number, body, user_id=user.id)
    await enqueue(conn, services.keys, [message], now)


async def _done(
    conn: Conn, services: Services, user: paging_sql.UserOfPhoneRow, one: _Meant, left: str, now: datetime
) -> str:
    """Do what an answer says of one page; returns what is said of it."""
    language, hotline = as_user(user).language, services.settings.number
    if one.row is None:
        return services.texts.say("page_unknown", language, hotline=hotline, code=one.code)
    await acknowledge(conn, services, one.row.assignment_id, as_user(user).actor, "sms", now)
    name = await _name(conn, services, user, one.row, one.intent, now)
    return services.texts.say(
        name, language, hotline=hotline, code=one.code, number=one.row.number, words=left[:_QUOTED]
    )


async def _name(
    conn: Conn, services: Services, user: paging_sql.UserOfPhoneRow, paging: _Paging, intent: Intent, now: datetime
) -> str:
    """The name of the text that says what was done with a page that was acknowledged."""
    if paging.over_at is not None:
        return "page_over"
    match intent:
        case "ack":
            return "page_acknowledged"
        case "unclear":
            return "page_heard"
        case "sign" if paging.signed_at is not None:
            return "page_over"
        case "sign":
            return await _sign(conn, services, user, paging.number, now)


async def _sign(conn: Conn, services: Services, user: paging_sql.UserOfPhoneRow, number: str, now: datetime) -> str:
    """`码+签收`: sign as the web would; what speaks against it leaves the acknowledgement standing."""
    sign = next(m for m in department_moves.MOVES if m.noun == "signatures")
    try:
        async with conn.transaction():
            await perform_in(conn, services, sign, as_user(user), number, {}, now)
    except Problem:
        return "page_not_signed"
    return "page_signed"
