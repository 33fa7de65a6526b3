"""The carrier of the demo's past: takes every message at once and remembers it, so that the stage can give its receipt."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from hotline.base.db.connection import Pool
from hotline.base.provider import NoPicture, Parcel


@dataclass(frozen=True, slots=True)
class Handed:
    """A message that the demo's carrier took: the id of its outbox row, the carrier's id, the number and the words, in
    clear.
    """

    outbox: int
    sid: str
    to: str
    body: str
    voice: bool


@dataclass(slots=True)
class DemoCarrier:
    """A provider that sends nothing to anybody outside."""

    name: str = "demo"
    per_second: int = 0
    handed: list[Handed] = field(default_factory=list)
    _sids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def send_sms(self, pool: Pool, parcel: Parcel, now: datetime) -> str:
        return self._take(parcel, voice=False)

    async def call(self, pool: Pool, parcel: Parcel, now: datetime) -> str:
        return self._take(parcel, voice=True)

    async def look_up(self, pool: Pool, to: str, body: str, since: datetime, voice: bool) -> list[str]:
        """Nothing is ever in doubt here."""
        return []

    async def picture(self, pool: Pool, address: str, most: int) -> bytes:
        """Nobody sends pictures here."""
        raise NoPicture("gone")

    async def close(self) -> None:
        """Nothing is kept open."""

    def _take(self, parcel: Parcel, *, voice: bool) -> str:
        """Remember a message for its receipt; returns the carrier's id."""
        sid = f"{'CA' if voice else 'SM'}demo{next(self._sids):028d}"
        outbox = int(parse_qs(urlsplit(parcel.callback).query)["outbox"][0])
        self.handed.append(Handed(outbox, sid, parcel.to, parcel.body, voice))
        return sid
