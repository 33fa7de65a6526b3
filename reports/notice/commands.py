"""`report monthly`, `report verify`."""

from __future__ import annotations

import asyncio
import sys
from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path

from hotline.base.command import Command, CommandError, Runtime
from hotline.base.db.connection import Conn
from hotline.base.http.problem import Problem
from reports.figures.month import Month, read_month
from reports.notice import notice_sql
from reports.notice.document import DocumentWords
from reports.notice.documents import docx, notice_html, pdf, speaking, workbook
from reports.notice.freeze import Notice, held_notice, verify
from reports.notice.parts import parts, title


def _monthly(parser: ArgumentParser) -> None:
    parser.add_argument("month", help="like 2026-03")
    parser.add_argument("--out", type=Path, required=True, help="a folder; made where there is none")


def _month(parser: ArgumentParser) -> None:
    parser.add_argument("month", help="like 2026-03")


def _read(text: str) -> Month:
    try:
        return read_month(text)
    except Problem as error:
        raise CommandError(str(error)) from error


async def stamp(conn: Conn, notice: Notice, words: DocumentWords) -> list[str]:
    """What was decided about a notice, for its head."""
    say = words.say
    if notice.state == "draft":
        lines = [
            say("Draft: not proposed, not approved. Figures as known on %(at)s.", at=words.at(notice.as_of.isoformat()))
        ]
        back = await notice_sql.sent_back(conn, notice.month.first)
        if back is not None:
            lines.append(
                say("Sent back by the leader, %(at)s: %(why)s", at=words.at(back.at.isoformat()), why=back.sent_back)
            )
        return lines
    ids = [i for i in (notice.proposed_by, notice.approved_by) if i is not None]
    names = {r.id: r.shown_name for r in await notice_sql.names(conn, ids)}
    assert notice.proposed_by is not None
    assert notice.proposed_at is not None
    lines = [
        say(
            "Proposed by the centre: %(who)s, %(at)s.",
            who=names[notice.proposed_by],
            at=words.at(notice.proposed_at.isoformat()),
        ),
    ]
    if notice.approved_by is not None and notice.approved_at is not None:
        lines.append(
            say(
                "Approved and frozen: %(who)s, %(at)s.",
                who=names[notice.approved_by],
                at=words.at(notice.approved_at.isoformat()),
            )
        )
    else:
        lines.append(say("Not yet approved."))
    if notice.amends is not None:
        lines.append(say("This amends the notice approved before. Reason: %(reason)s", reason=notice.reason))
    lines.append(say("Rules version %(v)s. SHA-256 of the content: %(hash)s", v=notice.rules, hash=notice.hash.hex()))
    return lines


def mark_of(notice: Notice, words: DocumentWords) -> str:
    """What stands on every page of what is not approved; nothing on what is."""
    if notice.state == "approved":
        return ""
    return words.say("Draft, not approved" if notice.state == "draft" else "Proposal, not approved")


def documents(notice: Notice, words: DocumentWords, head: list[str], kinds: tuple[str, ...]) -> dict[str, bytes]:
    """The documents of a notice by kind. Slow: call it in a thread."""
    content, mark = notice.content, mark_of(notice, words)
    name, found = title(content, words), parts(content, words)
    text = notice_html(content, words, head, mark)
    makers: dict[str, Callable[[], bytes]] = {
        "html": text.encode,
        "xlsx": partial(workbook, name, found, notice.as_of, mark),
        "pdf": partial(pdf, text),
        "docx": partial(docx, name, head, found, notice.as_of, mark),
    }
    return {kind: makers[kind]() for kind in kinds}


async def monthly(args: Namespace, runtime: Runtime) -> int:
    """Write the notice of a month: what a leader approved, else the proposal, else a draft."""
    month, services = _read(args.month), runtime.services
    words = speaking(services.settings.language, services.settings.zone)
    async with runtime.pool.acquire() as conn, conn.transaction():
        notice = await held_notice(conn, services, month, services.clock.now())
        head = await stamp(conn, notice, words)
    made = await asyncio.to_thread(documents, notice, words, head, ("html", "xlsx", "pdf", "docx"))
    await asyncio.to_thread(args.out.mkdir, parents=True, exist_ok=True)
    for kind, content in made.items():
        path = args.out / f"notice-{month}.{kind}"
        await asyncio.to_thread(path.write_bytes, content)
        sys.stdout.write(f"{path}\n")
    return 0


async def verified(args: Namespace, runtime: Runtime) -> int:
    """Whether the approved notice of a month still comes out of the rows as it stands."""
    month = _read(args.month)
    async with runtime.pool.acquire() as conn:
        found = await verify(conn, runtime.services, month, runtime.services.clock.now())
    if found:
        for line in found[:50]:
            sys.stderr.write(f"{line}\n")
        raise CommandError(f"The notice of {month} differs in {len(found)} places.")
    sys.stdout.write(f"The notice of {month} holds.\n")
    return 0


COMMANDS = (
    Command("report monthly", "write the notice of a month: HTML, XLSX, PDF, DOCX", _monthly, monthly),
    Command("report verify", "make an approved notice again and compare", _month, verified),
)
