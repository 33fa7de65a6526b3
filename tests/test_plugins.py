"""The four plugins: what each brings is of its kind, and nothing is brought twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from dataclasses import fields, replace

import pytest

from hotline.base.command import Command
from hotline.base.db.connection import Conn
from hotline.base.events import Subscriber
from hotline.base.hooks import COLUMNS, Hooks
from hotline.base.http.route import Entry, Route
from hotline.base.jobs.timers import CalendarJob, Sweep
from hotline.base.services import Section
from hotline.composition import Plugin, combined
from hotline.moves.move import Move
from hotline.pages.ticket_page import move_routes
from main import PACKAGES, PLUGINS, PROGRAM

#: What each list of a plugin holds; what is a function is called so.
KINDS: dict[str, tuple[Callable[[Plugin], Iterable[object]], tuple[type, ...]]] = {
    "routes": (lambda p: p.routes, (Route,)),
    "moves": (lambda p: p.moves, (Move,)),
    "menu": (lambda p: p.menu, (Entry,)),
    "sections": (lambda p: p.sections, (Section,)),
    "jobs": (lambda p: p.jobs, (Sweep, CalendarJob)),
    "subscribers": (lambda p: p.subscribers, (Subscriber,)),
    "commands": (lambda p: p.commands, (Command,)),
}
FUNCTIONS: dict[str, Callable[[Plugin], Iterable[object]]] = {
    "claimers": lambda p: p.claimers,
    "guards": lambda p: p.guards.values(),
    "receipts": lambda p: p.receipts.values(),
    "seeds": lambda p: p.seeds,
    "checks": lambda p: p.checks,
    "cleanups": lambda p: p.cleanups,
}


def twice(items: Iterable[Hashable]) -> list[Hashable]:
    return [item for item, times in Counter(items).items() if times > 1]


@pytest.mark.parametrize("plugin", PLUGINS, ids=PACKAGES)
def test_each_item_is_of_its_kind(plugin: Plugin) -> None:
    for name, (items, kinds) in KINDS.items():
        found = items(plugin)
        assert isinstance(found, tuple), name
        assert [item for item in found if not isinstance(item, kinds)] == [], name
    for name, items in FUNCTIONS.items():
        assert [item for item in items(plugin) if not callable(item)] == [], name
    assert isinstance(plugin.hooks, Hooks)


def test_nothing_is_brought_twice() -> None:
    routes = [*PROGRAM.routes, *move_routes(PROGRAM.moves)]
    assert twice((route.method, route.path) for route in routes) == []
    assert twice(move.path for move in PROGRAM.moves) == []
    assert twice(job.name for job in PROGRAM.jobs) == []
    assert twice(subscriber.name for subscriber in PROGRAM.subscribers) == []
    assert twice(section.name for section in PROGRAM.sections) == []
    assert twice(command.name for command in PROGRAM.commands) == []
    assert twice(entry.path for entry in PROGRAM.menu) == []


def test_what_a_menu_shows_is_there() -> None:
    pages = {route.path for route in PROGRAM.routes if route.method == "GET"}
    assert {entry.path for entry in PROGRAM.menu} <= pages


def test_a_hook_a_guard_and_a_receipt_have_one_provider() -> None:
    (sla,) = [plugin for plugin in PLUGINS if plugin.package == "sla"]
    two = replace(Plugin(package="another"), hooks=sla.hooks)
    with pytest.raises(ValueError, match="promises"):
        combined([*PLUGINS, two])
    for kind, guard in PROGRAM.guards.items():
        with pytest.raises(ValueError, match=kind):
            combined([*PLUGINS, Plugin(package="another", guards={kind: guard})])
    for kind, receipt in PROGRAM.receipts.items():
        with pytest.raises(ValueError, match=kind):
            combined([*PLUGINS, Plugin(package="another", receipts={kind: receipt})])


def test_every_hook_is_given_by_somebody() -> None:
    plain = Hooks()
    assert [hook.name for hook in fields(Hooks) if getattr(PROGRAM.hooks, hook.name) == getattr(plain, hook.name)] == []


async def test_the_view_of_running_clocks_has_what_lists_read(conn: Conn) -> None:
    view = PROGRAM.hooks.running_clocks
    assert view is not None
    found = await conn.fetch("SELECT column_name FROM information_schema.columns WHERE table_name = $1", view.view)
    assert set(COLUMNS) <= {row["column_name"] for row in found}
