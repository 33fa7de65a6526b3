"""The sheets of a test: made through the actions that people use."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any

from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.people.actions import ActionContext
from hotline.people.user import User
from hotline.ticket import Role
from routing.knowledge import actions, search
from routing.knowledge.actions import SheetBody, SheetVersionBody
from tests import office


class Shelf:
    """A manager who publishes, an operator, liaisons of the police (S01) and of the land office (S02)."""

    def __init__(self, conn: Conn, services: Services) -> None:
        self.conn, self.services = conn, services

    async def fill(self) -> Shelf:
        conn = self.conn
        self.police = await office.department(conn, "S01", "测试公安局")
        self.land = await office.department(conn, "S02", "测试不动产中心")
        self.manager = await office.user(conn, Role.MANAGER)
        self.operator = await office.user(conn, Role.OPERATOR)
        self.liaison = await office.user(conn, Role.LIAISON, department=self.police)
        self.stranger = await office.user(conn, Role.LIAISON, department=self.land)
        return self

    async def does(
        self,
        who: User,
        deed: Callable[[ActionContext, Any], Awaitable[Any]],
        body: object,
        item: int | None = None,
    ) -> Mapping[str, Any]:
        """Somebody performs an action, in the caller's transaction."""
        context = ActionContext(self.conn, self.services, who, self.services.clock.now(), item)
        return dict(await deed(context, body))

    async def sheet(self, title: str, aliases: str = "", *, who: User | None = None, **more: Any) -> int:
        """A new sheet; the manager's is in force at once."""
        fields = {"papers": "身份证", "department": "S01"} | more
        body = SheetBody(title=title, aliases=aliases, **fields)  # type: ignore[arg-type]
        return int((await self.does(who or self.manager, actions.add_sheet, body))["sheet"])

    async def anew(self, sheet: int, title: str, *, who: User | None = None, **more: Any) -> int:
        """A new version; its number."""
        fields = {"papers": "身份证"} | more
        body = SheetVersionBody(title=title, **fields)
        return int((await self.does(who or self.manager, actions.add_version, body, sheet))["version"])

    async def found(self, words: str, limit: int = 20) -> list[str]:
        """The titles that words find, the best first; what has run out with a cross before it."""
        day = self.services.clock.now().astimezone(self.services.settings.zone).date()
        rows = await search.find(self.conn, words, day, limit)
        return [("×" if one.expired else "") + one.row.title for one in rows]

    @property
    def today(self) -> date:
        return self.services.clock.now().astimezone(self.services.settings.zone).date()
