"""Shapes of a caller's page (`/call`): what it sends, and what it shows, speaks and offers."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, StringConstraints

from hotline.telephony.ice import IceServer
from hotline.telephony.line_models import LineCall, LineFields, Name


class PhoneStart(LineFields):
    """A call begins. `phone`: the caller's number, if they give it."""

    phone: str = Field("", max_length=40)


class PhoneBeat(LineFields):
    """A caller's page says that it is there."""

    session: Name
    after: int = Field(0, ge=0, lt=2**63)


class PhoneKeys(LineFields):
    """Keys that a caller pressed; none: they go on without one. `item`: the known outage for which the page showed the key."""

    digits: Annotated[str, StringConstraints(pattern=r"^[0-9*#]{0,32}$")]
    item: int | None = Field(None, ge=1, lt=2**31)


class PhoneChunk(LineFields):
    """A piece of a message, as base64, `ms` long; `last`: it is the end, and may be empty. `session`: of the page that records."""

    session: Name
    seq: int = Field(ge=0, le=200)
    ms: int = Field(ge=0, le=60_000)
    sound: str = Field(max_length=60_000)
    last: bool = False


class PhoneBegun(BaseModel):
    """A call has begun. `token`: what the page shows from now on; `name`: under which its news come."""

    token: str
    name: str


class PhoneKey(BaseModel):
    """A key that means something now, and what. `item`: the known outage that it is for."""

    key: str
    words: str
    item: int | None = None


class PhoneAnswer(BaseModel):
    """What a caller's page shows now. `phase`: arriving, waiting, kept, ringing (the caller is called), talking, voicemail, over.

    `words`: what is spoken, in order; `position`: how many wait before; `number` and `code`: of the ticket that a key attached.
    """

    phase: str
    words: list[str]
    keys: list[PhoneKey]
    position: int | None
    ice: list[IceServer]
    call: LineCall | None
    number: str = ""
    code: str = ""
