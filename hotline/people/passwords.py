"""Passwords: argon2 in one thread of its own, who may wait for it, one-time passwords, what a password must be."""

from __future__ import annotations

import asyncio
import os
import secrets
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from aiohttp import web
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

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
    """The sign-ins under way in this process: so many may wait for their password to be checked, so many of one address."""

    at_most: int = 40
    of_one_address: int = 20
    under_way: Counter[str] = field(default_factory=Counter)

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


def check_new(password: str, *, name: str) -> None:
    """Raises BadField where a new password is too short or is the name."""
    if len(password) < 10:
        raise BadField("A password has at least 10 characters.", field="new_password")
    if len(password) > 200:
        raise BadField("A password has at most 200 characters.", field="new_password")
    if name.lower() in password.lower():
        raise BadField("A password does not contain the user's name.", field="new_password")
