"""The browser line: a carrier of calls without any account, whose voices go between browsers (WebRTC); docs/telephone.md.

It holds no connection of its own: each command becomes news to the browsers of the call, which fetch their state and carry it out.
"""

from __future__ import annotations

from hotline.base.config import Settings
from hotline.base.db.connection import Pool
from hotline.base.http.live import LiveKind, notify
from hotline.base.provider import Refused
from hotline.base.services import Services
from hotline.calls.call import CarrierName, LineKind, PartyKind
from hotline.calls.call_rows import parties_of
from hotline.calls.carrier import Ability, CallCommand, CommandKind
from hotline.telephony import line_sql
from hotline.telephony.line_signals import tell_browsers

#: What calls somebody who may have no browser.
_CALLS_SOMEBODY = frozenset({CommandKind.CALL_OUT, CommandKind.INVITE, CommandKind.TRANSFER})


class BrowserLine:
    """The carrier of calls between browsers.

    Telephones outside can be called only where the simulator plays them (`plays_telephones`).
    """

    name = CarrierName.BROWSER
    lines = frozenset({LineKind.BROWSER})

    def __init__(self, settings: Settings) -> None:
        self.plays_telephones = not settings.has_twilio and settings.is_local
        outside = {Ability.OUTSIDE, Ability.CALL_OUT}
        self.abilities = frozenset(Ability) - (set() if self.plays_telephones else outside)

    async def perform(self, pool: Pool, services: Services, command: CallCommand) -> None:
        """Tell the browsers of the call. Raises Refused where somebody would have to be called whom no browser reaches."""
        now = services.clock.now()
        async with pool.acquire() as conn, conn.transaction():
            if command.kind in _CALLS_SOMEBODY:
                party = next((p for p in await parties_of(conn, command.call.id) if p.id == command.party_id), None)
                has_browser = party is not None and (party.user_id is not None or party.is_in)
                keeps_place = party is not None and party.kind is PartyKind.CITIZEN and command.call.direction == "in"
                if not (has_browser or keeps_place or self.plays_telephones):
                    raise Refused("no browser is there, and the browser line reaches no telephone")
                await notify(conn, "simulator", LiveKind.LINE, call=command.call.id)
            if command.kind is CommandKind.SAY:
                await line_sql.say(conn, command.call.id, str(command.detail["words"]), now)
            await tell_browsers(conn, command.call.id)

    async def close(self) -> None:
        """Nothing is kept open."""
