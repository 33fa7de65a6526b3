"""Every page that each role can reach, in Chinese, over the demo: no code word on it, and no page that fails."""

from __future__ import annotations

import re
from collections import Counter
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from aiohttp.test_utils import TestClient

from hotline.base.command import Runtime
from hotline.base.config import Settings
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from hotline.people import people_sql
from hotline.people.store import as_user
from main import PROGRAM
from reports.demo.load import demo
from tests.doors import Browser, browser

CODE = re.compile(r"(?<![\w/.-])[a-z]+(?:_[a-z]+)+(?![\w/.-])")
#: The demo's people, one of each role, and where a citizen begins.
PEOPLE = ("operator", "manager", "leader", "auditor", "admin", "d61-1", "d61-lead")
#: So many pages of one shape (`/tickets/#`), so many of one role.
OF_A_SHAPE, OF_A_ROLE = 4, 120
#: What people read beside the text between the tags.
_READ = frozenset({"title", "aria-label", "placeholder", "alt", "data-label", "value"})
_VALUES = frozenset({"submit", "button", "reset"})


class Seen(HTMLParser):
    """What somebody reads on a page, and where its links lead."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.links: list[str] = []
        self._mute = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {k: v or "" for k, v in attrs}
        self._mute += tag in {"script", "style", "code", "pre"}
        self.words += [v for k, v in given.items() if k in _READ and (k != "value" or given.get("type") in _VALUES)]
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if "hx-get" in given:
            self.links.append(given["hx-get"])

    def handle_endtag(self, tag: str) -> None:
        self._mute -= tag in {"script", "style", "code", "pre"}

    def handle_data(self, data: str) -> None:
        if not self._mute:
            self.words.append(data)


def shape(path: str) -> str:
    return re.sub(r"\d+", "#", urlsplit(path).path)


async def walked(page: Browser) -> dict[str, list[str]]:
    """The pages that one reaches from the first, with the code words on each, or with the error that a link leads to."""
    found: dict[str, list[str]] = {}
    ahead, known, shapes = ["/", "/me"], {"/", "/me"}, Counter[str]()
    while ahead and len(found) < OF_A_ROLE:
        path = ahead.pop(0)
        answer = await page.get(path)
        if answer.status == 303:
            links = [answer.headers["Location"]]
        else:
            if answer.status != 200:
                found[path] = [f"answers {answer.status}"]
                continue
            if answer.content_type != "text/html":
                continue
            seen = Seen()
            seen.feed(await answer.text())
            found[path] = sorted({word for text in seen.words for word in CODE.findall(text)})
            links = seen.links
        for link in links:
            if (
                link.startswith("/")
                and link not in known
                and not link.startswith(("/language/", "/api/", "/static/"))
                and not link.partition("?")[0].endswith((".pdf", ".docx", ".xlsx"))
            ):
                known.add(link)
                if shapes[shape(link)] < OF_A_SHAPE:
                    shapes[shape(link)] += 1
                    ahead.append(link)
    return found


@pytest.fixture
async def town(client: TestClient, dsn: str, pool: Pool, services: Services, settings: Settings) -> None:
    assert await demo(Runtime(dsn, pool, services), settings, PROGRAM, 40)


async def test_no_page_shows_a_code_word(client: TestClient, pool: Pool, services: Services, town: None) -> None:
    wrong: dict[str, list[str]] = {}
    pages = 0
    for name in PEOPLE:
        async with pool.acquire() as conn:
            row = await people_sql.user_for_login(conn, name)
        assert row is not None, name
        user = as_user(row)
        found = await walked(await browser(client, pool, services, user))
        pages += len(found)
        wrong |= {f"{name} {path}": words for path, words in found.items() if words}
    assert pages > 150
    assert wrong == {}, "\n".join(f"{path}: {words}" for path, words in wrong.items())
