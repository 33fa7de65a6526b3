"""What an SMS asks for."""

from __future__ import annotations

import pytest

from hotline.intake.words import read


@pytest.mark.parametrize(
    ("text", "kind", "number", "code", "rest", "score"),
    [
        ("查询 260001234 5678", "status", "260001234", "5678", "", 0),
        ("查询２６０００１２３４", "status", "260001234", "", "", 0),
        ("status 260001234", "status", "260001234", "", "", 0),
        ("查询", "status", "", "", "", 0),
        ("补充260001234 门牌是12号", "add", "260001234", "", "门牌是12号", 0),
        ("ADD 260001234 it is Number 12", "add", "260001234", "", "it is Number 12", 0),
        ("新增 垃圾没人收", "new", "", "", "垃圾没人收", 0),
        ("NEW The Lamp is out", "new", "", "", "The Lamp is out", 0),
        ("newspaper seller is loud", "plain", "", "", "newspaper seller is loud", 0),
        ("评价 260001234 5", "rate", "260001234", "", "", 5),
        ("５", "rate", "", "", "", 5),
        ("不满意", "rate", "", "", "", 2),
        ("退订", "stop", "", "", "", 0),
        ("Stop", "stop", "", "", "", 0),
        ("帮助", "help", "", "", "", 0),
        ("?", "help", "", "", "", 0),
        ("谢谢", "thanks", "", "", "谢谢", 0),
        ("好的，谢谢你们！", "thanks", "", "", "好的，谢谢你们！", 0),
        ("谢谢，但是还没修好", "plain", "", "", "谢谢，但是还没修好", 0),
        ("查询不到我的社保", "plain", "", "", "查询不到我的社保", 0),
        ("6", "plain", "", "", "6", 0),
    ],
)
def test_words(text: str, kind: str, number: str, code: str, rest: str, score: int) -> None:
    said = read(text)
    assert (said.kind, said.number, said.code, said.text, said.score) == (kind, number, code, rest, score)
