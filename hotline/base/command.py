"""Commands of `python main.py`: how a package declares one, and what it runs with."""

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
    """A command failed: its message, one sentence, goes to standard error, the exit status is 1."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """What a running command or server has: an open database and the services built on it. `dsn`: the database's
    address as superuser or owner, for databases made beside it.

    `packages`: the packages whose catalogues translate its messages.
    """

    dsn: str
    pool: Pool
    services: Services
    packages: tuple[str, ...] = ()

    def words(self, msgid: str, **params: object) -> str:
        """The translation of a msgid into the centre's language."""
        return catalogue_of(self.packages).fill(msgid, self.services.settings.language, params)

    def said(self, why: Problem) -> str:
        """Why something was refused, in the centre's language."""
        return self.words(why.message, **why.params)

    def placed(self, *where: str, why: Problem) -> str:
        """Where something was refused, and why: `line 3, column B: …`."""
        chinese = self.services.settings.language == "zh"
        return ("，" if chinese else ", ").join(filter(None, where)) + ("：" if chinese else ": ") + self.said(why)


async def needs_no_runtime(args: Namespace, runtime: Runtime) -> int:
    """The `run` of a command that is `alone`: it is never called with a runtime. Raises CommandError."""
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
