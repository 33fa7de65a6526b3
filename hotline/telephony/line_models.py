"""Shapes of the browser line: what a page says of itself, and what it is told (the API's `line`)."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from hotline.telephony.descriptions import LONGEST
from hotline.telephony.ice import IceServer

Name = Annotated[str, StringConstraints(pattern=r"^[0-9a-zA-Z-]{8,64}$")]


class LineFields(BaseModel):
    """A body of the browser line: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class LineBeat(LineFields):
    """A page says that it is there. `session`: this page, until it is made again; `device`: this browser. `take`: the line is to
    be here, wherever it was. `microphone`: one can speak here. `after`: the last signal that the page knows.
    """

    session: Name
    device: Name
    take: bool = False
    microphone: bool = True
    after: int = Field(0, ge=0, lt=2**63)


class LineSignal(LineFields):
    """What one page says to another to be connected: a description (SDP) or a candidate, as JSON."""

    to: int = Field(ge=1, lt=2**63)
    session: Name
    to_session: Name
    kind: Literal["offer", "answer", "candidate"]
    body: str = Field(max_length=LONGEST)


class LineSignals(LineFields):
    """Several signals of one call, in order."""

    call: int = Field(ge=1, lt=2**63)
    signals: list[LineSignal] = Field(min_length=1, max_length=20)


class LineParty(LineFields):
    """A place in a call that one is asked to take, or leaves."""

    party: int = Field(ge=1, lt=2**63)


class LineDecline(LineFields):
    """A ring that one does not take: one's own line, or a call into which one was asked."""

    call: int = Field(ge=1, lt=2**63)
    party: int | None = Field(None, ge=1, lt=2**63)


class LineVoice(BaseModel):
    """Another party of the call. `recorded`: the voice belongs into the recording now."""

    id: int
    kind: str
    name: str
    mode: str
    held: bool
    session: str | None
    hears_me: bool
    i_hear: bool
    recorded: bool


class HeardSignal(BaseModel):
    """What another party's page said. `session`: of that page."""

    id: int
    from_: int = Field(serialization_alias="from")
    session: str
    kind: str
    body: str


class LineCall(BaseModel):
    """A call that one is in. `own`: it ends when one hangs up; `record`: this page records it; `on_hold`: the citizen is on hold;
    `held`: oneself; `recorded`: one's own voice is in the recording now.
    """

    id: int
    me: int
    state: str
    since: datetime | None
    mode: str
    own: bool
    held: bool
    on_hold: bool
    record: bool
    recorded: bool
    parties: list[LineVoice]
    signals: list[HeardSignal]


class LineRinging(BaseModel):
    """What rings: one's own line, or (`party`) a call into which one was asked."""

    call: int
    party: int | None
    kind: str
    until: datetime | None


class LinePlace(BaseModel):
    """Where one is rung. `operator`: one answers calls; `wanted`: one is at the telephone now; `mine`: this browser is the line."""

    operator: bool
    wanted: bool
    mine: bool
    microphone: bool


class LineAnswer(BaseModel):
    """All that a page of the line needs to know now."""

    ice: list[IceServer]
    line: LinePlace
    ringing: LineRinging | None
    call: LineCall | None


class SignalsTaken(BaseModel):
    """How many signals were taken."""

    taken: int


class LineDone(BaseModel):
    """What was done, and the call it was done to."""

    call: int
