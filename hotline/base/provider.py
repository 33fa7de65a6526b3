"""The interface to a carrier (Provider) and its errors; implemented by Twilio and the simulator, with one conformance
suite for both.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hotline.base.db.connection import Pool


class Refused(Exception):
    """The carrier will never take this message (4xx); the reason and its `code` are the carrier's."""

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(reason)
        self.code = code


class NoPicture(Exception):
    """The carrier will never give this picture: `why` is `address` (not its own), `large`, `kind` (no picture) or `gone`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Unreachable(Exception):
    """Nothing was handed over (no connection, 429): try again later."""


class Uncertain(Exception):
    """It may have been taken (timeout, 5xx): look it up before sending again."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message to hand over. `callback`: where receipts go; `twiml`: where a call gets its words (voice only).

    `sender`: our address at a messenger, where it is not the hotline's number.
    """

    to: str
    body: str
    callback: str
    twiml: str = ""
    sender: str = ""


class Provider(Protocol):
    """A carrier. Sends are not idempotent: each call may send.

    `per_second`: how many messages a process hands over at most (0: as fast as it can); carriers queue beyond that, and
    what comes in goes first.
    """

    name: str
    per_second: int

    async def send_sms(self, pool: Pool, parcel: Parcel, now: datetime) -> str:
        """Hand over an SMS; returns the carrier's id. Raises Refused, Unreachable, Uncertain."""
        ...

    async def call(self, pool: Pool, parcel: Parcel, now: datetime) -> str:
        """Place a call that reads `twiml`; returns the carrier's id. Raises Refused, Unreachable, Uncertain."""
        ...

    async def look_up(self, pool: Pool, to: str, body: str, since: datetime, voice: bool) -> list[str]:
        """The carrier's ids of messages (calls) to `to` with `body` since `since`, newest first. Raises Unreachable."""
        ...

    async def picture(self, pool: Pool, address: str, most: int) -> bytes:
        """A picture of a message that came, of at most so many bytes. Raises NoPicture, Unreachable."""
        ...

    async def close(self) -> None:
        """Close its connections."""
        ...
