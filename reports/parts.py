"""What this package brings: figures, findings, the notice, the consultation's papers."""

from __future__ import annotations

from hotline.base.command import Command
from hotline.base.web import Entry, Route
from reports.figures import handlers as figures
from reports.figures.handlers import READERS
from reports.notice.commands import COMMANDS as NOTICE


def routes() -> list[Route]:
    return [*figures.routes()]


def commands() -> list[Command]:
    return [*NOTICE]


def menu() -> list[Entry]:
    return [
        Entry(path="/leader", title="The month", roles=READERS),
        Entry(path="/department/figures", title="Our figures", roles=frozenset({"liaison"})),
    ]
