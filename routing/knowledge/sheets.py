"""Notice sheets in the database: each change is a new version, drafted, then published; the one in force is what is found and cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from hotline.base.db.connection import Conn
from hotline.base.http.live import LiveKind, notify
from hotline.base.http.problem import BadField, Illegal, Missing
from hotline.base.services import Services
from hotline.people.store import audit
from routing.knowledge import sheets_sql, tasks_sql
from routing.knowledge.content import SheetContent

#: Whose pages hear of a sheet: those of the centre, and of its department.
CENTRE = "centre"


class ContentColumns(Protocol):
    """A row that has the columns of a version."""

    @property
    def title(self) -> str: ...
    @property
    def aliases(self) -> list[str]: ...
    @property
    def papers(self) -> str: ...
    @property
    def place(self) -> str: ...
    @property
    def takes(self) -> str: ...
    @property
    def cost(self) -> str: ...
    @property
    def basis(self) -> str: ...
    @property
    def valid_from(self) -> date | None: ...
    @property
    def valid_until(self) -> date | None: ...


def content_of(row: ContentColumns) -> SheetContent:
    """What a version says."""
    return SheetContent(
        row.title,
        tuple(row.aliases),
        row.papers,
        row.place,
        row.takes,
        row.cost,
        row.basis,
        row.valid_from,
        row.valid_until,
    )


@dataclass(frozen=True, slots=True)
class SheetVersion:
    """One version of one sheet, and whose sheet it is."""

    sheet: int
    version: int
    department: int


def today(services: Services, now: datetime) -> date:
    """The day of the office."""
    return now.astimezone(services.settings.zone).date()


async def locked(conn: Conn, sheet: int | None) -> sheets_sql.LockSheetRow:
    """A sheet, locked. Raises Missing: there is none, or it was taken out."""
    row = await sheets_sql.lock_sheet(conn, sheet)
    if row is None:
        raise Missing("There is no such sheet.")
    return row


async def new_sheet(
    conn: Conn, department: int, content: SheetContent, actor: str, now: datetime, *, task: int | None = None
) -> SheetVersion:
    """The first draft of a sheet. Raises BadField where the department has a sheet of this title."""
    rows = await sheets_sql.insert_sheets(conn, [department], [content.title], [content.plain])
    if not rows:
        raise _taken(content.title)
    made = SheetVersion(rows[0].id, 1, department)
    await _insert(conn, [(made, content)], actor, now, task=task)
    await news(conn, department)
    return made


async def new_version(
    conn: Conn,
    sheet: sheets_sql.LockSheetRow,
    content: SheetContent,
    actor: str,
    now: datetime,
    *,
    task: int | None = None,
) -> SheetVersion:
    """A draft of what a locked sheet is to say; it takes the place of a draft that waits. Raises BadField."""
    if await sheets_sql.title_taken(conn, sheet.id, content.plain):
        raise _taken(content.title)
    await sheets_sql.drop_drafts(conn, [sheet.id], actor, now, "")
    (last,) = await sheets_sql.last_versions(conn, [sheet.id])
    made = SheetVersion(sheet.id, last.version + 1, sheet.department_id)
    await _insert(conn, [(made, content)], actor, now, task=task)
    await news(conn, sheet.department_id)
    return made


def _taken(title: str) -> BadField:
    return BadField("The department has a sheet “%(title)s” already: change that one.", field="title", title=title)


async def _insert(
    conn: Conn,
    drafts: Sequence[tuple[SheetVersion, SheetContent]],
    actor: str,
    now: datetime,
    *,
    task: int | None = None,
    published: bool = False,
) -> None:
    said = [content for _, content in drafts]
    await sheets_sql.insert_versions(
        conn,
        [made.sheet for made, _ in drafts],
        [made.version for made, _ in drafts],
        [one.title for one in said],
        ["\n".join(one.aliases) for one in said],
        [one.papers for one in said],
        [one.where for one in said],
        [one.takes for one in said],
        [one.cost for one in said],
        [one.basis for one in said],
        [one.valid_from for one in said],
        [one.valid_until for one in said],
        actor,
        now,
        task,
        published,
    )


async def publish(conn: Conn, services: Services, draft: SheetVersion, actor: str, now: datetime) -> None:
    """A draft of a locked sheet is published: in force at once, or from the day that it names; what was to be done about the sheet, and
    the task that it was drafted for, are done. Raises Illegal where it waits no longer."""
    row = await _waiting(conn, draft)
    if await sheets_sql.title_taken(conn, draft.sheet, content_of(row).plain):
        raise _taken(row.title)
    await sheets_sql.publish(conn, draft.sheet, draft.version, actor, now)
    await tasks_sql.end_tasks(conn, [draft.sheet], row.task_id, actor, now)
    await audit(conn, actor, "sheet_published", now, sheet=draft.sheet, version=draft.version)
    await begin(conn, today(services, now), [draft.sheet])
    await news(conn, draft.department)


async def _waiting(conn: Conn, draft: SheetVersion) -> sheets_sql.OneVersionRow:
    """A draft that waits. Raises Illegal where it does no longer."""
    row = await sheets_sql.version(conn, draft.sheet, draft.version)
    if row is None or row.published_at is not None or row.dropped_at is not None:
        raise Illegal("This draft waits no longer: another took its place, or it was decided.")
    return row


async def refuse_draft(conn: Conn, draft: SheetVersion, actor: str, reason: str, now: datetime) -> None:
    """A draft of a locked sheet is not published, and why. Raises Illegal where it waits no longer."""
    await _waiting(conn, draft)
    await sheets_sql.drop_drafts(conn, [draft.sheet], actor, now, reason)
    await audit(conn, actor, "sheet_refused", now, sheet=draft.sheet, version=draft.version)
    await news(conn, draft.department)


async def withdraw(conn: Conn, row: sheets_sql.LockSheetRow, actor: str, reason: str, now: datetime) -> None:
    """A locked sheet is taken out: its service is no more. Its versions stay, and what cited it."""
    await sheets_sql.drop_drafts(conn, [row.id], actor, now, "")
    await sheets_sql.forget_names(conn, [row.id])
    await sheets_sql.end_sheet(conn, row.id, actor, now, reason)
    await tasks_sql.end_tasks(conn, [row.id], None, actor, now)
    await audit(conn, actor, "sheet_withdrawn", now, sheet=row.id)
    await news(conn, row.department_id)


async def put_in_force(
    conn: Conn, services: Services, several: Sequence[tuple[int | None, int, SheetContent]], actor: str, now: datetime
) -> None:
    """Many at once, as an import has them: (sheet, or None for a new one; department; what it says), published. Raises BadField where a
    new one has a title that is there meanwhile."""
    new = [(department, content) for sheet, department, content in several if sheet is None]
    rows = await sheets_sql.insert_sheets(
        conn, [department for department, _ in new], [c.title for _, c in new], [c.plain for _, c in new]
    )
    made = {(int(row.department_id), row.plain): row.id for row in rows}
    known = await sheets_sql.lock_sheets(conn, [sheet for sheet, _, _ in several if sheet is not None])
    await sheets_sql.drop_drafts(conn, known, actor, now, "")
    last = {row.sheet_id: row.version for row in await sheets_sql.last_versions(conn, known)}
    drafts = []
    for sheet, department, content in several:
        found = sheet if sheet in last else made.get((department, content.plain))
        if found is None:
            raise _taken(content.title)
        drafts.append((SheetVersion(found, last.get(found, 0) + 1, department), content))
    await _insert(conn, drafts, actor, now, published=True)
    ids = [draft.sheet for draft, _ in drafts]
    await tasks_sql.end_tasks(conn, ids, None, actor, now)
    await begin(conn, today(services, now), ids)
    await news(conn, *sorted({department for _, department, _ in several}))


async def begin(conn: Conn, day: date, sheets: Sequence[int] | None = None) -> int:
    """Sheets whose published version has begun by a day are found by its words from now on; of these sheets, or of all. Returns how many.

    Where another sheet of the department has the title meanwhile, the version before stays in force.
    """
    due = []
    for row in await sheets_sql.to_begin(conn, day, list(sheets) if sheets is not None else None):
        content = content_of(row)
        if content.plain == row.plain or not await sheets_sql.title_taken(conn, row.id, content.plain):
            due.append((row.id, row.version, content))
    if not due:
        return 0
    ids, said = [sheet for sheet, _, _ in due], [content for _, _, content in due]
    await sheets_sql.begin(
        conn,
        ids,
        [version for _, version, _ in due],
        [one.title for one in said],
        [one.plain for one in said],
        [one.valid_until for one in said],
        ["\n".join(one.names) for one in said],
        [" ".join(one.name_keys) for one in said],
        [" ".join(one.keys) for one in said],
    )
    await sheets_sql.forget_names(conn, ids)
    names = [(sheet, name) for sheet, _, content in due for name in content.names]
    await sheets_sql.put_names(conn, [sheet for sheet, _ in names], [name for _, name in names])
    return len(due)


async def news(conn: Conn, *departments: int | None) -> None:
    """The pages of the centre and of these departments hear that something of the sheets is another."""
    topics = [CENTRE, *(f"department:{department}" for department in departments if department is not None)]
    await notify(conn, topics, LiveKind.SHEET)
