"""The directory and the catalogue from the spreadsheets that offices use: all or nothing, each refusal by its line."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from hotline.base.db import Conn
from hotline.base.fields import checked
from hotline.base.house import House
from hotline.base.phones import written
from hotline.base.problem import BadField
from hotline.people.store import audit
from hotline.tickets import store
from hotline.tickets.offices import is_discipline, kept_names
from routing.catalogue import C
from routing.catalogueplan import Line
from routing.departmentplan import NewDepartment
from routing.disputes import put_line
from routing.returns import Q
from routing.sheets.reading import Sheet
from routing.tables import Taken, need_columns, read_day, read_table, renamed

_YES, _NO = (
    frozenset({"是", "yes", "y", "true", "1", "√", "✓", "对"}),
    frozenset({"否", "no", "n", "false", "0", "×", "x", "✗"}),
)
GROUPS = frozenset({"party", "government", "institution", "township", "utility", "vertical"})
#: As offices name the groups and columns.
_GROUPS = {"党委部门": "party", "党群部门": "party", "政府部门": "government", "事业单位": "institution", "乡镇": "township", "街道": "township",
           "公用企业": "utility", "垂直管理": "vertical", "垂管单位": "vertical"}  # fmt: skip
_COLUMNS = {"代码": "code", "编码": "code", "单位代码": "code", "名称": "name", "单位": "name", "单位名称": "name", "英文名": "name_en",
            "类别": "group", "分组": "group", "职责": "duties", "职能": "duties", "电话": "phone", "值班电话": "phone", "辖区": "territory",
            "上级": "superior", "主管单位": "superior", "别名": "aliases", "简称": "aliases", "俗称": "aliases", "曾用名": "aliases",
            "纪检监察": "discipline"}  # fmt: skip
_LINES = {"事项": "matter", "诉求事项": "matter", "主办": "lead", "主办单位": "lead", "承办单位": "lead", "协办": "co_handlers", "协办单位": "co_handlers",
          "依据": "basis", "职责依据": "basis", "起始": "since", "生效日期": "since", "起始日期": "since"}  # fmt: skip


async def import_departments(
    conn: Conn, house: House, sheet: Sheet, now: datetime, *, actor: str = "system"
) -> Taken:
    """Columns code, name, group; name_en, duties (by ;), phone, territory, superior, aliases (by ;), discipline.

    A known code is brought up to date; it keeps its aliases where none are given, and its former name is one of them.
    """
    rows = [
        (
            line,
            {**row, "group": _GROUPS.get(row.get("group", ""), row.get("group", ""))}
            if "group" in row
            else row,
        )
        for line, row in renamed(read_table(sheet), _COLUMNS)
    ]
    need_columns(rows, "code", "name", "group")
    refused: list[tuple[int, BadField]] = []
    seen: set[str] = set()
    for line, row in rows:
        why = _department_fault(row, seen, house.settings.area_code)
        seen |= {row["code"], row["name"]}
        if why is None and row.get("superior") and row["superior"] not in {r["code"] for _, r in rows}:
            known = await conn.fetchval(Q["is_department"], row["superior"])
            why = (
                None
                if known
                else BadField("There is no department %(named)s.", field="superior", named=row["superior"])
            )
        if why is None:
            other = await conn.fetchval(Q["other_with_name"], row["name"], row["code"])
            why = (
                BadField(
                    "%(name)s is the name of %(other)s already.", field="name", name=row["name"], other=other
                )
                if other
                else None
            )
        if why:
            refused.append((line, why))
    if refused:
        return Taken(0, tuple(refused))
    for _, row in rows:
        number = written(row.get("phone"), house.settings.area_code).number
        phone = house.keys.encrypt(number) if number else None
        duties = _several(row.get("duties", ""))
        known = await conn.fetchrow(store.Q["named_as"], row["code"])
        given = _several(row.get("aliases", "")) or None
        aliases = kept_names(
            row["name"], given, known["name"] if known else "", known["aliases"] if known else ()
        )
        discipline = yes_or_no(row.get("discipline", ""))
        if discipline is None:
            discipline = known["discipline"] if known else is_discipline(row["name"])
        await conn.execute(
            store.Q["put_department"], row["code"], row["name"], row.get("name_en", ""), row["group"], duties,
            row.get("territory", "") or _territory(row), phone, now.astimezone(house.settings.zone).date(),
            aliases, discipline,
        )  # fmt: skip
    for _, row in rows:
        if row.get("superior"):
            await conn.execute(store.Q["set_superior"], row["code"], row["superior"])
    await audit(conn, actor, "departments_imported", now, codes=[row["code"] for _, row in rows])
    return Taken(len(rows), ())


def _department_fault(row: Mapping[str, str], seen: set[str], area: str) -> BadField | None:
    for name in ("code", "name", "group"):
        if not row.get(name):
            return BadField("%(column)s is empty.", field=name, column=name)
    if row["code"] in seen or row["name"] in seen:
        return BadField("%(name)s stands twice.", field="code", name=f"{row['code']} {row['name']}")
    if row["group"] not in GROUPS:
        return BadField(
            "%(group)s is no group; there are: %(groups)s.",
            field="group",
            group=row["group"],
            groups=sorted(GROUPS),
        )
    try:
        written(row.get("phone"), area)
        checked(NewDepartment, {k: row.get(k, "") for k in ("code", "name", "name_en", "group", "territory", "superior")}
                | {"duties": _several(row.get("duties", "")), "aliases": _several(row.get("aliases", ""))})  # fmt: skip
        if row.get("discipline") and yes_or_no(row["discipline"]) is None:
            raise BadField("%(value)s is neither yes nor no.", field="discipline", value=row["discipline"])
    except BadField as error:
        return error
    return None


def _several(cell: str) -> list[str]:
    return [part.strip() for part in cell.replace("；", ";").split(";") if part.strip()]


def yes_or_no(cell: str) -> bool | None:
    """是, yes, √, 1 or 否, no, ×, 0; None for anything else."""
    said = cell.strip().lower()
    return True if said in _YES else False if said in _NO else None


def _territory(row: Mapping[str, str]) -> str:
    """A township's territory is its name without what kind of government it is."""
    if row["group"] != "township":
        return ""
    return row["name"].removesuffix("人民政府").removesuffix("政府").removesuffix("街道办事处")


async def import_catalogue(
    conn: Conn, house: House, sheet: Sheet, now: datetime, *, actor: str = "system"
) -> Taken:
    """Columns matter, lead, basis; co_handlers (by ;), since. A matter that is known gets a new line from its date on."""
    rows = renamed(read_table(sheet), _LINES)
    need_columns(rows, "matter", "lead", "basis")
    today = now.astimezone(house.settings.zone).date()
    ready, refused, seen = [], [], set()
    for line, row in rows:
        try:
            if not row["matter"] or not row["basis"]:
                raise BadField(
                    "matter and basis are needed", field="matter" if not row["matter"] else "basis"
                )
            if row["matter"] in seen:
                raise BadField("%(name)s stands twice.", field="matter", name=row["matter"])
            seen.add(row["matter"])
            lead = await store.find_department(conn, row["lead"], field="lead")
            co = _several(row.get("co_handlers", ""))
            checked(
                Line, {"matter": row["matter"], "lead": row["lead"], "basis": row["basis"], "co_handlers": co}
            )
            codes = [(await store.find_department(conn, c, field="co_handlers")).code for c in co]
            since = read_day(row["since"], "since") if row.get("since") else today
            before = await conn.fetchval(Q["catalogue_since"], row["matter"])
            if before is not None and since < before:
                raise BadField(
                    "since: the line in force holds since %(before)s, later than %(since)s.",
                    field="since", before=str(before), since=str(since),
                )  # fmt: skip
            ready.append(
                (
                    row["matter"],
                    lead.id,
                    codes,
                    row["basis"],
                    since,
                )
            )
        except BadField as error:
            refused.append((line, error))
    if refused:
        return Taken(0, tuple(refused))
    lines = []
    for matter, lead_id, codes, basis, since in ready:
        if not await conn.fetchval(C["same_line"], matter, lead_id, codes, basis):
            lines.append(await put_line(conn, matter, lead_id, codes, basis, since))
    await audit(conn, actor, "catalogue_imported", now, lines=lines)
    return Taken(len(ready), ())
