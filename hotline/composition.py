"""The plugin interface: what a package brings to the program (`Plugin`), and how main puts the packages together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Any, TypeVar

from aiohttp import web

from hotline.base.command import Command, Runtime
from hotline.base.config import Settings
from hotline.base.db.connection import Conn
from hotline.base.events import Subscriber
from hotline.base.hooks import Hooks
from hotline.base.http.route import Entry, Route
from hotline.base.http.slots import PageSlot, SlotContent
from hotline.base.jobs.timers import Job
from hotline.base.services import Claimer, Guard, Receipt, Section
from hotline.moves.move import Move

#: `seed(conn, now)`: puts in what a package ships as data; run at every start, so it puts in nothing twice.
Seed = Callable[[Conn, datetime], Awaitable[None]]
#: `check(conn, settings, now)`: whether all is well, and a sentence that says how to mend it (`doctor`).
Check = Callable[[Conn, Settings, datetime], Awaitable[tuple[bool, str]]]
#: What lives as long as a web application: begun before the `yield`, ended after it.
Cleanup = Callable[[web.Application], AsyncIterator[None]]
#: `demo(runtime, settings, program)`: loads the demo where there is nothing yet; whether it was loaded now.
Demo = Callable[[Runtime, Settings, "Plugin"], Awaitable[bool]]
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """Everything that a package brings, and nothing that is found by its name: each item is an import away.

    `package`: where its templates, words and queries lie. `moves`: what is done to a ticket; each is a route of the API and an
    action of the pages. `slots`: places on its pages that packages above fill; `contents`: what it fills. `guards` and `receipts` are by the kind of a message: asked before it is sent, told what became of it.
    `hooks`: what it does for the packages below.
    """

    package: str
    routes: tuple[Route, ...] = ()
    moves: tuple[Move, ...] = ()
    menu: tuple[Entry, ...] = ()
    slots: tuple[PageSlot, ...] = ()
    contents: tuple[SlotContent, ...] = ()
    sections: tuple[Section, ...] = ()
    jobs: tuple[Job, ...] = ()
    subscribers: tuple[Subscriber, ...] = ()
    claimers: tuple[Claimer, ...] = ()
    guards: Mapping[str, Guard] = field(default_factory=dict)
    receipts: Mapping[str, Receipt] = field(default_factory=dict)
    hooks: Hooks = field(default_factory=Hooks)
    commands: tuple[Command, ...] = ()
    seeds: tuple[Seed, ...] = ()
    checks: tuple[Check, ...] = ()
    cleanups: tuple[Cleanup, ...] = ()
    demo: Demo | None = None


def combined(plugins: Sequence[Plugin]) -> Plugin:
    """All plugins as one, the lowest package first. Raises ValueError where two bring what only one may bring."""
    return Plugin(
        package="",
        routes=_all(p.routes for p in plugins),
        moves=_all(p.moves for p in plugins),
        menu=_all(p.menu for p in plugins),
        slots=_all(p.slots for p in plugins),
        contents=_all(p.contents for p in plugins),
        sections=_all(p.sections for p in plugins),
        jobs=_all(p.jobs for p in plugins),
        subscribers=_all(p.subscribers for p in plugins),
        claimers=_all(p.claimers for p in plugins),
        guards=_once(pair for p in plugins for pair in p.guards.items()),
        receipts=_once(pair for p in plugins for pair in p.receipts.items()),
        hooks=_hooks(plugins),
        commands=_all(p.commands for p in plugins),
        seeds=_all(p.seeds for p in plugins),
        checks=_all(p.checks for p in plugins),
        cleanups=_all(p.cleanups for p in plugins),
        demo=_once(("a demo", p.demo) for p in plugins if p.demo is not None).get("a demo"),
    )


def _all(several: Iterable[tuple[T, ...]]) -> tuple[T, ...]:
    return tuple(item for items in several for item in items)


def _once(pairs: Iterable[tuple[Any, T]]) -> dict[Any, T]:
    found: dict[Any, T] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"two packages bring {key}")
        found[key] = value
    return found


def _hooks(plugins: Sequence[Plugin]) -> Hooks:
    """The hooks that a package gives, the plain defaults for the others."""
    plain = Hooks()
    given = _once(
        (hook.name, getattr(p.hooks, hook.name))
        for p in plugins
        for hook in fields(Hooks)
        if getattr(p.hooks, hook.name) != getattr(plain, hook.name)
    )
    return replace(plain, **given)
