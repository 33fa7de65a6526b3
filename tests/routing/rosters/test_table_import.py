"""A table is the plan of exactly the days that it names, of the departments that it names, and never of the past."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Conn
from hotline.base.http.fields import checked
from hotline.base.services import Services
from hotline.people import people_sql
from hotline.people.actions import ActionContext
from hotline.people.store import add_user
from hotline.people.user import User, tidy
from hotline.ticket import Role
from routing.rosters import recurring, shifts_sql
from routing.rosters.reader.change import RosterShift, change_of
from routing.rosters.shifts import answer_swap, ask_swap
from routing.rosters.table_import import Imported, import_roster
from routing.tables.reader import Sheet
from tests import office

ZONE = ZoneInfo("Asia/Shanghai")
#: The clock of the tests stands at Wednesday 4 March 2026, 10:00.
HEAD = "日期|值班员"


def sheet(text: str) -> Sheet:
    """A table as text: a line for each row, | between cells."""
    return Sheet(rows=[(n, list(line.split("|"))) for n, line in enumerate(text.strip().split("\n"), 1)])


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=ZONE)


async def team(conn: Conn, code: str = "T1", name: str = "甲局") -> Mapping[str, User]:
    made = await office.department(conn, code, name)
    return {n: await office.user(conn, Role.LIAISON, department=made, name=f"{n}{code}") for n in "王李赵"}


async def stands(conn: Conn, who: User, start: str, end: str, rank: str = "member") -> None:
    await shifts_sql.insert_shifts(conn, [who.department_id], [who.id], [rank], [at(start)], [at(end)])


async def shifts(conn: Conn) -> list[str]:
    rows = await conn.fetch(
        "SELECT u.name, r.from_at, r.to_at FROM roster_shift r JOIN app_user u ON u.id = r.user_id ORDER BY r.from_at, u.name"
    )
    return [
        f"{r['name']} {r['from_at'].astimezone(ZONE):%m-%d %H:%M}–{r['to_at'].astimezone(ZONE):%m-%d %H:%M}"
        for r in rows
    ]


async def take(conn: Conn, services: Services, text: str, **more: str) -> Imported:
    done = await import_roster(conn, services, sheet(text), services.clock.now(), **more)  # type: ignore[arg-type]
    assert done.refused == (), [str(why) for _, why in done.refused]
    return done


async def test_days_that_the_table_does_not_name_stay(conn: Conn, services: Services) -> None:
    people = await team(conn)
    for day in range(10, 15):
        await stands(conn, people["王"], f"03-{day}T08:00", f"03-{day + 1}T08:00")
    done = await take(conn, services, f"甲局2026年3月值班表\n{HEAD}\n10日|李T1\n13日|李T1")
    assert await shifts(conn) == [
        "李T1 03-10 08:00–03-11 08:00",
        "王T1 03-11 08:00–03-12 08:00",
        "王T1 03-12 08:00–03-13 08:00",
        "李T1 03-13 08:00–03-14 08:00",
        "王T1 03-14 08:00–03-15 08:00",
    ]
    assert done.change.counts() == {"new": 2, "changed": 0, "same": 0, "removed": 2, "stays": 0, "past": 0}


async def test_each_department_only_on_its_own_days(conn: Conn, services: Services) -> None:
    one, two = await team(conn), await team(conn, "T2", "乙局")
    for day in (10, 11):
        await stands(conn, one["王"], f"03-{day}T08:00", f"03-{day + 1}T08:00")
        await stands(conn, two["王"], f"03-{day}T08:00", f"03-{day + 1}T08:00")
    await take(conn, services, f"2026年3月值班表\n单位|{HEAD}\n甲局|10日|李T1\n乙局|11日|李T2")
    assert await shifts(conn) == [
        "李T1 03-10 08:00–03-11 08:00",
        "王T2 03-10 08:00–03-11 08:00",
        "李T2 03-11 08:00–03-12 08:00",
        "王T1 03-11 08:00–03-12 08:00",
    ]


async def test_the_past_is_never_touched_and_who_is_on_duty_ends_now(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    people = await team(conn)
    await stands(conn, people["王"], "03-03T08:00", "03-04T08:00")
    await stands(conn, people["王"], "03-04T08:00", "03-05T08:00")
    done = await take(conn, services, f"甲局2026年3月值班表\n{HEAD}\n3日|李T1\n4日|李T1\n5日|李T1")
    assert await shifts(conn) == [
        "王T1 03-03 08:00–03-04 08:00",
        "李T1 03-04 08:00–03-05 08:00",
        "王T1 03-04 08:00–03-04 10:00",
        "李T1 03-05 08:00–03-06 08:00",
    ]
    assert done.change.counts() == {"new": 2, "changed": 0, "same": 0, "removed": 1, "stays": 0, "past": 1}
    clock.move(timedelta(hours=1))
    again = await take(conn, services, f"甲局2026年3月值班表\n{HEAD}\n3日|李T1\n4日|李T1\n5日|李T1")
    assert again.change.counts() == {"new": 0, "changed": 0, "same": 2, "removed": 0, "stays": 0, "past": 1}
    assert len(await shifts(conn)) == 4


@pytest.mark.parametrize(("minutes", "removed", "ended"), [(-1, 1, 0), (0, 1, 0), (1, 0, 1)])
def test_a_shift_that_has_begun_ends_instead_of_going(minutes: int, removed: int, ended: int) -> None:
    start = at("03-10T08:00")
    standing = [RosterShift(1, 1, "member", start, start + timedelta(days=1), ident=1)]
    change = change_of(standing, [], {(1, date(2026, 3, 10))}, start + timedelta(minutes=minutes), ZONE)
    assert (len(change.all("removed")), len(change.all("ended"))) == (removed, ended)


@pytest.mark.parametrize(("minutes", "gone"), [(-1, 1), (0, 0), (1, 0)])
def test_a_shift_that_is_over_stays_as_it_was(minutes: int, gone: int) -> None:
    end = at("03-11T08:00")
    standing = [RosterShift(1, 1, "member", end - timedelta(days=1), end, ident=1)]
    change = change_of(standing, [], {(1, date(2026, 3, 10))}, end + timedelta(minutes=minutes), ZONE)
    assert change.counts()["removed"] == gone


async def test_a_swap_outlives_a_new_plan(conn: Conn, services: Services) -> None:
    people = await team(conn)
    await stands(conn, people["王"], "03-10T08:00", "03-11T08:00")
    await stands(conn, people["王"], "03-11T08:00", "03-12T08:00")
    now = services.clock.now()
    first, second = (r["id"] for r in await conn.fetch("SELECT id FROM roster_shift ORDER BY from_at"))
    await answer_swap(
        conn, services, people["李"], await ask_swap(conn, services, people["王"], first, "李T1", now), True, now
    )
    await answer_swap(
        conn, services, people["李"], await ask_swap(conn, services, people["王"], second, "李T1", now), False, now
    )
    plan = f"甲局2026年3月值班表\n{HEAD}\n10日|王T1\n11日|赵T1"
    done = await take(conn, services, plan)
    assert await shifts(conn) == ["李T1 03-10 08:00–03-11 08:00", "赵T1 03-11 08:00–03-12 08:00"]
    assert done.change.counts() == {"new": 1, "changed": 0, "same": 0, "removed": 1, "stays": 1, "past": 0}


async def test_recurring_shifts_do_not_fill_a_day_again_that_a_table_planned(
    conn: Conn, services: Services, clock: MovingClock
) -> None:
    people = await team(conn)
    lead = await office.user(conn, Role.LIAISON, department=people["王"].department_id, name="局长", leads=True)
    body = checked(
        recurring.RecurringShiftBody,
        {"name": "王T1", "weekdays": [2, 3], "starts": "8:00", "hours": 24, "from_on": "2026-03-09"},
    )
    await recurring.add_pattern(ActionContext(conn, services, lead, clock.now(), None), body)
    done = await take(conn, services, f"甲局2026年3月值班表\n{HEAD}\n10日|李T1")
    assert done.change.counts()["removed"] == 1
    for _ in range(2):
        await recurring.extend_patterns(conn, services, clock.now(), clock.now())
    assert (await shifts(conn))[:2] == ["李T1 03-10 08:00–03-11 08:00", "王T1 03-11 08:00–03-12 08:00"]


async def test_what_changes_is_told_from_what_is_the_same(conn: Conn, services: Services) -> None:
    people = await team(conn)
    await stands(conn, people["王"], "03-10T08:00", "03-10T20:00")
    await stands(conn, people["李"], "03-10T20:00", "03-11T08:00")
    done = await take(conn, services, "甲局2026年3月值班表\n日期|白班(8:00-17:30)|夜班\n10日|王T1|李T1")
    assert done.change.counts() == {"new": 0, "changed": 1, "same": 1, "removed": 0, "stays": 0, "past": 0}
    assert await shifts(conn) == ["王T1 03-10 08:00–03-10 17:30", "李T1 03-10 20:00–03-11 08:00"]


async def test_a_duty_of_a_week_stays_where_the_plan_names_a_day_inside_it(conn: Conn, services: Services) -> None:
    people = await team(conn)
    await stands(conn, people["王"], "03-09T08:00", "03-16T08:00")
    done = await take(conn, services, f"甲局2026年3月值班表\n{HEAD}\n11日|李T1")
    assert await shifts(conn) == ["王T1 03-09 08:00–03-16 08:00", "李T1 03-11 08:00–03-12 08:00"]
    assert done.change.counts()["stays"] == 1


async def test_one_person_twice_from_the_same_hour_on_is_refused_with_both_rows(conn: Conn, services: Services) -> None:
    await team(conn)
    text = "单位|姓名|日期|班次\n甲局|王T1|2026-03-10|白班\n甲局|王 T1|2026-03-10|全天"
    done = await import_roster(conn, services, sheet(text), services.clock.now())
    assert [(line, why.params["line"]) for line, why in done.refused] == [(3, 2)]
    assert await shifts(conn) == []


async def test_a_name_that_fits_two_is_refused_with_both(conn: Conn, services: Services) -> None:
    made = await office.department(conn, "T1", "甲局")
    for name in ("wang1", "wang2"):
        who = await office.user(conn, Role.LIAISON, department=made, name=name)
        await conn.execute("UPDATE app_user SET shown_name = '王强' WHERE id = $1", who.id)
    done = await import_roster(conn, services, sheet(f"甲局2026年3月值班表\n{HEAD}\n10日|王强"), services.clock.now())
    ((line, why),) = done.refused
    assert (line, why.params["cell"]) == (3, "B3")
    assert "wang1" in str(why)
    assert "wang2" in str(why)
    assert (await take(conn, services, f"甲局2026年3月值班表\n{HEAD}\n10日|wang2")).taken == 1


async def test_a_title_may_call_the_own_department_otherwise(conn: Conn, services: Services) -> None:
    await team(conn)
    await team(conn, "T2", "乙局")
    text = f"我局2026年3月值班表\n{HEAD}\n10日|王T1"
    assert (await take(conn, services, text, only="T1")).taken == 1
    done = await import_roster(conn, services, sheet(text.replace("我局", "乙局")), services.clock.now(), only="T1")
    assert "not your department" in str(done.refused[0][1])
    done = await import_roster(conn, services, sheet(text), services.clock.now())
    assert "There is no department 我局" in str(done.refused[0][1])


@pytest.mark.parametrize(
    ("made", "written"),
    [
        ("阿拉坦•其其格", "阿拉坦·其其格"),
        ("斯琴·高娃", "斯琴高娃"),
        ("王　强", "王强"),
        ("李\u200b梅", "李　梅"),
        ("赵明（科长）", "赵明"),
    ],
)
async def test_names_as_people_write_them_may_be_user_names_and_are_found(
    conn: Conn, services: Services, made: str, written: str
) -> None:
    await office.department(conn, "T1", "甲局")
    user = await add_user(conn, made, "liaison", services.clock.now(), department="T1")
    await take(conn, services, f"甲局2026年3月值班表\n{HEAD}\n10日|{written}")
    assert [row.split(" 03-")[0] for row in await shifts(conn)] == [user.name]
    row = await people_sql.user_for_login(conn, tidy(made))
    assert row is not None
    assert row.id == user.id
