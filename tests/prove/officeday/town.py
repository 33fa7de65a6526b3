"""The county of the day: who works there, their telephones, the real program and a carrier; what the desk does."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import aiohttp
import asyncpg
from multidict import MultiDict

from hotline.base.config import Settings
from hotline.base.keys import derive
from hotline.base.services import Services
from hotline.people.sessions import token_hash
from hotline.telephony.signature import sign
from hotline.ticket import Role
from main import build_services
from tests import office
from tests.carrier import NUMBER, TOKEN, Carrier
from tests.program import SECRET, Program
from tests.prove.officeday import moment

STAFF = {
    "D61": ("water", "王强", "李梅", "赵国庆"),
    "D26": ("city", "陈工", "刘洋", "吴军"),
    "D25": ("house", "阿拉坦·其其格", "孙亮", "周局长"),
    "D30": ("transport", "韩雪", "马超", "唐丽"),
    "D19": ("civil", "白云", "石磊", "江河"),
    "D37": ("health", "林森", "田野", "高山"),
}
_CODES = re.compile(r"(\d{9,11})，[^。；]*?(?:，码|。收到请回)([A-Z]{2}[6-9])")
_MADE = re.compile(r"(?:编号|[Nn]umber )(\d{9,11})\D+?(\d{4})\b")
_LEFT = (
    "SELECT (SELECT count(*) FROM inbound WHERE processed_at IS NULL)"
    " + (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending') AND due_at <= $1)"
)


class MovedClock:
    """The program's time: the real one, moved."""

    offset = 0.0

    def now(self) -> datetime:
        return datetime.fromtimestamp(datetime.now(UTC).timestamp() + self.offset, UTC)


@dataclass(slots=True)
class Town:
    """Everything that the day moves through. `numbers`: each person's latest ticket; `tokens`: of liaisons by department."""

    served: Program
    line: Carrier
    session: aiohttp.ClientSession
    conn: asyncpg.Connection[asyncpg.Record]
    numbers: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    phones: dict[str, str] = field(default_factory=dict)
    clock: MovedClock = field(default_factory=MovedClock)
    receipts: int = 0

    @property
    def services(self) -> Services:
        settings = Settings(_env_file=None, HOTLINE_DATA=self.served.data)  # type: ignore[call-arg]
        return build_services(settings, derive(SECRET, "here"), self.clock)

    def turn(self, at: str) -> None:
        """The program's clock from its next start on."""
        self.clock.offset = (moment(at) - datetime.now(UTC)).total_seconds()
        self.served.more["HOTLINE_CLOCK_OFFSET"] = str(int(self.clock.offset))

    async def staff(self) -> None:
        """Three people a department, two operators on shift, a manager; each with a tested telephone."""
        services, n = self.services, 0
        for code, (short, *names) in STAFF.items():
            department = await self.conn.fetchval("SELECT id FROM department WHERE code = $1", code)
            for place, name in enumerate(names, 1):
                n += 1
                phone = self.phones[f"{short}{place}"] = f"+861394310{n:04d}"
                who = await office.user(
                    self.conn, Role.LIAISON, department=department, name=name, phone=phone, services=services
                )
                self.tokens.setdefault(code, await self._token(who.id))
        for name in ("小张", "小李"):
            n += 1
            who = await office.user(self.conn, Role.OPERATOR, name=name, phone=f"+861394310{n:04d}", services=services)
            await office.on_shift(self.conn, who, self.clock.now())
        boss = await office.user(self.conn, Role.MANAGER, name="值班长", phone="+8613943109999", services=services)
        self.tokens["desk"] = await self._token(boss.id)
        await self.conn.execute(
            "INSERT INTO session (token_hash, user_id, made_at, seen_at, expires_at) VALUES ($1, $2, $3, $3, '2027-04-01Z')",
            token_hash("cookie"),
            boss.id,
            self.clock.now(),
        )
        await self.conn.execute("UPDATE app_user SET password_temporary = false")

    async def _token(self, user: int) -> str:
        made = secrets.token_urlsafe(16)
        await self.conn.execute(
            "INSERT INTO api_token (user_id, token_hash, made_at) VALUES ($1, $2, $3)",
            user,
            token_hash(made),
            self.clock.now(),
        )
        return made

    def phone(self, who: str) -> str:
        """Whose telephone: staff by their place, citizens by their letter and number, other senders as they are."""
        if found := re.fullmatch(r"([ckx])(\d+)", who):
            return f"+86139044{ord(found[1]) % 10}{int(found[2]):04d}"
        return self.phones.get(who, who)

    def filled(self, who: str, text: str) -> str:
        """The words with numbers, codes and pages' codes as this person knows them; who was not paged writes a wrong one."""

        def value(found: re.Match[str]) -> str:
            about = self.numbers[found[2] or who]
            match found[1]:
                case "n":
                    return about
                case "c":
                    return self.services.keys.query_code(about)
                case _:
                    return self.codes(who).get(about, "ZZ9")

        return re.sub(r"\{([ncp])(?::(\w+))?\}", value, text)

    def codes(self, who: str) -> dict[str, str]:
        """The codes that came to a telephone, by the ticket's number."""
        bodies = [m["Body"] for m in self.line.messages if m["To"] == self.phone(who)]
        return {number: code for body in bodies for number, code in _CODES.findall(body)}

    def told(self, number: str) -> str:
        """The code that a person was told with a number; empty where nobody was."""
        found = (_MADE.search(m["Body"]) for m in self.line.messages)
        return next((m[2] for m in found if m and m[1] == number), "")

    async def webhook(self, path: str, fields: Mapping[str, str]) -> str:
        """A signed delivery; what the program answers."""
        headers = {"X-Twilio-Signature": sign(TOKEN, self.served.url + path, MultiDict(fields))}
        async with self.session.post(
            self.served.url + path, data=fields, headers=headers, allow_redirects=False
        ) as answer:
            text = await answer.text()
            assert answer.status == 200, f"{path}: {answer.status} {text[:200]}"
        return text

    async def sms(self, sid: str, who: str, text: str, more: str) -> None:
        """An SMS, and the same delivery once more, as carriers do."""
        sender = self.phone(who)
        to = sender.partition(":")[0] + ":" + NUMBER if ":" in sender else NUMBER
        fields = {"MessageSid": sid, "From": sender, "To": to, "Body": text, "NumMedia": "0"}
        for _ in range(2):
            await self.webhook("/twilio/sms", fields | dict(parse_qsl(more)))

    async def settled(self) -> None:
        """Until all that came in was processed, what is due has left, and its receipts are back."""
        for _ in range(400):
            if not await self.conn.fetchval(_LEFT, self.clock.now()):
                if self.receipts == len(self.line.messages):
                    return
                await self._receipts()
            await asyncio.sleep(0.05)
        raise AssertionError("the day does not settle")

    async def _receipts(self) -> None:
        """Every message is delivered."""
        fresh, self.receipts = self.line.messages[self.receipts :], len(self.line.messages)
        for message in fresh:
            if callback := message.get("StatusCallback"):
                url = urlsplit(callback)
                fields = {"MessageSid": message["Sid"], "MessageStatus": "delivered", "To": message["To"]}
                await self.webhook(f"{url.path}?{url.query}", fields)

    async def api(self, token: str, path: str, body: Mapping[str, object] | None = None) -> Any:
        """A move of somebody's."""
        headers = {"Authorization": f"Bearer {self.tokens[token]}"}
        async with self.session.post(f"{self.served.url}/api/v1{path}", json=body or {}, headers=headers) as answer:
            found = await answer.json()
            assert answer.status in {200, 201}, f"{path} {body}: {answer.status} {found}"
        return found

    async def desk(self, deeds: str) -> None:
        """`dispatch c01 D61; settle c02 D61; file c03; page 10`."""
        for deed in deeds.split("; "):
            noun, *words = deed.split(" ")
            match noun:
                case "page":
                    await self._paged(int(words[0]))
                case "dispatch":
                    await self._dispatch(*words)
                case "settle":
                    await self._settle(*words)
                case "file":
                    await self._file(words[0])
                case _:
                    raise AssertionError(deed)
        await self.settled()

    async def _paged(self, many: int) -> None:
        """Wait until the last so many dispatched tickets were paged for."""
        wanted = [
            row["number"]
            for row in await self.conn.fetch(
                "SELECT t.number FROM assignment a JOIN ticket t ON t.id = a.ticket_id ORDER BY a.id DESC LIMIT $1",
                many,
            )
        ]
        for _ in range(300):
            known = {number for who in self.phones for number in self.codes(who)}
            if known >= set(wanted):
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"not paged: {set(wanted) - known}; {[m['Body'] for m in self.line.messages[-4:]]}")

    async def _dispatch(self, who: str, department: str) -> None:
        await self.api("desk", f"/tickets/{self.numbers[who]}/assignments", {"department": department})

    async def _settle(self, who: str, department: str) -> None:
        """Whatever is missing until the person is told the result."""
        number = self.numbers[who]
        base, state = f"/tickets/{number}", await office.state(self.conn, number)
        if state == "received":
            await self._dispatch(who, department)
        if state != "signed":
            await self.api(department, base + "/signatures")
        await self.api(department, base + "/first-contacts", {"note": "已联系本人", "via": "call"})
        reply = {"outcome": "solved", "public": "已现场处理完毕", "internal": ""}
        await self.api(department, base + "/replies", reply)
        await self.api("desk", base + "/report-backs", {"via": "sms", "text": "已现场处理完毕"})

    async def _file(self, who: str) -> None:
        base = f"/tickets/{self.numbers[who]}"
        await self.settled()
        await self.api("desk", base + "/follow-ups", {"reached": True, "solved": True})
        await self.api("desk", base + "/corrections", {"place": "镇赉镇向阳路"})
        await self.api("desk", base + "/filings")
