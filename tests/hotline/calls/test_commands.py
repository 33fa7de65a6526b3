"""Commands: in order for each call, once, after the commit at once, and found again after a crash."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from hotline.base.provider import Refused, Unreachable
from hotline.calls import commands, runner
from hotline.calls.call_rows import held
from hotline.calls.carrier import CallCommand, CommandKind
from hotline.calls.commands import LEASE, MOST_TRIES
from hotline.calls.refusals import on_refused
from tests.hotline.calls.centre import CallCentre, S

DIGITS = [str(n) for n in range(5)]


async def told_keys(centre: CallCentre, call: int) -> None:
    """Five commands of one transaction."""
    async with centre.pool.acquire() as conn, conn.transaction():
        found = await held(conn, call)
        for digit in DIGITS:
            await commands.tell(conn, found, CommandKind.KEYS, centre.clock.now(), digits=digit)


async def test_one_after_the_other_though_several_carry_out(centre: CallCentre) -> None:
    call = await centre.comes()
    centre.carrier.told.clear()
    await told_keys(centre, call)
    await asyncio.gather(*(commands.carry_out(centre.pool, centre.services, call, on_refused) for _ in range(4)))
    assert [c.detail["digits"] for c in centre.carrier.told] == DIGITS


async def test_what_a_crash_left_is_carried_out_when_its_lease_is_over(centre: CallCentre) -> None:
    call = await centre.comes()
    centre.carrier.told.clear()
    await told_keys(centre, call)
    centre.carrier.fails[CommandKind.KEYS] = KeyboardInterrupt()  # type: ignore[assignment]
    try:
        await commands.carry_out(centre.pool, centre.services, call, on_refused)
    except KeyboardInterrupt:
        centre.carrier.fails.clear()
    await runner.sweep_commands(centre.pool, centre.services, centre.clock.now())
    assert centre.carrier.told == []
    centre.clock.move(LEASE)
    await runner.sweep_commands(centre.pool, centre.services, centre.clock.now())
    assert [c.detail["digits"] for c in centre.carrier.told] == DIGITS


async def test_a_command_that_fails_again_and_again_is_as_if_refused(centre: CallCentre) -> None:
    call = await centre.comes()
    assert await centre.call(call) == "voicemail"
    async with centre.pool.acquire() as conn, conn.transaction():
        await commands.tell(conn, await held(conn, call), CommandKind.VOICEMAIL, centre.clock.now())
    centre.carrier.fails[CommandKind.VOICEMAIL] = Unreachable("503")
    for _ in range(MOST_TRIES):
        await centre.told()
        centre.clock.move(timedelta(minutes=1))
    assert await centre.call(call) == "over abandoned"
    assert await centre.owed(call) == "missed"


async def test_a_carrier_that_this_program_does_not_have(centre: CallCentre) -> None:
    call = await centre.comes()
    carriers = dict(centre.services.carriers)
    centre.services.carriers.clear()  # type: ignore[attr-defined]
    await told_keys(centre, call)
    await centre.told()
    assert await centre.one("SELECT count(*) FROM call_command WHERE failed LIKE 'there is no carrier%'") == len(DIGITS)
    assert carriers


async def test_the_runner_hears_of_a_command_when_it_is_committed(centre: CallCentre, dsn: str) -> None:
    call = await centre.comes()
    centre.carrier.told.clear()
    heard: asyncio.Queue[CallCommand] = asyncio.Queue()

    async def perform(pool: object, services: object, command: CallCommand) -> None:
        heard.put_nowait(command)

    centre.carrier.perform = perform  # type: ignore[method-assign,assignment]
    made = runner.CommandRunner(dsn, centre.pool, centre.services)
    listening = asyncio.create_task(made.run())
    await asyncio.wait_for(made.listens.wait(), 10)
    await told_keys(centre, call)
    assert [(await asyncio.wait_for(heard.get(), 10)).detail["digits"] for _ in DIGITS] == DIGITS
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await made.close()


async def test_a_refusal_of_what_is_past_changes_nothing(centre: CallCentre) -> None:
    first = await centre.operator()
    call = await centre.comes()
    await centre.talks(first, call)
    centre.carrier.fails[CommandKind.RING] = Refused("late")
    async with centre.pool.acquire() as conn, conn.transaction():
        await commands.tell(conn, await held(conn, call), CommandKind.RING, centre.clock.now(), ring=1, user=first.id)
    await centre.told()
    await centre.later(S)
    assert (await centre.call(call), await centre.state(first)) == ("talking", "talking")
