"""The carrier's own lists of calls and messages, for the comparison with ours: Twilio's, or what the simulator holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.telephony import reconciliation_sql
from hotline.telephony.twilio import Twilio
from hotline.telephony.twilio_calls import CarrierItem, TwilioCalls


class CarrierLists(Protocol):
    """What a carrier says that it carried."""

    @property
    def whole(self) -> bool:
        """Whether it must know whatever we know."""
        ...

    async def calls_of(self, since: datetime, until: datetime) -> Sequence[CarrierItem]:
        """Its calls that began in a span (UTC). Raises Refused, Unreachable, Uncertain."""
        ...

    async def messages_of(self, since: datetime, until: datetime) -> Sequence[CarrierItem]:
        """Its messages of a span (UTC). Raises Refused, Unreachable, Uncertain."""
        ...

    async def pictures_of(self, sid: str) -> Mapping[str, str]:
        """The pictures of a message, as the fields of its webhook name them. Raises Refused, Unreachable, Uncertain."""
        ...


@dataclass(frozen=True, slots=True)
class TwilioLists:
    """Twilio's lists, or those of a Twilio-compatible server."""

    calls: TwilioCalls
    whole: bool = True

    async def calls_of(self, since: datetime, until: datetime) -> Sequence[CarrierItem]:
        return await self.calls.calls_of(since, until)

    async def messages_of(self, since: datetime, until: datetime) -> Sequence[CarrierItem]:
        return await self.calls.messages_of(since, until)

    async def pictures_of(self, sid: str) -> Mapping[str, str]:
        found = await self.calls.pictures_of(sid)
        fields = {"NumMedia": str(len(found))}
        for place, (address, kind) in enumerate(found):
            fields |= {f"MediaUrl{place}": address, f"MediaContentType{place}": kind}
        return fields


@dataclass(frozen=True, slots=True)
class SimulatedLists:
    """What the simulator holds. The demo's past was never carried by it, so that it does not know all that we know."""

    pool: Pool
    whole: bool = False

    async def calls_of(self, since: datetime, until: datetime) -> Sequence[CarrierItem]:
        return await self._held("voice", since, until)

    async def messages_of(self, since: datetime, until: datetime) -> Sequence[CarrierItem]:
        return await self._held("sms", since, until)

    async def pictures_of(self, sid: str) -> Mapping[str, str]:
        return {"NumMedia": "0"}

    async def _held(self, channel: str, since: datetime, until: datetime) -> Sequence[CarrierItem]:
        async with self.pool.acquire() as conn:
            rows = await reconciliation_sql.simulated_list(conn, channel, since, until)
        return [_simulated(row) for row in rows]


def _simulated(row: reconciliation_sql.SimulatedListRow) -> CarrierItem:
    came = row.direction == "in"
    sender, to = (row.phone, "") if came else ("", row.phone)
    return CarrierItem(row.sid, "inbound" if came else "outbound-api", "", sender, to, row.body, row.at)


def lists_of(pool: Pool, services: Services) -> CarrierLists:
    """The lists of whatever carries calls and messages here."""
    provider = services.provider
    if isinstance(provider, Twilio):
        return TwilioLists(TwilioCalls(provider, services.settings.public_url))
    return SimulatedLists(pool)
