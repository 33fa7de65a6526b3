"""Passwords: argon2 in one thread of its own, who may wait for it, one-time passwords, what a password must be."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from aiohttp import web
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from zxcvbn import zxcvbn

from hotline.base.http.problem import BadField, TooMany

#: OWASP's first recommendation for argon2id: 46 MiB, one pass, one lane; about 50 ms of one core.
_HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)


def _behind_others() -> None:
    """The thread that hashes takes the processor only where nobody answers a person or the carrier (Linux)."""
    with suppress(AttributeError, OSError):
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


#: One hash after the other, so that many sign-ins take one core and 46 MiB at most; whoever waits holds no connection.
_HASHING = ThreadPoolExecutor(1, thread_name_prefix="argon2", initializer=_behind_others)
#: Verified against where there is no such user, so that the time tells nothing.
_NOBODY = _HASHER.hash("nobody has this password")
#: A new password has so many characters (NIST 800-63B, GB/T 22239), and such a score of zxcvbn (0 to 4).
LEAST, STRONG = 12, 3
#: Words of the house, which a guesser tries first.
OURS = (
    *("1890", "hotline", "rexian", "zhenan", "shangluo", "yibojiuling", "mima", "guanliyuan", "huawuyuan", "zhengfu"),
    *(
        "woaini",
        "woaizhongguo",
        "zhongguo",
        "woshishui",
        "wobuzhidao",
        "huanying",
        "nihao",
        "5201314",
        "1314520",
        "147258",
    ),
)
_QUARTER, _ADDRESSES = timedelta(minutes=15), 10_000
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


async def hashed(password: str) -> str:
    """The stored form; takes about 50 ms in the thread that hashes. Never call it while holding a connection."""
    return await asyncio.get_running_loop().run_in_executor(_HASHING, _HASHER.hash, password)


async def matches(stored: str | None, password: str) -> bool:
    """Whether the password fits; it takes as long for an unknown account. Never call it while holding a connection."""

    def check() -> bool:
        try:
            return _HASHER.verify(stored or _NOBODY, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.get_running_loop().run_in_executor(_HASHING, check)


@dataclass(slots=True)
class SignIns:
    """The sign-ins under way in this process: so many may wait for their password to be checked, so many of one address;
    and the wrong ones of each address from browsers that nobody knows, which are so many in a quarter of an hour at most.
    """

    at_most: int = 40
    of_one_address: int = 20
    wrong_at_most: int = 20
    under_way: Counter[str] = field(default_factory=Counter)
    wrong: OrderedDict[str, list[datetime]] = field(default_factory=OrderedDict)

    def check(self, address: str, now: datetime) -> None:
        """Raises TooMany where an address guessed wrong too often."""
        recent = [at for at in self.wrong.get(address, ()) if at > now - _QUARTER]
        if len(recent) >= self.wrong_at_most:
            raise TooMany("Too many wrong passwords. Try again in a few minutes.")

    def note(self, address: str, now: datetime) -> None:
        """A wrong password from a browser that nobody knows. Ten thousand addresses are remembered."""
        recent = [at for at in self.wrong.get(address, ()) if at > now - _QUARTER]
        self.wrong[address] = [*recent[-self.wrong_at_most :], now]
        self.wrong.move_to_end(address)
        while len(self.wrong) > _ADDRESSES:
            self.wrong.popitem(last=False)

    @contextmanager
    def place(self, address: str) -> Iterator[None]:
        """A place to wait in. Raises TooMany at once where all are taken: nothing was looked up or hashed."""
        if self.under_way.total() >= self.at_most or self.under_way[address] >= self.of_one_address:
            raise TooMany("Many people are signing in just now. Try again in a few seconds.")
        self.under_way[address] += 1
        try:
            yield
        finally:
            self.under_way[address] -= 1
            if not self.under_way[address]:
                del self.under_way[address]


SIGN_INS = web.AppKey("sign_ins", SignIns)


async def sign_ins(app: web.Application) -> AsyncIterator[None]:
    """The sign-ins under way of a process, while it serves."""
    app[SIGN_INS] = SignIns()
    yield


def one_time() -> str:
    """A password to be changed at the first sign-in: four groups of four, without look-alikes."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


async def hashed_one_time() -> tuple[str, str]:
    """A new one-time password, and its stored form. Never call it while holding a connection."""
    password = one_time()
    return password, await hashed(password)


async def check_new(password: str, *, names: Iterable[str]) -> None:
    """Raises BadField where a new password is too short, contains one of these names, or is soon guessed.

    How soon is judged by zxcvbn: words, names, dates, keyboard rows and repetitions count for little. It takes up to some 30 ms in the
    thread that hashes.
    """
    if len(password) < LEAST:
        raise BadField("A password has at least %(n)s characters.", field="new_password", n=LEAST)
    if len(password) > 200:
        raise BadField("A password has at most 200 characters.", field="new_password")
    known = [name.lower() for name in names if len(name) > 1]
    if any(name in password.lower() for name in known):
        raise BadField("A password does not contain the user's name.", field="new_password")

    def score() -> int:
        return int(zxcvbn(password[:72], user_inputs=[*known, *OURS]).get("score", 0))

    if await asyncio.get_running_loop().run_in_executor(_HASHING, score) < STRONG:
        raise BadField(
            "This password is soon guessed: take several words that do not belong together.", field="new_password"
        )
