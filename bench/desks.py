"""From the webhook of a call to the banner of the operator who is rung, at a hundred desks that listen; beside a bare event stream.

The program is a process of its own. All desks are ready; each call rings one of them, is measured, and hangs up before the next. Then the desks
are idle: memory and processor of the process.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from bench.intake import serving
from bench.runner import BenchFigure, Ground, listening, quantile
from hotline.base.db.connection import Conn, connect
from hotline.people import people_sql
from hotline.people.sessions import token_hash
from hotline.telephony.simulator import envelope

DESKS = int(os.environ.get("BENCH_DESKS", "100"))
_CALLS, _IDLE = 300, 20.0


async def bench(where: Ground) -> list[BenchFigure]:
    """The middle and the 99th of a hundred of the times from webhook to banner, in turn with the echo; then what idle desks cost."""
    dsn = await where.database("bench_desks")
    async with _connected(dsn) as conn:
        tokens = await _desks(conn, where)
        async with serving(where, dsn) as served, listening("-m", "bench.echo") as echo, _client() as client:
            ours: asyncio.Queue[float] = asyncio.Queue()
            bare: asyncio.Queue[float] = asyncio.Queue()
            port, other = served.port, echo.port
            listeners = [asyncio.create_task(_listen(client, f"http://127.0.0.1:{port}/live", ours, t)) for t in tokens]
            listeners += [
                asyncio.create_task(_listen(client, f"http://127.0.0.1:{other}/live", bare, "")) for _ in tokens
            ]
            await asyncio.sleep(3)
            took, echoed = await _measured(where, client, port, other, ours, bare)
            memory, share = await _idle(served.pid)
            for task in listeners:
                task.cancel()
            await asyncio.gather(*listeners, return_exceptions=True)
    return [
        _beside("webhook to banner, median", took, echoed, 0.5, ""),
        _beside("webhook to banner, p99", took, echoed, 0.99, "< 150 ms"),
        BenchFigure(f"memory with {DESKS} idle desks", memory, "MB"),
        BenchFigure(f"processor with {DESKS} idle desks", 100 * share, "% of one core"),
    ]


def _beside(what: str, took: Sequence[float], echoed: Sequence[float], q: float, aim: str) -> BenchFigure:
    return BenchFigure(f"{what}, {DESKS} desks", quantile(took, q), "ms", quantile(echoed, q), aim)


@asynccontextmanager
async def _connected(dsn: str) -> AsyncIterator[Conn]:
    conn = await connect(dsn)
    try:
        yield conn
    finally:
        await conn.close()


def _client() -> aiohttp.ClientSession:
    """A client that keeps as many streams open as there are desks."""
    return aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))


async def _desks(conn: Conn, where: Ground) -> list[str]:
    """Operators on shift, ready, each with a tested telephone as line; returns a token each."""
    found, keys, now = [], where.services.keys, "2026-03-01T00:00:00Z"
    for n in range(DESKS):
        phone, token = f"+8613700{n:06d}", secrets.token_urlsafe(24)
        user = await conn.fetchval(
            "INSERT INTO app_user (name, shown_name, role, phone_enc, phone_hash, phone_tested_at, made_at)"
            f" VALUES ($1, $1, 'operator', $2, $3, '{now}', '{now}') RETURNING id",
            f"desk{n}",
            keys.encrypt(phone),
            keys.hash(phone),
        )
        await conn.execute(f"INSERT INTO shift (user_id, on_at) VALUES ($1, '{now}')", user)
        await conn.execute(f"INSERT INTO operator_state (user_id, state, since) VALUES ($1, 'ready', '{now}')", user)
        await conn.execute(f"INSERT INTO operator_line (user_id, kind, seen_at) VALUES ($1, 'phone', '{now}')", user)
        await people_sql.insert_token(conn, user, token_hash(token), where.clock.now())
        found.append(token)
    return found


async def _listen(client: aiohttp.ClientSession, url: str, heard: asyncio.Queue[float], token: str) -> None:
    """A desk's page: notes when it hears of a call that rings."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with client.get(url, headers=headers, timeout=aiohttp.ClientTimeout(total=None)) as answer:
        event = b""
        async for line in answer.content:
            if line.startswith(b"event:"):
                event = line
            elif line.startswith(b"data:") and event == b"event: call\n" and (not token or b'"contact"' in line):
                heard.put_nowait(time.perf_counter())


async def _measured(
    where: Ground,
    client: aiohttp.ClientSession,
    port: int,
    other: int,
    ours: asyncio.Queue[float],
    bare: asyncio.Queue[float],
) -> tuple[list[float], list[float]]:
    took, echoed = [], []
    for n in range(_CALLS):
        sid = "CA" + secrets.token_hex(16)
        fields = {"CallSid": sid, "From": f"+86139{n:08d}", "To": "1890", "CallStatus": "ringing"}
        before = time.perf_counter()
        await _post(where, client, port, "/twilio/voice", fields)
        took.append(await asyncio.wait_for(ours.get(), 10) - before)
        if n % 50 == 0:
            sys.stderr.write(f"  {n} of {_CALLS}\n")
        await _post(where, client, port, "/twilio/voice/call-status", fields | {"CallStatus": "completed"})
        before = time.perf_counter()
        async with client.post(f"http://127.0.0.1:{other}/say", data=fields):
            echoed.append(await asyncio.wait_for(bare.get(), 10) - before)
        while not ours.empty():
            ours.get_nowait()
    return took, echoed


async def _post(where: Ground, client: aiohttp.ClientSession, port: int, path: str, fields: dict[str, str]) -> None:
    headers, form = envelope(where.services.settings, where.services.keys, path, fields)
    async with client.post(f"http://127.0.0.1:{port}{path}", data=form, headers=headers) as answer:
        if answer.status != 200:
            raise AssertionError(await answer.text())


async def _idle(pid: int) -> tuple[float, float]:
    """Memory (MB) and share of a core of a process, while nothing happens."""
    before, started = _ticks(pid), time.perf_counter()
    await asyncio.sleep(_IDLE)
    used = (_ticks(pid) - before) / os.sysconf("SC_CLK_TCK")
    return _pages(pid) * os.sysconf("SC_PAGE_SIZE") / 1e6, used / (time.perf_counter() - started)


def _pages(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])


def _ticks(pid: int) -> int:
    parts = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
    return int(parts[11]) + int(parts[12])
