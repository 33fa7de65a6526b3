"""Twilio's REST API for calls: legs, conferences, recordings, and the lists of a day. Errors are the Provider's (`hotline.base.provider`)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from twilio.base import values
from twilio.rest import Client

from hotline.base.provider import Refused
from hotline.base.text.phones import dialled
from hotline.telephony.twilio import Twilio

#: Twilio's codes for a call or participant that is not there any more: to end it is done already.
_GONE = frozenset({"20404", "21220", "13223"})
_PAGE = 1_000
#: A list without an end is cut here.
_MOST = 200_000
#: The lists go by whole days of the carrier's; seconds that one of a busy day may take.
_DAY, _LIST_WITHIN = timedelta(days=1), 300.0
_MUSIC_METHOD = "POST"
#: A recording of three hours, both sides.
_LARGEST = 400 * 1024 * 1024
_AUDIO = ("audio/",)


@dataclass(frozen=True, slots=True)
class CarrierItem:
    """A call or message in the carrier's own list. `direction` in the carrier's words."""

    sid: str
    direction: str
    status: str
    sender: str
    to: str
    body: str
    at: datetime | None
    pictures: int = 0

    @property
    def inbound(self) -> bool:
        """Whether it came to us."""
        return self.direction == "inbound"

    @property
    def ours(self) -> bool:
        """Whether we asked the carrier for it; legs that a document dialled, and answers of the carrier's own, we did not."""
        return self.direction == "outbound-api"


@dataclass(frozen=True, slots=True)
class Audience:
    """What somebody in a conference hears and who hears them. `coached`: the leg that alone hears them."""

    sid: str
    held: bool
    muted: bool
    coached: str = ""


class TwilioCalls:
    """Calls over the provider's connection and name. `base`: the public address that the carrier asks for documents."""

    def __init__(self, twilio: Twilio, base: str) -> None:
        self._twilio, self._public = twilio, base

    def _at(self, path: str) -> str:
        return self._public + path

    async def place(self, to: str, document: str, callback: str, rings: int) -> str:
        """Call a line or a number for so many seconds; who answers gets `document`. Returns the carrier's id. Not idempotent: see `find`."""

        async def work(client: Client) -> str:
            number, digits = dialled(to) if _is_number(to) else (to, "")
            made = await client.calls.create_async(
                to=number,
                from_=self._twilio.number,
                send_digits=digits or values.unset,
                url=self._at(document),
                status_callback=self._at(callback),
                timeout=rings,
            )
            return str(made.sid)

        return str(await self._twilio.exchange(work))

    async def find(self, to: str, since: datetime) -> list[str]:
        """The open legs to a line that were placed since `since`, newest first: what a crash may have left unsaid."""

        async def work(client: Client) -> list[str]:
            number = dialled(to)[0] if _is_number(to) else to
            calls = await client.calls.list_async(to=number, from_=self._twilio.number, limit=20)
            return [str(c.sid) for c in calls if c.date_created is None or c.date_created >= since]

        return list(await self._twilio.exchange(work))

    async def redirect(self, sid: str, document: str) -> None:
        """Let a leg go on at another document, out of the queue or conference where it is."""

        async def work(client: Client) -> None:
            await client.calls(sid).update_async(url=self._at(document))

        await self._twilio.exchange(work)

    async def status(self, sid: str) -> str:
        """The carrier's word for a leg now; `failed` for one that it does not know."""

        async def work(client: Client) -> str:
            return str((await client.calls(sid).fetch_async()).status)

        try:
            return str(await self._twilio.exchange(work))
        except Refused as error:
            if error.code not in _GONE:
                raise
            return "failed"

    async def end(self, sid: str) -> None:
        """End a leg; one that has ended is ended."""

        async def work(client: Client) -> None:
            await client.calls(sid).update_async(status="completed")

        await self._gone_is_done(work)

    async def room(self, name: str) -> str | None:
        """The id of a conference that is on now."""

        async def work(client: Client) -> str | None:
            found = await client.conferences.list_async(friendly_name=name, status="in-progress", limit=1)
            return str(found[0].sid) if found else None

        room: str | None = await self._twilio.exchange(work)
        return room

    async def invite(self, room: str, to: str, callback: str, rings: int, label: str, hold: str) -> str:
        """Call somebody into a conference by its name; returns the id of their leg. Not idempotent: see `find`.

        The conference says that `label` joined it; `callback` hears of the end of the leg.
        """

        async def work(client: Client) -> str:
            number = dialled(to)[0] if _is_number(to) else to
            made = await client.conferences(room).participants.create_async(
                from_=self._twilio.number,
                to=number,
                status_callback=self._at(callback),
                timeout=rings,
                early_media=True,
                beep="false",
                end_conference_on_exit=False,
                label=label,
                wait_url=self._at(hold),
            )
            return str(made.call_sid)

        return str(await self._twilio.exchange(work))

    async def set_audience(self, room: str, everybody: Sequence[Audience], hold: str) -> None:
        """Carry out who hears whom in a conference, by its id; who has left meanwhile is passed by."""
        for one in everybody:

            async def work(client: Client, one: Audience = one) -> None:
                await (
                    client.conferences(room)
                    .participants(one.sid)
                    .update_async(
                        hold=one.held,
                        hold_url=self._at(hold) if one.held else values.unset,
                        hold_method=_MUSIC_METHOD if one.held else values.unset,
                        muted=one.muted,
                        coaching=bool(one.coached),
                        call_sid_to_coach=one.coached or values.unset,
                    )
                )

            await self._gone_is_done(work)

    async def announce(self, room: str, sid: str, document: str) -> None:
        """Play a document to one in a conference, by its id."""

        async def work(client: Client) -> None:
            await client.conferences(room).participants(sid).update_async(announce_url=self._at(document))

        await self._twilio.exchange(work)

    async def close_room(self, room: str) -> None:
        """End a conference with all who are in it."""

        async def work(client: Client) -> None:
            await client.conferences(room).update_async(status="completed")

        await self._gone_is_done(work)

    async def record(self, sid: str, callback: str) -> str:
        """Record what a leg says and hears, each on a channel of its own; returns the recording's id."""

        async def work(client: Client) -> str:
            made = await client.calls(sid).recordings.create_async(
                recording_channels="dual",
                recording_track="both",
                recording_status_callback=self._at(callback),
            )
            return str(made.sid)

        return str(await self._twilio.exchange(work))

    def recording(self, sid: str) -> AsyncIterator[bytes]:
        """A recording as a WAV file, as it comes. Raises NoPicture where there is none, Unreachable."""
        base, account = self._twilio.base, self._twilio.account
        address = f"{base}/2010-04-01/Accounts/{account}/Recordings/{sid}.wav?RequestedChannels=2"
        return self._twilio.media(address, _LARGEST, _AUDIO)

    async def calls_of(self, since: datetime, until: datetime) -> list[CarrierItem]:
        """The carrier's list of calls that began in a span (UTC), all pages."""

        async def work(client: Client) -> list[Any]:
            return list(
                await client.calls.list_async(
                    start_time_after=since - _DAY, start_time_before=until + _DAY, page_size=_PAGE, limit=_MOST
                )
            )

        found = [_call(c) for c in await self._twilio.exchange(work, _LIST_WITHIN)]
        return [c for c in found if c.at is None or since <= c.at < until]

    async def messages_of(self, since: datetime, until: datetime) -> list[CarrierItem]:
        """The carrier's list of messages that were sent in a span (UTC), all pages."""

        async def work(client: Client) -> list[Any]:
            return list(
                await client.messages.list_async(
                    date_sent_after=since - _DAY, date_sent_before=until + _DAY, page_size=_PAGE, limit=_MOST
                )
            )

        found = [_message(m) for m in await self._twilio.exchange(work, _LIST_WITHIN)]
        return [m for m in found if m.at is None or since <= m.at < until]

    async def pictures_of(self, message: str) -> list[tuple[str, str]]:
        """Address and kind of each picture of a message."""

        async def work(client: Client) -> list[tuple[str, str]]:
            found = await client.messages(message).media.list_async(limit=20)
            return [(self._twilio.base + str(m.uri).removesuffix(".json"), str(m.content_type)) for m in found]

        return list(await self._twilio.exchange(work))

    async def _gone_is_done(self, work: Any) -> None:
        try:
            await self._twilio.exchange(work)
        except Refused as error:
            if error.code not in _GONE:
                raise


def _is_number(to: str) -> bool:
    """Whether it is a telephone number, rather than a line `client:…` or `sip:…`."""
    return ":" not in to


def _call(call: Any) -> CarrierItem:
    direction = str(call.direction or "")
    return CarrierItem(str(call.sid), direction, str(call.status), call._from or "", call.to or "", "", call.start_time)


def _message(message: Any) -> CarrierItem:
    at = message.date_sent or message.date_created
    sid, sender = str(message.sid), message.from_ or ""
    pictures = int(message.num_media or 0)
    return CarrierItem(
        sid,
        str(message.direction or ""),
        str(message.status),
        sender,
        message.to or "",
        message.body or "",
        at,
        pictures,
    )
