"""Somebody of a story over HTTP: pages and the API take the same token."""

from __future__ import annotations

import secrets

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.people.sessions import token_hash
from hotline.people.user import User


async def bearer(pool: Pool, user: User, clock: MovingClock) -> dict[str, str]:
    """The headers of a program that acts as this user."""
    token = secrets.token_urlsafe(32)
    async with pool.acquire() as conn:
        await conn.execute(
            "INSERT INTO api_token (user_id, token_hash, made_at) VALUES ($1, $2, $3)",
            user.id,
            token_hash(token),
            clock.now(),
        )
    return {"Authorization": f"Bearer {token}"}
