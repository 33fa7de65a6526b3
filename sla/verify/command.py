"""The command `audit verify`: prints each ticket whose record does not hold."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Sequence

from hotline.base.command import Command, Runtime
from hotline.base.db.connection import Conn
from hotline.base.services import Services
from hotline.record.chain_checks import check_chains
from hotline.record.journal import journal_faults
from hotline.record.parallel_reading import Check, CheckedPart, over_all
from hotline.record.seals import root_faults
from sla.verify.comparison import check_rebuilt

#: What a line says of a ticket at most.
_SAID = 4


def _arguments(parser: ArgumentParser) -> None:
    """Nothing to choose: all tickets are verified."""


async def verify(args: Namespace, runtime: Runtime) -> int:
    """Print one line for each ticket whose record does not hold, and what was looked at; 1 where any does not."""
    services = runtime.services
    async with runtime.pool.acquire() as conn:
        lines, summary = await verified(conn, runtime.dsn, services)
    for said in lines:
        sys.stdout.write(said + "\n")
    sys.stdout.write(summary + "\n")
    return 1 if lines else 0


async def verified(conn: Conn, dsn: str, services: Services) -> tuple[list[str], str]:
    """The lines for what does not hold, and a sentence on what was looked at, how fast."""

    async def over(check: Check, what: str) -> tuple[CheckedPart, float]:
        started = time.perf_counter()
        zone, now = services.settings.timezone, services.clock.now()
        found = await over_all(conn, dsn, check, services.keys.record, zone, now, what=what)
        return found, time.perf_counter() - started

    chains, hashing = await over(check_chains, "hashes")
    roots, days = await root_faults(conn, services)
    began, listed = await journal_faults(conn, services, services.clock.now())
    rows, rebuilding = await over(check_rebuilt, "rebuild")
    broken = {named for named, _ in chains.wrong}  # events that do not hold say nothing of the rows
    lines = by_ticket([*chains.wrong, *roots, *began, *(w for w in rows.wrong if w[0] not in broken)])
    return lines, _summary(chains, hashing, rebuilding, days, listed, len(lines))


def by_ticket(wrong: Sequence[tuple[str, str]]) -> list[str]:
    """One line for each ticket (or day), in the order in which they were found."""
    said: dict[str, list[str]] = defaultdict(list)
    for named, what in wrong:
        said[named].append(what)
    return [f"{named}: {'; '.join(parts[:_SAID])}{_more(len(parts))}" for named, parts in said.items()]


def _more(parts: int) -> str:
    return f"; and {parts - _SAID} more" if parts > _SAID else ""


def _summary(chains: CheckedPart, hashing: float, rebuilding: float, days: int, listed: int, bad: int) -> str:
    held = "The record holds" if not bad else f"The record does not hold in {bad} places"
    return (
        f"{held}: {chains.events} events of {chains.tickets} tickets, {days} daily roots, {listed} entries of the journal; "
        f"hashes {hashing:.1f} s ({chains.events / hashing:,.0f} events a second), "
        f"rebuild {rebuilding:.1f} s ({chains.events / rebuilding:,.0f} events a second)."
    )


COMMANDS = (Command("audit verify", "check the whole record: hashes, roots, journal, rebuild", _arguments, verify),)
