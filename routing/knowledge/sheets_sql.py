"""The queries of sheets.sql, as functions. Made by `make queries`; change the .sql file instead."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from hotline.base.db.connection import Conn, Pool, queries
from hotline.base.db.rows import TypedRow, execute, fetch_many, fetch_one_or_none, fetch_value, fetch_values
from hotline.ids import DepartmentId

SQL = queries(__package__, "sheets.sql")


class InsertSheetsRow(TypedRow):
    """A row of `insert_sheets`."""

    id: int
    department_id: DepartmentId
    plain: str


async def insert_sheets(
    conn: Conn | Pool,
    departments: Collection[int | None],
    titles: Collection[str | None],
    plains: Collection[str | None],
) -> list[InsertSheetsRow]:
    """New sheets of departments; none where the department has one of this title."""
    return await fetch_many(conn, InsertSheetsRow, SQL["insert_sheets"], departments, titles, plains)


class LockSheetRow(TypedRow):
    """A row of `lock_sheet`."""

    id: int
    department_id: DepartmentId
    version: int | None


async def lock_sheet(conn: Conn | Pool, item: int | None) -> LockSheetRow | None:
    """A sheet that was not taken out, locked."""
    return await fetch_one_or_none(conn, LockSheetRow, SQL["lock_sheet"], item)


async def lock_sheets(conn: Conn | Pool, sheets: Collection[int | None]) -> list[int]:
    """Of these sheets those that were not taken out, locked in the order of their ids."""
    return await fetch_values(conn, SQL["lock_sheets"], sheets)


class LastVersionsRow(TypedRow):
    """A row of `last_versions`."""

    sheet_id: int
    version: int


async def last_versions(conn: Conn | Pool, sheets: Collection[int | None]) -> list[LastVersionsRow]:
    """The number of the last version of each of these sheets."""
    return await fetch_many(conn, LastVersionsRow, SQL["last_versions"], sheets)


async def insert_versions(
    conn: Conn | Pool,
    sheets: Collection[int | None],
    versions: Collection[int | None],
    titles: Collection[str | None],
    aliases: Collection[str | None],
    papers: Collection[str | None],
    places: Collection[str | None],
    takes: Collection[str | None],
    costs: Collection[str | None],
    bases: Collection[str | None],
    valid_froms: Collection[date | None],
    valid_untils: Collection[date | None],
    actor: str,
    now: datetime,
    task: int | None,
    published: bool,
) -> None:
    """What sheets say from now on, or would say: drafts until they are published, some at once. Aliases: a line each."""
    await execute(
        conn,
        SQL["insert_versions"],
        sheets,
        versions,
        titles,
        aliases,
        papers,
        places,
        takes,
        costs,
        bases,
        valid_froms,
        valid_untils,
        actor,
        now,
        task,
        published,
    )


async def drop_drafts(
    conn: Conn | Pool, sheets: Collection[int | None], actor: str, now: datetime, reason: str
) -> None:
    """The drafts of sheets are not published: refused, or another took their place."""
    await execute(conn, SQL["drop_drafts"], sheets, actor, now, reason)


async def publish(conn: Conn | Pool, sheet: int, version: int, actor: str, now: datetime) -> None:
    """A draft is published."""
    await execute(conn, SQL["publish"], sheet, version, actor, now)


class OneVersionRow(TypedRow):
    """A row of `version`."""

    sheet_id: int
    version: int
    title: str
    aliases: list[str]
    papers: str
    place: str
    takes: str
    cost: str
    basis: str
    valid_from: date | None
    valid_until: date | None
    made_by: str
    made_at: datetime
    published_by: str | None
    published_at: datetime | None
    dropped_by: str | None
    dropped_at: datetime | None
    drop_reason: str
    task_id: int | None


async def version(conn: Conn | Pool, sheet: int | None, version: int) -> OneVersionRow | None:
    """One version of a sheet, as it was written."""
    return await fetch_one_or_none(conn, OneVersionRow, SQL["version"], sheet, version)


class SheetVersionsRow(TypedRow):
    """A row of `versions`."""

    sheet_id: int
    version: int
    title: str
    aliases: list[str]
    papers: str
    place: str
    takes: str
    cost: str
    basis: str
    valid_from: date | None
    valid_until: date | None
    made_by: str
    made_at: datetime
    published_by: str | None
    published_at: datetime | None
    dropped_by: str | None
    dropped_at: datetime | None
    drop_reason: str
    task_id: int | None
    made_name: str | None
    published_name: str | None
    dropped_name: str | None


async def versions(conn: Conn | Pool, sheet: int | None) -> list[SheetVersionsRow]:
    """The versions of a sheet, the newest first, with the names of who made, published and dropped them."""
    return await fetch_many(conn, SheetVersionsRow, SQL["versions"], sheet)


class ToBeginRow(TypedRow):
    """A row of `to_begin`."""

    id: int
    plain: str
    version: int
    title: str
    aliases: list[str]
    papers: str
    place: str
    takes: str
    cost: str
    basis: str
    valid_from: date | None
    valid_until: date | None


async def to_begin(conn: Conn | Pool, day: date, sheets: Collection[int | None] | None) -> list[ToBeginRow]:
    """The version that each of these sheets is to have on a day, where it has another: the newest that was published and has begun."""
    return await fetch_many(conn, ToBeginRow, SQL["to_begin"], day, sheets)


async def title_taken(conn: Conn | Pool, sheet: int, plain: str) -> bool:
    """Whether the department of a sheet has another of this title."""
    found: bool = await fetch_value(conn, SQL["title_taken"], sheet, plain)
    return found


async def begin(
    conn: Conn | Pool,
    sheets: Collection[int | None],
    versions: Collection[int | None],
    titles: Collection[str | None],
    plains: Collection[str | None],
    valid_untils: Collection[date | None],
    names: Collection[str | None],
    name_grams: Collection[str | None],
    grams: Collection[str | None],
) -> None:
    """Versions are in force: their sheets are found by their words. Search keys are parted by spaces."""
    await execute(conn, SQL["begin"], sheets, versions, titles, plains, valid_untils, names, name_grams, grams)


async def forget_names(conn: Conn | Pool, sheets: Collection[int | None]) -> None:
    """The names of sheets that are no longer theirs."""
    await execute(conn, SQL["forget_names"], sheets)


async def put_names(conn: Conn | Pool, sheets: Collection[int | None], names: Collection[str | None]) -> None:
    """The names of sheets, by which two characters each is looked for."""
    await execute(conn, SQL["put_names"], sheets, names)


async def end_sheet(conn: Conn | Pool, sheet: int, actor: str, now: datetime, reason: str) -> None:
    """The service is no more: the sheet is found no longer, its versions stay."""
    await execute(conn, SQL["end_sheet"], sheet, actor, now, reason)


class OneSheetRow(TypedRow):
    """A row of `sheet`."""

    id: int
    department_id: DepartmentId
    title: str
    version: int | None
    valid_until: date | None
    ended_at: datetime | None
    uses: int
    end_reason: str
    code: str
    name: str
    name_en: str
    faults: int
    draft: int | None


async def sheet(conn: Conn | Pool, item: int | None) -> OneSheetRow | None:
    """A sheet with its department, how often it was cited, said to be wrong, and which draft waits."""
    return await fetch_one_or_none(conn, OneSheetRow, SQL["sheet"], item)


class SheetsRow(TypedRow):
    """A row of `sheets`."""

    id: int
    title: str
    version: int | None
    valid_until: date | None
    ended_at: datetime | None
    uses: int
    code: str
    name: str
    name_en: str
    draft: int | None
    faults: int


async def sheets(
    conn: Conn | Pool,
    own: Collection[int | None] | None,
    department: int | None,
    state: str,
    day: date,
    after: int,
    limit: int,
) -> list[SheetsRow]:
    """Sheets in the order of their ids: of a department's line, drafted, run out or taken out where that is asked; `own` departments see
    what was never published too, and null sees all."""
    return await fetch_many(conn, SheetsRow, SQL["sheets"], own, department, state, day, after, limit)


class DraftsRow(TypedRow):
    """A row of `drafts`."""

    id: int
    version: int
    title: str
    made_at: datetime
    name: str
    name_en: str


async def drafts(conn: Conn | Pool, limit: int) -> list[DraftsRow]:
    """Drafts that wait to be published, the oldest first."""
    return await fetch_many(conn, DraftsRow, SQL["drafts"], limit)


class RefusedRow(TypedRow):
    """A row of `refused`."""

    id: int
    version: int
    title: str
    reason: str


async def refused(conn: Conn | Pool, own: Collection[int | None], limit: int) -> list[RefusedRow]:
    """Drafts of departments that the centre did not publish, and why, as long as no other was written; the latest first."""
    return await fetch_many(conn, RefusedRow, SQL["refused"], own, limit)


class KnownSheetRow(TypedRow):
    """A row of `known`."""

    id: int
    department_id: DepartmentId
    plain: str
    in_force: int | None
    title: str
    aliases: list[str]
    papers: str
    place: str
    takes: str
    cost: str
    basis: str
    valid_from: date | None
    valid_until: date | None


async def known(conn: Conn | Pool) -> list[KnownSheetRow]:
    """Every sheet as it is in force, or as its draft says where none is: what an import compares with."""
    return await fetch_many(conn, KnownSheetRow, SQL["known"])


async def count_in_force(conn: Conn | Pool) -> int:
    """How many sheets are in force."""
    found: int = await fetch_value(conn, SQL["count_in_force"])
    return found
