"""`audit verify`: whether the record holds, ticket by ticket."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentParser, Namespace
from collections import defaultdict
from collections.abc import Sequence

from hotline.base.command import Building, Command
from hotline.base.db import Conn
from hotline.base.house import House
from hotline.record.checking import check_chains
from hotline.record.sealing import root_faults
from hotline.record.sharing import Found, over_all


def _arguments(parser: ArgumentParser) -> None:
    """Nothing to choose: all tickets are verified."""


async def verify(args: Namespace, building: Building) -> int:
    """Print one line for each ticket whose record does not hold, and what was looked at; 1 where any does not."""
    house = building.house
    async with building.pool.acquire() as conn:
        lines, summary = await verified(conn, building.dsn, house)
    for said in lines:
        sys.stdout.write(said + "\n")
    sys.stdout.write(summary + "\n")
    return 1 if lines else 0


async def verified(conn: Conn, dsn: str, house: House) -> tuple[list[str], str]:
    """The lines for what does not hold, and a sentence on what was looked at, how fast."""
    started = time.perf_counter()
    chains = await over_all(conn, dsn, check_chains, house.keys.seal, house.settings.timezone, what="hashes")
    hashed = time.perf_counter()
    roots, days = await root_faults(conn, house)
    lines = by_ticket([*chains.wrong, *roots])
    return lines, _summary(chains, hashed - started, days, len(lines))


def by_ticket(wrong: Sequence[tuple[str, str]]) -> list[str]:
    """One line for each ticket (or day), in the order in which they were found."""
    said: dict[str, list[str]] = defaultdict(list)
    for named, what in wrong:
        said[named].append(what)
    return [f"{named}: {'; '.join(parts)}" for named, parts in said.items()]


def _summary(chains: Found, took: float, days: int, bad: int) -> str:
    rate = chains.events / took if took else 0.0
    held = "The record holds" if not bad else f"The record does not hold in {bad} places"
    return (
        f"{held}: {chains.events} events of {chains.tickets} tickets, {days} daily roots; "
        f"hashes {took:.1f} s ({rate:,.0f} events a second)."
    )


COMMANDS = (Command("audit verify", "check the whole record: hashes, roots, rebuild", _arguments, verify),)
