"""No code word stands on a Chinese paper: steps, clocks and states are said in words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from hotline.base.clock import MovingClock
from hotline.base.db.connection import Pool
from hotline.base.services import Services
from main import PACKAGES
from reports.consult.preparation import documents, make
from reports.notice.documents import speaking
from routing.returns.reasons import REASONS
from sla.clocks.table import RULED
from sla.ladder.sweep import EVENT
from tests.reports.story import StoryOffice, at, office
from tests.test_catalogue import ROOT, catalogue

CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")


def written(calls: dict[str, int]) -> Iterator[str]:
    """The kinds that the code writes as an argument of these calls: the call's name and the argument's place."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call):
                    name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
                    if name in calls and len(node.args) > calls[name]:
                        yield from _named(node.args[calls[name]])


def _named(found: ast.expr) -> Iterator[str]:
    if isinstance(found, ast.Constant) and isinstance(found.value, str):
        yield found.value
    elif isinstance(found, ast.IfExp):
        yield from (*_named(found.body), *_named(found.orelse))


EVENTS = sorted(
    {
        *written({"Draft": 1, "publish": 0}),
        *EVENT.values(),
        *(k for k in written({"_record": 4}) if k.startswith("finding_")),
    }
)


@pytest.mark.parametrize(
    ("context", "words"),
    [
        ("event", EVENTS),
        ("clock", list(RULED)),
        ("return", list(REASONS)),
        ("audit", sorted(set(written({"audit": 2})))),
    ],
    ids=["events", "clocks", "reasons", "audit"],
)
def test_each_word_of_the_record_has_its_chinese(context: str, words: list[str]) -> None:
    known = catalogue()
    assert words
    assert [w for w in words if f"{context}:{w}" not in known] == []


async def test_an_agenda_prints_words(pool: Pool, services: Services, clock: MovingClock) -> None:
    async with pool.acquire() as conn:
        made: StoryOffice = await office(conn, services, clock)
        number = await made.opened()
        await made.dispatched(number)
        await made.does(made.lamps, number, "returns", reason="outside_powers", basis="三定方案", suggested="T02")
        await conn.execute(
            "INSERT INTO consultation_item (ticket_id, reason, added_at) SELECT id, 'returns', $2 FROM ticket WHERE number = $1",
            number,
            clock.now(),
        )
        clock.at = at("2026-04-02 09:00")
        agenda = await make(conn, services, at("2026-03-18 09:00").date(), "system", clock.now())
    assert agenda.dossiers
    text = documents(agenda, speaking("zh", services.settings.zone), ["html"])["html"].decode()
    shown = re.sub(r"<style.*?</style>|<[^>]+>", " ", text, flags=re.DOTALL)
    assert sorted(set(CODE.findall(shown))) == []
