"""Passwords: argon2 in a thread, one-time passwords, what a password must be."""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from hotline.base.problem import BadField

_HASHER = PasswordHasher()
#: Verified against where there is no such user, so that the time tells nothing.
_NOBODY = _HASHER.hash("nobody has this password")
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


async def hashed(password: str) -> str:
    """The stored form; takes about 0.3 s in a thread."""
    return await asyncio.to_thread(_HASHER.hash, password)


async def matches(stored: str | None, password: str) -> bool:
    """Whether the password fits; takes as long where there is none."""

    def check() -> bool:
        try:
            return _HASHER.verify(stored or _NOBODY, password) and stored is not None
        except (VerificationError, InvalidHashError):
            return False

    return await asyncio.to_thread(check)


def one_time() -> str:
    """A password to be changed at the first sign-in: four groups of four, without look-alikes."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(4)) for _ in range(4))


def check_new(password: str, *, name: str) -> None:
    """Raises BadField where a new password is too short or is the name."""
    if len(password) < 10:
        raise BadField("A password has at least 10 characters.", field="new_password")
    if len(password) > 200:
        raise BadField("A password has at most 200 characters.", field="new_password")
    if name.lower() in password.lower():
        raise BadField("A password does not contain the user's name.", field="new_password")
