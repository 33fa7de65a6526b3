"""No blank of a template reaches a person: refused with the blank named, by page and API; the browser looks for the same."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from hotline.base.db.connection import Conn
from hotline.base.http.fields import checked
from hotline.base.http.problem import BadField
from hotline.base.http.rendering import _STATIC
from hotline.base.services import Services
from hotline.base.text.blanks import BLANK, KEPT, first_blank
from hotline.moves.move import Move
from hotline.ticket import Role
from tests import office

#: What a person reads of each move.
TOLD = [
    ("replies", {"outcome": "solved", "public": "您反映的__问题已处理", "internal": ""}, "public"),
    ("report-backs", {"via": "call", "text": "将于5月__日修好"}, "text"),
    ("interims", {"text": "由（ ）负责"}, "text"),
    ("answers", {"text": "请到XX局办理"}, "text"),
    ("declines", {"basis": "《__》第__条", "where": "法院"}, "basis"),
    ("declines", {"basis": "诉讼中", "where": "__法院"}, "where"),
    ("transfers", {"to": "【】", "reference": "1"}, "to"),
]


@pytest.mark.parametrize(("path", "values", "field"), TOLD, ids=lambda v: v if isinstance(v, str) else "")
def test_each_move_that_tells_a_person_refuses_a_blank(path: str, values: dict[str, Any], field: str) -> None:
    made: Move = office.find_move(path)
    with pytest.raises(BadField) as error:
        checked(made.body, values)
    assert error.value.field == field
    assert "▶" in str(error.value)


async def test_a_refused_answer_leaves_the_ticket_as_it_was(conn: Conn, services: Services) -> None:
    who = await office.user(conn, Role.OPERATOR)
    await office.on_shift(conn, who, services.clock.now())
    number = (await office.ticket(conn, services, operator=who.id)).number
    with pytest.raises(BadField):
        await office.move(conn, services, who, number, "answers", text="请到__局办理")
    assert await office.state(conn, number) == "received"
    await office.move(conn, services, who, number, "answers", text="请到住建局办理")
    assert await office.state(conn, number) == "answered"


def test_words_only_for_the_centre_may_hold_anything() -> None:
    made = office.find_move("replies")
    checked(made.body, {"outcome": "solved", "public": "已修好", "internal": "经办人__，文件a__b"})


def test_the_blank_is_shown_among_the_words_around_it() -> None:
    assert first_blank("我局已受理，将于5月__日前答复您，请耐心等待") == "我局已受理，将于5月▶__◀日前答复您，请耐心等待"
    assert first_blank("已修好") == ""


def test_the_browser_looks_for_what_the_server_refuses() -> None:
    script = (_STATIC / "js/blanks.js").read_text("utf-8")
    for name, pattern in (("KEPT", KEPT), ("BLANK", BLANK)):
        found = re.search(rf"^const {name} = (.*);$", script, re.MULTILINE)
        assert found is not None
        assert json.loads(found[1]) == pattern, f"{name} of blanks.js is not the server's"
