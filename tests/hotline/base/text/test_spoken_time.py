"""Moments and the hotline's number in sentences: in the reader's language, and as the setting says."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from hotline.base.http.problem import Illegal
from hotline.base.i18n import Catalogue
from hotline.base.text.spoken_time import SpokenTime
from hotline.base.text.texts import load_texts

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)
FRIDAY = SpokenTime(datetime(2026, 3, 6, 9, 0, tzinfo=UTC), NOW, ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(("language", "due"), [("zh", "周五下午5点"), ("en", "17:00 on Friday")])
def test_a_message_says_the_moment_in_its_language(language: str, due: str) -> None:
    said = load_texts().say("extended", language, hotline="12345", number="26000001", due=FRIDAY)
    assert due in said
    assert "12345" in said


def test_a_refusal_says_the_moment_in_the_readers_language() -> None:
    error = Illegal("The department may be heard until %(at)s.", at=FRIDAY)
    known = Catalogue({error.message: "单位可在%(at)s前陈述申辩。"})
    assert known.fill(error.message, "zh", error.params) == "单位可在周五下午5点前陈述申辩。"
    assert known.fill(error.message, "en", error.params) == str(error)
    assert "17:00 on Friday" in str(error)


def test_no_text_knows_the_number_of_the_hotline() -> None:
    found = load_texts().by_language
    assert [
        name for texts in found.values() for name, text in texts.items() if re.search(r"(?<!\d)1890(?!\d)", text)
    ] == []


def test_no_english_text_holds_chinese() -> None:
    texts = load_texts().by_language["en"]
    assert [name for name, text in texts.items() if re.search("[\u4e00-\u9fff]", text)] == []
