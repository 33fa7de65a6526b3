"""A command of `python main.py`, as packages hand it to main."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from hotline.base.config import Settings
from hotline.base.db.connection import Pool
from hotline.base.http.problem import Problem
from hotline.base.i18n import catalogue_of
from hotline.base.services import Services


class CommandError(Exception):
    """Said in one sentence on standard error; exit status 1."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """An open database and the services on it; `dsn` is its superuser-or-owner address (for databases made beside it).

    `packages`: those whose words it speaks.
    """

    dsn: str
    pool: Pool
    services: Services
    packages: tuple[str, ...] = ()

    def words(self, msgid: str, **params: object) -> str:
        """A msgid in the centre's language."""
        return catalogue_of(self.packages).fill(msgid, self.services.settings.language, params)

    def said(self, why: Problem) -> str:
        """Why something was refused, in the centre's language."""
        return self.words(why.message, **why.params)

    def placed(self, *where: str, why: Problem) -> str:
        """Where something was refused, and why: `line 3, column B: …`."""
        chinese = self.services.settings.language == "zh"
        return ("，" if chinese else ", ").join(filter(None, where)) + ("：" if chinese else ": ") + self.said(why)


async def needs_no_runtime(args: Namespace, runtime: Runtime) -> int:
    """Stands in `run` of a command that opens what it needs itself (`alone`)."""
    raise CommandError("this command runs alone")


@dataclass(frozen=True, slots=True)
class Command:
    """One command. `name` may have two words (`report monthly`); `run` returns the exit status.

    `alone`: for commands that open the database themselves, or none.
    """

    name: str
    help: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace, Runtime], Awaitable[int]] = needs_no_runtime
    alone: Callable[[Namespace, Settings], Awaitable[int]] | None = None
